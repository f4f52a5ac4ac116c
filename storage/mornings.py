"""Reminders held between the county's morning and somebody's own: which rung of which duty, for whom, until when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from storage.database import Tx, new_id
from storage.models import mornings

_ROW = mornings.c
NOBODY = 0  # for whom it is held where it is still to be found out who hears it


def hold(tx: Tx, **columns: Any) -> None:
    """Once, however often it is looked at."""
    tx.add_unless_known(mornings, {"id": new_id()} | columns)


_COME = select(_ROW.county).where(_ROW.at <= bindparam("by")).distinct()


def counties(tx: Tx, now: datetime, served: Iterable[str]) -> set[str]:
    """Where somebody's morning has come."""
    return set(tx.peek(_COME, {"by": now}).scalars()) & set(served)


def next_at(tx: Tx, served: Iterable[str]) -> datetime | None:
    wanted = select(_ROW.at).where(_ROW.county.in_(list(served))).order_by(_ROW.at).limit(1)
    return tx.peek(wanted).scalar_one_or_none()


def due(tx: Tx, now: datetime, served: Iterable[str], duty: int | None = None) -> list[Row[Any]]:
    """Whose morning has come, or all of one duty. As with duties: whoever holds a county's oldest has all of them, so that
    nobody's morning is divided between two workers."""
    found: list[Row[Any]] = []
    for county in served:
        ripe = select(mornings).where(_ROW.county == county, _ROW.at <= now).order_by(_ROW.at, _ROW.id)
        ripe = ripe if duty is None else ripe.where(_ROW.duty == duty)
        if _holds(tx, tx.execute(ripe.limit(1)).first()):
            found += tx.execute(ripe.with_for_update(skip_locked=True)).all()
    return found


def _holds(tx: Tx, oldest: Row[Any] | None) -> bool:
    """One that is locked must not make way for the next."""
    if oldest is None:
        return False
    return tx.execute(select(_ROW.id).where(_ROW.id == oldest.id).with_for_update(skip_locked=True)).first() is not None


def duties_waiting(tx: Tx, now: datetime, served: Iterable[str]) -> set[int]:
    """Of which something is held that is due now."""
    return set(tx.execute(select(_ROW.duty).where(_ROW.county.in_(list(served)), _ROW.at <= now)).scalars())


def told(tx: Tx, numbers: Sequence[int]) -> None:
    if numbers:
        tx.execute(delete(mornings).where(_ROW.id.in_(list(numbers))))


def until(tx: Tx, number: int, at: datetime) -> None:
    tx.execute(update(mornings).where(_ROW.id == number).values(at=at))


def put_off(tx: Tx, duty: int, now: datetime, at: datetime) -> None:
    """What is due of one that cannot be told."""
    tx.execute(update(mornings).where(_ROW.duty == duty, _ROW.at <= now).values(at=at))
