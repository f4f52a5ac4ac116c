"""Conversations: keyed by a MAC of the account, never by the account; their state sealed."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Row, and_, bindparam, delete, or_, select, update

from storage import attachments, pushes, queue, said, tips, windows
from storage.among import among
from storage.database import Tx, now_ms, random_id
from storage.models import chats
from storage.queue import HOUR_MS, SESSION_MS
from storage.sealed import Unsealable

IDLE_MS = 7 * 24 * 3600 * 1000  # an idle form is kept 7 days
BATCH = 100  # conversations ended in one transaction


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
    reachable: bool = False  # its sealed return address is kept


def _of(tx: Tx, row: Row[Any]) -> Chat:
    ended = row.ended_ms is not None
    known = (row.id, row.channel, row.county, row.person, row.language, row.prompt)
    return Chat(*known, _state(tx, row), ended, row.sealed_address is not None)


def _state(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """What cannot be opened any more (its key was destroyed) is begun anew, or its author would never be answered again."""
    try:
        return dict(orjson.loads(tx.keys.open_("transit", row.sealed_state))) if row.sealed_state else {}
    except Unsealable:
        return {}


def start(
    tx: Tx, channel: str, peer: str, county: str | None, language: str, person: int | None = None, address: bool = False
) -> Chat:
    """Open a conversation for an account that has none. With `address`, its raw peer is kept sealed, to write back."""
    chat = Chat(random_id(), channel, county, person, language, 0)
    row = _begun(tx, chat.id, channel, peer, county, language)
    if person is not None:
        row |= {"person": person, "made_ms": now_ms()}
    tx.add(chats, row if address else row | {"sealed_address": None})
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


def reach(tx: Tx, channel: str, peer: str, county: str, language: str) -> Chat:
    """The live conversation of an account on a channel that writes back, found or begun. One that is over leaves its place
    to a new one. Of two processes that begin it at once the unique key lets one; both return the same."""
    current, *previous = tx.keys.macs("peer", f"{channel}:{peer}".encode())
    theirs = select(chats).where(chats.c.channel == channel, chats.c.peer.in_([current, *previous]))
    row = tx.execute(theirs).first()
    if row is None or over(tx, [row.id]):
        _clear_away(tx, tx.execute(theirs.with_for_update()).first())
        tx.add_unless_known(chats, _begun(tx, random_id(), channel, peer, county, language))
        row = tx.execute(theirs).one()
    elif row.peer != current:
        tx.execute(update(chats).where(chats.c.id == row.id).values(peer=current))
    return _of(tx, row)


def _clear_away(tx: Tx, row: Row[Any] | None) -> None:
    """A conversation that is over gives its account up. It may have been replaced since it was looked at."""
    if row is None or not over(tx, [row.id]):
        return
    if row.ended_ms is None:
        end(tx, row.id)
    tx.execute(update(chats).where(chats.c.id == row.id).values(peer=secrets.token_bytes(32)))


def of_group(tx: Tx, channel: str, peer: str, county: str, language: str) -> int:
    """The lane by which a group is told: nobody's conversation, in which nothing is heard. Once lost or ended it begins anew."""
    row = group(tx, channel, peer)
    if row is not None and not row.lost and row.ended_ms is None:
        return int(row.id)
    if row is not None:
        end(tx, row.id)
        tx.execute(update(chats).where(chats.c.id == row.id).values(peer=secrets.token_bytes(32)))
    lane = random_id()
    tx.add_unless_known(chats, _begun(tx, lane, channel, peer, county, language) | {"is_group": True})
    begun = group(tx, channel, peer)
    return int(begun.id) if begun is not None else lane


def group(tx: Tx, channel: str, peer: str) -> Row[Any] | None:
    """By the current key, then the previous one."""
    peers = tx.keys.macs("peer", f"{channel}:{peer}".encode())
    theirs = select(chats).where(chats.c.channel == channel, chats.c.peer.in_(peers), chats.c.is_group)
    return tx.execute(theirs.with_for_update()).first()


def moved(tx: Tx, lane: int, peer: str) -> None:
    """Its platform knows the group by another name from now on."""
    channel = tx.execute(select(chats.c.channel).where(chats.c.id == lane)).scalar_one()
    known = {"peer": tx.keys.mac("peer", f"{channel}:{peer}".encode()), "sealed_address": _sealed_address(tx, peer)}
    tx.execute(update(chats).where(chats.c.id == lane).values(known))


def _begun(tx: Tx, number: int, channel: str, peer: str, county: str | None, language: str) -> dict[str, Any]:
    hour = _hour(now_ms())
    row = {"id": number, "county": county, "channel": channel, "language": language, "prompt": 0, "person": None}
    sealed = {"peer": tx.keys.mac("peer", f"{channel}:{peer}".encode()), "sealed_address": _sealed_address(tx, peer)}
    return {**row, **sealed, "made_ms": hour, "seen_ms": hour}


def _hour(at: int) -> int:
    """Of a citizen's conversation no finer moment is kept: by that it could be told which tip came from it."""
    return at - at % HOUR_MS


def _sealed_address(tx: Tx, peer: str) -> bytes:
    return tx.keys.seal("transit", peer.encode())


def can_be_reached(tx: Tx, chat: Chat, peer: str) -> None:
    """They write, so they can be written to: an address that was lost (blocked, and thought better of it) is kept again."""
    if not chat.reachable:
        tx.execute(
            update(chats).where(chats.c.id == chat.id).values(sealed_address=_sealed_address(tx, peer), lost=False)
        )
        chat.reachable = True


def bind(tx: Tx, chat: Chat, person: int) -> None:
    """The account is a member of staff's from now on, which is when it begins as theirs: what was said to them before
    went to their other conversations."""
    tx.execute(update(chats).where(chats.c.id == chat.id).values(person=person, made_ms=now_ms()))
    chat.person = person


_LOAD = select(chats).where(among(chats.c.id, "ids"))
_HOLD = _LOAD.order_by(chats.c.id).with_for_update()
# A staff session slides 14 days, a citizen's conversation is kept 7 days. Where accounts are written back to, nobody is
# forgotten for being silent: who is bound hears until unbound, who awaits an answer until it has come.
_REACHABLE = chats.c.sealed_address.is_not(None)
_BOUND = and_(chats.c.person.is_not(None), _REACHABLE)
_IDLE = and_(
    ~_REACHABLE,
    or_(chats.c.seen_ms < bindparam("session"), and_(chats.c.person.is_(None), chats.c.seen_ms < bindparam("idle"))),
)
_SILENT = and_(
    _REACHABLE, chats.c.person.is_(None), chats.c.seen_ms < bindparam("idle"), chats.c.rests_ms < bindparam("idle")
)
_LIVE = select(chats.c.id).where(among(chats.c.id, "ids"), chats.c.ended_ms.is_(None), ~chats.c.is_group, ~_IDLE)
_FADE = and_(chats.c.ended_ms.is_(None), ~chats.c.is_group, or_(_IDLE, _SILENT))
_FADED = select(chats.c.id).where(_FADE)
_FADING = select(chats).where(chats.c.id == bindparam("chat"), _FADE).with_for_update()


def _moments() -> dict[str, int]:
    at = now_ms()
    return {"session": at - SESSION_MS, "idle": at - IDLE_MS}


def load(tx: Tx, ids: Iterable[int]) -> dict[int, Chat]:
    """To look at."""
    return {row.id: _of(tx, row) for row in tx.execute(_LOAD, {"ids": list(ids)})}


def hold(tx: Tx, ids: Iterable[int]) -> dict[int, Chat]:
    """To be answered: nobody ends them before this commit. In order of their ids, so that two workers never wait for each
    other."""
    held = {row.id: _of(tx, row) for row in tx.execute(_HOLD, {"ids": list(ids)})}
    tx.held |= held
    return held


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
            "seen_ms": at if chat.person else _hour(at),
        }
        for chat in changed
        if not chat.ended
    ]
    if rows:
        tx.execute(_SAVE, rows)


def _sealed(tx: Tx, chat: Chat) -> bytes | None:
    if not chat.state:
        return None
    return tx.keys.seal("transit", orjson.dumps(chat.state))


_OF_PEOPLE = select(chats).where(among(chats.c.person, "persons"), chats.c.ended_ms.is_(None)).order_by(chats.c.id)


def put_away(
    tx: Tx, persons: Iterable[int], tip: int | None, leads: Collection[int], matters: Collection[int] = ()
) -> None:
    """Forms that these people have open about a tip, or about a hand-over or a matter of it, are gone with what was filled in.
    `matters`: and their clocks. A conversation that another worker answers in this moment is passed over: its form is judged before
    it is shown."""
    free = _OF_PEOPLE.with_for_update(skip_locked=True)
    for row in tx.execute(free, {"persons": list(persons)}).all():
        chat = tx.held.get(row.id) or _of(tx, row)
        if without(chat.state, tip, leads, matters):
            tx.execute(update(chats).where(chats.c.id == chat.id).values(sealed_state=_sealed(tx, chat)))


def without(state: dict[str, Any], tip: int | None, leads: Collection[int], matters: Collection[int] = ()) -> bool:
    """Whether there was one to be put away."""
    held = {name: state.get(name, []) for name in ("stack", "aside")}
    rest = {
        name: [frame for frame in frames if not _is_about(frame.get("answers") or {}, tip, leads, matters)]
        for name, frames in held.items()
    }
    if rest == held:
        return False
    state.update(rest, shown=[])
    return True


def _is_about(answers: Mapping[str, Any], tip: int | None, leads: Collection[int], matters: Collection[int]) -> bool:
    """`_from`: the matter that goes on, its party, the move."""
    of = {answers.get("_matter"), answers.get("_duty"), *answers.get("_from", ())[:1]}
    mine = tip is not None and answers.get("_tip") == tip
    return mine or answers.get("_lead") in leads or not of.isdisjoint(matters)


def over(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Which of these have ended, have been silent for too long, or are not there any more."""
    asked = set(ids)
    return asked.difference(tx.execute(_LIVE, {"ids": list(asked), **_moments()}).scalars())


def end(tx: Tx, chat: int) -> None:
    """The conversation is over and holds nothing any more: no answers, no files, no messages, no way back."""
    row = tx.execute(_HOLD, {"ids": [chat]}).first()
    for alias in _of(tx, row).state.get("mine", ()) if row else ():
        tips.cut(tx, bytes.fromhex(alias))
    values = {"ended_ms": now_ms(), "sealed_state": None, "sealed_address": None}
    tx.execute(update(chats).where(chats.c.id == chat).values(values))
    if chat in tx.held:
        tx.held[chat].ended = True
    attachments.drop_lane(tx, chat)
    pushes.drop_lane(tx, chat)
    windows.drop_lane(tx, chat)


def let_go(tx: Tx, chat: int, farewell: str) -> None:
    """A member of staff is one no longer there. Where nobody can be written to, the conversation ends; elsewhere its
    account is a stranger's from here on, what told of tips is taken out of the chat, and the farewell comes last."""
    row = tx.execute(_HOLD, {"ids": [chat]}).first()
    if row is None or row.ended_ms is not None:
        return
    if row.sealed_address is None:
        end(tx, chat)
        return
    attachments.drop_lane(tx, chat)
    pushes.drop_waiting(tx, chat)
    said.erase_told(tx, chat)
    said.answered(tx, [(chat, row.prompt + 1)])  # nothing that was offered there can be pressed any more
    tx.execute(update(chats).where(chats.c.id == chat).values(person=None, sealed_state=None))
    if chat in tx.held:
        tx.held[chat].person = None
        tx.held[chat].state.clear()
    queue.put(tx, row.channel, chat, queue.message(row.language, row.county, [(farewell, {})]))


def sessions(tx: Tx, person: int) -> list[Row[Any]]:
    """(id, channel, made_ms, seen_ms) of a person's live conversations, latest first."""
    live = select(chats.c.id, chats.c.channel, chats.c.made_ms, chats.c.seen_ms).where(
        chats.c.person == person, chats.c.ended_ms.is_(None), or_(_BOUND, chats.c.seen_ms > now_ms() - SESSION_MS)
    )
    return list(tx.execute(live.order_by(chats.c.seen_ms.desc())).all())


def faded(tx: Tx) -> list[int]:
    """Conversations silent for long, up to a batch: citizens' after 7 days, staff's after 14."""
    return list(tx.execute(_FADED.limit(BATCH), _moments()).scalars())


def _fade(tx: Tx, chat: int) -> None:
    """What was left unfinished is gone after a week. While an answer is awaited where it can be written to, the conversation
    rests and holds nothing but that; it is looked at again each week."""
    row = tx.execute(_FADING, {"chat": chat, **_moments()}).first()
    if row is None:  # they have written since it was found
        return
    resting = _of(tx, row)
    mine = [bytes.fromhex(alias) for alias in resting.state.get("mine", ())]
    awaited = tips.awaited(tx, mine) if row.sealed_address and row.person is None else set()
    if not awaited:
        end(tx, chat)
        return
    for alias in set(mine) - awaited:
        tips.cut(tx, alias)
    attachments.drop_lane(tx, chat)
    resting.state = {"mine": [alias.hex() for alias in mine if alias in awaited]}
    kept = {"sealed_state": _sealed(tx, resting), "rests_ms": now_ms()}
    tx.execute(update(chats).where(chats.c.id == chat).values(kept))


def sweep(tx: Tx) -> bool:
    """What faded is ended, or rests; of what ended a week ago nothing is left to find. Whether there may be more."""
    ending = faded(tx)
    for chat in ending:
        _fade(tx, chat)
    tx.execute(delete(chats).where(chats.c.ended_ms < now_ms() - IDLE_MS))
    return len(ending) == BATCH
