"""The outbox as a channel that pushes sees it: what may go now, and what became of it.

Of a conversation one reply and one push are in hand at a time, each kind in its order; a reply never waits behind pushes. A
row is held by a lease and known by its attempts: whoever slept through its lease changes nothing any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, case, delete, func, literal, select, update

from rules.county import Plan
from storage import people, queue, said
from storage.among import among
from storage.database import Tx, now_ms
from storage.models import chats, outbox
from storage.models import said as _said
from storage.queue import Message, Waiting
from storage.said import Card
from storage.sealed import Unsealable

LEASE_MS = 60_000
UNSENT = "unsent"


@dataclass(frozen=True)
class Parcel(Waiting):
    """One claimed row with its way there. `address` is empty where there is none any more."""

    until_ms: int
    once: str | None
    parts: int
    stale: bool
    lapses: int  # how often it was begun, this time included, since anybody learnt what became of it
    address: str
    spoken_ms: int

    @property
    def message(self) -> Message | None:
        return self.payload  # type: ignore[return-value]

    @property
    def bulk(self) -> bool:
        """It waits while replies, and what is urgent, go ahead."""
        return self.prompt < 0 and not (self.payload or {}).get("urgent")

    @property
    def prompt(self) -> int:
        return int((self.payload or {}).get("prompt", -1))


_earlier = outbox.alias()
_BEHIND = select(_earlier.c.id).where(
    _earlier.c.lane == outbox.c.lane, _earlier.c.id < outbox.c.id, _earlier.c.bulk == outbox.c.bulk
)
_HEADS = (
    select(outbox)
    .where(
        outbox.c.channel == bindparam("door"),
        outbox.c.due_ms <= bindparam("at"),
        outbox.c.claimed_ms < bindparam("at"),
        ~_BEHIND.exists(),
    )
    .order_by(outbox.c.bulk, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_LEASE = (
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(claimed_ms=bindparam("until"), attempts=outbox.c.attempts + 1, lapses=outbox.c.lapses + 1)
)
_WAYS = select(chats.c.id, chats.c.sealed_address).where(among(chats.c.id, "ids"), chats.c.ended_ms.is_(None))
_SPOKEN = (
    select(_said.c.lane, func.max(_said.c.at_ms).label("at_ms"))
    .where(among(_said.c.lane, "lanes"), _said.c.at_ms > bindparam("since"))
    .group_by(_said.c.lane)
)


def claim(
    tx: Tx, channel: str, room: int, bulk_room: int, lapsed_room: int = 1, recent_ms: int = 5_000
) -> list[Parcel]:
    """Replies first; of pushes no more than `bulk_room`. Of those that were begun before and never came back no more than
    `lapsed_room`, so that should one kill the process again, no other is counted with it."""
    at = now_ms()
    heads = tx.execute(_HEADS, {"door": channel, "at": at, "most": room}).all()
    lapsed = [row.id for row in heads if row.lapses][lapsed_room:]
    heads = [row for row in heads if row.id not in lapsed]
    rows = [row for row in heads if not row.bulk]
    rows += [row for row in heads if row.bulk][: max(0, bulk_room)]
    if not rows:
        return []
    tx.execute(_LEASE, {"ids": [row.id for row in rows], "until": at + LEASE_MS})
    lanes = [row.lane for row in rows]
    ways = {row.id: row.sealed_address for row in tx.execute(_WAYS, {"ids": lanes})}
    spoken = {row.lane: row.at_ms for row in tx.execute(_SPOKEN, {"lanes": lanes, "since": at - recent_ms})}
    return [_parcel(tx, row, at + LEASE_MS, ways.get(row.lane), spoken.get(row.lane, 0)) for row in rows]


def _parcel(tx: Tx, row: Row[Any], until: int, way: bytes | None, spoken: int) -> Parcel:
    what = (row.id, row.channel, row.lane, row.attempts + 1, row.sealed_payload, queue.opened(tx, row.sealed_payload))
    return Parcel(*what, until, row.once, row.parts, row.stale, row.lapses + 1, _address(tx, way), spoken)


def _address(tx: Tx, sealed: bytes | None) -> str:
    try:
        return tx.keys.open_("transit", sealed).decode() if sealed else ""
    except Unsealable:
        return ""


_OPEN = select(outbox.c.id).where(
    outbox.c.channel == bindparam("door"), outbox.c.due_ms <= bindparam("at"), outbox.c.claimed_ms < bindparam("at")
)
_CHANGES = (
    select(func.min(_said.c.claimed_ms))
    .join(chats, chats.c.id == _said.c.lane)
    .where(_said.c.channel == bindparam("door"), _said.c.want > "", chats.c.sealed_address.is_not(None))
)
_LATER = case((outbox.c.due_ms > outbox.c.claimed_ms, outbox.c.due_ms), else_=outbox.c.claimed_ms)
_NEXT = select(func.min(_LATER)).where(outbox.c.channel == bindparam("door"))


def next_due(tx: Tx, channel: str) -> int | None:
    """From when something of this channel may be there to be claimed; None when nothing waits."""
    door = {"door": channel, "at": now_ms()}
    if tx.execute(_OPEN.limit(1), door).first() is not None:
        return 0
    found = (tx.execute(_NEXT, {"door": channel}).scalar_one(), tx.execute(_CHANGES, {"door": channel}).scalar_one())
    return min((int(one) for one in found if one is not None), default=None)


def release(tx: Tx, channels: Sequence[str]) -> None:
    """End every lease. For a process that knows itself to be the only one: those of the one before it were killed with it.
    A message at which that happened again waits a little longer each time, as in the inbox."""
    again = literal(now_ms() - 1, BigInteger) + (outbox.c.lapses - 1) * queue.PATIENCE_MS
    for table, free in ((outbox, again), (_said, 0)):
        mine = (table.c.channel.in_(channels), table.c.claimed_ms > now_ms())
        tx.execute(update(table).where(*mine).values(claimed_ms=free))


# -- what became of it -----------------------------------------------------------------------------------------------------

_PROMPTS = select(chats.c.id, chats.c.prompt).where(among(chats.c.id, "ids"))


def sent(tx: Tx, gone: Sequence[tuple[Parcel, tuple[int, ...], bool]]) -> set[int]:
    """They are out, as these messages, with buttons or without. Returns the rows that were not there any more: taken back,
    or their conversation ended, while they were under way."""
    drop = delete(outbox).where(among(outbox.c.id, "ids")).returning(outbox.c.id, outbox.c.stale)
    there = {row.id: row.stale for row in tx.execute(drop, {"ids": [one.id for one, _, _ in gone]})}
    prompts = {row.id: row.prompt for row in tx.execute(_PROMPTS, {"ids": [one.lane for one, _, _ in gone]})}
    for parcel, ext_ids, buttons in gone:
        if parcel.id in there:
            closed = there[parcel.id] or 0 <= parcel.prompt < prompts.get(parcel.lane, 0)
            _kept(tx, parcel, ext_ids, buttons=buttons, over=closed)
    asked = [one for one, _, _ in gone if one.id in there and one.prompt >= 0]
    said.answered(tx, [(one.lane, one.prompt) for one in asked])
    return {one.id for one, _, _ in gone} - there.keys()


def _kept(tx: Tx, parcel: Parcel, ext_ids: Sequence[int], *, buttons: bool = False, over: bool = False) -> None:
    """Every message: when the latest was is what another process must know, to keep a chat's pace."""
    about = tuple((parcel.payload or {}).get("about") or ())
    said.keep(tx, parcel.channel, parcel.lane, ext_ids, Card(parcel.once, about, parcel.prompt, buttons, over))


def later(tx: Tx, parcel: Parcel, after_ms: int, *, costs: bool, parts: int, ext_ids: Sequence[int] = ()) -> None:
    """It keeps its place; what has gone out of it is not sent again. A try that did not count is not counted."""
    ours = (outbox.c.id == parcel.id, outbox.c.attempts == parcel.attempts)
    attempts = parcel.attempts if costs else parcel.attempts - 1
    again = {"due_ms": now_ms() + after_ms, "claimed_ms": 0, "attempts": attempts, "lapses": 0}
    again["parts"] = parcel.parts + parts
    if tx.execute(update(outbox).where(*ours).values(again)).rowcount:
        _kept(tx, parcel, ext_ids)


def never(tx: Tx, parcel: Parcel, cause: str, ext_ids: Sequence[int] = ()) -> None:
    """Set aside with its cause; the person is told that something did not arrive, unless it is this that could not be
    said."""
    queue.bury(tx, "outbox", parcel, cause)
    _kept(tx, parcel, ext_ids)
    told = f"{parcel.lane}:{UNSENT}"
    if parcel.once == told:
        return
    message, chat = parcel.payload or {}, tx.execute(select(chats).where(chats.c.id == parcel.lane)).first()
    if chat is not None and chat.ended_ms is None:
        language = message.get("language") or chat.language
        sorry = queue.message(language, message.get("county") or chat.county, [("common:unsent", {})])
        queue.put(tx, parcel.channel, parcel.lane, sorry, told)


def lost(tx: Tx, lane: int, plans: Mapping[str, Plan]) -> None:
    """Nobody can be reached there any more: blocked, or the account is gone. Its way back is erased; what waits for a
    member of staff goes to a conversation that began since (those that were there have their own copies), and where there
    is none the office's coordinators are told. Replies belong to this conversation and are set aside."""
    chat = tx.execute(select(chats).where(chats.c.id == lane).with_for_update()).first()
    if chat is None:
        return
    tx.execute(update(chats).where(chats.c.id == lane).values(lost=True, sealed_address=None))
    rows = tx.execute(select(outbox).where(outbox.c.lane == lane).order_by(outbox.c.id)).all()
    live = [one for one in queue.of_people(tx, [chat.person]) if one.id != lane] if chat.person else []
    for row in rows:
        message = queue.opened(tx, row.sealed_payload)
        if live and message is not None and queue.pushed(message):
            _passed_on(tx, row, message, live)
            queue.sent(tx, [row.id])
        else:
            queue.bury(tx, "outbox", _waiting(tx, row), "gone")
    if chat.person and not live and not chat.lost:
        _told(tx, chat, plans)


def _waiting(tx: Tx, row: Row[Any]) -> Waiting:
    return Waiting(row.id, row.channel, row.lane, row.attempts, row.sealed_payload, None)


def _passed_on(tx: Tx, row: Row[Any], message: dict[str, Any], live: Sequence[Row[Any]]) -> None:
    if any(one.made_ms <= row.at_ms for one in live):
        return
    base, to = row.once.rpartition(":")[0] if row.once else None, live[-1]
    queue.put(tx, to.channel, to.id, message | {"language": to.language}, f"{base}:{to.id}" if base else None)


def _told(tx: Tx, chat: Row[Any], plans: Mapping[str, Plan]) -> None:
    """Once for each time a conversation is lost."""
    plan = plans.get(chat.county or "")
    if plan is None:
        return
    keepers = [one for one in people.holders(tx, plan.id, plan.intake.unit, "coordinator") if one != chat.person]
    seats = sorted(people.seats_of(tx, chat.person, plan.id))
    if seats:
        data = {"name": people.name(tx, chat.person), "seats": [list(one) for one in seats]}
        queue.push_to_people(tx, keepers, plan.id, "reminders:unreachable", data, [], f"unreachable:{chat.id}")
