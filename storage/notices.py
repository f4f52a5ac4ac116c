"""Notices and who has read them, as rows. What was written is sealed, and so is each answer."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, tuple_, update

from rules.notices import MOVES, Move, Notice, Read, Status, Whom
from storage import approvals, audiences
from storage.among import among
from storage.database import Tx, new_id
from storage.models import notice_receipts, notices
from storage.sealed import Unsealable
from storage.sealed_words import UNREADABLE, legible, sealed

STANDS = ("sent", "cancelled")  # who has it has to heed it
_R = notice_receipts.c
NOTICE = "notice"  # the kind of the clock that asks somebody again


def clock(notice: int, person: int) -> str:
    """The name of the clock that asks this person again."""
    return f"{NOTICE}:{notice}:{person}"


def of_clock(once: str) -> int:
    """The notice of which such a clock asks."""
    return int(once.split(":")[1])


def make(
    tx: Tx,
    county: str,
    notice: Notice,
    whom: Whom,
    person: int,
    at: datetime,
    status: Status,
    send_at: datetime | None = None,
) -> bool:
    """Exactly once, however often it is confirmed. Whether it was made now. Nothing has gone yet."""
    if by_id(tx, notice.number) is not None:
        return False
    row: dict[str, Any] = {"id": notice.number, "county": county, "made_by": person, "made_at": at, "status": status}
    tx.add_unless_known(notices, row | _content(tx, notice, whom, send_at))
    return True


def _content(tx: Tx, notice: Notice, whom: Whom, send_at: datetime | None) -> dict[str, Any]:
    return {
        "office": notice.office,
        "want": notice.want,
        "until": notice.until,
        "category": notice.category,
        "audience": audiences.content(whom),
        "send_at": send_at,
        "replaces": notice.replaces,
        "sealed_words": sealed(tx, _place(notice.number), {"title": notice.title, "words": notice.words}),
    }


def move(tx: Tx, number: int, how: Move, seen: datetime | None = None, **values: Any) -> Row[Any] | None:
    """The row as it stands then; None where it stood elsewhere: of two who move it at once one does. `seen`: as it was written
    then, and in no other words. A second person is not waited for any more."""
    before, after = MOVES[how]
    mine = update(notices).where(notices.c.id == number, notices.c.status.in_(sorted(before)))
    mine = mine.where(notices.c.made_at == seen) if seen is not None else mine
    if not tx.execute(mine.values(status=after, **values)).rowcount:
        return None
    approvals.over(tx, NOTICE, number)
    return by_id(tx, number)


def rewrite(  # noqa: PLR0913  # all of it
    tx: Tx,
    notice: Notice,
    whom: Whom,
    person: int,
    at: datetime,
    how: Move,
    seen: datetime | None,
    send_at: datetime | None = None,
) -> bool:
    """The whole of it anew, of what was `seen`: nothing that was said of the words before holds any more."""
    undone: dict[str, Any] = {"made_by": person, "made_at": at, "approved_by": None, "approved_at": None}
    return move(tx, notice.number, how, seen, **_content(tx, notice, whom, send_at), **undone) is not None


def whom(row: Row[Any]) -> Whom:
    return audiences.said(row.audience)


def to_go(tx: Tx, counties: Iterable[str], now: datetime) -> list[int]:
    """Those whose time has come, the earliest first."""
    due = (notices.c.status == "planned", notices.c.send_at <= now, notices.c.county.in_(list(counties)))
    return list(tx.execute(select(notices.c.id).where(*due).order_by(notices.c.send_at, notices.c.id)).scalars())


def put_off(tx: Tx, number: int, until: datetime) -> None:
    """Unless its time has been changed meanwhile, or it is not to go any more."""
    mine = (notices.c.id == number, notices.c.status == "planned", notices.c.send_at < until)
    tx.execute(update(notices).where(*mine).values(send_at=until))


def by_id(tx: Tx, number: int) -> Row[Any] | None:
    return tx.execute(select(notices).where(notices.c.id == number)).first()


def read(tx: Tx, row: Row[Any]) -> Notice:
    words = legible(tx, _place(row.id), row.sealed_words)
    more = (row.want, row.until, row.category, row.replaces)
    return Notice(row.id, row.office, words.get("title", UNREADABLE), words.get("words", ""), *more)


def remarks(tx: Tx, row: Row[Any]) -> str:
    """Of whoever handed it back."""
    return str(legible(tx, _place(row.id), row.sealed_words).get("remarks", ""))


def remark(tx: Tx, row: Row[Any], words: str) -> None:
    """Kept with its words, until it is written anew."""
    told = legible(tx, _place(row.id), row.sealed_words) | {"remarks": words}
    mine = update(notices).where(notices.c.id == row.id)
    tx.execute(mine.values(sealed_words=sealed(tx, _place(row.id), told)))


def standing_at(tx: Tx, county: str, status: Status, offices: Iterable[str] | None = None) -> list[Row[Any]]:
    """The earliest first; of these offices, or of all."""
    there = [notices.c.status == status, notices.c.county == county]
    there += [notices.c.office.in_(list(offices))] if offices is not None else []
    return list(tx.execute(select(notices).where(*there).order_by(notices.c.made_at, notices.c.id)).all())


_READ_HERE = notices.c.want != "attend"  # an invitation is opened, and answered, as the meeting it is


def of_offices(tx: Tx, county: str, offices: Iterable[str], since: datetime) -> list[Row[Any]]:
    """Sent since then, the latest first."""
    mine = (notices.c.county == county, notices.c.office.in_(list(offices)), notices.c.made_at > since, _READ_HERE)
    return list(tx.execute(select(notices).where(*mine).order_by(notices.c.made_at.desc(), notices.c.id.desc())).all())


def for_person(tx: Tx, county: str, person: int, seats: Collection[tuple[str, str]], since: datetime) -> list[Row[Any]]:
    """Those that were for this person, or for whoever sat in one of these seats, the latest first."""
    theirs = select(_R.notice).where(or_(_R.person == person, tuple_(_R.unit, _R.seat).in_(sorted(seats))))
    mine = (notices.c.county == county, notices.c.made_at > since, notices.c.id.in_(theirs), _READ_HERE)
    return list(tx.execute(select(notices).where(*mine).order_by(notices.c.made_at.desc(), notices.c.id.desc())).all())


def unread(tx: Tx, county: str, person: int, seats: Collection[tuple[str, str]], since: datetime) -> list[Row[Any]]:
    """Of those that want something and still stand, the ones of which a receipt of theirs lacks it: whoever owes one is among them."""
    mine = or_(_R.person == person, tuple_(_R.unit, _R.seat).in_(sorted(seats)))
    lacks = or_(
        and_(notices.c.want == "read", _R.opened_at.is_(None)), and_(notices.c.want != "read", _R.answered_at.is_(None))
    )
    stands = (notices.c.county == county, notices.c.made_at > since, notices.c.status.in_(STANDS))
    theirs = select(_R.notice).join(notices, notices.c.id == _R.notice).where(mine, lacks, *stands)
    wanted = select(notices).where(notices.c.id.in_(theirs), notices.c.want != "nothing", _READ_HERE)
    return list(tx.execute(wanted.order_by(notices.c.made_at.desc(), notices.c.id.desc())).all())


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
    tx.execute(mine.values(sealed_answer=sealed_answer(tx, notice, person, words)))


def sealed_answer(tx: Tx, notice: int, person: int, words: str) -> bytes:
    return tx.keys.seal("transit", words.encode(), _answers(notice, person))


def answered(tx: Tx, row: Row[Any]) -> str:
    """In their words; empty where nothing was answered, or where it can't be opened any more."""
    if row.sealed_answer is None:
        return ""
    try:
        return tx.keys.open_("transit", row.sealed_answer, _answers(row.notice, row.person)).decode()
    except Unsealable:
        return UNREADABLE


def _place(number: int) -> str:
    return f"{NOTICE}:{number}"


def _answers(notice: int, person: int) -> bytes:
    return f"notice:{notice}:{person}".encode()
