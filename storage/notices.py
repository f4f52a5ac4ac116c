"""Notices and who has read them, as rows. What was written is sealed, and so is each answer."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, tuple_, update

from rules.notices import Notice, Read
from storage.among import among
from storage.database import Tx, new_id
from storage.models import notice_receipts, notices
from storage.sealed import Unsealable

UNREADABLE = "……"  # for a title whose key is gone: the office that sent it can still say
_R = notice_receipts.c
NOTICE = "notice"  # the kind of the clock that asks somebody again


def clock(notice: int, person: int) -> str:
    """The name of the clock that asks this person again."""
    return f"{NOTICE}:{notice}:{person}"


def of_clock(once: str) -> int:
    """The notice of which such a clock asks."""
    return int(once.split(":")[1])


def make(tx: Tx, county: str, notice: Notice, person: int, at: datetime) -> bool:
    """Exactly once, however often it is confirmed. Whether it was made now."""
    if by_id(tx, notice.number) is not None:
        return False
    words = json.dumps({"title": notice.title, "words": notice.words}, ensure_ascii=False).encode()
    row: dict[str, Any] = {"id": notice.number, "county": county, "office": notice.office, "made_by": person}
    row |= {"made_at": at, "want": notice.want, "until": notice.until}
    tx.add_unless_known(notices, row | {"sealed_words": tx.keys.seal("transit", words, _place(notice.number))})
    return True


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(notices).where(notices.c.id == number)).first()


def read(tx: Tx, row: Row[Any]) -> Notice:
    try:
        words = json.loads(tx.keys.open_("transit", row.sealed_words, _place(row.id)))
    except Unsealable:
        words = {"title": UNREADABLE, "words": ""}
    return Notice(row.id, row.office, words["title"], words["words"], row.want, row.until)


def of_offices(tx: Tx, county: str, offices: Iterable[str], since: datetime) -> list[Row[Any]]:
    """Sent since then, the latest first."""
    mine = (notices.c.county == county, notices.c.office.in_(list(offices)), notices.c.made_at > since)
    return list(tx.execute(select(notices).where(*mine).order_by(notices.c.made_at.desc(), notices.c.id.desc())).all())


def for_person(tx: Tx, county: str, person: int, seats: Collection[tuple[str, str]], since: datetime) -> list[Row[Any]]:
    """Those that were for this person, or for whoever sat in one of these seats, the latest first."""
    theirs = select(_R.notice).where(or_(_R.person == person, tuple_(_R.unit, _R.seat).in_(sorted(seats))))
    mine = (notices.c.county == county, notices.c.made_at > since, notices.c.id.in_(theirs))
    return list(tx.execute(select(notices).where(*mine).order_by(notices.c.made_at.desc(), notices.c.id.desc())).all())


# -- who has read it -----------------------------------------------------------------------------------------------------


def address(tx: Tx, notice: int, unit: str, seat: str, person: int) -> None:
    """It is for this person of this unit, once."""
    row: dict[str, Any] = {"id": new_id(), "notice": notice, "unit": unit, "seat": seat, "person": person}
    tx.add_unless_known(notice_receipts, row)


def receipts(tx: Tx, notice: int) -> list[Row[Any]]:
    tx.flush()
    wanted = select(notice_receipts).where(_R.notice == notice).order_by(_R.unit, _R.seat, _R.person)
    return list(tx.execute(wanted).all())


def standing(row: Row[Any]) -> Read:
    return Read(row.opened_at, row.confirmed_at, row.answered_at)


def of_notices(tx: Tx, numbers: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """The receipts of each."""
    found: dict[int, list[Row[Any]]] = {}
    for row in tx.execute(select(notice_receipts).where(among(_R.notice, "numbers")), {"numbers": list(numbers)}):
        found.setdefault(row.notice, []).append(row)
    return found


def mark(tx: Tx, notice: int, person: int, what: str, at: datetime) -> bool:
    """`opened`, `confirmed` or `answered`: the first time counts. Whether it was the first time."""
    column = _R[f"{what}_at"]
    mine = update(notice_receipts).where(_R.notice == notice, _R.person == person, column.is_(None))
    return bool(tx.execute(mine.values({column: at})).rowcount)


def answer(tx: Tx, notice: int, person: int, words: str, at: datetime) -> None:
    """The latest stands; when the first came is what counts."""
    mark(tx, notice, person, "answered", at)
    mine = update(notice_receipts).where(_R.notice == notice, _R.person == person)
    tx.execute(mine.values(sealed_answer=tx.keys.seal("transit", words.encode(), _answers(notice, person))))


def answered(tx: Tx, row: Row[Any]) -> str:
    """In their words; empty where nothing was answered, or where it can't be opened any more."""
    if row.sealed_answer is None:
        return ""
    try:
        return tx.keys.open_("transit", row.sealed_answer, _answers(row.notice, row.person)).decode()
    except Unsealable:
        return UNREADABLE


def _place(number: int) -> bytes:
    return f"notice:{number}".encode()


def _answers(notice: int, person: int) -> bytes:
    return f"notice:{notice}:{person}".encode()
