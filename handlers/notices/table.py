"""回执表: who has a notice, who has read it and what they answered, with moments, whole and as a file. It names people, so only the
office that sent it takes it; it is made when it is taken and lies nowhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk, Setting
from handlers.notices import owned, receipts
from handlers.notices.receipts import Line, Receipt
from rules.notices import Want
from storage import chats, notices
from storage.database import Tx

SHEET, PICTURE = "receipts", "receipts_picture"
# What is kept of each wish, in the order in which it comes about.
MOMENTS: dict[Want, tuple[str, ...]] = {
    "nothing": ("delivered",),
    "read": ("delivered", "opened", "confirmed"),
    "answer": ("delivered", "opened", "answered"),
    "attend": ("delivered", "opened", "answered"),
}


@dataclass(frozen=True)
class Standing:
    """One row: `about` is what its words need; `moments` as the county's clocks show them, without a zone."""

    about: Line
    moments: tuple[datetime | None, ...]
    answer: str


@dataclass(frozen=True)
class Table:
    """`named`: what its file is called after; `about`: what its heading needs; `moments`: of which there is a column each."""

    county: str
    language: str
    named: str
    about: Mapping[str, Any]
    moments: tuple[str, ...]
    answers: bool
    rows: tuple[Standing, ...]


def may_take(desk: Desk) -> bool:
    return desk.entrance.disclosure.duties == "full"


def hung(desk: Desk, row: Row[Any], kind: str) -> dict[str, Any]:
    """As it hangs under a message."""
    named = called_after(notices.read(desk.tx, row).title, row.sent_at, desk.plan.tz)
    return {"id": row.id, "kind": kind, "which": kind, "n": named}


def called_after(title: str, sent_at: datetime | None, tz: tzinfo) -> str:
    """By which the files of two notices are told apart; no character that a file's name can't have."""
    day = f"-{sent_at.astimezone(tz):%Y-%m-%d}" if sent_at else ""
    return " ".join(_NO_NAME.sub(" ", title).split()) + day


_NO_NAME = re.compile(r"[\\/:*?\"<>|.]")


def for_chat(setting: Setting, now: datetime, tx: Tx, chat: int, number: int) -> Table | None:
    """Asked again each time it is taken, as with a file."""
    talk = chats.load(tx, [chat]).get(chat)
    if talk is None or talk.ended or talk.person is None or talk.county not in setting.plans:
        return None
    desk = Desk(tx, now, setting, talk)
    desk.sit()
    row = owned.ours(desk, number)
    if row is None or not may_take(desk):
        desk.audit("refused", str(number), SHEET)
        return None
    desk.audit("receipts taken", str(number))
    return of(desk, row)


def of(desk: Desk, row: Row[Any]) -> Table:
    notice, found = notices.read(desk.tx, row), receipts.of(desk, row)
    kept = [one.row for one in found]
    about = owned.line(desk, notice, row, kept) | {"now": matter.stamp(desk.now)}
    moments = MOMENTS[notice.want]
    rows = [Standing(_told(one, notice.want), _moments(desk, one, moments), one.answer) for one in found]
    none: Line = {"seat": "", "name": "", "standing": "empty", "why": ""}
    rows += [Standing(none | {"unit": unit}, (None,) * len(moments), "") for unit in receipts.empty(row, kept)]
    answers = notice.want in ("answer", "attend")
    named = called_after(notice.title, row.sent_at, desk.plan.tz)
    return Table(desk.plan.id, desk.chat.language, named, about, moments, answers, tuple(rows))


def _told(one: Receipt, want: Want) -> Line:
    return one.line | ({"standing": "posted"} if want == "nothing" else {})


def _moments(desk: Desk, one: Receipt, names: tuple[str, ...]) -> tuple[datetime | None, ...]:
    kept = (one.line[name] for name in names)
    return tuple(
        datetime.fromisoformat(at).astimezone(desk.plan.tz).replace(tzinfo=None) if at else None for at in kept
    )
