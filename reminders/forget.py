"""What ended long enough ago is destroyed, by the figures of the county's plan (`retention`); the audit says when and by which.

Of a tip the register keeps number, dates and outcome, and what was merged into it goes with it. What an office wrote goes whole.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from rules import retention
from rules.county import Plan
from storage import audit, duties, forgetting, merges, said
from storage.bygone import KINDS, Kind
from storage.database import Tx

BATCH = 100


def forget(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> int:
    """Up to a batch of each figure; returns how much was forgotten."""
    tips = sum(_tips(tx, plan, name, now) for plan in plans.values() for name in retention.OF_TIPS)
    return tips + sum(_bygone(tx, plan, kind, now) for plan in plans.values() for kind in KINDS)


def _tips(tx: Tx, plan: Plan, name: str, now: datetime) -> int:
    latest = retention.latest(plan, name, now)
    due = [
        row
        for row in forgetting.ended(tx, plan.id, name, retention.OF_TIPS, latest, BATCH)
        if row.closed_at is not None and retention.over(plan, name, row.closed_at, now)
    ]
    for row in due:
        for one in (row, *merges.merged_here(tx, row.id)):
            _destroy(tx, one, name, now)
    return len(due)


def _destroy(tx: Tx, row: Row[Any], name: str, now: datetime) -> None:
    forgetting.forget(tx, row.id, now)
    duties.close(tx, now, tip=row.id, kinds=(duties.OUTLIVES,))
    said.erase_of(tx, row.id)
    audit.record(tx, now, row.county, "forgotten", row.number, None, f"retention.{name}")


def _bygone(tx: Tx, plan: Plan, kind: Kind, now: datetime) -> int:
    found = kind.ended(tx, plan, retention.latest(plan, kind.figure, now), BATCH)
    due = [row.id for row in found if retention.over(plan, kind.figure, _moment(plan, row.ended), now)]
    for number in due:
        kind.forget(tx, number)
        audit.record(tx, now, plan.id, "forgotten", str(number), None, f"retention.{kind.figure}")
    return len(due)


def _moment(plan: Plan, ended: datetime | date) -> datetime:
    return ended if isinstance(ended, datetime) else datetime.combine(ended, time(), plan.tz)
