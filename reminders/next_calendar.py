"""Whoever coordinates is asked for next year's notice on days off from 1 November on: a clock like any other, so that it comes
with the morning's message. Its ladder (`calendar`) says how often, and from when the head of the county hears of it.
"""

from datetime import UTC, date, datetime, time

from rules import escalation
from rules.county import Plan
from rules.terms import Origin
from storage import duties
from storage.database import Tx
from storage.recounting import ASKED_FOR

FROM, URGENT = (11, 1), (12, 15)  # the notices of 2022 to 2026 came between 25 October and 8 December


def wanted(plan: Plan, today: date) -> tuple[int, ...]:
    """The years whose notice should be here by then, and is not."""
    years = (today.year, *((today.year + 1,) if (today.month, today.day) >= FROM else ()))
    return tuple(year for year in years if not plan.calendar.known(year))


def asked_for(tx: Tx, plan: Plan, now: datetime) -> int:
    """A county that does not work with it yet is not asked. Returns how many clocks were opened."""
    today = now.astimezone(plan.tz).date()
    if plan.goes_live is None or today < plan.goes_live:
        return 0
    asked = {row.period for row in duties.asking(tx, plan.id, ASKED_FOR)}
    fresh = [year for year in wanted(plan, today) if str(year) not in asked]
    for year in fresh:
        _ask(tx, plan, year)
    return len(fresh)


def _ask(tx: Tx, plan: Plan, year: int) -> None:
    ladder = plan.ladders["calendar"]
    opens, due = (_midnight(plan, date(year - 1, *one)) for one in (FROM, URGENT))
    look_at = escalation.first(ladder, opens, due, plan.calendar, plan.tz, plan.quiet)
    duties.open_(
        tx,
        f"{plan.id}:{ASKED_FOR}:{year}",
        look_at,
        county=plan.id,
        kind=ASKED_FOR,
        period=str(year),
        unit=plan.intake.unit,
        seat="coordinator",
        opened_at=opens,
        due_at=due,
        origin=Origin.DEFAULT.value,
        ladder=ladder.dumps(),
    )


def _midnight(plan: Plan, day: date) -> datetime:
    return datetime.combine(day, time(), plan.tz).astimezone(UTC)
