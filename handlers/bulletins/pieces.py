"""A piece as it is shown: to whoever reads it exactly as it was let out, to staff with what they have to know of it besides."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.forms import Choice
from rules.bulletins import Bulletin, Hand, deciders, writers
from rules.exposing import exposing
from storage import attachments, people
from storage import bulletins as rows
from storage.attachments import Owner
from storage.database import Tx

Line = dict[str, Any]


# -- who -----------------------------------------------------------------------------------------------------------------


def offices(desk: Desk) -> list[str]:
    """For which whoever speaks writes."""
    return sorted({one.unit for one in writers(desk.plan) if tuple(one) in desk.seats})


def able(desk: Desk) -> bool:
    """Whether they write pieces or let them out."""
    return bool(offices(desk)) or any(tuple(one) in desk.seats for one in deciders(desk.plan))


def hand(desk: Desk) -> Hand:
    return Hand(desk.person, desk.seats)


def asked_to_decide(desk: Desk, piece: Bulletin) -> tuple[str, list[int]]:
    """Of which unit, and who there: the first chair in which somebody else sits."""
    for unit, seat in deciders(desk.plan, piece.office):
        found = [one for one in desk.today.hear(unit, seat) if one not in piece.authors]
        if found:
            return unit, found
    return "", []


def doors(titles: Sequence[tuple[str, str]], longest: int) -> tuple[Choice, ...]:
    """(what it opens, title) of each. What two begin with alike is followed by which of them it is: no two buttons are called the
    same."""
    short = [_short(title, longest) for _, title in titles]
    alike, seen, made = Counter(short), Counter[str](), list[Choice]()
    for (door, _), label in zip(titles, short, strict=True):
        seen[label] += 1
        made.append(Choice(door, f"{label} ({seen[label]})" if alike[label] > 1 else label))
    return tuple(made)


def _short(title: str, longest: int) -> str:
    """A letter is half as wide as a character."""
    widths = accumulate(0.5 if one.isascii() else 1 for one in title)
    fits = sum(width <= longest for width in widths)
    return title if fits == len(title) else f"{title[: fits - 1].rstrip()}…"


# -- as it reads ---------------------------------------------------------------------------------------------------------


def as_read(piece: Bulletin, at: Any = None) -> Line:
    until = piece.until.isoformat() if piece.until else None
    about: Line = {"category": piece.category, "title": piece.title, "words": piece.words, "office": piece.office}
    return about | {"law": piece.law, "until": until, "at": matter.stamp(at)}


def pictures(tx: Tx, number: int) -> list[Row[Any]]:
    return attachments.of_owner(tx, Owner("bulletin", number))


def links(rows: Iterable[Row[Any]]) -> tuple[Line, ...]:
    """The cleaned copies, as they hang under a message."""
    ready = (row for row in rows if row.state == "ready")
    return tuple({"id": row.id, "n": n, "kind": row.family, "which": "clean"} for n, row in enumerate(ready, 1))


# -- what staff have to know ---------------------------------------------------------------------------------------------


def hints(desk: Desk, title: str, words: str) -> list[Line]:
    """Where it may show who somebody is."""
    names = [name for unit in desk.plan.units.values() for name in (unit.name.zh, unit.full.zh if unit.full else "")]
    return [one._asdict() for one in exposing(f"{title}\n{words}", names)]


def record(desk: Desk, row: Row[Any], piece: Bulletin) -> Line:
    """What was asked before and answered, who wrote it and who let it out, and whether its article has been read."""
    law = desk.plan.common.laws.get(piece.law or "")
    return {
        "gate": [
            {"asks": one.asks.in_(desk.chat.language), "answer": (piece.gate or {})[one.id], "clause": one.clause}
            for one in desk.plan.bulletins.asked_of(piece.category)
            if one.id in (piece.gate or {})
        ],
        "checked": law.status if law else None,
        "hints": hints(desk, piece.title, piece.words),
        "by": people.name(desk.tx, row.made_by),
        "made": matter.stamp(row.made_at),
        "decided_by": people.name(desk.tx, row.decided_by),
        "decided": matter.stamp(row.decided_at),
        "ended": matter.stamp(row.ended_at),
        "ended_by": people.name(desk.tx, rows.ended_by(desk.tx, row)) if row.ended_at else "",
    }
