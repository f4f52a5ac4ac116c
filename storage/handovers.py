"""What a unit was given of a tip: a redacted copy, and what it made of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from storage import tip_seal, tips
from storage.database import Tx, new_id
from storage.models import handovers, moves

LIVE = ("sent", "signed")
HELD = (*LIVE, "closed")  # the unit has it, or has done with it


def hand(tx: Tx, tip: Row[Any], unit: str, text: str, files: Sequence[int], by: int, at: datetime, final: bool) -> int:
    number = new_id()
    row = {"id": number, "county": tip.county, "tip": tip.id, "unit": unit, "status": "sent", "final": final}
    copy = tip_seal.sealed(tx, tip.id, {"text": text, "files": list(files)})
    tx.add(handovers, row | {"sealed_copy": copy, "made_by": by, "made_at": at})
    return number


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(handovers).where(handovers.c.id == number)).first()


def of_tip(tx: Tx, tip: int) -> list[Row[Any]]:
    return list(tx.execute(select(handovers).where(handovers.c.tip == tip).order_by(handovers.c.id)).all())


def of_tips(tx: Tx, numbers: Iterable[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in tx.execute(select(handovers).where(handovers.c.tip.in_(list(numbers))).order_by(handovers.c.id)):
        found.setdefault(row.tip, []).append(row)
    return found


def of_units(tx: Tx, county: str, units: Sequence[str], statuses: Sequence[str] = LIVE) -> list[Row[Any]]:
    wanted = select(handovers).where(
        handovers.c.county == county, handovers.c.unit.in_(units), handovers.c.status.in_(statuses)
    )
    return list(tx.execute(wanted.order_by(handovers.c.made_at)).all())


def copy(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    return dict(tip_seal.opened(tx, row.tip, row.sealed_copy))


def opened(tx: Tx, row: Row[Any], person: int, at: datetime) -> None:
    """Everybody who opens it, once each, with the moment: after a wrong hand-over one must know who read it."""
    known = select(moves.c.id).where(moves.c.handover == row.id, moves.c.move == "opened", moves.c.person == person)
    if tx.execute(known).first() is None:
        tips.move(tx, row.tip, at, "staff", "opened", person=person, unit=row.unit, handover=row.id)


def readers(tx: Tx, tip: int) -> list[Row[Any]]:
    """(handover, unit, person, at) of all who opened a copy of this tip."""
    wanted = select(moves.c.handover, moves.c.unit, moves.c.person, moves.c.at)
    return list(tx.execute(wanted.where(moves.c.tip == tip, moves.c.move == "opened").order_by(moves.c.id)).all())


def change(tx: Tx, number: int, frm: Sequence[str], **values: Any) -> bool:
    """Whether it was still so: of two who press at once, one moves it."""
    wanted = update(handovers).where(handovers.c.id == number, handovers.c.status.in_(frm)).values(**values)
    return tx.execute(wanted.returning(handovers.c.id)).first() is not None
