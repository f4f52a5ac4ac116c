"""The course of a duty of the plan: what was answered, asked, decided, and whom nobody reached. Nothing is overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from storage.database import Tx, new_id
from storage.models import duty_moves


def move(
    tx: Tx,
    duty: Row[Any],
    at: datetime,
    name: str,
    *,
    unit: str,
    person: int | None = None,
    until: datetime | None = None,
    note: str = "",
) -> None:
    """`note` is somebody's words: sealed."""
    number = new_id()
    row = {"id": number, "county": duty.county, "duty": duty.id, "at": at, "move": name, "unit": unit}
    sealed = tx.keys.seal("transit", note.encode(), str(number).encode()) if note else None
    tx.add(duty_moves, row | {"person": person, "until": until, "sealed_note": sealed})


def course(tx: Tx, duty: int) -> list[dict[str, Any]]:
    """Oldest first, with what was said."""
    rows = tx.execute(select(duty_moves).where(duty_moves.c.duty == duty).order_by(duty_moves.c.id)).all()
    return [_opened(tx, row) for row in rows]


def _opened(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    sealed = row.sealed_note
    note = tx.keys.open_("transit", sealed, str(row.id).encode()).decode() if sealed else ""
    return {"at": row.at, "move": row.move, "person": row.person, "unit": row.unit, "until": row.until, "note": note}


def latest(tx: Tx, duty: int) -> datetime | None:
    """When anything happened to it last."""
    return tx.execute(select(func.max(duty_moves.c.at)).where(duty_moves.c.duty == duty)).scalar()


_ANSWERS = ("filed", "done", "returned")  # what came of a promise


def promised(tx: Tx, duty: int) -> datetime | None:
    """The day that was promised last, unless something has been handed in since."""
    mine = (duty_moves.c.duty == duty, duty_moves.c.move.in_(("promised", *_ANSWERS)))
    latest = select(duty_moves.c.move, duty_moves.c.until).where(*mine).order_by(duty_moves.c.id.desc()).limit(1)
    row = tx.execute(latest).first()
    return row.until if row is not None and row.move == "promised" else None


def last(tx: Tx, duty: int, name: str) -> datetime | None:
    """When that was done last."""
    mine = (duty_moves.c.duty == duty, duty_moves.c.move == name)
    return tx.execute(select(func.max(duty_moves.c.at)).where(*mine)).scalar()


def moved(tx: Tx, duty: int, name: str, unit: str) -> bool:
    mine = (duty_moves.c.duty == duty, duty_moves.c.move == name, duty_moves.c.unit == unit)
    return tx.execute(select(duty_moves.c.id).where(*mine).limit(1)).first() is not None


def since(tx: Tx, county: str, moment: datetime) -> set[tuple[str, str]]:
    """(move, unit) of all that has happened there."""
    mine = (duty_moves.c.county == county, duty_moves.c.at >= moment)
    return {(row.move, row.unit) for row in tx.execute(select(duty_moves.c.move, duty_moves.c.unit).where(*mine))}
