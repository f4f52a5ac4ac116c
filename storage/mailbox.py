"""What a pull channel fetches: the outbox of a conversation is its mailbox, and what was fetched stays until a later fetch
acknowledges it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from storage import queue
from storage.among import among
from storage.database import Tx, now_ms
from storage.models import outbox
from storage.queue import Message

PAGE = 50  # messages of one conversation held at a time: those it has not acknowledged, and what is handed out now

_NEW = select(outbox.c.lane, outbox.c.id, outbox.c.handed).where(
    among(outbox.c.lane, "lanes"), outbox.c.due_ms <= bindparam("at")
)


def anything(tx: Tx, beyond: Mapping[int, int]) -> set[int]:
    """Which of these conversations have a due message that has not been handed out, or lies behind the number they give."""
    rows = tx.execute(_NEW, {"lanes": list(beyond), "at": now_ms()})
    return {row.lane for row in rows if not row.handed or row.id > beyond[row.lane]}


@dataclass(frozen=True)
class Fetch:
    """One conversation asks for its messages: those up to `acknowledged` may go, those up to `beyond` it has."""

    lane: int
    acknowledged: int
    beyond: int


_ACKNOWLEDGE = delete(outbox).where(
    outbox.c.lane == bindparam("at_lane"), outbox.c.id <= bindparam("up_to"), outbox.c.handed
)
_RANKED = (
    select(
        *(outbox.c[name] for name in ("id", "channel", "lane", "sealed_payload", "handed")),
        func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("place"),
    )
    .where(among(outbox.c.lane, "lanes"), outbox.c.due_ms <= bindparam("at"))
    .subquery()
)
_WAITING = select(_RANKED).where(_RANKED.c.place <= PAGE).order_by(_RANKED.c.id)
_HANDED = update(outbox).where(among(outbox.c.id, "ids")).values(handed=True)
Mail = list[tuple[int, Message]]


def collect(tx: Tx, fetches: Sequence[Fetch]) -> dict[int, Mail]:
    """Drop what is acknowledged, hand out the rest, a page at a time. By conversation.

    Only rows that were handed out are dropped. A row may come up late with a number that is acknowledged already: the
    answer to a wrong password waits, and on PostgreSQL two transactions may commit in another order than their numbers.
    Such a row is numbered anew when it is handed out, so that its loss on the way is not taken for its receipt.
    """
    gone = [{"at_lane": one.lane, "up_to": one.acknowledged} for one in fetches if one.acknowledged]
    if gone:
        tx.execute(_ACKNOWLEDGE, gone)
    beyond = {one.lane: one.beyond for one in fetches}
    rows = _waiting(tx, beyond)
    late = [row.id for row in rows if not row.handed and row.id <= beyond[row.lane]]
    if late:
        _number_anew(tx, late)
        rows = _waiting(tx, beyond)
    fresh = [row.id for row in rows if not row.handed]
    if fresh:
        tx.execute(_HANDED, {"ids": fresh})
    return _mail(tx, rows, beyond)


def _waiting(tx: Tx, lanes: Iterable[int]) -> Sequence[Row[Any]]:
    return tx.execute(_WAITING, {"lanes": list(lanes), "at": now_ms()}).all()


def _number_anew(tx: Tx, ids: Sequence[int]) -> None:
    """Whoever takes a row out puts it back: of two processes that found it late, the second finds nothing to renew."""
    taken = tx.execute(delete(outbox).where(outbox.c.id.in_(ids)).returning(outbox)).mappings().all()
    for row in sorted(taken, key=lambda one: int(one["id"])):
        tx.add(outbox, {name: value for name, value in row.items() if name != "id"})


def _mail(tx: Tx, rows: Iterable[Row[Any]], beyond: Mapping[int, int]) -> dict[int, Mail]:
    mail: dict[int, Mail] = {lane: [] for lane in beyond}
    for row in rows:
        if row.handed and row.id <= beyond[row.lane]:
            continue
        if (message := queue.opened(tx, row.sealed_payload)) is None:
            queue.keep_dead(tx, "outbox", row, row.sealed_payload, queue.UNOPENED)
            queue.sent(tx, [row.id])
        else:
            mail[row.lane].append((row.id, message))
    return mail
