"""Open duties counted again under another calendar: days that were only provisional are settled, and those by a notice that
another replaces move with it. A day that somebody decided stays where it is.

It stands beside the rows and not with the reminders, because whoever imports a notice does it in the same commit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from rules import deadlines, demands, escalation
from rules.county import Plan
from rules.deadlines import Due
from rules.escalation import Ladder
from storage import duties, duty_moves, filings
from storage.approvals import APPROVAL
from storage.database import Tx
from storage.notices import NOTICE

ASKED_FOR = "calendar"  # the kind of the clock that asks for a year's notice


@dataclass(frozen=True)
class Counted:
    """`due`: by the new calendar; None for a day that somebody decided and that is no estimate any more."""

    row: Row[Any]
    due: Due | None

    @property
    def moves(self) -> bool:
        return self.due is not None and self.due.at != self.row.due_at


def counted(tx: Tx, before: Plan, after: Plan, *, lock: bool = False) -> list[Counted]:
    """What importing a notice would do, county by county."""
    replaced = any(after.calendar.years.get(year) != known for year, known in before.calendar.years.items())
    rows = duties.countable(tx, after.id, provisional=not replaced, lock=lock)
    found = (_counted(before, after, row) for row in rows)
    return [one for one in found if one is not None]


def recount(tx: Tx, before: Plan, after: Plan, at: datetime, person: int | None = None) -> list[Counted]:
    """The same, done. Once done it finds nothing, so every process may do it that learns of the notice: one that opened a
    duty by the old calendar in the meantime settles it. Clocks that asked for a year that is known now are over."""
    found = counted(tx, before, after, lock=True)
    for one in found:
        if one.moves:
            _move(tx, after, one, at, person)
        else:
            duties.change(tx, one.row.id, provisional=one.due is not None and one.due.provisional)
    for row in duties.asking(tx, after.id, ASKED_FOR):
        if after.calendar.known(int(row.period)):
            duties.end(tx, row, at, "done")
    return found


def _counted(before: Plan, after: Plan, row: Row[Any]) -> Counted | None:
    """None: it stays as it is."""
    if row.kind in (ASKED_FOR, filings.UNSEEN, NOTICE, APPROVAL):
        return None
    due, decided = _due(after, row), row.rule is not None and row.extended
    if due is None:
        return None
    if row.provisional:
        one = Counted(row, None if decided else due)
        return one if one.moves or not due.provisional else None
    old = None if decided else _due(before, row)
    stands = old is not None and old.at == row.due_at
    return Counted(row, due) if stands and due.at != row.due_at else None


def _due(plan: Plan, row: Row[Any]) -> Due | None:
    """By that calendar: a demand's case, what an event opened, or the clock of a tip. None where the plan has dropped it."""
    if row.rule is None:
        clock = plan.clock(row.kind if row.kind in plan.clocks else "receive", row.unit)
        times = min(int(row.extended), clock.extend.times if clock.extend else 0)
        return deadlines.due(clock, row.opened_at, plan.calendar, plan.tz, times)
    demand = plan.duties.get(row.rule)
    if demand is not None and demand.every == "event" and demand.within is not None:
        return deadlines.due(demand.clock, row.opened_at, plan.calendar, plan.tz)
    about = (demands.first_day(plan, row.unit), plan.issue_date, plan.calendar, plan.tz)
    return demands.due_of(demand, row.period, *about) if demand is not None else None


def _move(tx: Tx, plan: Plan, one: Counted, at: datetime, person: int | None) -> None:
    """Its people hear of it with the morning's."""
    row, due = one.row, one.due
    assert due is not None
    about = (row.opened_at, due.at, at, plan.calendar, plan.tz, plan.quiet)
    stands = escalation.moved(Ladder.loads(row.ladder), *about)
    when = {"due_at": due.at, "provisional": due.provisional, "step": stands.index, "look_at": stands.look_at}
    if duties.change(tx, row.id, **when, moved=True):
        duty_moves.move(tx, row, at, "recounted", unit=row.unit, person=person, until=due.at)
