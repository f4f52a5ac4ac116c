"""Rows of the inbox whose file is still at its platform. Fetching needs no order: the pieces of an album come beside each
other, and each row is worked in its turn once its file is there, or will never be."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update

from storage import queue
from storage.among import among
from storage.database import Tx, now_ms
from storage.models import inbox
from storage.queue import Waiting

LANE = 4  # files of one conversation under way at a time: nobody takes all places

_REMOTE = (~inbox.c.done, inbox.c.remote)
_PLACED = select(
    inbox.c.id, func.row_number().over(partition_by=inbox.c.lane, order_by=inbox.c.id).label("place")
).where(*_REMOTE)


def any_left(tx: Tx) -> bool:
    return tx.execute(select(inbox.c.id).where(*_REMOTE).limit(1)).first() is not None


def claim(tx: Tx, limit: int, lease_ms: int) -> list[Waiting]:
    """The oldest that are free, attempts counted and committed before the work."""
    at, placed = now_ms(), _PLACED.subquery()
    first = select(placed.c.id).where(placed.c.place <= LANE)
    free = select(inbox).where(*_REMOTE, inbox.c.claimed_ms < at, inbox.c.id.in_(first)).order_by(inbox.c.id)
    rows = tx.execute(free.limit(limit).with_for_update(skip_locked=True)).all()
    taken = {"claimed_ms": at + lease_ms, "attempts": inbox.c.attempts + 1}
    tx.execute(update(inbox).where(among(inbox.c.id, "ids")).values(taken), {"ids": [row.id for row in rows]})
    return [
        Waiting(r.id, r.channel, r.lane, r.attempts + 1, r.sealed_payload, queue.opened(tx, r.sealed_payload))
        for r in rows
    ]


def fetched(tx: Tx, row: Waiting, payload: Mapping[str, Any] | None) -> bool:
    """The row is worked in its turn, saying this (None: as it is). False when it is not ours any more."""
    again: dict[str, Any] = {"remote": False, "attempts": 0, "claimed_ms": 0}
    return _ours(tx, row, again if payload is None else again | {"sealed_payload": queue.sealed(tx.keys, payload)})


def postpone(tx: Tx, row: Waiting, after_ms: int) -> bool:
    """The platform or the disk can't do it now."""
    return _ours(tx, row, {"claimed_ms": now_ms() + after_ms})


def _ours(tx: Tx, row: Waiting, values: dict[str, Any]) -> bool:
    ours = (inbox.c.id == row.id, inbox.c.attempts == row.attempts, ~inbox.c.done)
    return bool(tx.execute(update(inbox).where(*ours).values(values)).rowcount)
