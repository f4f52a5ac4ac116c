"""Opening a clock: the debt is written in the commit that creates it; `reminders.due` does the reminding."""

from datetime import datetime
from typing import Any

from handlers.desk import Desk
from rules import deadlines, escalation
from rules.deadlines import Due
from storage import duties


def open_(
    desk: Desk,
    kind: str,
    *,
    once: str,
    unit: str,
    seat: str,
    clock: str,
    ladder: str,
    start: datetime | None = None,
    **about: Any,
) -> Due:
    """`clock` and `ladder` are names in the county's plan; the ladder is kept as it stands now."""
    plan, began = desk.plan, start or desk.now
    ticking, rungs = plan.clock(clock, unit), plan.ladders[ladder]
    due = deadlines.due(ticking, began, plan.calendar, plan.tz)
    look_at = escalation.first(rungs, began, due.at, plan.calendar, plan.tz, plan.quiet)
    desk.tx.due_now = desk.tx.due_now or (look_at is not None and look_at <= desk.now)
    duties.open_(
        desk.tx,
        once,
        look_at,
        county=plan.id,
        kind=kind,
        unit=unit,
        seat=seat,
        opened_at=began,
        due_at=due.at,
        origin=ticking.origin.value,
        ladder=rungs.dumps(),
        **about,
    )
    return due
