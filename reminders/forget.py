"""The content of tips that ended long enough ago is destroyed, by the figures of the county's plan (`retention`).

What was merged into a tip is kept as long as that tip, and goes with it. The register keeps number, dates and outcome; the
audit says when and by which figure the rest went.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from rules import retention
from rules.county import Plan
from storage import audit, duties, forgetting, merges, said
from storage.database import Tx

BATCH = 100


def forget(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> int:
    """Up to a batch of each figure; returns how many tips were forgotten."""
    return sum(_forgotten(tx, plan, name, now) for plan in plans.values() for name in plan.retention)


def _forgotten(tx: Tx, plan: Plan, name: str, now: datetime) -> int:
    latest, kinds = retention.latest(plan, name, now), tuple(plan.retention)
    due = [
        row
        for row in forgetting.ended(tx, plan.id, name, kinds, latest, BATCH)
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
