"""Conversations: keyed by a MAC of the account, never by the account; their state sealed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, or_, select, update

from storage import attachments, queue, tips
from storage.database import Tx, new_id, now_ms
from storage.models import chats
from storage.queue import SESSION_MS
from storage.sealed import Unsealable

IDLE_MS = 7 * 24 * 3600 * 1000  # an idle form is kept 7 days


@dataclass
class Chat:
    """One conversation while it is being answered. `state` is what the person has said so far in open forms."""

    id: int
    channel: str
    county: str | None
    person: int | None
    language: str
    prompt: int
    state: dict[str, Any] = field(default_factory=dict)
    ended: bool = False


def _of(tx: Tx, row: Row[Any]) -> Chat:
    ended = row.ended_ms is not None
    return Chat(row.id, row.channel, row.county, row.person, row.language, row.prompt, _state(tx, row), ended)


def _state(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """What cannot be opened any more (its key was destroyed) is begun anew, or its author would never be answered again."""
    try:
        return dict(json.loads(tx.keys.open_("transit", row.sealed_state))) if row.sealed_state else {}
    except Unsealable:
        return {}


def start(
    tx: Tx, channel: str, peer: str, county: str | None, language: str, person: int | None = None, address: bool = False
) -> Chat:
    """Open a conversation for an account that has none. With `address`, its raw peer is kept sealed, to write back."""
    chat = Chat(new_id(), channel, county, person, language, 0)
    at = now_ms()
    tx.add(
        chats,
        {
            "id": chat.id,
            "county": county,
            "channel": channel,
            "peer": tx.keys.mac("peer", f"{channel}:{peer}".encode()),
            "sealed_address": tx.keys.seal("transit", peer.encode()) if address else None,
            "person": person,
            "language": language,
            "prompt": 0,
            "made_ms": at,
            "seen_ms": at,
        },
    )
    return chat


def find(tx: Tx, channel: str, peer: str) -> Chat | None:
    """By the current key, then the previous one; touched under the old key, it is re-keyed."""
    current, *previous = tx.keys.macs("peer", f"{channel}:{peer}".encode())
    row = tx.execute(select(chats).where(chats.c.channel == channel, chats.c.peer.in_([current, *previous]))).first()
    if row is None:
        return None
    if row.peer != current:
        tx.execute(update(chats).where(chats.c.id == row.id).values(peer=current))
    return _of(tx, row)


_LOAD = select(chats).where(chats.c.id.in_(bindparam("ids", expanding=True)))
_HOLD = _LOAD.order_by(chats.c.id).with_for_update()
# A staff session slides 14 days, a citizen's conversation is kept 7 days.
_IDLE = or_(chats.c.seen_ms < bindparam("session"), and_(chats.c.person.is_(None), chats.c.seen_ms < bindparam("idle")))
_OVER = select(chats.c.id).where(
    chats.c.id.in_(bindparam("ids", expanding=True)), or_(chats.c.ended_ms.is_not(None), _IDLE)
)
_FADED = select(chats.c.id).where(chats.c.ended_ms.is_(None), _IDLE)


def _moments() -> dict[str, int]:
    at = now_ms()
    return {"session": at - SESSION_MS, "idle": at - IDLE_MS}


def load(tx: Tx, ids: Iterable[int]) -> dict[int, Chat]:
    """To look at."""
    return {row.id: _of(tx, row) for row in tx.execute(_LOAD, {"ids": list(ids)})}


def hold(tx: Tx, ids: Iterable[int]) -> dict[int, Chat]:
    """To be answered: nobody ends them before this commit. In order of their ids, so that two workers never wait for each
    other."""
    return {row.id: _of(tx, row) for row in tx.execute(_HOLD, {"ids": list(ids)})}


_SAVE = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values(
        county=bindparam("county"),
        person=bindparam("person"),
        language=bindparam("language"),
        prompt=bindparam("prompt"),
        sealed_state=bindparam("sealed_state"),
        seen_ms=bindparam("seen_ms"),
    )
)


def save(tx: Tx, changed: Sequence[Chat]) -> None:
    at = now_ms()
    rows = [
        {
            "chat": chat.id,
            "county": chat.county,
            "person": chat.person,
            "language": chat.language,
            "prompt": chat.prompt,
            "sealed_state": _sealed(tx, chat),
            "seen_ms": at,
        }
        for chat in changed
    ]
    if rows:
        tx.execute(_SAVE, rows)


def _sealed(tx: Tx, chat: Chat) -> bytes | None:
    if not chat.state:
        return None
    return tx.keys.seal("transit", json.dumps(chat.state, ensure_ascii=False, separators=(",", ":")).encode())


def over(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Which of these have ended, or have been silent for too long."""
    return set(tx.execute(_OVER, {"ids": list(ids), **_moments()}).scalars())


def end(tx: Tx, chat: int) -> None:
    """The conversation is over and holds nothing any more: no answers, no files, no messages, no way back."""
    row = tx.execute(_HOLD, {"ids": [chat]}).first()
    for alias in _of(tx, row).state.get("mine", ()) if row else ():
        tips.cut(tx, bytes.fromhex(alias))
    values = {"ended_ms": now_ms(), "sealed_state": None, "sealed_address": None}
    tx.execute(update(chats).where(chats.c.id == chat).values(values))
    attachments.drop_lane(tx, chat)
    queue.drop_lane(tx, chat)


def sessions(tx: Tx, person: int) -> list[Row[Any]]:
    """(id, channel, made_ms, seen_ms) of a person's live conversations, latest first."""
    live = select(chats.c.id, chats.c.channel, chats.c.made_ms, chats.c.seen_ms).where(
        chats.c.person == person, chats.c.ended_ms.is_(None), chats.c.seen_ms > now_ms() - SESSION_MS
    )
    return list(tx.execute(live.order_by(chats.c.seen_ms.desc())).all())


def faded(tx: Tx) -> list[int]:
    """Conversations to be ended: citizens' after 7 days, staff's after 14."""
    return list(tx.execute(_FADED, _moments()).scalars())


def sweep(tx: Tx) -> None:
    """What faded is ended; of what ended a week ago nothing is left to find."""
    for chat in faded(tx):
        end(tx, chat)
    tx.execute(delete(chats).where(chats.c.ended_ms < now_ms() - IDLE_MS))
