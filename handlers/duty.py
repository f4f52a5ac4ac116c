"""Opening a clock: the debt is written in the commit that creates it; `reminders.due` does the reminding."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from rules import deadlines, escalation
from rules.deadlines import Due
from storage import duties, handovers, tips


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
    desk.tx.due_now = desk.tx.due_now or look_at <= desk.now
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


def decision(desk: Desk, row: Row[Any], *, urgent: bool = False) -> None:
    """Whoever has taken a tip that lies with no unit owes a decision: hand it over, ask, or close it. The clock of it stops
    when a unit has the tip or nobody here has taken it, and another starts when it comes back."""
    now = tips.by_id(desk.tx, row.id)
    live = any(one.status in handovers.LIVE for one in handovers.of_tip(desk.tx, row.id))
    here = now is not None and now.status in tips.OPEN and now.taken_by is not None and not live
    owed = any(one.kind == "triage" for one in duties.open_of(desk.tx, row.id))
    if owed and not here:
        duties.close(desk.tx, desk.now, tip=row.id, kinds=("triage",))
    if now is not None and here and not owed:
        _decision_owed(desk, now, urgent)


def _decision_owed(desk: Desk, row: Row[Any], urgent: bool) -> None:
    sealed, soon = row.route == "sealed", "now_" if urgent else ""
    ladder = f"sealed_{soon}triage" if sealed else f"{soon or 'tip_'}triage"
    about = {"unit": row.intake, "seat": "sealed" if sealed else "intake", "tip": row.id}
    once = f"triage:{row.id}:{desk.now.timestamp()}"
    open_(desk, "triage", once=once, clock="triage_now" if urgent else "triage", ladder=ladder, **about)
