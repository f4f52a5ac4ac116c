"""The outbox as a channel that pushes sees it: what may go now. What became of it is `storage.delivery`.

Of a conversation one reply and one push are in hand at a time, each kind in its order; a reply never waits behind pushes. A
row is held by a lease and known by its attempts: whoever slept through its lease changes nothing any more. Where many wait
for one person they may go as one message, a bundle: made when it is first claimed and the same ever after, so that whoever
repeats it repeats the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Row, Select, and_, bindparam, case, func, literal, or_, select, tuple_, update

from storage import messages, permits, queue, said, windows
from storage.among import among
from storage.database import Tx, now_ms
from storage.messages import goes
from storage.models import chats, inbox, outbox
from storage.models import said as _said
from storage.models import windows as _windows
from storage.parcels import PLAINLY, Parcel, Terms
from storage.windows import Standing, Window

LEASE_MS = 60_000
HELD_UP_MS = 600_000  # a push that has waited for so long is news no more that may ring in the night
NOBODY = Standing(0, "")
TOGETHER = 20  # rows of one bundle
LAST = 2**63 - 1
PORTION = 12  # messages: no row is more of them at one time where they are counted; a longer one goes on behind


_earlier = outbox.alias()
_BEFORE = select(_earlier.c.id).where(
    _earlier.c.lane == outbox.c.lane, _earlier.c.id < outbox.c.id, _earlier.c.bulk == outbox.c.bulk, ~_earlier.c.handed,
    goes(_earlier),
)  # fmt: skip


def _held_up(box: Any) -> Any:
    """At night what can wait, and should not ring or was held up until then by a platform that was down, waits for the morning of
    its staff."""
    staff = (chats.c.id == box.c.lane, or_(chats.c.person.is_not(None), chats.c.is_group))
    rests = select(chats.c.id).where(*staff, chats.c.county.in_(bindparam("resting", expanding=True)))
    late = or_(box.c.calm, box.c.at_ms < bindparam("held_up"))
    return and_(box.c.bulk, box.c.parts == 0, late, rests.exists())


@cache
def _behind(night: bool) -> Any:
    """Whether another of its kind goes before it: what waits for the morning is in nobody's way."""
    return (_BEFORE.where(~_held_up(_earlier)) if night else _BEFORE).exists()


@cache
def _heads(window: Window | None, lapsed: bool, night: bool) -> Select[Any]:
    """The first of each conversation's two kinds, if it is free and may go now. + 0 leaves the index by moments aside: what waits
    is read in the order in which it goes, and no further than there is room."""
    found = select(outbox).where(
        outbox.c.channel == bindparam("door"),
        outbox.c.due_ms + 0 <= bindparam("at"),
        outbox.c.claimed_ms < bindparam("at"),
        ~outbox.c.handed,
        outbox.c.lapses > 0 if lapsed else outbox.c.lapses == 0,
        ~_behind(night),
    )
    found = found.order_by(outbox.c.bulk, outbox.c.id).limit(bindparam("most"))
    return _within(found, window, night).with_for_update(skip_locked=True, of=outbox)


@cache
def _lapsed(window: Window | None, night: bool) -> Select[Any]:
    """As far as the others go that there is room for: those behind them would not be begun now, and may be a million."""
    before = tuple_(outbox.c.bulk, outbox.c.id) < tuple_(bindparam("last_bulk"), bindparam("last"))
    return _heads(window, lapsed=True, night=night).where(before)


_UNANSWERED = select(inbox.c.id).where(inbox.c.lane == outbox.c.lane, ~inbox.c.done)


def _within(found: Select[Any], window: Window | None, night: bool = False) -> Select[Any]:
    """To whom may be written now. A ticket is for an answer: a push leaves it alone; and what opens a window is a word that is
    answered first, since the answer may make the push superfluous. `night`: in some county."""
    found = found.where(goes(outbox))
    if night:
        found = found.where(~_held_up(outbox))
    if window is None:
        return found
    may = or_(
        and_(windows.is_open(window), or_(~outbox.c.bulk, ~_UNANSWERED.exists())),
        and_(windows.has_ticket(), ~outbox.c.bulk),
    )
    return found.where(select(_windows.c.lane).where(_windows.c.lane == outbox.c.lane, may).exists())


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


def claim(  # noqa: PLR0913  # how much room there is for each kind
    tx: Tx,
    channel: str,
    room: int,
    bulk_room: int,
    lapsed_room: int = 1,
    recent_ms: int = 5_000,
    terms: Terms = PLAINLY,
    resting: Sequence[str] = (),
) -> list[Parcel]:
    """Replies first; of pushes no more than `bulk_room`. Of those that were begun before and never came back no more than
    `lapsed_room`, so that should one kill the process again, no other is counted with it. `resting`: the counties in whose
    night it is."""
    at = now_ms()
    values = _values(channel, at, resting) | {"most": room}
    if terms.daily and permits.counted(tx, channel) >= terms.daily:
        bulk_room = 0
    night = bool(resting)
    heads = list(tx.execute(_heads(terms.window, lapsed=False, night=night), values))
    if lapsed_room > 0:
        last = heads[-1] if len(heads) == room else None
        until = {"last_bulk": last.bulk, "last": last.id} if last else {"last_bulk": True, "last": LAST}
        heads += tx.execute(_lapsed(terms.window, night), values | until | {"most": lapsed_room})
        heads.sort(key=lambda row: (row.bulk, row.id))
    rows = [row for row in heads if not row.bulk][:room]
    rows += [row for row in heads if row.bulk][: max(0, min(bulk_room, room - len(rows)))]
    if not rows:
        return []
    rooms = _rooms(tx, rows, terms.buckets, at) if terms.buckets else {}
    rows = [row for row in rows if not terms.buckets or row.id in rooms]
    rest = _rest(tx, rows, at, terms)
    if rows:
        tx.execute(_LEASE, {"ids": [row.id for row in (*rows, *_flat(rest))], "until": at + LEASE_MS})
    parcels = _parcels(tx, rows, rest, at, recent_ms, terms)
    return [replace(one, room=rooms.get(one.id)) for one in parcels] if rooms else parcels


def _values(channel: str, at: int, resting: Sequence[str]) -> dict[str, Any]:
    known = {"door": channel, "at": at}
    return known | {"resting": list(resting), "held_up": at - HELD_UP_MS} if resting else known


_LATELY = (
    select(_said.c.lane, func.count().label("messages"), func.min(_said.c.at_ms).label("first"))
    .where(among(_said.c.lane, "lanes"), _said.c.at_ms > bindparam("since"))
    .group_by(_said.c.lane)
)


_HERE = select(chats.c.id).where(among(chats.c.id, "ids"))
_ALONE = _HERE.with_for_update(skip_locked=True, key_share=True)
_IN_HAND = (
    select(outbox.c.lane, func.count(outbox.c.bulk.distinct()).label("kinds"))
    .where(among(outbox.c.lane, "lanes"), outbox.c.claimed_ms > bindparam("at"), ~outbox.c.handed)
    .group_by(outbox.c.lane)
)


def _rooms(tx: Tx, rows: Sequence[Row[Any]], buckets: Sequence[tuple[int, int]], at: int) -> dict[int, int]:
    """How many messages each may be. Who has been sent as much as may be: their next is put off until there is room again.
    It is ours: nobody waits for another."""
    left, full = _left(tx, {row.lane for row in rows}, buckets, at)
    for lane, free in full.items():
        heads = [row.id for row in rows if row.lane == lane]
        tx.execute(update(outbox).where(outbox.c.id.in_(heads)).values(due_ms=free + 1))
    rooms: dict[int, int] = {}
    for row in rows:
        room = min(left[row.lane], PORTION)
        if room > 0:
            rooms[row.id], left[row.lane] = room, left[row.lane] - room
    return rooms


def _left(
    tx: Tx, lanes: set[int], buckets: Sequence[tuple[int, int]], at: int
) -> tuple[dict[int, int], dict[int, int]]:
    """What is left of each one's buckets, if what is in hand is as long as can be; and, where they are full, until when. Who
    is being counted by another process is left to it."""
    left, full = dict.fromkeys(lanes, min(most for most, _ in buckets)), dict[int, int]()
    ids = {"ids": list(lanes)}
    others = set(tx.execute(_HERE, ids).scalars()) - set(tx.execute(_ALONE, ids).scalars())
    for most, within in buckets:
        for row in tx.execute(_LATELY, {"lanes": list(lanes), "since": at - within}):
            left[row.lane] = min(left[row.lane], most - row.messages)
            if row.messages >= most:
                full[row.lane] = max(full.get(row.lane, 0), row.first + within)
    for row in tx.execute(_IN_HAND, {"lanes": list(lanes), "at": at}):
        left[row.lane] -= PORTION * row.kinds
    return left | dict.fromkeys(others, 0), full


def _flat(rest: Mapping[int, Sequence[Row[Any]]]) -> list[Row[Any]]:
    return [row for rows in rest.values() for row in rows]


_BUNDLED = select(outbox).where(among(outbox.c.bundle, "heads")).order_by(outbox.c.id)
_READY = (
    outbox.c.due_ms <= bindparam("at"), outbox.c.claimed_ms < bindparam("at"), ~outbox.c.handed, outbox.c.attempts == 0,
    goes(outbox),
)  # fmt: skip
_FOLLOWING = (
    select(outbox.c.id)
    .where(outbox.c.lane == bindparam("whose"), outbox.c.bulk == bindparam("kind"), outbox.c.id > bindparam("after"))
    .where(*_READY)
    .order_by(outbox.c.id)
    .limit(TOGETHER - 1)
)
_WAITING = (
    select(outbox.c.lane, outbox.c.bulk, func.count().label("messages"))
    .where(among(outbox.c.lane, "lanes"), *_READY)
    .group_by(outbox.c.lane, outbox.c.bulk)
)
_BUNDLE = (
    update(outbox)
    .where(among(outbox.c.id, "ids"), outbox.c.attempts == 0)
    .values(bundle=bindparam("head", type_=BigInteger))
    .returning(outbox)
)


def _rest(tx: Tx, heads: Sequence[Row[Any]], at: int, terms: Terms) -> dict[int, Sequence[Row[Any]]]:
    """What is said with each of them: what was begun with it before, or, if it is new, what waits behind it."""
    if not terms.merge_from:
        return {}
    rest: dict[int, Sequence[Row[Any]]] = {}
    known = tx.execute(_BUNDLED, {"heads": [row.id for row in heads if row.attempts]}).all()
    for row in known:
        rest[row.bundle] = [*rest.get(row.bundle, ()), row]
    fresh = [row for row in heads if not row.attempts]
    for head in _crowded(tx, fresh, at, terms.merge_from):
        waits = {"whose": head.lane, "kind": head.bulk, "after": head.id, "at": at}
        ids = tx.execute(_FOLLOWING, waits).scalars().all()
        taken = tx.execute(_BUNDLE, {"ids": list(ids), "head": head.id})  # without what was taken back meanwhile
        rest[head.id] = sorted(taken.all(), key=lambda row: row.id)
    return rest


def _crowded(tx: Tx, heads: Sequence[Row[Any]], at: int, most: int) -> Iterable[Row[Any]]:
    """Those behind which so many wait, themselves counted."""
    lanes = {"lanes": [row.lane for row in heads], "at": at}
    many = {(row.lane, row.bulk) for row in tx.execute(_WAITING, lanes) if row.messages >= most} if heads else set()
    return [row for row in heads if (row.lane, row.bulk) in many]


def _parcels(
    tx: Tx, rows: Sequence[Row[Any]], rest: Mapping[int, Sequence[Row[Any]]], at: int, recent_ms: int, terms: Terms
) -> list[Parcel]:
    lanes, until = [row.lane for row in rows], at + LEASE_MS
    says = messages.of_rows(tx, [*rows, *_flat(rest)])
    ways = {row.id: row.sealed_address for row in tx.execute(_WAYS, {"ids": lanes})}
    spoken = {row.lane: row.at_ms for row in tx.execute(_SPOKEN, {"lanes": lanes, "since": at - recent_ms})}
    stand = windows.standing(tx, lanes) if terms.window else {}
    made = []
    for row in rows:
        theirs = stand.get(row.lane, NOBODY)
        others = tuple(_parcel(tx, other, says[other.id], until) for other in rest.get(row.id, ()))
        more = {"ticket": "" if row.bulk else theirs.ticket, "turn": theirs.turn, "rest": others}
        made.append(_parcel(tx, row, says[row.id], until, ways.get(row.lane), spoken.get(row.lane, 0), **more))
    return made


def renew(tx: Tx, parcels: Sequence[Parcel]) -> None:
    """They are still on their way: a long message, or a slow platform."""
    ids = [one.id for parcel in parcels for one in parcel.all]
    still = (among(outbox.c.id, "ids"), outbox.c.claimed_ms > 0, ~outbox.c.handed)
    tx.execute(
        update(outbox).where(*still).values(claimed_ms=bindparam("until")), {"ids": ids, "until": now_ms() + LEASE_MS}
    )


def unbundle(tx: Tx, parcels: Sequence[Parcel]) -> None:
    """Claimed with others and not said with them: they wait as if they had not been claimed."""
    free = {"bundle": None, "claimed_ms": 0, "attempts": outbox.c.attempts - 1, "lapses": outbox.c.lapses - 1}
    for one in parcels:
        ours = (outbox.c.id == one.id, outbox.c.attempts == one.attempts, ~outbox.c.handed)
        tx.execute(update(outbox).where(*ours).values(free))


def _parcel(  # noqa: PLR0913  # a row and what is known besides
    tx: Tx, row: Row[Any], says: Any, until: int, way: bytes | None = None, spoken: int = 0, **more: Any
) -> Parcel:
    what = (row.id, row.channel, row.lane, row.attempts + 1, row.sealed_payload, says, until)
    on_the_way = (row.once, row.parts, row.stale, row.lapses + 1, said.way(tx, way), spoken)
    return Parcel(*what, *on_the_way, broadcast=row.broadcast, **more)


_OPEN = select(outbox.c.id).where(
    outbox.c.channel == bindparam("door"), outbox.c.due_ms <= bindparam("at"), outbox.c.claimed_ms < bindparam("at"),
    ~outbox.c.handed,
).limit(1)  # fmt: skip
_CHANGES = (
    select(func.min(_said.c.claimed_ms))
    .join(chats, chats.c.id == _said.c.lane)
    .where(_said.c.channel == bindparam("door"), _said.c.want > "", chats.c.sealed_address.is_not(None))
)
_LATER = case((outbox.c.due_ms > outbox.c.claimed_ms, outbox.c.due_ms), else_=outbox.c.claimed_ms)
_NEXT = select(func.min(_LATER)).where(outbox.c.channel == bindparam("door"), ~outbox.c.handed)


def next_due(tx: Tx, channel: str, terms: Terms = PLAINLY, resting: Sequence[str] = ()) -> int | None:
    """From when something of this channel may be there to be claimed; None when nothing waits, or all of it for people who
    may not be written to before they write."""
    door, night = _values(channel, now_ms(), resting), bool(resting)
    if tx.execute(_within(_OPEN, terms.window, night), door).first() is not None:
        return 0
    waits = tx.execute(_within(_NEXT, terms.window, night), door).scalar_one()
    found = (waits, tx.execute(_CHANGES, {"door": channel}).scalar_one())
    return min((int(one) for one in found if one is not None), default=None)


_SINCE = case((outbox.c.at_ms < _LATER, _LATER), else_=outbox.c.at_ms)


@cache
def _unclaimed(window: Window | None, bulk: bool, again: bool, night: bool) -> Select[Any]:
    """The head of a conversation that has been free to go for the longest, of those that go for the first time or `again`;
    what lies in somebody's hand is not free."""
    due = (outbox.c.due_ms > 0, outbox.c.due_ms <= bindparam("at")) if again else (outbox.c.due_ms == 0,)
    free = (*due, outbox.c.claimed_ms < bindparam("at"), ~outbox.c.handed)
    mine = (outbox.c.channel == bindparam("door"), *(() if bulk else (~outbox.c.bulk,)))
    found = select(_SINCE).where(*mine, *free, ~_behind(night))
    return _within(found.order_by(outbox.c.due_ms, outbox.c.id).limit(1), window, night)


def unclaimed_ms(tx: Tx, channel: str, terms: Terms = PLAINLY, resting: Sequence[str] = ()) -> int:
    """For how long the oldest row that may go has not been claimed. Whoever may not be written to yet waits rightly, and so do
    pushes where a day has a count, and what waits for the morning."""
    at, night = now_ms(), bool(resting)
    asked = (_unclaimed(terms.window, not terms.daily, again, night) for again in (False, True))
    since = (tx.execute(one, _values(channel, at, resting)).scalar_one_or_none() for one in asked)
    return max((at - int(one) for one in since if one is not None), default=0)


def release(tx: Tx, channels: Sequence[str]) -> None:
    """End every lease. For a process that knows itself to be the only one: those of the one before it were killed with it.
    A message at which that happened again waits a little longer each time, as in the inbox."""
    again = literal(now_ms() - 1, BigInteger) + (outbox.c.lapses - 1) * queue.PATIENCE_MS
    for table, free in ((outbox, again), (_said, 0)):
        mine = (table.c.channel.in_(channels), table.c.claimed_ms > now_ms())
        tx.execute(update(table).where(*mine).values(claimed_ms=free))
    permits.release(tx, channels)
