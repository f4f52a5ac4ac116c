"""What a pull channel fetches: the outbox of a conversation is its mailbox, and what was fetched stays until a later fetch
acknowledges it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update

from storage import broadcasts, messages, queue
from storage.among import among
from storage.database import Tx, now_ms
from storage.messages import goes
from storage.models import outbox
from storage.queue import Message

PAGE = 50  # messages of one conversation held at a time: those it has not acknowledged, and what is handed out now

_DUE = (among(outbox.c.lane, "lanes"), outbox.c.due_ms <= bindparam("at"), or_(outbox.c.handed, goes(outbox)))
_NEW = select(outbox.c.lane, outbox.c.id, outbox.c.handed).where(*_DUE)


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
    outbox.c.lane == bindparam("at_lane"), outbox.c.id <= bindparam("up_to"), outbox.c.handed,
    outbox.c.broadcast.is_(None),
)  # fmt: skip
_RANKED = (
    select(
        *(outbox.c[name] for name in ("id", "channel", "lane", "sealed_payload", "handed", "broadcast")),
        func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("place"),
    )
    .where(*_DUE)
    .subquery()
)
_WAITING = select(_RANKED).where(_RANKED.c.place <= 2 * PAGE).order_by(_RANKED.c.id)
_HANDED = update(outbox).where(among(outbox.c.id, "ids")).values(handed=True)
Mail = list[tuple[int, Message]]


def collect(tx: Tx, fetches: Sequence[Fetch], at: datetime | None = None) -> dict[int, Mail]:
    """Drop what is acknowledged, hand out the rest, a page at a time. By conversation.

    Only rows that were handed out are dropped. A row may come up late with a number that is acknowledged already: the
    answer to a wrong password waits, and on PostgreSQL two transactions may commit in another order than their numbers.
    Such a row is numbered anew when it is handed out, so that its loss on the way is not taken for its receipt.
    """
    gone = [{"at_lane": one.lane, "up_to": one.acknowledged} for one in fetches if one.acknowledged]
    if gone:
        tx.execute(_ACKNOWLEDGE, gone)
    beyond = {one.lane: one.beyond for one in fetches}
    rows = _left(tx, fetches, at)
    late = [row.id for row in rows if not row.handed and row.id <= beyond[row.lane]]
    if late:
        _number_anew(tx, late)
        rows = _left(tx, fetches, at)
    fresh = [row.id for row in rows if not row.handed]
    if fresh:
        tx.execute(_HANDED, {"ids": fresh})
    return _mail(tx, rows, beyond)


def _left(tx: Tx, fetches: Sequence[Fetch], at: datetime | None) -> Sequence[Row[Any]]:
    """A page of each conversation, without what is acknowledged: that is gone, and of what was said to many they have it."""
    upto = {one.lane: one.acknowledged for one in fetches}
    rows = tx.execute(_WAITING, {"lanes": list(upto), "at": now_ms()}).all()
    gone = [row for row in rows if row.broadcast is not None and row.handed and row.id <= upto[row.lane]]
    if gone:
        queue.sent(tx, [row.id for row in gone])
        broadcasts.delivered(tx, [(row.broadcast, row.lane) for row in gone], at)
    if not gone and len(rows) <= PAGE:
        return rows
    before, over = Counter(row.lane for row in gone), {row.id for row in gone}
    return [row for row in rows if row.id not in over and row.place <= PAGE + before[row.lane]]


def _number_anew(tx: Tx, ids: Sequence[int]) -> None:
    """Whoever takes a row out puts it back: of two processes that found it late, the second finds nothing to renew."""
    taken = tx.execute(delete(outbox).where(outbox.c.id.in_(ids)).returning(outbox)).mappings().all()
    for row in sorted(taken, key=lambda one: int(one["id"])):
        tx.add(outbox, {name: value for name, value in row.items() if name != "id"})


def _mail(tx: Tx, rows: Sequence[Row[Any]], beyond: Mapping[int, int]) -> dict[int, Mail]:
    mail: dict[int, Mail] = {lane: [] for lane in beyond}
    rows = [row for row in rows if not row.handed or row.id > beyond[row.lane]]
    says = messages.of_rows(tx, rows)
    for row in rows:
        if (message := says[row.id]) is None:
            queue.keep_dead(tx, "outbox", row, row.sealed_payload, queue.UNOPENED)
            queue.sent(tx, [row.id])
        else:
            mail[row.lane].append((row.id, message))
    return mail
