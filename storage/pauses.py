"""A notice that is held back has a clock, so that it is not forgotten: whoever wrote it hears on the day by which something is wanted
of its readers that it is held still. It is there as long as it is held, and goes in the commit that lets it go on or ends it."""

from datetime import datetime

from sqlalchemy import delete

from rules import escalation
from rules.county import Plan
from rules.deadlines import Due
from rules.terms import SeatRef
from storage import duties, said
from storage.database import Tx
from storage.models import duties as _duties

PAUSED = "paused"  # the kind of the clock


def begin(tx: Tx, plan: Plan, number: int, by: SeatRef, author: int, now: datetime, due: Due) -> None:  # noqa: PLR0913
    """`by`: the seat from which it was written, for when its author sits there no more."""
    ladder = plan.ladders[PAUSED]
    duties.open_(
        tx,
        _name(number),
        escalation.first(ladder, now, due.at, plan.calendar, plan.tz, plan.quiet),
        county=plan.id,
        kind=PAUSED,
        unit=by.unit,
        seat=by.seat,
        person=author,
        opened_at=now,
        due_at=due.at,
        provisional=due.provisional,
        origin=ladder.origin.value,
        ladder=ladder.dumps(),
    )


def over(tx: Tx, number: int) -> None:
    """Its author hears of it no more, and what told them offers nothing."""
    ended = delete(_duties).where(_duties.c.once == _name(number)).returning(_duties.c.id)
    for duty in tx.execute(ended).scalars().all():
        said.over(tx, duties.pushed(None, duty))


def of_clock(once: str) -> int:
    """The notice that is held."""
    return int(once.split(":")[1])


def _name(number: int) -> str:
    return f"{PAUSED}:{number}"
