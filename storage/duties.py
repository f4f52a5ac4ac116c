"""Every clock in the system: who owes what by when. The future lives here; a row is looked at when `look_at` has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from rules.escalation import Next
from storage.database import Tx, new_id
from storage.models import duties


def open_(tx: Tx, once: str, look_at: datetime | None, **columns: Any) -> None:
    """Exactly one per `once`, however often the event is told."""
    row = {"id": new_id(), "once": once, "look_at": look_at, "step": 0} | columns
    tx.add_unless_known(duties, row)


def close(tx: Tx, at: datetime, *, tip: int, kinds: tuple[str, ...], handover: int | None = None) -> bool:
    """End their future in the same commit as what ends them. True when one of them was late."""
    mine: tuple[Any, ...] = (duties.c.tip == tip, duties.c.kind.in_(kinds), duties.c.closed_at.is_(None))
    if handover is not None:
        mine = (*mine, duties.c.handover == handover)
    ended = update(duties).where(*mine).values(closed_at=at, look_at=None).returning(duties.c.due_at)
    return any(due < at for due in tx.execute(ended).scalars())


def close_all(tx: Tx, at: datetime, tip: int) -> None:
    tx.execute(
        update(duties).where(duties.c.tip == tip, duties.c.closed_at.is_(None)).values(closed_at=at, look_at=None)
    )


def due(tx: Tx, now: datetime, limit: int = 200) -> list[Row[Any]]:
    """Claimed for this transaction: other workers pass over them."""
    wanted = select(duties).where(duties.c.look_at <= now, duties.c.closed_at.is_(None))
    return list(tx.execute(wanted.order_by(duties.c.look_at).limit(limit).with_for_update(skip_locked=True)).all())


_LOOKED = (
    update(duties).where(duties.c.id == bindparam("duty")).values(step=bindparam("at"), look_at=bindparam("again"))
)


def looked(tx: Tx, moves: Sequence[tuple[int, Next]]) -> None:
    tx.execute(_LOOKED, [{"duty": number, "at": move.index, "again": move.look_at} for number, move in moves])


def next_look(tx: Tx) -> datetime | None:
    wanted = select(duties.c.look_at).where(duties.c.look_at.is_not(None), duties.c.closed_at.is_(None))
    return tx.execute(wanted.order_by(duties.c.look_at).limit(1)).scalar_one_or_none()


def open_of(tx: Tx, tip: int) -> list[Row[Any]]:
    wanted = select(duties).where(duties.c.tip == tip, duties.c.closed_at.is_(None)).order_by(duties.c.due_at)
    return list(tx.execute(wanted).all())


def extend(tx: Tx, number: int, due_at: datetime, look_at: datetime | None) -> bool:
    """Once. Whether it had not been extended before."""
    once = update(duties).where(duties.c.id == number, ~duties.c.extended, duties.c.closed_at.is_(None))
    values = {"due_at": due_at, "look_at": look_at, "step": 0, "extended": True}
    return tx.execute(once.values(**values).returning(duties.c.id)).first() is not None
