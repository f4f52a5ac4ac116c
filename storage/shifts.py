"""值班表: who has the duty of a unit on a local day. A day without an entry is everybody's who holds the duty seat."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import delete, select

from storage.database import Tx
from storage.models import shifts


def put(tx: Tx, county: str, unit: str, days: Mapping[date, Iterable[int]]) -> None:
    """These days are replaced, others stay."""
    tx.execute(delete(shifts).where(shifts.c.county == county, shifts.c.unit == unit, shifts.c.day.in_(list(days))))
    for day, persons in days.items():
        for person in dict.fromkeys(persons):
            tx.add(shifts, {"county": county, "unit": unit, "day": day, "person": person})


def on(tx: Tx, county: str, unit: str, day: date) -> list[int]:
    mine = (shifts.c.county == county, shifts.c.unit == unit, shifts.c.day == day)
    return list(tx.execute(select(shifts.c.person).where(*mine).order_by(shifts.c.person)).scalars())


def between(tx: Tx, county: str, unit: str, first: date, last: date) -> dict[date, list[int]]:
    mine = (shifts.c.county == county, shifts.c.unit == unit, shifts.c.day >= first, shifts.c.day <= last)
    found: dict[date, list[int]] = {}
    for row in tx.execute(select(shifts).where(*mine).order_by(shifts.c.day, shifts.c.person)):
        found.setdefault(row.day, []).append(row.person)
    return found
