"""What the plan asks opens by itself: exactly one duty per county, rule, unit and period, however late and by however many.

    rules.demands.cases (pure: what is open by today) -> not known yet? -> duties (unique: once) in ONE COMMIT

What was over before the county went live is kept as history and asked of nobody; a unit that joined since is late with
nothing. A case is looked for anew at each run, so an outage of days only opens it later, and a second process in vain.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from reminders import next_calendar
from rules import demands
from rules.county import Plan
from rules.demands import Case, Demand
from storage import duties, opening
from storage.database import Tx


def next_opening(plans: Mapping[str, Plan], now: datetime) -> datetime:
    """The next midnight of one of the counties."""
    days = (now.astimezone(plan.tz) + timedelta(days=1) for plan in plans.values())
    return min(day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC) for day in days)


def open_due(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> int:
    """Opens all that is to be open by now; returns how many that were."""
    return sum(_opened(tx, plan, now) + next_calendar.asked_for(tx, plan, now) for plan in plans.values())


def _opened(tx: Tx, plan: Plan, now: datetime) -> int:
    known, today = duties.known(tx, plan.id), now.astimezone(plan.tz).date()
    fresh = [
        (demand, case)
        for demand in plan.duties.values()
        for case in _cases(tx, plan, demand, today)
        if opening.once(plan, demand, case) not in known
    ]
    for demand, case in fresh:
        _open(tx, plan, demand, case)
    return len(fresh)


def _cases(tx: Tx, plan: Plan, demand: Demand, today: date) -> tuple[Case, ...]:
    last: dict[str, date] = {}
    if demand.every == "last":
        ends = duties.last_ends(tx, plan.id, demand.id)
        last = {unit: at.astimezone(plan.tz).date() for unit, at in ends.items()}
    return demands.open_cases(plan, demand, today, last)


def _open(tx: Tx, plan: Plan, demand: Demand, case: Case) -> None:
    """`opened_at` is the moment it was to open, so that a ladder counts the same after an outage."""
    opens = max(case.opens, plan.goes_live or date.min)
    opening.open_case(tx, plan, demand, case, datetime.combine(opens, time(), plan.tz))
