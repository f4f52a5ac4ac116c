"""What a plan must satisfy beyond its form: what it names exists, sources are given, nothing contradicts itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from re import fullmatch
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules import retention
from rules.bulletins import check_bulletins
from rules.demand_checks import check_demands, unfilled_demands
from rules.kin import successor_of
from rules.meeting_checks import check_meetings
from rules.problems import Fault, Problem, each_known, known, shown
from rules.regime_checks import check_regimes
from rules.terms import Origin

if TYPE_CHECKING:
    from rules.common import Common
    from rules.county import Plan
    from rules.units import Unit

Placed = tuple[str, Any]  # where a part stands in the file, and the part
HALF_A_DAY = 12 * 60  # minutes
SEATS = ("intake", "coordinator", "leader", "liaison", "duty", "sealed", "custodian")
CLOCKS = ("receive", "triage", "triage_now", "sign", "decide", "tell_filing", "unseen", "approval")
LADDERS = (
    "happening_now",
    "exposed",
    "sealed_exposed",
    "tip_receive",
    "tip_triage",
    "now_triage",
    "tip_sign",
    "tip_decide",
    "tip_sealed",
    "sealed_now",
    "sealed_triage",
    "sealed_now_triage",
    "calendar",
    "unseen",
    "asked_by_office",
    "asked_urgently",
    "approval",
    "paused",
)


def check_plan(file: str, plan: Plan) -> list[Problem]:
    own = tuple(_parts(_own_parts(plan)))
    wrong_letters = list(_letters(own, plan.letters))
    checks: tuple[Iterable[Fault], ...] = (
        wrong_letters or _sources(own, plan.letters, plan.common),
        _needed(plan),
        _alarms(plan),
        _references(plan),
        _timezone(plan),
        _names(plan),
        _words(plan),
        _lines_of_units(plan),
        _posts(plan),
        _routes(plan),
        check_demands(plan),
        check_bulletins(plan),
        check_meetings(plan),
    )
    found = [fault for faults in checks for fault in faults]
    # regimes stand on all the rest: what is amiss there would be told of them again and again
    return [Problem(file, *fault) for fault in found or check_regimes(plan)]


def check_common(file: str, common: Common) -> list[Problem]:
    faults = list(_sources(_parts(common), None, common))
    for key, one in common.elsewhere.items():
        faults += known(f"elsewhere.{key}.hotline", one.hotline, common.hotlines)
    return [Problem(file, *fault) for fault in faults]


def unfilled(plan: Plan) -> tuple[str, ...]:
    """What the county has to fill in before it can rely on the plan."""
    asked = list(unfilled_demands(plan))
    if plan.wording is None or not plan.wording.is_file():
        asked.append("wording: name a file beside this one with the plan's own words; 条款 finds none of them")
    for key, line in plan.hotlines.items():
        if line.number is None:
            asked.append(f"hotlines.{key}.number: fill in the number of {line.name.zh}; citizens are shown none")
    for unit in plan.units.values():
        if unit.group and unit.kind == "township" and not any(u.parent == unit.id for u in plan.units.values()):
            asked.append(f"units: list the towns, each as a unit with 'kind: township' and 'parent: {unit.id}'")
        if unit.successor and unit.successor.to is None:
            asked.append(f"units.{unit.id}.successor.to: say which unit {unit.name.zh} has become")
    return tuple(asked)


def _own_parts(plan: Plan) -> dict[str, Any]:
    """The plan's fields without what it inherited, whose sources belong to the common file."""
    common = plan.common
    own: dict[str, Any] = {}
    for name in type(plan).model_fields:
        value = getattr(plan, name)
        if isinstance(value, Mapping):
            theirs = getattr(common, name, {})
            value = {k: v for k, v in value.items() if theirs.get(k) is not v}
        if name != "common":
            own[name] = value
    return own


def _parts(value: object, path: str = "") -> Iterator[Placed]:
    """Every object below `value` that has fields, with its path."""
    before = f"{path}." if path else ""
    if names := _fields(type(value)):  # type: ignore[arg-type]  # mypy: a class itself can be hashed
        yield path, value
        for name in names:
            yield from _parts(getattr(value, name), before + name)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _parts(one, f"{before}{key}")
    elif isinstance(value, tuple | list):
        for n, one in enumerate(value):
            yield from _parts(one, f"{path}[{n}]")


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """None, of what is no part: a text, a number, a list."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    return tuple(getattr(kind, "model_fields", ()))


def _letters(parts: Iterable[Placed], letters: str) -> Iterator[Fault]:
    """One sentence where the letters are wrong, instead of one for each clause."""
    prefixes = Counter(clause.partition("-")[0] for _, part in parts for clause in _clauses(part))
    usual = max(prefixes, key=prefixes.__getitem__, default=letters)
    if usual != letters:
        yield "letters", f"'{usual}', as most clause ids of this plan begin", shown(letters), None


def _clauses(part: Any) -> tuple[str, ...]:
    return tuple(filter(None, (getattr(part, "clause", None), *getattr(part, "clauses", ()))))


def unwritten(plan: Plan) -> tuple[str, ...]:
    """Clauses that the plan names and its wording does not have, one sentence each; where it has a wording."""
    named = {clause: path for path, part in _parts(_own_parts(plan)) for clause in _clauses(part)}
    faults = [(f"{path}.clause", key) for key, path in named.items() if plan.clauses and key not in plan.clauses]
    return tuple(
        f"{path}: {key} does not stand in {plan.wording}; correct the one or the other" for path, key in faults
    )


def _sources(parts: Iterable[Placed], letters: str | None, common: Common) -> Iterator[Fault]:
    for path, part in parts:
        clauses = _clauses(part)
        law, origin = getattr(part, "law", None), getattr(part, "origin", None)
        if origin is Origin.SEED and not clauses:
            yield f"{path}.clause", "the clause of the plan, since its origin is seed", "nothing", None
        if origin is Origin.LAW and law is None:
            yield f"{path}.law", "an entry of laws, since its origin is law", "nothing", None
        if law is not None:
            yield from known(f"{path}.law", law, common.laws)
        for clause in clauses:
            if letters is None or not fullmatch(rf"{letters}-[0-9P][0-9A-Za-z.]*", clause):
                wanted = f"a clause id like {letters}-3.1b" if letters else "no clause, which is a county's own"
                yield f"{path}.clause", wanted, shown(clause), None


def _needed(plan: Plan) -> Iterator[Fault]:
    for field, names in (("seats", SEATS), ("clocks", CLOCKS), ("ladders", LADDERS), ("retention", retention.FIGURES)):
        for name in names:
            if name not in getattr(plan, field):
                yield f"{field}.{name}", "an entry, since the program relies on it", "nothing", None


def _alarms(plan: Plan) -> Iterator[Fault]:
    """Whoever is woken again and again for weeks hears nothing any more: the steps wake them, the rounds do not."""
    for key, one in plan.ladders.items():
        if one.urgent and one.pause < HALF_A_DAY:
            wanted = "rounds of an urgent ladder at least 12 hours apart; what comes sooner is a step"
            yield f"ladders.{key}.then", wanted, f"{one.pause} minutes", None


def _references(plan: Plan) -> Iterator[Fault]:
    units = plan.units
    for unit in units.values():
        at = f"units.{unit.id}"
        yield from known(f"{at}.parent", unit.parent, units)
        yield from known(f"{at}.host", unit.host, units)
        yield from known(f"{at}.successor.to", _line(unit, "successor"), units)
        yield from each_known(f"{at}.goods", unit.goods, plan.goods)
    for seat in plan.seats.values():
        yield from each_known(f"seats.{seat.id}.units", seat.units or (), units)
    for task in plan.tasks.values():
        yield from each_known(f"tasks.{task.id}.lead", task.lead, units)
        yield from each_known(f"tasks.{task.id}.assists", task.assists, units)
    yield from each_known("intake.viewers", plan.intake.viewers, units)
    yield from known("sealed.passes_to", plan.sealed.passes_to, units)
    for n, route in enumerate(plan.routes):
        yield from known(f"routes[{n}].to", route.to, units)
        yield from each_known(f"routes[{n}].goods", route.goods, plan.goods)
        yield from each_known(f"routes[{n}].violations", route.violations, plan.violations)
    for key, one in plan.elsewhere.items():
        yield from known(f"elsewhere.{key}.hotline", one.hotline, plan.hotlines)
    for key in plan.retention:
        yield from known(f"retention.{key}", key, retention.FIGURES)
    for key in (key for key in plan.clocks if key not in plan.common.clocks):
        name, _, whose = key.partition(".")
        yield from known(f"clocks.{key}", name, {k for k in (*plan.clocks, *CLOCKS) if "." not in k})
        yield from known(f"clocks.{key}", whose or None, units)


def _timezone(plan: Plan) -> Iterator[Fault]:
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "timezone", "a zone such as Asia/Shanghai", shown(plan.timezone), None


def _names(plan: Plan) -> Iterator[Fault]:
    for name, owners in plan.unit_names.clashes().items():
        yield f"units.{owners[-1]}", f"names no other unit answers to ('{owners[0]}' does)", f"'{name}'", None


def _words(plan: Plan) -> Iterator[Fault]:
    """A word that two choices of a list answer to recognises neither."""
    for field in ("goods", "violations", "places"):
        owner: dict[str, str] = {}
        for key, one in getattr(plan, field).items():
            at = f"{field}.{key}"
            ways = [(f"{at}.name.zh", one.name.zh), (f"{at}.name.en", one.name.en)]
            ways += [(f"{at}.words[{n}]", word) for n, word in enumerate(one.words)]
            for path, word in ways:
                first = owner.setdefault(normalize("NFKC", word).casefold(), path)
                if first != path and not (first.startswith(f"{at}.name") and path.startswith(f"{at}.name")):
                    yield path, f"a word that stands once ('{first}' has it)", shown(word), None


def _lines_of_units(plan: Plan) -> Iterator[Fault]:
    """Parents, hosts and successors lead somewhere: following them never comes back."""
    for unit in plan.units.values():
        for field in ("parent", "host", "successor"):
            seen, at = {unit.id}, _line(unit, field)
            while at in plan.units and at not in seen:
                seen.add(at)
                at = _line(plan.units[at], field)
            if at == unit.id:
                yield f"units.{unit.id}.{field}", "a line that does not come back to itself", shown(at), None


def _line(unit: Unit, field: str) -> str | None:
    if field == "successor":
        return unit.successor.to if unit.successor else None
    line: str | None = getattr(unit, field)
    return line


def _posts(plan: Plan) -> Iterator[Fault]:
    intake = plan.intake
    for path, post, seat in (
        ("intake", intake, "intake"),
        ("duty", plan.duty, plan.duty.seat),
        ("head", plan.head, plan.head.seat),
        ("sealed", plan.sealed, plan.sealed.seat),
    ):
        yield from known(f"{path}.seat", seat, plan.seats)
        yield from _seated(plan, f"{path}.unit", post.unit, seat)
        for n, other in enumerate(getattr(post, "others", ())):
            yield from _seated(plan, f"{path}.others[{n}]", other, seat)
            if other in plan.kin(post.unit):
                wanted = f"a unit that is not one body with '{post.unit}', which it stands in for"
                yield f"{path}.others[{n}]", wanted, shown(other), None
    if not intake.others:
        yield "intake.others", "at least one other office, for when intake itself is involved", "none", None


def _seated(plan: Plan, path: str, unit: str, seat: str) -> Iterator[Fault]:
    if unit not in plan.units:
        yield from known(path, unit, plan.units)
    elif seat in plan.seats and not plan.seat_exists(unit, seat):
        yield path, f"a unit where people can hold the seat '{seat}' (see seats.{seat}.units)", shown(unit), None


def _routes(plan: Plan) -> Iterator[Fault]:
    for n, route in enumerate(plan.routes):
        sealed = [v for v in route.violations if v in plan.violations and plan.violations[v].sealed]
        if sealed:
            wanted = "no violation that takes the sealed route, which is no hand-over"
            yield f"routes[{n}].violations", wanted, shown(sealed[0]), None
        if route.to in plan.units:
            why = _no_taker(plan.units[successor_of(plan, route.to)])
            if why:
                yield f"routes[{n}].to", "a unit that can act on a tip", f"'{route.to}', {why}", None


def _no_taker(unit: Unit) -> str | None:
    if unit.kind == "state_company":
        return "a company, which has no power to punish"
    if unit.abolished:
        return "abolished, and nobody is named to follow it"
    return "a group, which nobody sits in" if unit.group else None
