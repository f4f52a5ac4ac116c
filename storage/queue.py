"""Inbox and outbox: what has come in and what is to go out, with the one claim statement for both.

A lane is one conversation. Only the oldest waiting row of a lane can be claimed, and holding it permits taking the rows
behind it in order; so order is kept within a conversation while others go on. SQLite drops `FOR UPDATE SKIP LOCKED` by
itself. Attempts are committed before the work: a row that kills the process is known by its count.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import BigInteger, Row, Table, bindparam, delete, func, literal, or_, select, update

from storage.database import Tx, new_id, now_ms
from storage.models import chats, dead, inbox, outbox
from storage.sealed import Keyring, Unsealable

LEASE_MS = 60_000
PATIENCE_MS = 2_000
UNOPENED = "cannot be opened"
SESSION_MS = 14 * 24 * 3600 * 1000  # a staff session slides 14 days
KEEP_KEYS_MS = 7 * 24 * 3600 * 1000  # a redelivery within 7 days meets the unique key


class Message(TypedDict, total=False):
    """What a row of the outbox carries. Words are chosen when it is sent, in the person's language of that moment."""

    language: str
    county: str | None
    says: list[list[Any]]  # [template block, its data]
    options: list[list[Any]]  # [id, words or None, style, the county's kind of name]
    prompt: int  # the number of the question its buttons answer; -1 for a push, which asks nothing
    asks: str  # what kind of answer: text, choice, file, location
    files: list[dict[str, Any]]
    prefill: str  # what the answer box may start with
    mark: str  # a name by which a later message can erase this one
    erases: list[str]
    draft: bool  # something unfinished is open in this conversation


@dataclass(frozen=True)
class Waiting:
    """One claimed row. `payload` is None where it cannot be opened: its key is gone, or somebody changed it."""

    id: int
    channel: str
    lane: int
    attempts: int
    sealed: bytes
    payload: dict[str, Any] | None


def _seal(keys: Keyring, payload: Mapping[str, Any]) -> bytes:
    return keys.seal("transit", json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def _opened(tx: Tx, sealed: bytes) -> Any:
    try:
        return json.loads(tx.keys.open_("transit", sealed))
    except Unsealable:
        return None


Arrival = Mapping[str, Any]
_FRESH = {"done": False, "attempts": 0, "claimed_ms": 0}


def arrival(keys: Keyring, channel: str, ext_id: str, lane: int, payload: Mapping[str, Any]) -> Arrival:
    """A row of the inbox, sealed as it comes: nothing that was said waits in the clear."""
    row = {
        "channel": channel,
        "ext_id": ext_id,
        "lane": lane,
        "sealed_payload": _seal(keys, payload),
        "at_ms": now_ms(),
    }
    return row | _FRESH


def accept(tx: Tx, arrivals: Iterable[Arrival]) -> None:
    """One that is known already changes nothing."""
    for row in arrivals:
        tx.add_unless_known(inbox, row)


@dataclass(frozen=True)
class _Claim:
    """Three statements, built once: lanes whose oldest row is free, the rows of these lanes, their lease."""

    heads: Any
    rows: Any
    lease: Any


def _claim_of(box: Table, *waiting: Any) -> _Claim:
    earlier = box.alias()
    behind = select(earlier.c.id).where(earlier.c.lane == box.c.lane, earlier.c.id < box.c.id)
    if "done" in box.c:
        behind = behind.where(~earlier.c.done)
    free = (*waiting, box.c.claimed_ms < bindparam("at"))
    heads = select(box.c.lane).where(*free, ~behind.exists()).order_by(box.c.id).limit(bindparam("most"))
    lanes: Any = bindparam("lanes", expanding=True)
    ids: Any = bindparam("ids", expanding=True)
    return _Claim(
        heads.with_for_update(skip_locked=True, of=box),
        select(box).where(*waiting, box.c.lane.in_(lanes)).order_by(box.c.id).limit(bindparam("most")),
        update(box).where(box.c.id.in_(ids)).values(claimed_ms=bindparam("until"), attempts=box.c.attempts + 1),
    )


_CLAIM_INBOX = _claim_of(inbox, ~inbox.c.done)
_CLAIM_OUTBOX = _claim_of(
    outbox, outbox.c.channel.in_(bindparam("channels", expanding=True)), outbox.c.due_ms <= bindparam("at")
)


def claim_inbox(tx: Tx, limit: int = 64, lease_ms: int = LEASE_MS) -> list[Waiting]:
    """A row that was tried before is claimed alone: should it kill the process again, nobody else is counted with it."""
    return _claim(tx, _CLAIM_INBOX, {}, limit, lease_ms, _tried_alone)


def claim_outbox(tx: Tx, channels: Sequence[str], limit: int = 32, lease_ms: int = LEASE_MS) -> list[Waiting]:
    return _claim(tx, _CLAIM_OUTBOX, {"channels": list(channels)}, limit, lease_ms)


def _tried_alone(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    return [row for row in rows if row.attempts][:1] or rows


def _claim(
    tx: Tx,
    claim: _Claim,
    more: dict[str, Any],
    limit: int,
    lease_ms: int,
    chosen: Callable[[Sequence[Row[Any]]], Sequence[Row[Any]]] = lambda rows: rows,
) -> list[Waiting]:
    at = now_ms()
    values = {"at": at, "most": limit, **more}
    lanes = tx.execute(claim.heads, values).scalars().all()
    if not lanes:
        return []
    rows = chosen(tx.execute(claim.rows, values | {"lanes": list(lanes)}).all())
    tx.execute(claim.lease, {"ids": [row.id for row in rows], "until": at + lease_ms})
    return [
        Waiting(r.id, r.channel, r.lane, r.attempts + 1, r.sealed_payload, _opened(tx, r.sealed_payload)) for r in rows
    ]


_HELD = (
    select(inbox.c.id, inbox.c.attempts)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)), ~inbox.c.done)
    .with_for_update()
)


def held(tx: Tx, rows: Sequence[Waiting]) -> list[Waiting]:
    """Those that are still ours, kept so until the commit: a worker that slept through its lease may find them taken."""
    now = {row.id: row.attempts for row in tx.execute(_HELD, {"ids": [row.id for row in rows]})}
    return [row for row in rows if now.get(row.id) == row.attempts]


def release(tx: Tx) -> None:
    """End every lease on what came in. For a process that knows itself to be the only worker: it need not wait for those
    of the one before it that was killed. A row at which that happened again waits a little longer each time, behind
    all others, so that one that was merely there when the power failed is not taken for one that kills."""
    again = literal(now_ms() - 1, BigInteger) + (inbox.c.attempts - 1) * PATIENCE_MS
    tx.execute(update(inbox).where(~inbox.c.done, inbox.c.claimed_ms > 0).values(claimed_ms=again))


_DONE = update(inbox).where(inbox.c.id.in_(bindparam("ids", expanding=True))).values(done=True, sealed_payload=None)


def done(tx: Tx, ids: Sequence[int]) -> None:
    """Blank what was said; the key stays, so a redelivery meets it."""
    if ids:
        tx.execute(_DONE, {"ids": list(ids)})


def about(tip: int) -> str:
    """How the names of all pushes about this tip begin. For staff only: beside a citizen's conversation no tip is named."""
    return f"tip:{tip}:"


def put(
    tx: Tx, channel: str, lane: int, payload: Mapping[str, Any], once: str | None = None, delay_ms: int = 0
) -> None:
    """To be sent to this conversation. `once` names the push: a second one with the same name is not made."""
    tx.touched.add(lane)
    row = {"channel": channel, "lane": lane, "once": once, "sealed_payload": _seal(tx.keys, payload)}
    tx.add_unless_known(outbox, row | {"due_ms": now_ms() + delay_ms})


def message(
    language: str,
    county: str | None,
    says: Iterable[tuple[str, Mapping[str, Any]]],
    options: Sequence[Sequence[Any]] = (),
    prompt: int = -1,
    asks: str = "",
) -> Message:
    """A message with words and buttons; what more it carries is added by whoever composes it."""
    return {
        "language": language,
        "county": county,
        "says": [[block, dict(data)] for block, data in says],
        "options": [list(option) for option in options],
        "prompt": prompt,
        "asks": asks,
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
    """One message to every live conversation of these people, once each; returns who has one. What is about a tip has
    a name that begins with `about`, so that it can be taken back."""
    live = of_people(tx, persons)
    for row in live:
        put(tx, row.channel, row.id, message(row.language, county, [(block, data)], options), f"{once}:{row.id}")
    return {row.person for row in live}


_LIVE = select(chats.c.id, chats.c.channel, chats.c.person, chats.c.language).where(
    chats.c.person.in_(bindparam("persons", expanding=True)),
    chats.c.ended_ms.is_(None),
    chats.c.seen_ms > bindparam("since"),
)


def of_people(tx: Tx, persons: Iterable[int]) -> list[Row[Any]]:
    """Live conversations (id, channel, person, language) of these members of staff."""
    return list(tx.peek(_LIVE, {"persons": list(persons), "since": now_ms() - SESSION_MS}).all())


def sent(tx: Tx, ids: Sequence[int]) -> None:
    if ids:
        tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))


def later(tx: Tx, number: int, after_ms: int) -> None:
    at = now_ms() + after_ms
    tx.execute(update(outbox).where(outbox.c.id == number).values(due_ms=at, claimed_ms=0))


def bury(tx: Tx, box: str, row: Waiting, cause: str) -> None:
    """Set a row aside with its cause, as sealed as it was; the lane goes on."""
    _keep_dead(tx, box, row, row.sealed, cause)
    if box == "inbox":
        done(tx, [row.id])
    else:
        sent(tx, [row.id])


def _keep_dead(tx: Tx, box: str, of: Any, sealed: bytes, cause: str) -> None:
    row = {"id": new_id(), "box": box, "lane": of.lane, "channel": of.channel, "cause": cause[:200]}
    tx.add(dead, row | {"sealed_payload": sealed, "at_ms": now_ms()})


def anything(tx: Tx, lane: int, after: int) -> bool:
    """Is there a due message that has not been handed out, or lies behind `after`?"""
    fresh = (outbox.c.lane == lane, outbox.c.due_ms <= now_ms(), or_(~outbox.c.handed, outbox.c.id > after))
    return tx.execute(select(outbox.c.id).where(*fresh).limit(1)).first() is not None


@dataclass(frozen=True)
class Fetch:
    """One conversation asks for its messages: those up to `acknowledged` may go, those up to `beyond` it has."""

    lane: int
    acknowledged: int
    beyond: int


_ACKNOWLEDGE = delete(outbox).where(
    outbox.c.lane == bindparam("at_lane"), outbox.c.id <= bindparam("up_to"), outbox.c.handed
)
_WAITING = (
    select(outbox.c.id, outbox.c.channel, outbox.c.lane, outbox.c.sealed_payload, outbox.c.handed)
    .where(outbox.c.lane.in_(bindparam("lanes", expanding=True)), outbox.c.due_ms <= bindparam("at"))
    .order_by(outbox.c.id)
)
_HANDED = update(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True))).values(handed=True)
Mail = list[tuple[int, Message]]


def collect(tx: Tx, fetches: Sequence[Fetch]) -> dict[int, Mail]:
    """A pull channel's outbox is its mailbox: drop what is acknowledged, hand out the rest. By conversation.

    Only rows that were handed out are dropped. A row may come up late with a number that is acknowledged already: the
    answer to a wrong password waits, and on PostgreSQL two transactions may commit in another order than their numbers.
    Such a row is numbered anew when it is handed out, so that its loss on the way is not taken for its receipt.
    """
    gone = [{"at_lane": one.lane, "up_to": one.acknowledged} for one in fetches if one.acknowledged]
    if gone:
        tx.execute(_ACKNOWLEDGE, gone)
    beyond = {one.lane: one.beyond for one in fetches}
    waiting = {"lanes": list(beyond), "at": now_ms()}
    rows = tx.execute(_WAITING, waiting).all()
    late = [row.id for row in rows if not row.handed and row.id <= beyond[row.lane]]
    if late:
        _number_anew(tx, late)
        rows = tx.execute(_WAITING, waiting).all()
    fresh = [row.id for row in rows if not row.handed]
    if fresh:
        tx.execute(_HANDED, {"ids": fresh})
    mail: dict[int, Mail] = {lane: [] for lane in beyond}
    for row in rows:
        if row.handed and row.id <= beyond[row.lane]:
            continue
        if (message := _opened(tx, row.sealed_payload)) is None:
            _keep_dead(tx, "outbox", row, row.sealed_payload, UNOPENED)
            sent(tx, [row.id])
        else:
            mail[row.lane].append((row.id, message))
    return mail


def _number_anew(tx: Tx, ids: Sequence[int]) -> None:
    rows = tx.execute(select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.id)).mappings().all()
    sent(tx, ids)
    for row in rows:
        tx.add(outbox, {name: value for name, value in row.items() if name != "id"})


def once(lane: int, mark: str | None) -> str | None:
    """The outbox's name for a marked message of a conversation."""
    return f"{lane}:{mark}" if mark else None


def unsay(tx: Tx, lane: int, mark: str) -> None:
    """Take a marked message out of our own history; channels are told to take it out of the chat."""
    tx.execute(delete(outbox).where(outbox.c.once == once(lane, mark)))


def take_back(tx: Tx, begins: str, persons: Iterable[int]) -> None:
    """What waits for these people under a name that begins so is not said to them any more."""
    theirs = select(chats.c.id).where(chats.c.person.in_(list(persons)))
    tx.execute(delete(outbox).where(outbox.c.lane.in_(theirs), outbox.c.once.startswith(begins, autoescape=True)))


def drop_lane(tx: Tx, lane: int) -> None:
    tx.execute(delete(outbox).where(outbox.c.lane == lane))
    tx.execute(delete(dead).where(dead.c.lane == lane))


def sweep(tx: Tx) -> None:
    """Keys of messages done more than 7 days ago, and what was set aside as long ago, are forgotten; so is what waits for
    a conversation that ended while it was written."""
    before = now_ms() - KEEP_KEYS_MS
    tx.execute(delete(inbox).where(inbox.c.done, inbox.c.at_ms < before))
    tx.execute(delete(dead).where(dead.c.at_ms < before))
    over = select(chats.c.id).where(chats.c.ended_ms.is_not(None))
    tx.execute(delete(outbox).where(outbox.c.lane.in_(over)))


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
