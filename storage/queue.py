"""Inbox and outbox: what has come in and what is to go out, with the one claim statement for both.

A lane is one conversation. Only the oldest waiting row of a lane can be claimed, and holding it permits taking the rows
behind it in order; so order is kept within a conversation while others go on. SQLite drops `FOR UPDATE SKIP LOCKED` by
itself. Attempts are committed before the work: a row that kills the process is known by its count.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, delete, func, or_, select, update

from storage.database import Tx, new_id, now_ms
from storage.models import chats, dead, inbox, outbox

LEASE_MS = 60_000
SESSION_MS = 14 * 24 * 3600 * 1000  # a staff session slides 14 days
KEEP_KEYS_MS = 7 * 24 * 3600 * 1000  # a redelivery within 7 days meets the unique key


@dataclass(frozen=True)
class Waiting:
    """One claimed row, payload opened."""

    id: int
    channel: str
    lane: int
    attempts: int
    payload: dict[str, Any]


def _seal(tx: Tx, payload: dict[str, Any]) -> bytes:
    return tx.keys.seal("transit", json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def opened(tx: Tx, sealed: bytes) -> Any:
    return json.loads(tx.keys.open_("transit", sealed))


def accept(tx: Tx, arrivals: Iterable[tuple[str, str, int, dict[str, Any]]]) -> None:
    """Keep (channel, ext_id, lane, payload). One that is known already changes nothing."""
    at = now_ms()
    tx.add_unless_known(
        inbox,
        (
            {"channel": channel, "ext_id": ext_id, "lane": lane, "sealed_payload": _seal(tx, payload), "at_ms": at}
            for channel, ext_id, lane, payload in arrivals
        ),
    )


def claim_inbox(tx: Tx, limit: int = 64, lease_ms: int = LEASE_MS) -> list[Waiting]:
    return _claim(tx, inbox, (~inbox.c.done,), limit, lease_ms)


def claim_outbox(tx: Tx, channels: Sequence[str], limit: int = 32, lease_ms: int = LEASE_MS) -> list[Waiting]:
    return _claim(tx, outbox, (outbox.c.channel.in_(channels), outbox.c.due_ms <= now_ms()), limit, lease_ms)


def _claim(tx: Tx, box: Table, waiting: tuple[Any, ...], limit: int, lease_ms: int) -> list[Waiting]:
    at, earlier = now_ms(), box.alias()
    behind = select(earlier.c.id).where(earlier.c.lane == box.c.lane, earlier.c.id < box.c.id)
    if "done" in box.c:
        behind = behind.where(~earlier.c.done)
    heads = (
        select(box.c.lane)
        .where(*waiting, box.c.claimed_ms < at, ~behind.exists())
        .order_by(box.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=box)
    )
    lanes = tx.execute(heads).scalars().all()
    if not lanes:
        return []
    mine = select(box).where(*waiting, box.c.lane.in_(lanes)).order_by(box.c.id).limit(limit)
    rows = tx.execute(mine).all()
    ids = [row.id for row in rows]
    tx.execute(update(box).where(box.c.id.in_(ids)).values(claimed_ms=at + lease_ms, attempts=box.c.attempts + 1))
    return [Waiting(r.id, r.channel, r.lane, r.attempts + 1, opened(tx, r.sealed_payload)) for r in rows]


def done(tx: Tx, ids: Sequence[int]) -> None:
    """Blank what was said; the key stays, so a redelivery meets it."""
    if ids:
        tx.execute(update(inbox).where(inbox.c.id.in_(ids)).values(done=True, sealed_payload=None))


def release(tx: Tx, box: Table, ids: Sequence[int]) -> None:
    if ids:
        tx.execute(update(box).where(box.c.id.in_(ids)).values(claimed_ms=0))


def put(tx: Tx, channel: str, lane: int, payload: dict[str, Any], once: str | None = None, delay_ms: int = 0) -> None:
    """To be sent to this conversation. `once` names the push: a second one with the same name is not made."""
    row = {"channel": channel, "lane": lane, "sealed_payload": _seal(tx, payload), "due_ms": now_ms() + delay_ms}
    tx.touched.add(lane)
    if once is None:
        tx.add(outbox, row)
    else:
        tx.add_unless_known(outbox, [row | {"once": once}])


def message(
    language: str,
    county: str | None,
    says: Iterable[tuple[str, Mapping[str, Any]]],
    options: Sequence[Sequence[Any]] = (),
    prompt: int = -1,
    asks: str = "",
) -> dict[str, Any]:
    """What a row of the outbox carries: template blocks with their data, and choices. Words are chosen when it is sent."""
    said = [[block, dict(data)] for block, data in says]
    return {
        "l": language,
        "c": county,
        "s": said,
        "o": list(options),
        "p": prompt,
        "a": asks,
        "f": [],
        "m": "",
        "e": [],
    }


def push_to_people(
    tx: Tx,
    persons: Iterable[int],
    county: str,
    block: str,
    data: Mapping[str, Any],
    options: list[list[Any]],
    once: str,
) -> set[int]:
    """One message to every live conversation of these people, once each; returns who has one."""
    live = of_people(tx, persons)
    for row in live:
        put(tx, row.channel, row.id, message(row.language, county, [(block, data)], options), f"{once}:{row.id}")
    return {row.person for row in live}


def of_people(tx: Tx, persons: Iterable[int]) -> list[Row[Any]]:
    """Live conversations (id, channel, person, language) of these members of staff."""
    since = now_ms() - SESSION_MS
    live = select(chats.c.id, chats.c.channel, chats.c.person, chats.c.language).where(
        chats.c.person.in_(list(persons)), chats.c.ended_ms.is_(None), chats.c.seen_ms > since
    )
    return list(tx.peek(live).all())


def sent(tx: Tx, ids: Sequence[int]) -> None:
    if ids:
        tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))


def later(tx: Tx, number: int, after_ms: int) -> None:
    at = now_ms() + after_ms
    tx.execute(update(outbox).where(outbox.c.id == number).values(due_ms=at, claimed_ms=0))


def bury(tx: Tx, box: str, row: Waiting, cause: str) -> None:
    """Set a row aside with its cause; the lane goes on."""
    tx.add(
        dead,
        {
            "id": new_id(),
            "box": box,
            "channel": row.channel,
            "cause": cause[:200],
            "sealed_payload": _seal(tx, row.payload),
            "at_ms": now_ms(),
        },
    )
    if box == "inbox":
        done(tx, [row.id])
    else:
        sent(tx, [row.id])


def anything(tx: Tx, lane: int, after: int) -> bool:
    """Is there a due message that has not been handed out, or lies behind `after`?"""
    fresh = (outbox.c.lane == lane, outbox.c.due_ms <= now_ms(), or_(~outbox.c.handed, outbox.c.id > after))
    return tx.execute(select(outbox.c.id).where(*fresh).limit(1)).first() is not None


def collect(tx: Tx, lane: int, acknowledged: int, beyond: int) -> list[tuple[int, dict[str, Any]]]:
    """A pull channel's outbox is its mailbox: drop what is `acknowledged`, hand out what lies `beyond` or is new.

    Only rows that were handed out are dropped. On PostgreSQL two transactions may commit in another order than their
    numbers; a row that appears late with a lower number is handed out all the same.
    """
    if acknowledged:
        tx.execute(delete(outbox).where(outbox.c.lane == lane, outbox.c.id <= acknowledged, outbox.c.handed))
    rows = tx.execute(
        select(outbox.c.id, outbox.c.sealed_payload, outbox.c.handed)
        .where(outbox.c.lane == lane, outbox.c.due_ms <= now_ms(), or_(~outbox.c.handed, outbox.c.id > beyond))
        .order_by(outbox.c.id)
        .limit(200)
    ).all()
    fresh = [row.id for row in rows if not row.handed]
    if fresh:
        tx.execute(update(outbox).where(outbox.c.id.in_(fresh)).values(handed=True))
    return [(row.id, opened(tx, row.sealed_payload)) for row in rows]


def unsay(tx: Tx, lane: int, mark: str) -> None:
    """Take a marked message out of our own history; channels are told to take it out of the chat."""
    tx.execute(delete(outbox).where(outbox.c.once == f"{lane}:{mark}"))


def drop_lane(tx: Tx, lane: int) -> None:
    tx.execute(delete(outbox).where(outbox.c.lane == lane))


def sweep(tx: Tx) -> None:
    """Keys of messages done more than 7 days ago, and what was set aside as long ago, are forgotten."""
    before = now_ms() - KEEP_KEYS_MS
    tx.execute(delete(inbox).where(inbox.c.done, inbox.c.at_ms < before))
    tx.execute(delete(dead).where(dead.c.at_ms < before))


def backlog(tx: Tx) -> tuple[int, int]:
    """(rows waiting, age in milliseconds of the oldest) of the inbox: for /readyz and the metrics."""
    waiting = select(func.count(), func.min(inbox.c.at_ms)).where(~inbox.c.done)
    count, oldest = list(tx.execute(waiting).one())
    return int(count), now_ms() - int(oldest) if oldest else 0


def figures(tx: Tx) -> dict[str, tuple[int, str]]:
    """For the metrics: counts of rows, nothing about anybody."""
    waiting, age = backlog(tx)
    queued = int(tx.execute(select(func.count()).select_from(outbox)).scalar_one())
    buried = int(tx.execute(select(func.count()).select_from(dead)).scalar_one())
    return {
        "inbox_waiting": (waiting, "messages taken in and not yet worked off"),
        "inbox_oldest_ms": (age, "age of the oldest of them in milliseconds"),
        "outbox_rows": (queued, "messages to be sent or fetched"),
        "dead_rows": (buried, "messages set aside with their cause"),
    }
