"""The State Council's yearly notices that a coordinator brought in: the same for every county of the house."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from rules.calendar import Year
from storage.database import Tx
from storage.models import calendar_years

Version = tuple[tuple[int, datetime], ...]


def put(tx: Tx, year: int, notice: Year, person: int, at: datetime) -> None:
    """A corrected notice takes the place of the one that is there."""
    row: dict[str, Any] = {"year": year, "content": notice.dumps(), "made_by": person, "made_at": at}
    tx.upsert(calendar_years, row, on=("year",))


def all_(tx: Tx) -> dict[int, Year]:
    rows = tx.execute(select(calendar_years.c.year, calendar_years.c.content))
    return {row.year: Year.loads(row.content) for row in rows}


def version(tx: Tx) -> Version:
    """Another whenever something was put in."""
    rows = tx.execute(select(calendar_years.c.year, calendar_years.c.made_at).order_by(calendar_years.c.year))
    return tuple((row.year, row.made_at) for row in rows)
