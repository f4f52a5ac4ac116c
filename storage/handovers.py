"""What a unit was given of a tip: a redacted copy, and what it made of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from storage import tips
from storage.database import Tx, new_id
from storage.models import handovers

LIVE = ("sent", "signed")


def hand(tx: Tx, tip: Row[Any], unit: str, text: str, files: Sequence[int], by: int, at: datetime, final: bool) -> int:
    number = new_id()
    row = {"id": number, "county": tip.county, "tip": tip.id, "unit": unit, "status": "sent", "final": final}
    copy = tips.sealed(tx, tip.id, {"text": text, "files": list(files)})
    tx.add(handovers, row | {"sealed_copy": copy, "made_by": by, "made_at": at})
    return number


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(handovers).where(handovers.c.id == number)).first()


def of_tip(tx: Tx, tip: int) -> list[Row[Any]]:
    return list(tx.execute(select(handovers).where(handovers.c.tip == tip).order_by(handovers.c.id)).all())


def of_units(tx: Tx, county: str, units: Sequence[str], statuses: Sequence[str] = LIVE) -> list[Row[Any]]:
    wanted = select(handovers).where(
        handovers.c.county == county, handovers.c.unit.in_(units), handovers.c.status.in_(statuses)
    )
    return list(tx.execute(wanted.order_by(handovers.c.made_at)).all())


def copy(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return dict(tips.opened(tx, row.tip, row.sealed_copy))


def opened(tx: Tx, row: Row[Any], person: int, at: datetime) -> None:
    """The first to open it is kept: after a wrong hand-over one must know who read it."""
    unread = (handovers.c.id == row.id, handovers.c.opened_at.is_(None))
    tx.execute(update(handovers).where(*unread).values(opened_at=at, opened_by=person))


def change(tx: Tx, number: int, frm: Sequence[str], **values: Any) -> bool:
    """Whether it was still so: of two who press at once, one moves it."""
    wanted = update(handovers).where(handovers.c.id == number, handovers.c.status.in_(frm)).values(**values)
    return tx.execute(wanted.returning(handovers.c.id)).first() is not None
