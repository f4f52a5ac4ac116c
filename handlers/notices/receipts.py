"""How a notice stands with each person it is for: facts, in the order of the plan's units, and no ranking."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.notices.in_place import InPlace
from rules.notices import Read, Want
from storage import broadcasts, notices, people, pushes

# Why somebody does not have it yet: they blocked us, never came in or were logged out, or it waits in a conversation of theirs.
# Or nobody knows whether they have it.
Why = Literal["blocked", "never", "waits", "unknown", ""]
Line = dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    row: Row[Any]
    name: str
    read: Read
    answer: str
    why: Why
    away: bool
    deputy: str = ""  # who stands in for them, while they are away
    behind: str = ""  # for whom they have it, where it is not for themselves

    @property
    def line(self) -> Line:
        row, read = self.row, self.read
        moments = {"delivered": row.delivered_at, "opened": read.opened, "confirmed": read.confirmed}
        moments |= {"answered": read.answered, "at": read.latest}
        about = {"unit": row.unit, "seat": row.seat, "name": self.name, "standing": read.standing, "reply": row.reply}
        return (
            about
            | {"answer": self.answer, "why": self.why, "away": self.away, "deputy": self.deputy, "behind": self.behind}
            | {name: matter.stamp(at) for name, at in moments.items()}
        )


def of(desk: Desk, row: Row[Any]) -> list[Receipt]:
    rows = in_order(desk, notices.receipts(desk.tx, row.id))
    persons, place = {one.person for one in rows}, InPlace(desk, row, rows)
    behind = {one.id: place.of(one) for one in rows}
    deputies = {one: desk.today.away[one] for one in persons & desk.today.away.keys()}
    others = {one for one in (*behind.values(), *deputies.values()) if one is not None}
    names, heard = people.names(desk.tx, persons | others), {one.person for one in pushes.of_people(desk.tx, persons)}
    lost, counted = pushes.lost(desk.tx, persons - heard), broadcasts.counted(desk.tx, row.id)

    def why(one: Row[Any]) -> Why:
        return "" if has_it(one) else _why(one.person in heard, one.person in lost) if counted else "unknown"

    return [
        Receipt(
            one,
            names.get(one.person, ""),
            notices.standing(one),
            notices.answered(desk.tx, one),
            why(one),
            one.person in desk.today.away,
            names.get(deputies.get(one.person) or 0, ""),
            names.get(behind[one.id] or 0, ""),
        )
        for one in rows
    ]


def in_order(desk: Desk, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    place = {unit: n for n, unit in enumerate(desk.plan.units)}
    return sorted(rows, key=lambda row: (place.get(row.unit, len(place)), row.seat, row.person))


def has_it(row: Row[Any]) -> bool:
    """It stands in a chat of theirs, or they have opened it."""
    return row.delivered_at is not None or notices.standing(row).standing != "unread"


def of_readers(desk: Desk, numbers: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """The receipts of each, but of those whom it is not sent, or not yet while it is held back: they don't find it when they come."""
    found = notices.of_notices(desk.tx, numbers)
    held = broadcasts.held(desk.tx, found)
    return {one: [row for row in rows if one not in held or has_it(row)] for one, rows in found.items()}


def of_reader(desk: Desk, number: int) -> list[Row[Any]]:
    return of_readers(desk, [number]).get(number, [])


def _why(heard: bool, lost: bool) -> Why:
    return "waits" if heard else "blocked" if lost else "never"


def empty(row: Row[Any], found: Iterable[Row[Any]]) -> list[str]:
    """Units that it was for, and where nobody sat."""
    there = {one.unit for one in found}
    return [unit for unit in notices.whom(row).units if unit not in there]


def given(found: Iterable[Row[Any]], want: Want) -> set[str]:
    """The units that have given what was wanted: one that anybody read for has read it."""
    return {one.unit for one in found if not notices.standing(one).owes(want)}
