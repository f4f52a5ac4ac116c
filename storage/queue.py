"""Inbox and outbox: what has come in and what is to go out, with the one claim statement for both.

A lane is one conversation. Only the oldest waiting row of a lane can be claimed, and holding it permits taking the rows
behind it in order; so order is kept within a conversation while others go on. SQLite drops `FOR UPDATE SKIP LOCKED` by
itself. Attempts are committed before the work: a row that kills the process is known by its count.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypedDict

import orjson
from sqlalchemy import BigInteger, Row, Table, bindparam, delete, literal, or_, select, update

from storage import said, windows
from storage.among import among
from storage.database import Tx, new_id, now_ms
from storage.models import chats, dead, inbox, outbox
from storage.sealed import Keyring, Unsealable

LEASE_MS = 60_000
PATIENCE_MS = 2_000
UNOPENED = "cannot be opened"
SESSION_MS = 14 * 24 * 3600 * 1000  # a staff session slides 14 days
KEEP_KEYS_MS = 7 * 24 * 3600 * 1000  # a redelivery within 7 days meets the unique key
HOUR_MS = 3600 * 1000


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
    mark: (
        str  # a name by which a later message can erase this one; what belongs to it has a name that goes on after ":"
    )
    erases: list[str]
    deletes: list[int | str]  # the person's own messages, by the platform's name, that are taken out of the chat
    draft: bool  # something unfinished is open in this conversation
    about: list[int]  # tips of which it tells a member of staff
    matters: list[int]  # matters that tell of a tip, and that tip
    owes: int  # and of how many duties of the plan
    urgent: bool  # a push that doesn't wait behind others: it goes like a reply
    calm: bool  # a push that rings for nobody at rest: it waits for the morning
    repeats: str  # how the names of the pushes begin whose place it takes: a call that nobody has answered
    alone: list[int]  # a push that did not go to all of the person's conversations: where it could not be said so far


@dataclass(frozen=True)
class Waiting:
    """One claimed row. `payload` is None where it cannot be opened: its key is gone, or somebody changed it."""

    id: int
    channel: str
    lane: int
    attempts: int
    sealed: bytes
    payload: dict[str, Any] | None
    came_ms: int = field(default=0, kw_only=True)  # into the inbox


def sealed(keys: Keyring, payload: Mapping[str, Any]) -> bytes:
    return keys.seal("transit", orjson.dumps(payload))


def opened(tx: Tx, sealed: bytes) -> Any:
    """None where it can't be."""
    try:
        return orjson.loads(tx.keys.open_("transit", sealed))
    except Unsealable:
        return None


Arrival = Mapping[str, Any]
_FRESH = {"done": False, "attempts": 0, "claimed_ms": 0}


def arrival(keys: Keyring, channel: str, ext_id: str, lane: int, payload: Mapping[str, Any]) -> Arrival:
    """A row of the inbox, sealed as it comes: nothing that was said waits in the clear. Of its name a digest is kept, as
    that may carry the conversation's."""
    row = {
        "channel": channel,
        "ext_id": hashlib.sha256(ext_id.encode()).hexdigest(),
        "lane": lane,
        "sealed_payload": sealed(keys, payload),
        "remote": "remote" in payload,
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


def _claim_of(box: Table, *waiting: Any, head: Sequence[Any] = ()) -> _Claim:
    """`head`: what more the oldest row must be."""
    earlier = box.alias()
    behind = select(earlier.c.id).where(earlier.c.lane == box.c.lane, earlier.c.id < box.c.id)
    if "done" in box.c:
        behind = behind.where(~earlier.c.done)
    free = (*waiting, *head, box.c.claimed_ms < bindparam("at"))
    heads = select(box.c.lane).where(*free, ~behind.exists()).order_by(box.c.id).limit(bindparam("most"))
    return _Claim(
        heads.with_for_update(skip_locked=True, of=box),
        select(box).where(*waiting, among(box.c.lane, "lanes")).order_by(box.c.id).limit(bindparam("most")),
        update(box).where(among(box.c.id, "ids")).values(claimed_ms=bindparam("until"), attempts=box.c.attempts + 1),
    )


_CLAIM_INBOX = _claim_of(inbox, ~inbox.c.done, head=[~inbox.c.remote])


def claim_inbox(tx: Tx, limit: int = 64, lease_ms: int = LEASE_MS) -> list[Waiting]:
    """A row that was tried before is claimed alone: should it kill the process again, nobody else is counted with it."""
    return _claim(tx, _CLAIM_INBOX, {}, limit, lease_ms, lambda rows: _tried_alone(_up_to_remote(rows)))


def _up_to_remote(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    before = {row.lane: row.id for row in reversed(rows) if row.remote}
    return [row for row in rows if row.id < before.get(row.lane, row.id + 1)]


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
    return [_waiting(tx, row) for row in rows]


def _waiting(tx: Tx, row: Row[Any]) -> Waiting:
    known = (row.id, row.channel, row.lane, row.attempts + 1, row.sealed_payload, opened(tx, row.sealed_payload))
    return Waiting(*known, came_ms=row.at_ms)


def waited(row: Waiting) -> timedelta:
    """Since it came in. A clock that was set back meanwhile is no reason to place it in the future."""
    return timedelta(milliseconds=max(0, now_ms() - row.came_ms) if row.came_ms else 0)


_HELD = select(inbox.c.id, inbox.c.attempts).where(among(inbox.c.id, "ids"), ~inbox.c.done).with_for_update()


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


_HOUR = inbox.c.at_ms - inbox.c.at_ms % HOUR_MS
_DONE = update(inbox).where(among(inbox.c.id, "ids")).values(done=True, sealed_payload=None, lane=0, at_ms=_HOUR)


def done(tx: Tx, ids: Sequence[int]) -> None:
    """Blank what was said, where and when; the key stays, so a redelivery meets it. By a moment alone it could be told which
    conversation a tip came from."""
    if ids:
        tx.execute(_DONE, {"ids": list(ids)})


_ELSEWHERE = {"sealed_payload": b""}


def pushed(message: Mapping[str, Any]) -> bool:
    """Nobody asked for it."""
    return int(message.get("prompt", -1)) < 0


def put(  # noqa: PLR0913  # a row of the outbox
    tx: Tx,
    channel: str,
    lane: int,
    payload: Mapping[str, Any],
    once: str | None = None,
    delay_ms: int = 0,
    broadcast: int | None = None,
) -> None:
    """To be sent to this conversation. `once` names the push: a second one with the same name is not made. Without a delay it
    is due whatever a clock says: one that was set back, or another machine's, keeps nobody waiting. What a `broadcast` says
    stands there."""
    tx.touched.add(lane)
    at, can_wait = now_ms(), pushed(payload) and not payload.get("urgent")
    row = {"channel": channel, "lane": lane, "once": once}
    row |= {"sealed_payload": sealed(tx.keys, payload)} if broadcast is None else _ELSEWHERE | {"broadcast": broadcast}
    row |= {"bulk": can_wait, "calm": can_wait and bool(payload.get("calm"))}
    tx.add_unless_known(outbox, row | {"at_ms": at, "due_ms": at + delay_ms if delay_ms else 0})


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


def sent(tx: Tx, ids: Sequence[int]) -> None:
    if ids:
        tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))


def unheard(tx: Tx, channel: str, ext_id: str) -> bool:
    """Taken back by its author before anybody worked it: it says nothing any more. False: it was worked, or never came."""
    digest = hashlib.sha256(ext_id.encode()).hexdigest()
    waits = (inbox.c.channel == channel, inbox.c.ext_id == digest, ~inbox.c.done, inbox.c.claimed_ms < now_ms())
    found = tx.execute(select(inbox.c.id).where(*waits).with_for_update()).scalars().all()
    done(tx, found)
    return bool(found)


def bury(tx: Tx, box: str, row: Waiting, cause: str) -> None:
    """Set a row aside with its cause, as sealed as it was; the lane goes on."""
    keep_dead(tx, box, row, row.sealed, cause)
    if box == "inbox":
        done(tx, [row.id])
    else:
        sent(tx, [row.id])


def keep_aside(tx: Tx, channel: str, name: str, raw: bytes | None, cause: str) -> None:
    """Something of a platform's that is no message of ours; `name` is the platform's for it, and it is kept once."""
    number = int.from_bytes(tx.keys.mac("link", f"aside:{channel}:{name}".encode())[:8], "big") >> 1
    row = {"id": number, "box": "aside", "lane": 0, "channel": channel, "cause": cause[:200]}
    sealed = tx.keys.seal("transit", raw) if raw is not None else None
    tx.add_unless_known(dead, row | {"sealed_payload": sealed, "at_ms": now_ms()})


def keep_dead(tx: Tx, box: str, of: Any, sealed: bytes, cause: str) -> None:
    """Beside its box, which it leaves by whoever found it."""
    row = {"id": new_id(), "box": box, "lane": of.lane, "channel": of.channel, "cause": cause[:200]}
    tx.add(dead, row | {"sealed_payload": sealed, "at_ms": now_ms()})


def once(lane: int, mark: str | None) -> str | None:
    """The outbox's name for a marked message of a conversation."""
    return f"{lane}:{mark}" if mark else None


def unsay(tx: Tx, lane: int, mark: str) -> None:
    """Take a marked message out of our own history; channels are told to take it out of the chat."""
    name = f"{lane}:{mark}"
    of_it = or_(outbox.c.once == name, outbox.c.once.startswith(f"{name}:", autoescape=True))
    tx.execute(delete(outbox).where(outbox.c.lane == lane, of_it))
    said.erase(tx, lane, name)


def unasked(tx: Tx, lane: int) -> None:
    """A question that waits to be put there quotes what was just taken back: it is put anew, without that. What is said
    besides is said."""
    plain = select(outbox).where(outbox.c.lane == lane, outbox.c.once.is_(None))
    for row in tx.execute(plain.order_by(outbox.c.id)).all():
        told = opened(tx, row.sealed_payload)
        if told is None or pushed(told) or row.handed:
            continue
        rest = [one for one in told["says"] if ":ask_" not in one[0] and not one[0].endswith(":review")]
        if not rest:
            sent(tx, [row.id])
        elif len(rest) < len(told["says"]):
            less = told | {"says": rest, "options": [], "prefill": ""}
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(sealed_payload=sealed(tx.keys, less)))


def sweep(tx: Tx) -> None:
    """Keys of messages done more than 7 days ago, and what was set aside as long ago, are forgotten; so is what waits for
    a conversation that ended while it was written."""
    before = now_ms() - KEEP_KEYS_MS
    tx.execute(delete(inbox).where(inbox.c.done, inbox.c.at_ms < before))
    tx.execute(delete(dead).where(dead.c.at_ms < before))
    said.sweep(tx)
    windows.sweep(tx)
    over = select(chats.c.id).where(chats.c.ended_ms.is_not(None))
    tx.execute(delete(outbox).where(outbox.c.lane.in_(over)))
