"""Who is away, from which local day to which, and who stands in meanwhile (AB角)."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from storage.database import Tx, new_id
from storage.models import absences

ONE_DAY = timedelta(days=1)


def away(tx: Tx, county: str, person: int, first: date, last: date, deputy: int | None, at: datetime) -> int:
    """Both days included. What was said before of days from `first` on no longer holds."""
    mine = (absences.c.person == person, absences.c.ended_at.is_(None))
    tx.execute(update(absences).where(*mine, absences.c.first >= first).values(ended_at=at))
    tx.execute(update(absences).where(*mine, absences.c.last >= first).values(last=first - ONE_DAY))
    number = new_id()
    row = {"id": number, "county": county, "person": person, "first": first, "last": last}
    tx.add(absences, row | {"deputy": deputy, "made_at": at})
    return number


def back(tx: Tx, person: int, at: datetime) -> bool:
    """Earlier than said. Whether anything was said."""
    open_ = (absences.c.person == person, absences.c.ended_at.is_(None))
    ended = update(absences).where(*open_).values(ended_at=at).returning(absences.c.id)
    return bool(tx.execute(ended).all())


def of_person(tx: Tx, person: int, day: date) -> Row[Any] | None:
    """The one that holds, or is to come."""
    wanted = (absences.c.person == person, absences.c.ended_at.is_(None), absences.c.last >= day)
    return tx.execute(select(absences).where(*wanted).order_by(absences.c.first).limit(1)).first()


def stand_ins(tx: Tx, county: str, day: date) -> dict[int, int | None]:
    """Everybody who is away that day, and their deputy; a deputy who is away too counts as none."""
    holds = (
        absences.c.county == county,
        absences.c.first <= day,
        absences.c.last >= day,
        absences.c.ended_at.is_(None),
    )
    found = {row.person: row.deputy for row in tx.peek(select(absences).where(*holds).order_by(absences.c.id))}
    return {person: None if deputy in found else deputy for person, deputy in found.items()}
