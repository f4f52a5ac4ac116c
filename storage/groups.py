"""An office's groups on a platform: they are told that something is there and where to look, and never what, whose or which.

A group is a lane of the outbox like a person's conversation (`chats.is_group`): it waits, is paced, tried again and lost as those
are. What says the same goes out once a minute: the first at once, all that comes within the minute as one at its end.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from storage import chats as talks
from storage import people, queue
from storage.database import Tx, new_id, now_ms
from storage.models import chats, groups, outbox, said
from storage.pushes import Push

VALID = timedelta(minutes=15)  # a code
MINUTE_MS, STALE_MS = 60_000, 24 * 3_600_000  # a pointer of yesterday points at nothing new
_LIVE = (groups.c.lane.is_not(None), groups.c.ended_at.is_(None))


# -- which there are -----------------------------------------------------------------------------------------------------


def expect(tx: Tx, county: str, office: str, channel: str, person: int, at: datetime) -> str:
    """A one-time code that is said in the group. The one before it, of the same person, is good no longer."""
    tx.execute(delete(groups).where(groups.c.made_by == person, groups.c.lane.is_(None)))
    code, row = people.code_of(12), {"id": new_id(), "county": county, "office": office, "channel": channel}
    row |= {"made_by": person, "made_at": at, "code": people.mac_of(tx, code), "expires_at": at + VALID}
    tx.add(groups, row)
    return code


def expected(tx: Tx, channel: str, at: datetime) -> bool:
    """Whether a code is out that may yet be said in some group there."""
    waits = (groups.c.channel == channel, groups.c.lane.is_(None), groups.c.expires_at > at)
    return tx.execute(select(groups.c.id).where(*waits)).first() is not None


def promised(tx: Tx, channel: str, code: str, at: datetime) -> Row[Any] | None:
    """What the code was made for. None: unknown, used, or expired, and not said which."""
    good = (groups.c.channel == channel, groups.c.lane.is_(None), groups.c.expires_at > at)
    return tx.execute(select(groups).where(groups.c.code.in_(people.macs_of(tx, code)), *good)).first()


def bind(tx: Tx, number: int, lane: int, at: datetime) -> bool:
    """Of two groups in which one code is said at once the row lets one. What bound this group to the same office before is over."""
    bound = {"lane": lane, "made_at": at, "code": None, "expires_at": None}
    free = update(groups).where(groups.c.id == number, groups.c.lane.is_(None)).values(bound)
    row = tx.execute(free.returning(groups.c.office)).first()
    if row is None:
        return False
    before = (groups.c.lane == lane, groups.c.office == row.office, groups.c.id != number)
    tx.execute(update(groups).where(*before, *_LIVE).values(ended_at=at))
    return True


def configured(tx: Tx, county: str, channel: str, name: str, at: datetime) -> None:
    """A group that stands in the configuration, by a name of its own: every office of the county tells it. One that stood there
    before under another name is over. However many processes say so, it is one."""
    lane = talks.of_group(tx, channel, name, county, "zh")
    known = tx.execute(select(groups.c.id, groups.c.lane).where(groups.c.channel == channel, *_LIVE)).all()
    for one in known:
        if one.lane != lane:
            end(tx, one.id, at)
    if lane not in {one.lane for one in known}:
        tx.add_unless_known(groups, {"id": lane, "county": county, "channel": channel, "lane": lane, "made_at": at})


def of_offices(tx: Tx, county: str, offices: Collection[str]) -> list[Row[Any]]:
    """Those that these offices tell, the oldest first."""
    theirs = or_(groups.c.office.is_(None), groups.c.office.in_(list(offices)))
    return list(tx.execute(select(groups).where(groups.c.county == county, theirs, *_LIVE).order_by(groups.c.id)).all())


def of_lane(tx: Tx, lane: int) -> list[Row[Any]]:
    return list(tx.execute(select(groups).where(groups.c.lane == lane, *_LIVE).order_by(groups.c.id)).all())


# -- and which there were ------------------------------------------------------------------------------------------------


def end(tx: Tx, number: int, at: datetime) -> None:
    """This office tells it no more; where no other does, nothing is said there any more."""
    ending = update(groups).where(groups.c.id == number, *_LIVE).values(ended_at=at)
    for lane in tx.execute(ending.returning(groups.c.lane)).scalars().all():
        if not of_lane(tx, lane):
            talks.end(tx, lane)


def lost(tx: Tx, lane: int) -> list[Row[Any]]:
    """We were taken out of it, or it is there no more. Who told it until now."""
    found = of_lane(tx, lane)
    for one in found:
        end(tx, one.id, datetime.now(UTC))
    return found


def sweep(tx: Tx, at: datetime) -> None:
    """Codes that nobody said, and pointers that could not be said within a day."""
    tx.execute(delete(groups).where(groups.c.lane.is_(None), groups.c.expires_at < at))
    theirs = select(chats.c.id).where(chats.c.is_group)
    late = (outbox.c.lane.in_(theirs), outbox.c.at_ms < now_ms() - STALE_MS, outbox.c.claimed_ms < now_ms())
    tx.execute(delete(outbox).where(*late))


# -- what they are told --------------------------------------------------------------------------------------------------


def point(tx: Tx, county: str, office: str, what: str, *, urgent: bool = False) -> None:
    """That something is there, in the words of the block `groups:{what}`, which are all it says. What is not `urgent` waits for
    the morning."""
    lanes = {one.lane: one.channel for one in of_offices(tx, county, [office])}
    for lane, channel in lanes.items():
        _say(tx, channel, lane, Push(county, f"groups:{what}", {}, (), f"group:{what}", urgent=urgent, calm=not urgent))


def greet(tx: Tx, county: str, channel: str, lane: int) -> None:
    """What it is here for, said once it is bound."""
    _say(tx, channel, lane, Push(county, "groups:bound", {}, (), "group:bound", urgent=True))


def _say(tx: Tx, channel: str, lane: int, push: Push) -> None:
    name = f"{push.once}:{lane}"
    language = tx.execute(select(chats.c.language).where(chats.c.id == lane)).scalar_one()
    lately = select(func.max(said.c.at_ms)).where(said.c.lane == lane, said.c.name == name)
    left = (tx.execute(lately).scalar() or 0) + MINUTE_MS - now_ms()
    queue.put(tx, channel, lane, push.told(language), name, min(max(0, left), MINUTE_MS))
