"""Meetings, who comes to them and what they decided, as rows. The invitation is the notice of the same number: who is invited, and
what each has answered, stands in its receipts. What was written is sealed."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, or_, select, tuple_, update

from rules.meetings import About, Answer, Meeting, Reply
from storage import notices
from storage.database import Tx, new_id
from storage.models import decisions, meeting_people, meetings, notice_receipts
from storage.sealed_words import UNREADABLE, legible, sealed

MEETING = "meeting"  # the kind of the clock that reminds whoever comes
_M, _R = meetings.c, notice_receipts.c


def clock(meeting: Meeting, unit: str, person: int) -> str:
    """Of this person, as they come for that unit; another, once the time has changed."""
    return f"{MEETING}:{meeting.number}:{meeting.revision}:{unit}:{person}"


def of_clock(once: str) -> int:
    """The meeting of which such a clock reminds."""
    return int(once.split(":")[1])


def make(tx: Tx, county: str, meeting: Meeting, rule: str | None) -> bool:
    """Exactly once, however often it is confirmed. Whether it was made now."""
    if by_id(tx, meeting.number) is not None:
        return False
    row: dict[str, Any] = {"id": meeting.number, "county": county, "office": meeting.office, "rule": rule}
    row |= {"kind": meeting.kind, "starts_at": meeting.starts, "ends_at": meeting.ends, "status": meeting.status}
    tx.add_unless_known(meetings, row | {"sealed_about": sealed(tx, _place(meeting.number), asdict(meeting.about))})
    return True


def by_id(tx: Tx, number: int, *, lock: bool = False) -> Row[Any] | None:
    wanted = select(meetings).where(_M.id == number)
    return tx.execute(wanted.with_for_update() if lock else wanted).first()


def read(tx: Tx, row: Row[Any]) -> Meeting:
    written = legible(tx, _place(row.id), row.sealed_about)
    about = About(**written | {"agenda": tuple(written["agenda"])}) if written else About(UNREADABLE)
    when = (row.starts_at, row.ends_at, about, row.status, row.revision, row.changed_at, row.held_at)
    return Meeting(row.id, row.office, row.kind, *when)


def of_offices(tx: Tx, county: str, offices: Iterable[str], since: datetime) -> list[Row[Any]]:
    """Called by one of them, begun since then or still to come, the latest first."""
    mine = (_M.county == county, _M.office.in_(list(offices)), _M.starts_at > since)
    return list(tx.execute(select(meetings).where(*mine).order_by(_M.starts_at.desc(), _M.id.desc())).all())


def for_person(tx: Tx, county: str, person: int, seats: Collection[tuple[str, str]], since: datetime) -> list[Row[Any]]:
    """To which this person, or whoever sat in one of these seats, is invited; the latest first."""
    theirs = select(_R.notice).where(or_(_R.person == person, tuple_(_R.unit, _R.seat).in_(sorted(seats))))
    mine = (_M.county == county, _M.starts_at > since, _M.id.in_(theirs))
    return list(tx.execute(select(meetings).where(*mine).order_by(_M.starts_at.desc(), _M.id.desc())).all())


# -- changed -------------------------------------------------------------------------------------------------------------


def change(tx: Tx, before: Meeting, starts: datetime, ends: datetime | None, about: About, at: datetime) -> bool:
    """Its time or place, while it is still to come. Of two who change it at once the second is refused."""
    values = {"starts_at": starts, "ends_at": ends, "changed_at": at, "revision": before.revision + 1}
    mine = update(meetings).where(_M.id == before.number, _M.status == "called", _M.revision == before.revision)
    return bool(
        tx.execute(mine.values(**values, sealed_about=sealed(tx, _place(before.number), asdict(about)))).rowcount
    )


def call_off(tx: Tx, number: int, why: str, at: datetime) -> bool:
    """Once. `why` stands where minutes would."""
    mine = update(meetings).where(_M.id == number, _M.status == "called")
    words = sealed(tx, _place(number), {"why": why})
    values = {"status": "cancelled", "changed_at": at, "revision": _M.revision + 1, "sealed_minutes": words}
    return bool(tx.execute(mine.values(**values)).rowcount)


def hold(tx: Tx, number: int, minutes: str, at: datetime) -> bool:
    """Recorded, once, as having been held."""
    mine = update(meetings).where(_M.id == number, _M.status == "called")
    words = sealed(tx, _place(number), {"minutes": minutes})
    return bool(tx.execute(mine.values(status="held", held_at=at, sealed_minutes=words)).rowcount)


def minuted(tx: Tx, number: int, minutes: str) -> None:
    """Of one that was held: what its minutes say now."""
    mine = update(meetings).where(_M.id == number, _M.status == "held")
    tx.execute(mine.values(sealed_minutes=sealed(tx, _place(number), {"minutes": minutes})))


def urged(tx: Tx, number: int, at: datetime) -> None:
    tx.execute(update(meetings).where(_M.id == number).values(urged_at=at))


def told_after(tx: Tx, row: Row[Any]) -> dict[str, str]:
    """`minutes` of one that was held, `why` of one that was called off; empty before, and where it can't be opened any more."""
    return legible(tx, _place(row.id), row.sealed_minutes) if row.sealed_minutes else {}


# -- who comes -----------------------------------------------------------------------------------------------------------


def reply(tx: Tx, number: int, unit: str, person: int, what: Reply, words: str, at: datetime) -> None:
    """The latest stands, with its moment: it shows for which time it was given."""
    mine = update(notice_receipts).where(_R.notice == number, _R.unit == unit, _R.person == person)
    kept = notices.sealed_answer(tx, number, person, words) if words else None
    tx.execute(mine.values(reply=what, answered_at=at, sealed_answer=kept))


def answers(tx: Tx, number: int) -> list[Answer]:
    """Of everybody who is invited."""
    return [answer(tx, row) for row in notices.receipts(tx, number)]


def answer(tx: Tx, row: Row[Any]) -> Answer:
    return Answer(row.unit, row.person, row.reply, notices.answered(tx, row), row.answered_at)


def attended(tx: Tx, number: int, units: Iterable[str], came: Collection[str]) -> None:
    for unit in units:
        row = {"id": new_id(), "meeting": number, "unit": unit, "came": unit in came}
        tx.add_unless_known(meeting_people, row)


def attendance(tx: Tx, number: int) -> dict[str, bool]:
    wanted = select(meeting_people).where(meeting_people.c.meeting == number).order_by(meeting_people.c.id)
    return {row.unit: row.came for row in tx.execute(wanted)}


# -- what was decided ----------------------------------------------------------------------------------------------------


class Decided(NamedTuple):
    unit: str
    by: date
    words: str
    ask: int | None


def decide(tx: Tx, number: int, decided: Decided) -> None:
    row: dict[str, Any] = {"id": new_id(), "meeting": number, "unit": decided.unit, "by": decided.by}
    words = sealed(tx, _place(row["id"]), {"words": decided.words})
    tx.add(decisions, row | {"ask": decided.ask, "sealed_words": words})


def decided(tx: Tx, number: int) -> list[Decided]:
    wanted = select(decisions).where(decisions.c.meeting == number).order_by(decisions.c.id)
    return [Decided(row.unit, row.by, _words(tx, row), row.ask) for row in tx.execute(wanted)]


def _words(tx: Tx, row: Row[Any]) -> str:
    return str(legible(tx, _place(row.id), row.sealed_words).get("words", UNREADABLE))


def _place(number: int) -> str:
    return f"{MEETING}:{number}"
