"""What offices wrote and what ended long enough ago: notices, and those that never went; meetings; what citizens could read; groups.

It goes whole, with its receipts, clocks and files and what still waits of it: nobody has a number to ask by, and the audit says that
it was there. One that names another (a correction, a decision that became a demand) stands without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, String, Table, cast, delete, func, literal, select

from rules.county import Plan
from storage import approvals, attachments, pauses, said
from storage.attachments import Owner
from storage.bulletins import BULLETIN
from storage.database import Tx
from storage.meetings import MEETING
from storage.models import (
    broadcasts,
    bulletins,
    decisions,
    duties,
    groups,
    meeting_people,
    meetings,
    notice_receipts,
    notices,
    outbox,
)
from storage.notices import NOTICE
from storage.seated import local_day

_N, _M, _B, _R = notices.c, meetings.c, bulletins.c, notice_receipts.c


@dataclass(frozen=True)
class Kind:
    """`figure`: of `retention`; it counts from `since`, a moment or the end of a day."""

    figure: str
    table: Table
    since: ColumnElement[Any]
    which: tuple[ColumnElement[bool], ...]
    forget: Callable[[Tx, int], None]

    def ended(self, tx: Tx, plan: Plan, before: datetime, limit: int) -> list[Row[Any]]:
        """Number and end of those that ended by then, the earliest first. Other workers pass over them."""
        by: date = local_day(plan, before) if isinstance(self.since.type, Date) else before
        old = (self.table.c.county == plan.id, self.since <= by, *self.which)
        wanted = select(self.table.c.id, self.since.label("ended")).where(*old).order_by(self.since).limit(limit)
        return list(tx.execute(wanted.with_for_update(skip_locked=True)).all())


def _notice(tx: Tx, number: int) -> None:
    _clocks(tx, select(literal(f"{NOTICE}:{number}:") + cast(_R.person, String)).where(_R.notice == number))
    approvals.over(tx, NOTICE, number)
    pauses.over(tx, number)
    tx.execute(delete(outbox).where(outbox.c.broadcast == number))
    for column in (_R.notice, broadcasts.c.id, _N.id):
        tx.execute(delete(column.table).where(column == number))
    attachments.drop_owner(tx, Owner("notice", number))
    said.erase_of(tx, number)


def _clocks(tx: Tx, names: Select[Any]) -> None:
    tx.execute(delete(duties).where(duties.c.once.in_(names)))


def _meeting(tx: Tx, number: int) -> None:
    """With its invitation."""
    invited = cast(_R.person, String)
    for revision in range(tx.execute(select(_M.revision).where(_M.id == number)).scalar_one() + 1):
        name = literal(f"{MEETING}:{number}:{revision}:") + _R.unit + ":" + invited
        _clocks(tx, select(name).where(_R.notice == number))
    for column in (meeting_people.c.meeting, decisions.c.meeting, _M.id):
        tx.execute(delete(column.table).where(column == number))
    for kind in ("meeting", "minutes"):
        attachments.drop_owner(tx, Owner(kind, number))
    _notice(tx, number)


def _bulletin(tx: Tx, number: int) -> None:
    approvals.over(tx, BULLETIN, number)
    tx.execute(delete(bulletins).where(_B.id == number))
    attachments.drop_owner(tx, Owner("bulletin", number))


def _group(tx: Tx, number: int) -> None:
    tx.execute(delete(groups).where(groups.c.id == number))


_TOLD = (_N.sent_at.is_not(None), _N.want != "attend")
_DRAFTED = (_N.sent_at.is_(None), _N.status != "planned")
_NEVER_OUT = (_B.published_at.is_(None),)
_OVER = (_B.published_at.is_not(None), _B.status != "published")
_LAPSED = (_B.status == "published",)

KINDS = (
    Kind("draft", notices, func.coalesce(_N.ended_at, _N.made_at), _DRAFTED, _notice),
    Kind("draft", bulletins, func.coalesce(_B.ended_at, _B.made_at), _NEVER_OUT, _bulletin),
    Kind("notice", notices, func.coalesce(_N.ended_at, _N.sent_at), _TOLD, _notice),
    Kind("meeting", meetings, func.coalesce(_M.held_at, _M.ends_at, _M.starts_at), (), _meeting),
    Kind("bulletin", bulletins, _B.ended_at, _OVER, _bulletin),
    Kind("bulletin", bulletins, _B.until, _LAPSED, _bulletin),
    Kind("group", groups, groups.c.ended_at, (), _group),
)
