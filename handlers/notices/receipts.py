"""How a notice stands with each person it is for: facts, in the order of the plan's units, and no ranking."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
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

    @property
    def line(self) -> Line:
        row, read = self.row, self.read
        moments = {"delivered": row.delivered_at, "opened": read.opened, "confirmed": read.confirmed}
        moments |= {"answered": read.answered, "at": read.latest}
        about = {"unit": row.unit, "seat": row.seat, "name": self.name, "standing": read.standing, "reply": row.reply}
        return (
            about
            | {"answer": self.answer, "why": self.why, "away": self.away}
            | {name: matter.stamp(at) for name, at in moments.items()}
        )


def of(desk: Desk, number: int) -> list[Receipt]:
    rows = in_order(desk, notices.receipts(desk.tx, number))
    persons = {row.person for row in rows}
    names, heard = people.names(desk.tx, persons), {one.person for one in pushes.of_people(desk.tx, persons)}
    lost, counted = pushes.lost(desk.tx, persons - heard), broadcasts.counted(desk.tx, number)
    found = []
    for row in rows:
        read = notices.standing(row)
        missing = _why(row.person in heard, row.person in lost) if counted else "unknown"
        why: Why = "" if has_it(row) else missing
        answer, away = notices.answered(desk.tx, row), row.person in desk.today.away
        found.append(Receipt(row, names.get(row.person, ""), read, answer, why, away))
    return found


def in_order(desk: Desk, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    place = {unit: n for n, unit in enumerate(desk.plan.units)}
    return sorted(rows, key=lambda row: (place.get(row.unit, len(place)), row.seat, row.person))


def has_it(row: Row[Any]) -> bool:
    """It stands in a chat of theirs, or they have opened it."""
    return row.delivered_at is not None or notices.standing(row).standing != "unread"


def reached(row: Row[Any], found: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Of these receipts of it: whom it had not reached when the rest of it was not sent does not have it."""
    return [one for one in found if row.status != "cancelled" or has_it(one)]


def _why(heard: bool, lost: bool) -> Why:
    return "waits" if heard else "blocked" if lost else "never"


def empty(row: Row[Any], found: Iterable[Row[Any]]) -> list[str]:
    """Units that it was for, and where nobody sat."""
    there = {one.unit for one in found}
    return [unit for unit in notices.whom(row).units if unit not in there]


def given(found: Iterable[Row[Any]], want: Want) -> set[str]:
    """The units that have given what was wanted: one that anybody read for has read it."""
    return {one.unit for one in found if not notices.standing(one).owes(want)}
