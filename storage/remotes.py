"""Rows of the inbox whose file is still at its platform. Fetching needs no order: the pieces of an album come beside each
other, and each row is worked in its turn once its file is there, or will never be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update

from storage import queue
from storage.among import among
from storage.database import Tx, now_ms
from storage.models import inbox
from storage.queue import Waiting

LANE = 4  # files of one conversation under way at a time: nobody takes all places


@dataclass(frozen=True)
class Remote(Waiting):
    """`waited_ms`: since it came in. `waited_for`: its conversation has said more, which can't be worked before it."""

    waited_ms: int
    waited_for: bool


_REMOTE = (~inbox.c.done, inbox.c.remote)
_PLACED = select(
    inbox.c.id, func.row_number().over(partition_by=inbox.c.lane, order_by=inbox.c.id).label("place")
).where(*_REMOTE)
_LATER = inbox.alias()
_WAITED_FOR = (
    select(_LATER.c.id)
    .where(_LATER.c.lane == inbox.c.lane, _LATER.c.id > inbox.c.id, ~_LATER.c.done, ~_LATER.c.remote)
    .exists()
    .label("waited_for")
)


def any_left(tx: Tx) -> bool:
    return tx.execute(select(inbox.c.id).where(*_REMOTE).limit(1)).first() is not None


def claim(tx: Tx, limit: int, lease_ms: int) -> list[Remote]:
    """The oldest that are free, attempts counted and committed before the work."""
    at, placed = now_ms(), _PLACED.subquery()
    first = select(placed.c.id).where(placed.c.place <= LANE)
    free = select(inbox, _WAITED_FOR).where(*_REMOTE, inbox.c.claimed_ms < at, inbox.c.id.in_(first))
    rows = tx.execute(free.order_by(inbox.c.id).limit(limit).with_for_update(skip_locked=True, of=inbox)).all()
    taken = {"claimed_ms": at + lease_ms, "attempts": inbox.c.attempts + 1}
    tx.execute(update(inbox).where(among(inbox.c.id, "ids")).values(taken), {"ids": [row.id for row in rows]})
    return [_claimed(tx, row, at) for row in rows]


def _claimed(tx: Tx, row: Row[Any], at: int) -> Remote:
    payload = queue.opened(tx, row.sealed_payload)
    known = (row.id, row.channel, row.lane, row.attempts + 1, row.sealed_payload, payload)
    return Remote(*known, waited_ms=at - row.at_ms, waited_for=row.waited_for)


def fetched(tx: Tx, row: Waiting, payload: Mapping[str, Any] | None) -> bool:
    """The row is worked in its turn, saying this (None: as it is). False when it is not ours any more."""
    again: dict[str, Any] = {"remote": False, "attempts": 0, "claimed_ms": 0}
    return _ours(tx, row, again if payload is None else again | {"sealed_payload": queue.sealed(tx.keys, payload)})


def postpone(tx: Tx, row: Waiting, after_ms: int, *, costs: bool) -> bool:
    """To be tried again, at once by anybody where `after_ms` is 0. What is not the file's own fault costs it no try."""
    free_from = now_ms() + after_ms if after_ms else 0
    return _ours(tx, row, {"claimed_ms": free_from, "attempts": row.attempts - (not costs)})


def _ours(tx: Tx, row: Waiting, values: dict[str, Any]) -> bool:
    ours = (inbox.c.id == row.id, inbox.c.attempts == row.attempts, ~inbox.c.done)
    return bool(tx.execute(update(inbox).where(*ours).values(values)).rowcount)
