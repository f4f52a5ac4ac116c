"""Whom a matter goes to: picked from a list, several at once, called as people call them; a unit that is no more gives way to the one
that followed it, a place outside that is in no list is named freely.

facts: `pick`, the roles somebody is picked for, each with who may have it; `plan`, `language`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from handlers.desk import Desk
from handlers.forms import Answers, Choice, Facts, Question, Refused
from handlers.matters import across, held, views
from handlers.matters.naming import PLACE, Named, of, read
from rules.courses import Course, given
from rules.kin import successor_of
from rules.regimes import Move, Proposal, Regime, Role
from rules.terms import Origin
from rules.unit_sets import meant
from storage import matters

RULES = (Origin.SEED, Origin.LAW)


class Pick(NamedTuple):
    """`free`: the group that a place may be of which is in no list; `must`: something is awaited of them. `proposed`: whom the plan
    or a law means here, the first that fits before the others. `own`: whoever puts it."""

    role: Role
    units: tuple[str, ...]
    free: str
    must: bool
    own: str = ""
    proposed: tuple[Proposal, ...] = ()

    @property
    def single(self) -> bool:
        return self.role.chosen == "one"

    @property
    def silent(self) -> bool:
        """Neither plan nor law says who it is; what is proposed is nobody's rule."""
        return bool(self.role.suggests) and not any(one.origin in RULES for one in self.proposed)

    @property
    def collide(self) -> bool:
        """Rules that mean different units, of which one has to be chosen."""
        return self.single and len(self.proposed) > 1 and not self.silent


def picks(
    desk: Desk,
    regime: Regime,
    move: Move,
    own: str,
    course: Course | None = None,
    tip: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> tuple[Pick, ...]:
    """Who has a part already, and of whom something is awaited, is not offered again, unless the move gives the part anew; nor is
    whoever puts it, nor a unit that the tip it began with says is involved."""
    out = {own, *held.barred(desk, tip)}
    found = (
        _pick(
            desk,
            regime,
            regime.roles[role],
            out,
            None if role in move.wakes else course,
            must=not regime.stages[stage].ends,
        )._replace(own=own)
        for role, stage in move.adds.items()
        if regime.roles[role].chosen
    )
    return tuple(_with_proposals(desk, one, values or {}) for one in found)


def _with_proposals(desk: Desk, pick: Pick, values: Mapping[str, Any]) -> Pick:
    """Who is meant stands first in the list; an abolished unit is who followed it. What is only our suggestion gives way to a
    rule."""
    meant = (replace(one, unit=successor_of(desk.plan, one.unit)) for one in pick.role.proposed(values))
    fits = tuple({one.unit: one for one in reversed([*meant]) if one.unit in pick.units}.values())[::-1]
    able = tuple(one for one in fits if one.origin in RULES) or fits
    rest = tuple(one for one in pick.units if one not in {each.unit for each in able})
    return pick._replace(units=(*(one.unit for one in able), *rest), proposed=able)


def to_be_reasoned(answers: Answers, found: Iterable[Pick]) -> bool:
    """Whether a person has chosen between rules, or otherwise than they say."""
    got = chosen(answers)
    return any(
        one.role.suggests and one.single and got.get(one.role.id, []) not in ([], [each.unit for each in one.proposed])
        for one in found
    )


def _pick(desk: Desk, regime: Regime, role: Role, out: Collection[str], course: Course | None, *, must: bool) -> Pick:
    busy = (
        {one.unit for one in course.parties if one.role == role.id and not course.stage(one).ends} if course else set()
    )
    plan = desk.plan
    bodies = [one for one in role.who if one in plan.units and plan.units[one].outside and not plan.units[one].group]
    free = next(
        (one for one in role.who if one in plan.units and plan.units[one].outside and plan.units[one].group), ""
    )
    hosted = across.counties(desk, regime) if free else ()
    all_ = (*held.may_have(desk, role), *bodies, *hosted)
    return Pick(role, tuple(one for one in dict.fromkeys(all_) if one not in {*busy, *out}), free, must)


def facts(desk: Desk, found: Iterable[Pick]) -> dict[str, Any]:
    return {"pick": tuple(found), "plan": desk.plan, "plans": desk.setting.plans, "language": desk.chat.language}


def told(desk: Desk, answers: Answers, found: Iterable[Pick]) -> dict[str, Any]:
    """What its words need: who has been picked so far, who is proposed and why."""
    all_, got, language = list(found), chosen(answers), desk.chat.language
    names = {one.role.id: one.role.name.in_(language) for one in all_}
    proposed = [_told_of(desk, each) for one in all_ for each in one.proposed]
    silent, collide = any(one.silent for one in all_), any(one.collide for one in all_)
    to = [{"role": names[role]} | _picked(desk, got[role]) for role in names if got.get(role)]
    return {"to": to, "proposed": proposed, "silent": silent, "collide": collide}


def fixed(
    desk: Desk, regime: Regime, move: Move, own: str, values: Mapping[str, Any], tip: int | None = None
) -> list[str]:
    """Who gets it besides, whom nobody picks."""
    roles = [role for role in given(move, regime.roles, values) if not role.chosen and not role.same]
    out = {own, *held.barred(desk, tip)}
    units = dict.fromkeys(unit for role in roles for unit in meant(desk.plan, role.who))
    return [_name(desk, unit) for unit in units if unit not in out]


def _told_of(desk: Desk, one: Proposal) -> dict[str, Any]:
    """Whom, why, and on whose word."""
    source = (
        one.law if one.origin == Origin.LAW else one.clause if one.origin == Origin.SEED else ""
    ) or one.origin.value
    return {"unit": _name(desk, one.unit), "why": one.why.in_(desk.chat.language), "source": source}


def _name(desk: Desk, unit: str) -> str:
    return unit.removeprefix(PLACE) if unit.startswith(PLACE) else views.unit_name(desk, unit)


# -- the question --------------------------------------------------------------------------------------------------------


def _asked_now(facts: Facts, *, optional: bool) -> tuple[Pick, ...]:
    return tuple(one for one in facts.get("pick", ()) if one.must is not optional)


def _picked(desk: Desk, units: Iterable[str]) -> dict[str, list[str]]:
    found = [_name(desk, one) for one in units]
    return {"names": found, "outside": [_name(desk, one) for one in units if one.startswith(PLACE)]}


def _shown(answers: Answers, facts: Facts, *, optional: bool) -> Facts:
    """For which roles, of which only one is meant, and who was picked for them."""
    asked, language = _asked_now(facts, optional=optional), facts["language"]
    roles = [one.role.name.in_(language) for one in asked]
    to = [one for one in facts["said"].get("to", ()) if one["role"] in roles]
    single = [one.role.name.in_(language) for one in asked if one.single]
    return {"roles": roles, "single": single, "free": any(one.free for one in asked), "to": to}


def _choices(answers: Answers, facts: Facts, *, optional: bool) -> tuple[Choice, ...]:
    """Whoever may be picked, and the places that were named; for a part that is asked after another, not who has that one."""
    asked, got = _asked_now(facts, optional=optional), chosen(answers)
    taken = {unit for role, units in got.items() if role not in {one.role.id for one in asked} for unit in units}
    offered = [(one, unit) for one in asked for unit in one.units if unit not in taken]
    offered += [(one, name) for one in asked for name in got.get(one.role.id, ()) if name.startswith(PLACE)]
    several = len(asked) > 1
    return tuple(Choice(f"{one.role.id}.{unit}", _called(facts, one, unit, several=several)) for one, unit in offered)


def _called(facts: Facts, one: Pick, unit: str, *, several: bool) -> str:
    if unit.startswith(PLACE):
        return unit.removeprefix(PLACE)
    hosted = facts["plans"].get(unit.removeprefix(held.HOSTED)) if unit.startswith(held.HOSTED) else None
    name = str((hosted or facts["plan"].units[unit]).name.in_(facts["language"]))
    return f"{one.role.name.in_(facts['language'])} · {name}" if several else name


def _takes(got: Sequence[Any], value: Any, pressed: bool, facts: Facts) -> tuple[list[Any], tuple[Refused, ...]]:
    """Pressed again it is taken back; where one is meant, a second takes the place of the first."""
    if not isinstance(value, Named):
        value = Named((value,))
        if got and pressed and value.choices[0] in got:
            return [one for one in got if one not in value.choices], ()
    rest = [*got]
    for choice in value.choices:
        single = next((one for one in facts["pick"] if one.single and of(one, [choice])), None)
        rest = [one for one in rest if single is None or not of(single, [one])]
        rest += [choice] if choice not in rest else []
    return rest, value.refused


def _enough(answers: Answers, facts: Facts) -> bool:
    """Somebody for each role of which something is awaited, and one where only one is meant."""
    return not short(facts["pick"], chosen(answers))


def asked(facts: Facts, *, optional: bool) -> bool:
    """Whoever must be picked is asked for first, whoever may be after that."""
    return bool(_asked_now(facts, optional=optional))


def question(*, optional: bool) -> Question:
    return Question(
        "others" if optional else "units",
        lambda heard: Refused("want_choice"),
        lambda answers, facts: _choices(answers, facts, optional=optional),
        lambda answers, facts: asked(facts, optional=optional),
        many=True,
        shows=lambda answers, facts: _shown(answers, facts, optional=optional),
        read=lambda heard, facts: read(heard, facts, _asked_now(facts, optional=optional)),
        ready=_enough,
        takes=_takes,
        optional=optional,
    )


# -- what was picked -----------------------------------------------------------------------------------------------------


def _pieces(answers: Answers) -> Iterator[str]:
    """While it is changed, what is ticked now."""
    for name in ("units", "others"):
        yield from answers.get(f"{name}+") or (() if answers.get("*") == name else answers.get(name)) or ()


def chosen(answers: Answers) -> dict[str, list[str]]:
    """By role: units, and places as they were called."""
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(_pieces(answers)):
        role, name = one.split(".", 1)
        found.setdefault(role, []).append(name)
    return found


def reconsidered(before: Answers | None, after: Answers) -> None:
    """A reason was given for whom it goes to: for others it is given anew."""
    if before is not None and chosen(before) != chosen(after):
        after.pop("reason", None)


def settled(desk: Desk, answers: Answers, found: Collection[Pick]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """By role the units that still may have that part; and what places outside are called."""
    by_role = {one.role.id: one for one in found}
    taken: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for role, names in chosen(answers).items():
        pick = by_role.get(role)
        for name in names if pick is not None else ():
            assert pick is not None
            unit = name if name in pick.units else _place(desk, pick, name.removeprefix(PLACE), labels)
            taken.setdefault(role, []).extend([unit] if unit else [])
    return taken, labels


def _place(desk: Desk, pick: Pick, name: str, labels: dict[str, str]) -> str:
    if not pick.free or name in desk.plan.units:
        return ""
    unit = matters.place(desk.tx, desk.plan.id, pick.free, name)
    labels[unit] = name
    return unit


def short(found: Iterable[Pick], taken: Mapping[str, Collection[str]]) -> bool:
    """Whether a role of which something is awaited has nobody, or one for one has several."""
    return any(
        (one.must and not taken.get(one.role.id)) or (one.single and len(taken.get(one.role.id, ())) > 1)
        for one in found
    )
