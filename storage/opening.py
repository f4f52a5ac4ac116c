"""A demand becomes a duty of somebody: a case of it exactly once per county, rule, unit and period, whoever opens it and however
often; the clock of a stage each time a party comes to stand there.

It stands with the rows because the clock opens what comes round by itself, and a conversation, in its own commit, what somebody
asks for; `handlers` and `reminders` do not know each other.
"""

from datetime import datetime
from typing import Any

from rules import demands, escalation
from rules.county import Plan
from rules.deadlines import Due
from rules.demands import Case, Demand
from storage import duties
from storage.database import Tx


def once(plan: Plan, demand: Demand, case: Case) -> str:
    return f"{plan.id}:{demand.id}:{case.unit}:{case.period}"


def open_case(tx: Tx, plan: Plan, demand: Demand, case: Case, opens: datetime) -> datetime | None:
    """Returns when it is to be looked at; what is history, by nobody."""
    owed = {"kind": "asked", "unit": case.unit, "seat": demand.seat, "period": case.period}
    if case.history:
        over = {"closed_at": case.due.at, "ended": "history"}
        _open(tx, plan, demand, once(plan, demand, case), opens, case.due, None, owed | over)
        return None
    return open_clock(tx, plan, demand, once(plan, demand, case), opens, case.due, owed)


def open_clock(
    tx: Tx, plan: Plan, demand: Demand, once: str, opens: datetime, due: Due, owed: dict[str, Any]
) -> datetime:
    """`owed`: the kind, by which unit and seat, for which period. Returns when it is to be looked at first."""
    ladder = demands.ladder_of(demand, plan.ladders)
    look_at = escalation.first(ladder, opens, due.at, plan.calendar, plan.tz, plan.quiet)
    _open(tx, plan, demand, once, opens, due, look_at, owed)
    return look_at


def _open(
    tx: Tx,
    plan: Plan,
    demand: Demand,
    once: str,
    opens: datetime,
    due: Due,
    look_at: datetime | None,
    owed: dict[str, Any],
) -> None:
    duties.open_(
        tx,
        once,
        look_at,
        county=plan.id,
        rule=demand.id,
        opened_at=opens,
        due_at=due.at,
        provisional=due.provisional,
        origin=duties.CONFIRMED if demand.confirmed else demand.origin.value,
        ladder=demands.ladder_of(demand, plan.ladders).dumps(),
        **owed,
    )
