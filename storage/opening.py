"""A case of a demand becomes a duty: exactly one per county, rule, unit and period, whoever opens it and however often.

It stands with the rows because the clock opens what comes round by itself, and a conversation, in its own commit, what somebody
asks for; `handlers` and `reminders` do not know each other.
"""

from datetime import datetime

from rules import demands, escalation
from rules.county import Plan
from rules.demands import Case, Demand
from storage import duties
from storage.database import Tx


def once(plan: Plan, demand: Demand, case: Case) -> str:
    return f"{plan.id}:{demand.id}:{case.unit}:{case.period}"


def open_case(tx: Tx, plan: Plan, demand: Demand, case: Case, opens: datetime) -> datetime | None:
    """Returns when it is to be looked at; what is history, by nobody."""
    ladder = demands.ladder_of(demand, plan.ladders)
    look_at = escalation.first(ladder, opens, case.due.at, plan.calendar, plan.tz, plan.quiet)
    ended = {"closed_at": case.due.at, "ended": "history"} if case.history else {}
    duties.open_(
        tx,
        once(plan, demand, case),
        None if case.history else look_at,
        county=plan.id,
        kind="asked",
        rule=demand.id,
        period=case.period,
        unit=case.unit,
        seat=demand.seat,
        opened_at=opens,
        due_at=case.due.at,
        provisional=case.due.provisional,
        origin=duties.CONFIRMED if demand.confirmed else demand.origin.value,
        ladder=ladder.dumps(),
        **ended,
    )
    return None if case.history else look_at
