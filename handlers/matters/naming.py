"""Whom words name among those that may be picked: one, or several in one message; what is in no list is a place outside, where there
may be such. What is known is taken, of the rest it is said."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from handlers import units
from handlers.forms import Facts, Heard, Refused, plain, said
from handlers.matters import held
from handlers.words import folded
from rules.kin import successor_of
from rules.units_said import units_said

if TYPE_CHECKING:
    from handlers.matters.receivers import Pick

LONGEST = 60  # characters of a place that is named freely
PLACE = "="  # before what a place is called that is in no list


class Named(NamedTuple):
    """Whom a message names, as choices; and what of it could not be taken."""

    choices: tuple[str, ...]
    refused: tuple[Refused, ...] = ()


def read(heard: Heard, facts: Facts, asked: Collection["Pick"]) -> Any:
    if heard.kind == "chose":
        return heard.choice
    words = said(200)(heard)
    if isinstance(words, Refused):
        return words
    found = _named(plain(words), facts, asked)
    too_many = next((one for one in facts["pick"] if one.single and of(one, found.choices)[1:]), None)
    if too_many is not None:
        return Refused("only_one", {"role": too_many.role.name.in_(facts["language"])})
    return found if found.choices else next(iter(found.refused), _unknown(plain(words)))


def of(pick: "Pick", choices: Sequence[str]) -> list[str]:
    return [one for one in choices if one.startswith(f"{pick.role.id}.")]


def _named(words: str, facts: Facts, asked: Collection["Pick"]) -> Named:
    """A unit, or several in one message; what is in no list is a place outside, where there may be such. What is known is taken,
    of the rest it is said."""
    for one in asked:
        found = units.sought(facts["plan"], words, _inside(one)) or _county(words, facts, one)
        if len(found) == 1:
            return Named((f"{one.role.id}.{found[0]}",))
    each = [(one, units_said(facts["plan"], words, _inside(one))) for one in asked]
    pick, several = next((one for one in each if one[1].units), each[0])
    left = [_left(one, facts, pick if pick.free else _free(asked)) for one in several.unknown]
    unsure = [Refused("several_units", _which(one, all_, facts)) for one, all_ in several.several]
    known = [f"{pick.role.id}.{unit}" for unit in several.units] + [one for one in left if isinstance(one, str)]
    return Named(tuple(known), (*(one for one in left if isinstance(one, Refused)), *unsure))


def _free(asked: Collection["Pick"]) -> "Pick | None":
    return next((one for one in asked if one.free), None)


def _left(words: str, facts: Facts, free: "Pick | None") -> str | Refused:
    """What is nobody of the list: a county of this deployment, a unit that cannot have it, a place outside."""
    known = facts["plan"].unit_named(words)
    unit = successor_of(facts["plan"], known.id) if known is not None else ""
    if free is not None and (hosted := _county(words, facts, free)):
        return f"{free.role.id}.{hosted[0]}"
    if unit and (facts["plan"].units[unit].seatable or free is None):
        own = unit in {one.own for one in facts["pick"]}
        return Refused("not_to_yourself" if own else "not_this_unit", {"words": words[:LONGEST]})
    if free is None and len(units.sought(facts["plan"], words, tuple(facts["plan"].units))) == 1:
        return Refused("not_this_unit", {"words": words[:LONGEST]})
    if free is None or len(words) > LONGEST:
        return _unknown(words)
    return f"{free.role.id}.{PLACE}{words}"


def _which(words: str, all_: Iterable[str], facts: Facts) -> dict[str, Any]:
    names = [facts["plan"].units[unit].name.in_(facts["language"]) for unit in all_]
    return {"words": words[:LONGEST], "names": names}


def _inside(pick: "Pick") -> tuple[str, ...]:
    return tuple(unit for unit in pick.units if not unit.startswith(held.HOSTED))


def _unknown(words: str) -> Refused:
    return Refused("no_such_unit", {"words": words[:LONGEST]})


def _county(words: str, facts: Facts, pick: "Pick") -> list[str]:
    """A county of the same deployment, by its name."""
    hosted = {unit: facts["plans"][unit[1:]].name for unit in pick.units if unit.startswith(held.HOSTED)}
    return [unit for unit, name in hosted.items() if folded(words) in (folded(name.zh), folded(name.en))]
