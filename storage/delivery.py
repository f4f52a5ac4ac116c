"""What became of a message on a channel that pushes: it is out, it waits, it can't be said, nobody is there.

A row is known by its attempts: whoever slept through its lease changes nothing any more. What went out although its row was
gone by then (taken back, or said by another process) is taken out of the chat again, by the same commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update

from rules.county import Plan
from storage import broadcasts, groups, messages, people, permits, pushes, queue, said, windows
from storage.among import among
from storage.database import Tx, now_ms
from storage.models import chats, outbox
from storage.models import said as _said
from storage.models import windows as _windows
from storage.parcels import PLAINLY, Parcel, Terms
from storage.pushes import Push
from storage.queue import Waiting
from storage.said import Card

UNCERTAIN_MS = 600_000  # a platform that tells later what could not be delivered does so by then
STEP_MS, HOUR_MS = 100, 3_600_000
UNSENT = "unsent"


@dataclass(frozen=True)
class Out:
    """A parcel that is out: by which ids it can be changed, in how many messages, with buttons or without."""

    parcel: Parcel
    ext_ids: tuple[str, ...]
    messages: int = 1
    buttons: bool = False


_OURS = or_(chats.c.person.is_not(None), chats.c.is_group).label("ours")  # no citizen's: its moments may be kept
_OF = select(chats.c.id, chats.c.prompt, _OURS).where(among(chats.c.id, "ids"))
_DROP = delete(outbox).where(among(outbox.c.id, "ids")).returning(outbox.c.id, outbox.c.stale)
_TURN = select(_windows.c.turn).where(_windows.c.lane == outbox.c.lane).scalar_subquery()
_HAND = (
    update(outbox)
    .where(among(outbox.c.id, "ids"), ~outbox.c.handed)
    .values(handed=True, claimed_ms=bindparam("until"), at_ms=bindparam("hour"), turn=func.coalesce(_TURN, 0))
    .returning(outbox.c.id, outbox.c.stale)
)
_THERE = select(outbox.c.id).where(among(outbox.c.id, "ids")).order_by(outbox.c.id).with_for_update()


def sent(tx: Tx, gone: Sequence[Out], terms: Terms = PLAINLY, at: datetime | None = None) -> None:
    """They are out. On a channel that `confirms` their rows are kept until it would have said otherwise."""
    gone = [one for one in gone if not _torn(tx, one, terms)]
    of_many = [(row.broadcast, row.lane) for one in gone for row in one.parcel.all if row.broadcast is not None]
    broadcasts.delivered(tx, of_many, at)
    ids = [row.id for one in gone for row in one.parcel.all]
    done = tx.execute(_HAND, {"ids": ids, **_uncertain()}) if terms.confirms else tx.execute(_DROP, {"ids": ids})
    told = {row.id: _tells_of(row) for one in gone for row in one.parcel.all}
    back = broadcasts.recalled(tx, set().union(*told.values()))
    taken = {number for number, of in told.items() if not back.isdisjoint(of)}
    there = {row.id: row.stale for row in done if row.id not in taken}
    known = {row.id: row for row in tx.execute(_OF, {"ids": [one.parcel.lane for one in gone]})}
    if terms.daily and gone:
        permits.count(tx, gone[0].parcel.channel, sum(one.messages for one in gone))
    for one in gone:
        _out(tx, one, there, known.get(one.parcel.lane))
        if terms.window:
            _counted(tx, one.parcel, one.messages)
    asked = [one.parcel for one in gone if one.parcel.id in there and one.parcel.prompt >= 0]
    said.answered(tx, [(one.lane, one.prompt) for one in asked])


def _tells_of(row: Parcel) -> set[int]:
    """What is said to many, or shows one who opened it."""
    return {*((row.payload or {}).get("matters") or ()), *([row.broadcast] if row.broadcast is not None else [])}


def _uncertain() -> dict[str, int]:
    """When they certainly have arrived; and no moment that says when a citizen was answered."""
    at = now_ms()
    return {"until": -(-(at + UNCERTAIN_MS) // UNCERTAIN_MS) * UNCERTAIN_MS, "hour": at - at % HOUR_MS}


def _torn(tx: Tx, one: Out, terms: Terms) -> bool:
    """Whether some of what was said together was taken back meanwhile. Then all of it goes from the chat, and the others are
    said again; where nothing can be taken from a chat, they have been said."""
    if not one.parcel.rest or not terms.erases:
        return False
    wanted = {row.id for row in one.parcel.all}
    there = set(tx.execute(_THERE, {"ids": list(wanted)}).scalars())
    if there == wanted:
        return False
    _kept(tx, one.parcel, one.ext_ids, want="erase")
    again = {"bundle": None, "claimed_ms": 0, "attempts": 0, "lapses": 0, "parts": 0}
    tx.execute(update(outbox).where(outbox.c.id.in_(there)).values(again))
    return True


def _out(tx: Tx, one: Out, there: Mapping[int, bool], chat: Row[Any] | None) -> None:
    parcel, ours = one.parcel, chat is not None and chat.ours
    if parcel.id not in there:
        _kept(tx, parcel, one.ext_ids, want="erase")
        return
    if earlier := earlier_calls(parcel):
        said.replace(tx, parcel.lane, earlier)
    closed = any(there.get(row.id) for row in parcel.all) or 0 <= parcel.prompt < (chat.prompt if chat else 0)
    _kept(tx, parcel, one.ext_ids, buttons=one.buttons, want="plain" if closed else "", exact=ours)


def earlier_calls(parcel: Parcel) -> str:
    """How the names of the calls begin that this one repeats, since nobody has come."""
    urgent = not parcel.rest and parcel.prompt < 0 and (parcel.payload or {}).get("urgent")
    return str((parcel.payload or {}).get("repeats", "")) if urgent else ""


def _kept(
    tx: Tx, parcel: Parcel, ext_ids: Sequence[str], *, buttons: bool = False, want: str = "", exact: bool | None = None
) -> None:
    """Every message: when the latest was is what another process must know, to keep a chat's pace."""
    of = [(one.payload or {}).get(name) or () for one in parcel.all for name in ("about", "matters")]
    about = tuple(sorted({number for numbers in of for number in numbers}))
    if exact is None:  # what went out of a message that failed fills a minute as well
        known = tx.execute(_OF, {"ids": [parcel.lane]}).first() if ext_ids else None
        exact = known is not None and known.ours
    card = Card(_named(parcel), about, parcel.prompt, buttons, want, exact)
    said.keep(tx, parcel.channel, parcel.lane, ext_ids, card)


def _named(parcel: Parcel) -> str | None:
    """By the name of the one whose buttons it carries."""
    offering = (one.once for one in reversed(parcel.all) if (one.payload or {}).get("options"))
    return next(offering, parcel.once)


def _counted(tx: Tx, parcel: Parcel, messages: int) -> None:
    if parcel.ticket and messages:
        windows.spent(tx, parcel.lane)
    windows.used(tx, parcel.lane, messages - 1 if parcel.ticket and messages else messages)


def _ours(tx: Tx, parcel: Parcel, values: Mapping[str, Any]) -> bool:
    """Write this into the parcel's rows, if they are still the ones we claimed."""
    mine = update(outbox).where(outbox.c.id == parcel.id, outbox.c.attempts == parcel.attempts)
    if not tx.execute(mine.values(values)).rowcount:
        return False
    if parcel.rest:
        others = outbox.c.id.in_([one.id for one in parcel.rest])
        tx.execute(update(outbox).where(others, outbox.c.bundle == parcel.id).values(values))
    return True


def later(
    tx: Tx,
    parcel: Parcel,
    after_ms: int,
    *,
    costs: bool,
    parts: int,
    ext_ids: Sequence[str] = (),
    terms: Terms = PLAINLY,
) -> None:
    """It keeps its place; what has gone out of it is not sent again. A try that did not count is not counted."""
    attempts = parcel.attempts if costs else parcel.attempts - 1
    due = now_ms() + after_ms
    if after_ms > STEP_MS:
        due = -(-due // STEP_MS) * STEP_MS  # who was put off together comes back together
    again = {"due_ms": due, "claimed_ms": 0, "attempts": attempts, "lapses": 0}
    ours = _ours(tx, parcel, again | {"parts": parcel.parts + parts})
    _kept(tx, parcel, ext_ids, want="" if ours else "erase")
    if terms.window:
        _counted(tx, parcel, parts)


def crowded(tx: Tx, parcel: Parcel, messages: int, terms: Terms) -> None:
    """It waits until there is room for so many, and no push takes that from a reply meanwhile."""
    at = now_ms()
    free = at + STEP_MS
    for most, within in terms.buckets:
        lately = select(_said.c.at_ms).where(_said.c.lane == parcel.lane, _said.c.at_ms > at - within)
        times = tx.execute(lately.order_by(_said.c.at_ms)).scalars().all()
        if (over := len(times) + messages - most) > 0:
            free = max(free, times[over - 1] + within + 1)
    later(tx, parcel, free - at, costs=False, parts=0, terms=terms)
    if not parcel.bulk:
        behind = (outbox.c.lane == parcel.lane, outbox.c.bulk, ~outbox.c.handed, outbox.c.claimed_ms < at)
        tx.execute(update(outbox).where(*behind, outbox.c.due_ms < free).values(due_ms=free + 2 * STEP_MS))


def never(tx: Tx, parcel: Parcel, cause: str, ext_ids: Sequence[str] = ()) -> None:
    """Set aside with its cause; the person is told that something did not arrive, unless it is this that could not be
    said."""
    if not _ours(tx, parcel, {"claimed_ms": 0}):
        _kept(tx, parcel, ext_ids, want="erase")
        return
    for one in parcel.all:
        queue.bury(tx, "outbox", one, cause)
    pushes.to_others(tx, parcel.lane, [(one.once, one.payload) for one in parcel.all])
    _kept(tx, parcel, ext_ids)
    _told_so(tx, parcel)


def _told_so(tx: Tx, parcel: Waiting) -> None:
    told = f"{parcel.lane}:{UNSENT}"
    message, chat = parcel.payload or {}, tx.execute(select(chats).where(chats.c.id == parcel.lane)).first()
    if chat is None or chat.ended_ms is not None or message.get("says") == [["common:unsent", {}]] or chat.is_group:
        return
    language = message.get("language") or chat.language
    sorry = queue.message(language, message.get("county") or chat.county, [("common:unsent", {})])
    queue.put(tx, parcel.channel, parcel.lane, sorry, told)


def shut_since(tx: Tx, row_id: int) -> None:
    """A platform says that this came too late: nothing more goes to them before they write, unless they have since."""
    row = tx.execute(select(outbox.c.lane, outbox.c.turn, outbox.c.handed).where(outbox.c.id == row_id)).first()
    if row is not None:
        windows.shut(tx, row.lane, row.turn if row.handed else None)


def undelivered(tx: Tx, row_id: int, result: str, cause: str, after_ms: int, plans: Mapping[str, Plan]) -> int | None:
    """A platform says of a message it had accepted that it did not arrive: it waits again (`retry`), as a message of its
    own, since the old one's name is used; it is set aside (`never`); or there is nobody (`gone`). Returns whose
    conversation it was; None: it is not known here any more."""
    wanted = (outbox.c.id == row_id) | (outbox.c.bundle == row_id)  # handed or not: they may be quicker than our commit
    found = tx.execute(select(outbox).where(wanted).order_by(outbox.c.id)).all()
    if not found:
        return None
    for kept, row in zip(found, _waiting(tx, found), strict=True):
        if result == "retry" and row.payload is not None:
            queue.sent(tx, [row.id])
            queue.put(tx, row.channel, row.lane, row.payload, kept.once, after_ms)
        else:
            queue.bury(tx, "outbox", row, cause)
            pushes.to_others(tx, row.lane, [(kept.once, row.payload)])
            _told_so(tx, row)
    if result == "gone":
        lost(tx, found[0].lane, plans)
    return int(found[0].lane)


def settle(tx: Tx) -> None:
    """What was accepted and not taken back since has arrived."""
    over = (outbox.c.handed, outbox.c.claimed_ms > 0, outbox.c.claimed_ms < now_ms())
    tx.execute(delete(outbox).where(*over))


def lost(tx: Tx, lane: int, plans: Mapping[str, Plan]) -> None:
    """Nobody can be reached there any more: blocked, or the account is gone. Its way back is erased; what waits for a
    member of staff goes to a conversation that began since (those that were there have their own copies), and where there
    is none the office's coordinators are told. Replies belong to this conversation and are set aside."""
    chat = tx.execute(select(chats).where(chats.c.id == lane).with_for_update()).first()
    if chat is None:
        return
    if chat.is_group:
        _group_lost(tx, chat, plans)
        return
    tx.execute(update(chats).where(chats.c.id == lane).values(lost=True, sealed_address=None))
    if lane in tx.held:
        tx.held[lane].reachable = False  # they may write again in this very transaction
    waits = (outbox.c.lane == lane, ~outbox.c.handed)
    rows = tx.execute(select(outbox).where(*waits).order_by(outbox.c.id)).all()
    live = [one for one in pushes.of_people(tx, [chat.person]) if one.id != lane] if chat.person else []
    for row, one in zip(rows, _waiting(tx, rows), strict=True):
        if live and one.payload is not None and queue.pushed(one.payload):
            _passed_on(tx, row, one.payload, live)
            queue.sent(tx, [row.id])
        else:
            queue.bury(tx, "outbox", one, "gone")
    if chat.person and not live and not chat.lost:
        _told(tx, chat, plans)


def _waiting(tx: Tx, rows: Sequence[Row[Any]]) -> list[Waiting]:
    says = messages.of_rows(tx, rows)
    return [Waiting(row.id, row.channel, row.lane, row.attempts, row.sealed_payload, says[row.id]) for row in rows]


def _passed_on(tx: Tx, row: Row[Any], message: dict[str, Any], live: Sequence[Row[Any]]) -> None:
    if "alone" in message:
        pushes.to_others(tx, row.lane, [(row.once, message)])
        return
    if any(one.made_ms <= row.at_ms for one in live):
        return
    base, to = row.once.rpartition(":")[0] if row.once else None, live[-1]
    name, again = f"{base}:{to.id}" if base else None, message | {"language": to.language}
    queue.put(tx, to.channel, to.id, again, name, broadcast=row.broadcast)


def _told(tx: Tx, chat: Row[Any], plans: Mapping[str, Plan]) -> None:
    """Once for each time a conversation is lost."""
    plan = plans.get(chat.county or "")
    if plan is None:
        return
    keepers = [one for one in people.holders(tx, plan.id, plan.intake.unit, "coordinator") if one != chat.person]
    seats = sorted(people.seats_of(tx, chat.person, plan.id))
    if seats:
        data = {"name": people.name(tx, chat.person), "seats": [list(one) for one in seats]}
        told = Push(plan.id, "reminders:unreachable", data, [], f"unreachable:{chat.id}", calm=True)
        pushes.to_people(tx, keepers, told)


def _group_lost(tx: Tx, chat: Row[Any], plans: Mapping[str, Plan]) -> None:
    """What waited for it points at nothing there; who told it learns that nobody in it hears any more."""
    told, plan = groups.lost(tx, chat.id), plans.get(chat.county or "")
    if plan is None or not told:
        return
    offices = {one.office or plan.intake.unit for one in told}
    keepers = [person for one in sorted(offices) for person in people.holders(tx, plan.id, one, "coordinator")]
    via, opens = chat.channel.partition(":")[0], [["go.groups", None, "", None]]
    gone = Push(plan.id, "reminders:group_gone", {"via": via}, opens, f"group_gone:{chat.id}", calm=True)
    pushes.to_people(tx, keepers, gone)
