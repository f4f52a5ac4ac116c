"""A meeting that was held is what the plan asked for: the duty of whoever owes it is done by it, with the day on which it was."""

from datetime import datetime

from handlers.desk import Desk
from handlers.meetings.seen import Seen
from rules import demands
from rules.demands import Case, Demand
from rules.meeting_checks import fulfils
from rules.periods import period_of
from rules.terms import UnitId
from storage import duties, duty_moves, opening
from storage.seated import local_day


def fulfilled(desk: Desk, one: Seen) -> list[UnitId]:
    """For whom. What was done by then already is not done once more; what was not open yet is opened and done."""
    demand = desk.plan.duties.get(one.kind.duty or "") if one.kind else None
    if demand is None or one.kind is None:
        return []
    return [unit for unit in fulfils(desk.plan, one.kind) if _done(desk, one, demand, unit)]


def _done(desk: Desk, one: Seen, demand: Demand, unit: UnitId) -> bool:
    at = one.meeting.starts
    last = duties.last_ends(desk.tx, desk.plan.id, demand.id).get(unit) if demand.every == "last" else None
    if last is not None and local_day(desk.plan, last) >= local_day(desk.plan, at):
        return False
    once = _opened(desk, demand, unit, at, last)
    row = duties.named(desk.tx, once) if once else None
    if row is None or not duties.end(desk.tx, row, max(at, row.opened_at), "done"):
        return False
    duty_moves.move(desk.tx, row, desk.now, "done", unit=unit, person=desk.person, note=one.meeting.about.title)
    desk.audit("duty_done", str(row.id), f"{unit} meeting {one.row.id}")
    return True


def _opened(desk: Desk, demand: Demand, unit: UnitId, at: datetime, last: datetime | None) -> str | None:
    """The name of the case it belongs to, which may not have been opened yet."""
    day, plan = local_day(desk.plan, at), desk.plan
    ended = local_day(plan, last) if last is not None else None
    if demand.every == "last":
        period = ended.isoformat() if ended else "first"
    elif demand.kind is not None:
        period = period_of(demand.kind, day).key
    else:
        return None
    due = demands.due_of(demand, period, plan.goes_live, plan.issue_date, plan.calendar, plan.tz)
    if due is None:
        return None
    case = Case(unit, period, day, due, history=False)
    opening.open_case(desk.tx, plan, demand, case, at)
    return opening.once(plan, demand, case)
