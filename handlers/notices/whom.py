"""To whom, as it is said: units pressed or named, single people by name, an audience that was saved; and who of the units."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from handlers.desk import Desk
from handlers.duties import asked_units
from handlers.forms import Answers, Choice, Facts, Say
from rules.expressions import expression
from rules.names import names_of, plain
from rules.notices import SEATS, Whom
from storage import audiences, people

_LEADERS, _LIAISONS = ("负责人", "领导", "leader"), ("联络员", "经办", "liaison")
PERSON, SAVED = "p.", "saved."  # in front of a number, among the units
_TURNS = expression(r"(?=(?<![把再])(?:去掉|去除|除了|删掉|不要|不选|再?加上|再加)(?=.))|[,，;；\n](?=把.+去掉)")
_BEHIND = expression(r"^(?:把|将)?(.+?)(?:都)?(?:去掉|删掉|除外|不要了|不发了?)$")
_ADDED = expression(r"^(?:请)?(?:再?加上|再加|加|增加|添加|也发给|发给)\s*|^add\s+", re.IGNORECASE)
_BREAKS = expression(r"[\n,，、;；]+|(?<=\S)[和与及](?=\S)")


# -- which seats ---------------------------------------------------------------------------------------------------------


def seats_of(key: str) -> tuple[str, ...]:
    """`key`: one of `SEATS`, or a kind of seat that the plan has."""
    return SEATS.get(key) or (key,)


def key_of(seats: tuple[str, ...]) -> str:
    return next((key for key, ones in SEATS.items() if ones == seats), seats[0] if seats else "liaisons")


def seats_offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """Liaisons and leaders sit everywhere; what else sits in one of these units."""
    return (*(Choice(one) for one in SEATS), *(Choice(one, of="seats") for one in facts["seats"]))


def seats_named(words: str, facts: Facts) -> str | None:
    """负责人和联络员, 领导."""
    leaders, liaisons = (any(one in words for one in names) for names in (_LEADERS, _LIAISONS))
    return "both" if leaders and liaisons else "leaders" if leaders else "liaisons" if liaisons else None


def other_seats(desk: Desk, units: Iterable[str]) -> tuple[str, ...]:
    there = [one for one in units if not one.startswith(PERSON)]
    kinds = (one for one in desk.plan.seats if one not in SEATS["both"])
    return tuple(kind for kind in kinds if any(desk.plan.seat_exists(unit, kind) for unit in there))


# -- what is kept of it --------------------------------------------------------------------------------------------------


def read(answers: Answers, able: tuple[str, ...]) -> Whom:
    """Without units that can't be asked any more."""
    said = answers.get("units") or ()
    persons = tuple(int(one.removeprefix(PERSON)) for one in said if one.startswith(PERSON))
    units = tuple(one for one in said if one in able)
    return Whom(units, seats_of(answers.get("seats") or "liaisons") if units else (), persons)


def filled(whom: Whom) -> Answers:
    """As answers that say it."""
    units = [*whom.units, *(f"{PERSON}{one}" for one in whom.persons)]
    return {"units": units} | ({"seats": key_of(whom.seats)} if whom.units else {})


def named(desk: Desk, said: Iterable[str]) -> list[dict[str, Any]]:
    """Units by their key, people by name, as templates show them."""
    kept = list(said)
    names = people.names(desk.tx, [int(one.removeprefix(PERSON)) for one in kept if one.startswith(PERSON)])
    return [
        {"unit": None, "name": names.get(int(one.removeprefix(PERSON)), "")}
        if one.startswith(PERSON)
        else {"unit": one, "name": ""}
        for one in kept
    ]


# -- the question --------------------------------------------------------------------------------------------------------


def offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """What the office has saved first; people who were named stand there to be taken out again."""
    people_ = (Choice(one, name) for one, name in facts["people"].items())
    return (
        *(Choice(one, name) for one, name in facts["saved"].items()),
        *asked_units.offered(answers, facts),
        *people_,
    )


def gathered(desk: Desk, before: Answers | None, after: Answers, able: tuple[str, ...], own: list[str]) -> list[Say]:
    """Each piece becomes the units and people it means. Changed at the last look in words it is changed at once; opened there
    to be changed, it begins with what there was."""
    first = after.get("*") == "units" and "units" in after and "units+" not in (before or {})
    in_words = first and bool(after.get("units+"))
    if first:
        after["units+"] = [*after["units"], *after.get("units+", ())]
    told = _settled(desk, after, able, own) if "units+" in after else []
    if in_words and after.get("units+"):
        after["units"] = after.pop("units+")
        after.pop("*")
    return told


def _settled(desk: Desk, after: Answers, able: tuple[str, ...], own: list[str]) -> list[Say]:
    pieces, persons, told = list[Any](), dict[str, None](), list[Say]()
    for piece in (part for one in after["units+"] for part in _parts(one)):
        if isinstance(piece, dict):
            rest, found, out = _people_in(desk, piece["said"])
            persons = {one: None for one in persons if one not in found} if out else persons | dict.fromkeys(found)
            pieces += [{"said": rest}] if rest else []
        elif piece.startswith(PERSON):
            persons = {one: None for one in persons if one != piece} if piece in persons else persons | {piece: None}
        elif piece.startswith(SAVED):
            pieces += _saved(desk, after, piece, able, own, pieces, persons)
        else:
            pieces.append(piece)
    after["units+"] = pieces
    told += asked_units.gathered(desk, after, able, own)
    if persons:
        after["units+"] = [*after.get("units+", ()), *persons]
    return told


def _parts(piece: Any) -> list[Any]:
    """全部乡镇，不要丙镇 is two things; 把烟草局去掉 says what 去掉烟草局 says, 加上公安局 what 公安局 does."""
    if not isinstance(piece, dict):
        return [piece]
    found = (_BEHIND.sub(r"去掉\1", one.strip(" ,，;；\n")) for one in _TURNS.split(piece["said"]))
    return [{"said": _ADDED.sub("", one)} for one in found if one]


def _saved(
    desk: Desk,
    after: Answers,
    piece: str,
    able: tuple[str, ...],
    own: list[str],
    got: list[Any],
    persons: dict[str, None],
) -> list[str]:
    row = audiences.by_id(desk.tx, int(piece.removeprefix(SAVED)))
    if row is None or row.county != desk.plan.id or row.office not in own:
        return []
    whom = audiences.whom(row)
    if whom.units:
        after["seats"] = key_of(whom.seats)
    persons |= {f"{PERSON}{one}": None for one in whom.persons}
    return [one for one in whom.units if one in able and one not in got]


def _people_in(desk: Desk, words: str) -> tuple[str, list[str], bool]:
    """The words that name nobody, the people named, and whether they are to be taken out. Of several of one name whoever writes
    says the unit with it: 烟草局张三."""
    out = asked_units.OUT.match(words.strip())
    names = _names(desk)
    rest, found = [], []
    for part in _BREAKS.split(words.strip()[out.end() :] if out else words):
        meant = names.get(_bare(part), ())
        if len(meant) == 1 and not desk.plan.unit_named(part):
            found += [f"{PERSON}{one}" for one in meant]
        elif part.strip():
            rest.append(part)
    left = "、".join(rest)
    return (f"{out[0]}{left}" if out and left else left), found, bool(out)


def _names(desk: Desk) -> dict[str, frozenset[int]]:
    """How each member of staff may be called: the name, or unit and name."""
    rows = people.roster(desk.tx, desk.plan.id)
    names = people.names(desk.tx, {row.person for row in rows})
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        name = _bare(names.get(row.person, ""))
        units = [plain(one) for one in names_of(desk.plan.units[row.unit])] if row.unit in desk.plan.units else []
        for called in (name, *(f"{unit}{name}" for unit in units)):
            found[called] = found.get(called, frozenset()) | {row.person}
    found.pop("", None)
    return found


def _bare(words: str) -> str:
    return plain(unicodedata.normalize("NFKC", words).replace("的", ""))
