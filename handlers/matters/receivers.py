"""Whom a matter goes to: picked from a list, several at once, called as people call them; a unit that is no more gives way to the one
that followed it, a place outside that is in no list is named freely.

facts: `pick`, the roles somebody is picked for, each with who may have it; `plan`, `language`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from handlers import units
from handlers.desk import Desk
from handlers.forms import Answers, Choice, Facts, Heard, Question, Refused, plain, said
from handlers.matters import across, held, views
from handlers.words import folded
from rules.courses import Course
from rules.kin import successor_of
from rules.regimes import Move, Proposal, Regime, Role
from rules.terms import Origin
from rules.units_said import units_said
from storage import matters

RULES = (Origin.SEED, Origin.LAW)
LONGEST = 60  # characters of a place that is named freely


class Pick(NamedTuple):
    """`free`: the group that a place may be of which is in no list; `must`: something is awaited of them. `proposed`: whom the plan
    or a law means here, the first that fits before the others."""

    role: Role
    units: tuple[str, ...]
    free: str
    must: bool
    proposed: tuple[Proposal, ...] = ()

    @property
    def silent(self) -> bool:
        """Neither plan nor law says who it is; what is proposed is nobody's rule."""
        return bool(self.role.suggests) and not any(one.origin in RULES for one in self.proposed)

    @property
    def collide(self) -> bool:
        """Rules that mean different units, of which one has to be chosen."""
        return self.role.chosen == "one" and len(self.proposed) > 1 and not self.silent


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
        )
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
        one.role.suggests
        and one.role.chosen == "one"
        and got.get(one.role.id, []) not in ([], [each.unit for each in one.proposed])
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
    """What its words need: for which roles, and who has been picked so far."""
    all_, got, language = list(found), chosen(answers), desk.chat.language
    names = {one.role.id: one.role.name.in_(language) for one in all_}
    proposed = [_told_of(desk, each) for one in all_ for each in one.proposed]
    silent, collide = any(one.silent for one in all_), any(one.collide for one in all_)
    to = [{"role": names[role], "names": [_name(desk, one) for one in got[role]]} for role in names if got.get(role)]
    return {"roles": list(names.values()), "free": any(one.free for one in all_), "to": to} | {
        "proposed": proposed,
        "silent": silent,
        "collide": collide,
    }


def _told_of(desk: Desk, one: Proposal) -> dict[str, Any]:
    """Whom, why, and on whose word."""
    source = (
        one.law if one.origin == Origin.LAW else one.clause if one.origin == Origin.SEED else ""
    ) or one.origin.value
    return {"unit": _name(desk, one.unit), "why": one.why.in_(desk.chat.language), "source": source}


def _name(desk: Desk, unit: str) -> str:
    return views.unit_name(desk, unit)


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    several = len(facts["pick"]) > 1
    offered = [(one, unit) for one in facts["pick"] for unit in one.units]
    return tuple(Choice(f"{one.role.id}.{unit}", _called(facts, one, unit, several=several)) for one, unit in offered)


def _called(facts: Facts, one: Pick, unit: str, *, several: bool) -> str:
    hosted = facts["plans"].get(unit.removeprefix(held.HOSTED)) if unit.startswith(held.HOSTED) else None
    name = str((hosted or facts["plan"].units[unit]).name.in_(facts["language"]))
    return f"{one.role.name.in_(facts['language'])} · {name}" if several else name


def _read(heard: Heard, facts: Facts) -> Any:
    if heard.kind == "chose":
        return heard.choice
    words = said(200)(heard)
    return words if isinstance(words, Refused) else _named(plain(words), facts)


def _named(words: str, facts: Facts) -> Any:
    """A unit, or several in one message; what names none is a place outside, where there may be such. Where some of the names
    are known and others are not, nothing is guessed."""
    for one in facts["pick"]:
        found = units.sought(facts["plan"], words, _inside(one)) or _county(words, facts, one)
        if len(found) == 1:
            return f"{one.role.id}.{found[0]}"
    for one in facts["pick"]:
        several = units_said(facts["plan"], words, _inside(one))
        if several.units:
            left = (*several.unknown, *(said_so for said_so, _ in several.several))
            return _unknown(left[0]) if left else {"role": one.role.id, "units": list(several.units)}
    free = next((one for one in facts["pick"] if one.free), None)
    if free is None or len(words) > LONGEST:
        return _unknown(words)
    return {"role": free.role.id, "place": words}


def _inside(pick: Pick) -> tuple[str, ...]:
    return tuple(unit for unit in pick.units if not unit.startswith(held.HOSTED))


def _unknown(words: str) -> Refused:
    return Refused("no_such_unit", {"words": words[:LONGEST]})


def _county(words: str, facts: Facts, pick: Pick) -> list[str]:
    """A county of the same deployment, by its name."""
    hosted = {unit: facts["plans"][unit[1:]].name for unit in pick.units if unit.startswith(held.HOSTED)}
    return [unit for unit, name in hosted.items() if folded(words) in (folded(name.zh), folded(name.en))]


def _enough(answers: Answers, facts: Facts) -> bool:
    """Somebody for each role of which something is awaited, and one where only one is meant."""
    got = chosen(answers)
    return all(got.get(one.role.id) for one in facts["pick"] if one.must)


def _several(words: str, facts: Facts) -> str | None:
    found = _named(words, facts)
    return found if isinstance(found, str) else None


def asked(facts: Facts, *, optional: bool) -> bool:
    """Where somebody must be picked, it is one question for all of them."""
    must = any(one.must for one in facts.get("pick", ()))
    return bool(facts.get("pick")) and must is not optional


def question(*, optional: bool) -> Question:
    return Question(
        "others" if optional else "units",
        lambda heard: Refused("want_choice"),
        _choices,
        lambda answers, facts: asked(facts, optional=optional),
        many=True,
        read=_read,
        ready=_enough,
        named=_several,
        optional=optional,
    )


# -- what was picked -----------------------------------------------------------------------------------------------------


def _pieces(answers: Answers) -> list[Any]:
    names = ("units", "units+", "others", "others+")
    return [one for name in names for one in answers.get(name) or ()]


def chosen(answers: Answers) -> dict[str, list[str]]:
    """By role: units, and places as they were called."""
    found: dict[str, list[str]] = {}
    for one in _pieces(answers):
        role, names = _piece(one)
        found.setdefault(role, []).extend(names)
    return {role: list(dict.fromkeys(names)) for role, names in found.items()}


def _piece(one: Any) -> tuple[str, list[str]]:
    if isinstance(one, dict):
        return one["role"], one["units"] if "units" in one else [one["place"]]
    role, name = one.split(".", 1)
    return role, [name]


def settled(desk: Desk, answers: Answers, found: Collection[Pick]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """By role the units that still may have that part; and what places outside are called."""
    by_role = {one.role.id: one for one in found}
    taken: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for role, names in chosen(answers).items():
        pick = by_role.get(role)
        for name in names if pick is not None else ():
            assert pick is not None
            unit = name if name in pick.units else _place(desk, pick, name, labels)
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
        (one.must and not taken.get(one.role.id)) or (one.role.chosen == "one" and len(taken.get(one.role.id, ())) > 1)
        for one in found
    )
