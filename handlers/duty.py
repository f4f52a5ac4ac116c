"""Opening a clock: the debt is written in the commit that creates it; `reminders.due` does the reminding."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from rules import deadlines, escalation, routing
from rules.deadlines import Due
from storage import duties, handovers, merges, pushes, tips


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
        provisional=due.provisional,
        origin=ticking.origin.value,
        ladder=rungs.dumps(),
        **about,
    )
    return due


def alarm(*, sealed: bool) -> str:
    """The ladder of what goes on now."""
    return "sealed_now" if sealed else "happening_now"


def heard(desk: Desk, ladder: str, unit: str, involved: frozenset[str]) -> bool:
    """Whether any step of this ladder finds somebody with a live conversation: what nobody hears is passed upward at once."""
    plan = desk.plan
    seats = (one for whose in plan.ladders[ladder].told() for one in routing.audience(plan, whose, unit, involved))
    persons = {who for one in dict.fromkeys(seats) for who in desk.today.hear(one.unit, one.seat, involved)}
    return bool(persons) and bool(pushes.of_people(desk.tx, persons))


def heard_of(desk: Desk, row: Row[Any]) -> bool:
    """The same, of a tip that is there."""
    ladder = alarm(sealed=row.route == "sealed")
    return heard(desk, ladder, row.intake, tips.involved(desk.tx, row.id))


def call(desk: Desk, row: Row[Any]) -> None:
    """It goes on now: whoever has the duty is called by day and night, until somebody sees to it. Called already, they are
    not called twice."""
    if any(one.kind == "now" for one in duties.open_of(desk.tx, row.id)):
        return
    tips.change(desk.tx, row.id, desk.now, urgent=True)
    about = {"unit": row.intake, "seat": "duty", "tip": row.id, "clock": "receive"}
    ladder = alarm(sealed=row.route == "sealed")
    open_(desk, "now", once=f"now:{row.id}:{desk.now.timestamp()}", ladder=ladder, **about)


def exposure(desk: Desk, *rows: Row[Any]) -> None:
    """Somebody may know who told: a clock of its own beside the tip, whether that has ended or not, until it is said what was
    done. It goes where the tip goes."""
    for row in rows:
        now = tips.by_id(desk.tx, row.id)
        owed = any(one.kind == "exposed" for one in duties.open_of(desk.tx, row.id))
        told = now is not None and now.merged_into is None and row.id in merges.exposed(desk.tx, [row.id])
        if owed and not told:
            duties.close(desk.tx, desk.now, tip=row.id, kinds=("exposed",))
        if told and now is not None and not owed:
            sealed = now.route == "sealed"
            about = {"unit": now.intake, "seat": "sealed" if sealed else "intake", "tip": row.id, "clock": "receive"}
            once, ladder = f"exposed:{row.id}:{desk.now.timestamp()}", "sealed_exposed" if sealed else "exposed"
            open_(desk, "exposed", once=once, ladder=ladder, **about)


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
