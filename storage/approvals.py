"""What waits for a second person's word has a clock, whatever it is: whoever was asked hears once more, then whoever wrote it that
nobody has looked. It is there as long as that waits, and goes in the commit in which it was decided, written anew or given up."""

from datetime import datetime

from sqlalchemy import delete

from rules import deadlines, escalation
from rules.county import Plan
from rules.terms import SeatRef
from storage import duties, said
from storage.database import Tx
from storage.models import duties as _duties

APPROVAL = "approval"  # the kind of the clock


def wait(tx: Tx, plan: Plan, what: str, number: int, by: SeatRef, author: int, now: datetime) -> None:
    """`by`: the seat from which it was written, for when its author sits there no more."""
    ladder = plan.ladders[APPROVAL]
    clock = plan.clock(APPROVAL, by.unit)
    due = deadlines.due(clock, now, plan.calendar, plan.tz)
    duties.open_(
        tx,
        _name(what, number),
        escalation.first(ladder, now, due.at, plan.calendar, plan.tz, plan.quiet),
        county=plan.id,
        kind=APPROVAL,
        unit=by.unit,
        seat=by.seat,
        person=author,
        opened_at=now,
        due_at=due.at,
        provisional=due.provisional,
        origin=clock.origin.value,
        ladder=ladder.dumps(),
    )


def over(tx: Tx, what: str, number: int) -> None:
    """Nobody is asked any more, and what asked them offers nothing."""
    ended = delete(_duties).where(_duties.c.once == _name(what, number)).returning(_duties.c.id)
    for duty in tx.execute(ended).scalars().all():
        said.over(tx, duties.pushed(None, duty))


def of_clock(once: str) -> tuple[str, int]:
    """What it is that waits, and its number."""
    _, what, number = once.split(":")
    return what, int(number)


def _name(what: str, number: int) -> str:
    return f"{APPROVAL}:{what}:{number}"
