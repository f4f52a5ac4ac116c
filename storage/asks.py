"""What offices ask of units beyond the plan, as rows; `rules.asks` makes a demand of each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from rules import asks as rules
from rules.asks import Ask
from rules.county import Plan
from storage.database import Tx
from storage.models import asks, duties
from storage.sealed_words import UNREADABLE, legible, sealed
from storage.seated import local_day

KEPT = timedelta(days=366)  # in which its cards can still be opened; what nobody has answered, always
Version = tuple[int, int]


def make(tx: Tx, county: str, ask: Ask, person: int, at: datetime) -> bool:
    """Exactly once: the same of the same units by the same day is not asked twice, however often it is confirmed and by
    however many. Whether it was made now."""
    row: dict[str, Any] = {"id": ask.number, "county": county, "office": ask.office, "made_by": person, "made_at": at}
    row |= {"day": ask.by, "minutes": ask.minutes, "urgent": bool(ask.urgent), "units": " ".join(ask.units)}
    row |= {"sealed_words": _sealed(tx, ask), "mark": _mark(tx, county, ask), "revision": 1}
    if by_id(tx, ask.number) is not None:
        return False
    tx.add_unless_known(asks, row)
    return by_id(tx, ask.number) is not None


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    wanted = select(asks).where(asks.c.id == number)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def of_offices(tx: Tx, county: str, offices: Iterable[str], since: datetime) -> list[Row[Any]]:
    """Made since then, the latest first."""
    mine = (asks.c.county == county, asks.c.office.in_(list(offices)), asks.c.made_at > since)
    return list(tx.execute(select(asks).where(*mine).order_by(asks.c.made_at.desc(), asks.c.id.desc())).all())


def read(tx: Tx, plan: Plan, row: Row[Any]) -> Ask:
    """One that cannot be opened stands in nobody else's way, and is reminded of all the same."""
    words = legible(tx, f"ask:{row.id}", row.sealed_words)
    urgent = words.get("urgent", UNREADABLE if row.urgent else "")
    about = (row.id, row.office, local_day(plan, row.made_at), row.day, row.minutes, tuple(row.units.split()))
    return Ask(*about, words.get("title", UNREADABLE), words.get("words", ""), urgent)


def lengthen(tx: Tx, plan: Plan, row: Row[Any], day: date) -> None:
    ask = read(tx, plan, row)
    moved = replace(ask, by=day)
    taken = select(asks.c.id).where(asks.c.county == plan.id, asks.c.mark == _mark(tx, plan.id, moved))
    mark = None if tx.execute(taken).first() else _mark(tx, plan.id, moved)
    _change(tx, row, day=day, mark=mark)


def take_back(tx: Tx, row: Row[Any], at: datetime) -> None:
    """From then on it can be asked anew."""
    _change(tx, row, taken_back_at=at, mark=None)


def _change(tx: Tx, row: Row[Any], **values: Any) -> None:
    tx.execute(update(asks).where(asks.c.id == row.id).values(**values, revision=asks.c.revision + 1))


# -- for the plans -------------------------------------------------------------------------------------------------------


def version(tx: Tx) -> Version:
    """Another whenever something was asked, moved or taken back."""
    counted = select(func.count().label("asked"), func.coalesce(func.sum(asks.c.revision), 0).label("changed"))
    found = tx.execute(counted.select_from(asks)).one()
    return int(found.asked), int(found.changed)


def living(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> dict[str, tuple[Ask, ...]]:
    """Of each county those that somebody may still open or has not answered."""
    open_ = select(duties.c.rule).where(duties.c.rule.is_not(None), duties.c.closed_at.is_(None)).distinct()
    waits = [number for rule in tx.execute(open_).scalars() if (number := rules.number_of(rule)) is not None]
    wanted = select(asks).where(or_(asks.c.made_at > now - KEPT, asks.c.id.in_(waits))).order_by(asks.c.id)
    rows = [row for row in tx.execute(wanted).all() if row.county in plans]
    return {
        county: tuple(read(tx, plan, row) for row in rows if row.county == county) for county, plan in plans.items()
    }


def _mark(tx: Tx, county: str, ask: Ask) -> bytes:
    same = (county, ask.title, ask.words, ask.by.isoformat(), *sorted(ask.units))
    return tx.keys.mac("mark", "\n".join(same).encode())


def _sealed(tx: Tx, ask: Ask) -> bytes:
    words = {"title": ask.title, "words": ask.words, "urgent": ask.urgent}
    return sealed(tx, f"ask:{ask.number}", words)
