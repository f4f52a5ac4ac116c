"""了解: what anybody may read, by kind, one by one, or by words. Nobody needs an account, and it is kept nowhere that somebody read.

Nothing is filled in here, so whatever is open stays open; a tip-off that is being told goes on below.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from handlers import matter
from handlers.bulletins import pieces
from handlers.desk import Desk
from handlers.forms import Choice, Say, plain
from handlers.words import folded
from rules.bulletins import Category, Fact, stands
from rules.county import Plan
from rules.expressions import expression
from rules.looking_up import Piece, looked_up
from storage import bulletins as rows
from storage.seated import local_day

NAME = "bulletins/learn"
SHOWN, WARNED = 6, 2
LABEL = 20  # characters of a title on a button
TIP, LEARN = Choice("go.tip", style="primary"), Choice("go.learn", style="quiet")


class Entry(NamedTuple):
    """One thing to read, and the button that opens it. `text`: by which it is found."""

    door: str
    title: str
    text: str
    category: str
    at: str | None = None  # when it was published


# -- in words ------------------------------------------------------------------------------------------------------------

LONGEST = 24  # characters
_ABOUT = expression(
    r"(?:我?想?(?:了解|学习|学法|知道))(?:一下)?[\s:：,，]+(\S.*)|(?:learn|read)\s+(?:about\s+)?(\S.*)", re.IGNORECASE
)


def meant(plan: Plan, text: str, free: bool) -> tuple[str, str] | None:
    """典型案例, 了解 假烟: (what is meant, of what). `free`: nothing is open, to which it may be the answer."""
    said = unicodedata.normalize("NFKC", plain(text)).strip()
    if len(said) > LONGEST or "\n" in said:
        return None
    if found := kind(plan, said, by_name=not free):
        return "learn", found
    if about := _ABOUT.fullmatch(said):
        words = about[1] or about[2]
        return ("learn", found) if (found := kind(plan, words)) else ("look_up", words)
    return None


def kind(plan: Plan, said: str, *, by_name: bool = False) -> str:
    """`by_name`: by nothing else that it is called, which may be an answer."""
    word = folded(said)
    called = {folded(name): one.id for one in plan.bulletins.categories.values() for name in _names(one, by_name)}
    return called.get(word, "")


def _names(one: Category, by_name: bool) -> Iterable[str]:
    return (one.name.zh, one.name.en, *(() if by_name else one.words))


# -- what there is -------------------------------------------------------------------------------------------------------


def _entries(desk: Desk) -> list[Entry]:
    """What stands today, the latest first, then what the law says."""
    return [*_pieces(desk), *_facts(desk)]


def _pieces(desk: Desk) -> list[Entry]:
    live = rows.standing(desk.tx, desk.plan.id, local_day(desk.plan, desk.now))
    read_ = ((row, rows.read(desk.tx, row)) for row in live)
    return [
        Entry(f"go.read.{row.id}", one.title, one.words, one.category, matter.stamp(row.published_at))
        for row, one in read_
    ]


def _facts(desk: Desk) -> list[Entry]:
    """They stand under the first kind that takes them."""
    kind = next((one.id for one in desk.plan.bulletins.categories.values() if one.facts), "")
    facts, language = desk.plan.bulletins.facts if kind else {}, desk.chat.language
    return [Entry(f"go.law.{key}", one.title.in_(language), _said(one), kind) for key, one in facts.items()]


def _said(fact: Fact) -> str:
    """In both languages: it is found in either."""
    return " ".join((fact.title.zh, fact.title.en, fact.text.zh, fact.text.en, *fact.words))


def _lines(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [{"title": one.title, "category": one.category, "at": one.at} for one in entries]


def _doors(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    return pieces.doors([(one.door, one.title) for one in entries], LABEL)


def _kinds(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"go.learn.{one}", of="bulletins.categories") for one in keys)


# -- by kind -------------------------------------------------------------------------------------------------------------


def learn(desk: Desk, argument: str) -> list[Say]:
    """`argument`: a kind, and from which on; nothing: all kinds, and the warnings that stand."""
    kind, _, start = argument.partition(".")
    if kind in desk.plan.bulletins.categories:
        return _listed(desk, kind, matter.row_of(start) or 0)
    return [_front(desk, f"{NAME}:front", {})]


def _front(desk: Desk, block: str, data: dict[str, Any]) -> Say:
    kinds, every = desk.plan.bulletins.categories, _entries(desk)
    known = {one.category for one in every}
    warned = [one for one in every if one.category in kinds and kinds[one.category].ends][:WARNED]
    data = data | {"warnings": _lines(warned), "published": any(one.at for one in every)}
    doors = (*_doors(warned), *_kinds(*(one for one in kinds if one in known)))
    return Say(block, data, (*doors, Choice("go.reward"), Choice("go.hotlines"), TIP))


def _listed(desk: Desk, kind: str, start: int) -> list[Say]:
    every = [one for one in _entries(desk) if one.category == kind]
    shown = every[start : start + SHOWN]
    more = (Choice(f"go.learn_more.{kind}.{start + SHOWN}"),) if every[start + SHOWN :] else ()
    instead = () if shown else (*_kinds(*{one.category for one in _facts(desk)} - {kind}), Choice("go.hotlines"))
    data = {"category": kind, "lines": _lines(shown), "total": len(every)}
    return [Say(f"{NAME}:list", data, (*_doors(shown), *more, *instead, TIP, LEARN))]


# -- one of them ---------------------------------------------------------------------------------------------------------


def read(desk: Desk, argument: str) -> list[Say]:
    """One that was corrected leads to what took its place; one that was withdrawn, or has ended, is not shown."""
    row = _goes_on(desk, matter.row_of(argument))
    here = row is not None and row.county == desk.plan.id
    if row is None or not here or not stands(row.status, row.until, local_day(desk.plan, desk.now)):
        return [Say(f"{NAME}:gone", {}, (TIP, LEARN))]
    piece = rows.read(desk.tx, row)
    data = {"piece": pieces.as_read(piece, row.published_at), "corrects": piece.replaces is not None}
    hung = pieces.links(pieces.pictures(desk.tx, row.id))
    return [Say(f"{NAME}:one", data, (*_kinds(piece.category), TIP, LEARN), files=hung)]


def _goes_on(desk: Desk, number: int | None) -> Row[Any] | None:
    row = rows.by_id(desk.tx, number) if number is not None else None
    while row is not None and row.status == "replaced":
        row = rows.correcting(desk.tx, row.id)
    return row


def law(desk: Desk, argument: str) -> list[Say]:
    fact = desk.plan.bulletins.facts.get(argument)
    if fact is None:
        return [Say(f"{NAME}:gone", {}, (TIP, LEARN))]
    data = {"title": fact.title.in_(desk.chat.language), "text": fact.text.in_(desk.chat.language), "law": fact.law}
    return [Say(f"{NAME}:law", data, (*_kinds(*{one.category for one in _facts(desk)}), TIP, LEARN))]


# -- by words ------------------------------------------------------------------------------------------------------------


def look_up(desk: Desk, words: str) -> list[Say]:
    """One that names it is shown at once; of several one chooses; what is only near to it is called so; where there is none, what
    there is."""
    every = {one.door: one for one in _entries(desk)}
    found = looked_up(words, (Piece(*one[:3]) for one in every.values()), desk.plan.goods.values())
    data: dict[str, Any] = {"words": plain(words)[:40], "direct": found.named}
    if not found.keys:
        return [_front(desk, f"{NAME}:none", data)]
    if found.named and len(found.keys) == 1:
        _, name, key = found.keys[0].split(".")
        return read(desk, key) if name == "read" else law(desk, key)
    shown = [every[door] for door in found.keys[:SHOWN]]
    data |= {"lines": _lines(shown), "total": len(found.keys)}
    return [Say(f"{NAME}:found", data, (*_doors(shown), TIP, LEARN))]


READINGS: dict[str, Callable[[Desk, str], list[Say]]] = {
    "learn": learn,
    "learn_more": learn,
    "read": read,
    "law": law,
    "look_up": look_up,
}
