"""Pushes: what people are told without having asked, in every live conversation of theirs or in those they chose.

A push has a name for each conversation, so that none is told twice; what is about a tip can be taken back while it waits, and
what was to be said in one conversation alone goes on to another where it can't be said there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, select

from storage import messages, queue, said
from storage.among import among
from storage.database import Tx, now_ms
from storage.messages import goes
from storage.models import chats, dead, outbox
from storage.often import often


@dataclass(frozen=True)
class Push:
    """One message to people. `once` names it: what is about a tip has a name that begins with `about`, or names it in `tips`,
    so that it can be taken back. `owes`: of how many duties of the plan it tells. `urgent`: it waits behind nothing; `calm`:
    at rest it waits for the morning. `repeats`: how the names begin of those it takes the place of. `alone`: they have other
    conversations, which are not told; if it cannot be said here it is said there (`to_others`)."""

    county: str
    block: str
    data: Mapping[str, Any]
    options: Sequence[Sequence[Any]]
    once: str
    tips: Sequence[int] = ()
    owes: int = 0
    urgent: bool = False
    alone: bool = False
    calm: bool = False
    repeats: str = ""

    def told(self, language: str) -> dict[str, Any]:
        """As a row of the outbox carries it."""
        words = queue.message(language, self.county, [(self.block, self.data)], self.options)
        more = {"urgent": self.urgent, "calm": self.calm, "repeats": self.repeats, "alone": [] if self.alone else None}
        kept = {name: one for name, one in more.items() if one or one == []}
        return {**words, "about": list(self.tips), "owes": self.owes, **kept}


def to_people(tx: Tx, persons: Iterable[int], push: Push) -> set[int]:
    """To every live conversation of these people, once each; returns who has one."""
    return to_lanes(tx, of_people(tx, persons), push)


def to_lanes(tx: Tx, rows: Iterable[Row[Any]], push: Push) -> set[int]:
    """The same to conversations that have been looked up (`of_people`)."""
    heard = set()
    for row in rows:
        queue.put(tx, row.channel, row.id, push.told(row.language), f"{push.once}:{row.id}")
        heard.add(row.person)
    return heard


# Conversations that are live, of people as `whose` binds them.
LIVE = (
    among(chats.c.person, "persons"),
    chats.c.ended_ms.is_(None),
    ~chats.c.lost,
    or_(chats.c.seen_ms > bindparam("since"), chats.c.sealed_address.is_not(None)),
)
_KNOWN = (chats.c[name] for name in ("id", "channel", "person", "language", "made_ms"))
_LIVE = select(*_KNOWN).where(*LIVE).order_by(chats.c.seen_ms)


def whose(persons: Iterable[int]) -> dict[str, Any]:
    return {"persons": list(persons), "since": now_ms() - queue.SESSION_MS}


def of_people(tx: Tx, persons: Iterable[int]) -> list[Row[Any]]:
    """Live conversations (id, channel, person, language, made_ms) of these members of staff, the latest used last."""
    return often(tx.peek(_LIVE, whose(persons)).all())


def lost(tx: Tx, persons: Iterable[int]) -> set[int]:
    """Those of these people who have blocked us somewhere, or whose account there is gone."""
    gone = select(chats.c.person).where(among(chats.c.person, "persons"), chats.c.ended_ms.is_(None), chats.c.lost)
    return set(tx.peek(gone.distinct(), {"persons": list(persons)}).scalars())


def silent(tx: Tx, lanes: Iterable[int], since_ms: int) -> set[int]:
    """Those in which a push has waited for longer than that: nobody reads there, or nothing gets there."""
    old = outbox.c.at_ms < now_ms() - since_ms
    waits = (among(outbox.c.lane, "lanes"), outbox.c.bulk, ~outbox.c.handed, old, goes(outbox))
    return set(tx.execute(select(outbox.c.lane).where(*waits).distinct(), {"lanes": list(lanes)}).scalars())


def to_others(tx: Tx, lane: int, told: Iterable[tuple[str | None, Mapping[str, Any] | None]]) -> None:
    """What was to be said in this conversation alone, and can't be, waits in the one of theirs that was used last, and in each
    once: (name, message) of all of it. Where there is none left it is lost with this one."""
    alone = [(name, message) for name, message in told if message is not None and "alone" in message]
    person = tx.execute(select(chats.c.person).where(chats.c.id == lane)).scalar() if alone else None
    live = of_people(tx, [person]) if person is not None else []
    for name, message in alone:
        tried = [*message["alone"], lane]
        to, base = next((one for one in reversed(live) if one.id not in tried), None), (name or "").rpartition(":")[0]
        if to is not None:
            again = {**message, "language": to.language, "alone": tried}
            queue.put(tx, to.channel, to.id, again, f"{base}:{to.id}" if base else None)


def about(tip: int) -> str:
    """How the names of all pushes about this tip begin. For staff only: beside a citizen's conversation no tip is named."""
    return f"tip:{tip}:"


def of_matter(matter: int) -> str:
    """Likewise those about this matter."""
    return f"matter:{matter}:"


def known_now(tx: Tx, lane: int, block: str, number: str) -> None:
    """What a push says of this number has just been read in its conversation: if it still waits, it is not said."""
    waits = (outbox.c.lane == lane, outbox.c.bulk, ~outbox.c.handed, outbox.c.claimed_ms < now_ms())
    rows = tx.execute(select(outbox).where(*waits)).all()
    told = {row: (message or {}).get("says") or [["", {}]] for row, message in messages.of_rows(tx, rows).items()}
    queue.sent(
        tx, [row for row, [(said_, data), *_] in told.items() if said_ == block and data.get("number") == number]
    )


def take_back(
    tx: Tx, tip: int, persons: Iterable[int], instead: str, *, pushes: bool = True, named: Sequence[str] = ()
) -> None:
    """What waits for these people about this tip, or this matter, is not said to them any more: a push is gone, to what they asked
    themselves the answer is the block `instead`. Without `pushes`, which say no word of anybody's, alerts go on waiting. `named`:
    how the names of further pushes begin."""
    whose, names = list(persons), (about(tip), of_matter(tip), *named)
    said.erase_about(tx, tip, names, whose, pushes=pushes)
    theirs = select(chats.c.id).where(chats.c.person.in_(whose))
    rows = tx.execute(select(outbox).where(outbox.c.lane.in_(theirs)).order_by(outbox.c.id)).all()
    says = messages.of_rows(tx, rows)
    for row in rows:
        told = says[row.id] or {}
        tells = (row.once or "").startswith(names) or tip in (*told.get("about", ()), *told.get("matters", ()))
        if not tells or queue.pushed(told) and not pushes:
            continue
        queue.sent(tx, [row.id])
        if not row.handed and not queue.pushed(told):
            answer = queue.message(told["language"], told["county"], [(instead, {})], (), told["prompt"])
            queue.put(tx, row.channel, row.lane, answer)


def drop_lane(tx: Tx, lane: int) -> None:
    drop_waiting(tx, lane)
    said.drop_lane(tx, lane)


def drop_waiting(tx: Tx, lane: int) -> None:
    """What was to be said there, and was not said in another conversation of theirs; what was said may still be taken out of
    the chat."""
    staff = select(chats.c.id).where(chats.c.id == lane, chats.c.person.is_not(None)).exists()
    pushes = select(outbox).where(outbox.c.lane == lane, outbox.c.bulk, ~outbox.c.handed, staff).order_by(outbox.c.id)
    rows = tx.execute(pushes).all()
    told = messages.of_rows(tx, rows)
    to_others(tx, lane, [(row.once, told[row.id]) for row in rows])
    tx.execute(delete(outbox).where(outbox.c.lane == lane))
    tx.execute(delete(dead).where(dead.c.lane == lane))
