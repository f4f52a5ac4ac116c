"""Papers: files that are made for whoever takes them, and lie nowhere. A line for each kind: what it says if it may be taken in
that conversation now, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot import calendar_file, letter_file, receipt_picture, receipt_table
from bot.render import Renderer
from handlers.desk import Setting
from handlers.matters import letter
from handlers.meetings import paper as calendar
from handlers.notices import table
from handlers.notices.table import Table
from rules.terms import Text
from storage.database import Tx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Paper:
    """`content`: of (setting, now, tx, conversation, whose), None where it may not be taken there; asked each time, and on record."""

    name: Text
    content: Callable[[Setting, datetime, Tx, int, int], Any]
    written: Callable[[Renderer, Any], bytes]
    mime: str
    extension: str
    family: str = "document"
    named: Callable[[Any], str] = lambda found: ""  # what it is called when it is saved; nothing: it does not matter

    def called(self, language: str, n: str) -> str:
        return f"{self.name.in_(language)} {n}".strip()


def _of_notice(found: Table) -> str:
    return f"{RECEIPTS.in_(found.language)} {found.named}"


RECEIPTS = Text("回执表", "receipts")
KINDS: dict[str, Paper] = {
    table.SHEET: Paper(RECEIPTS, table.for_chat, receipt_table.sheet, XLSX, "xlsx", named=_of_notice),
    table.PICTURE: Paper(RECEIPTS, table.for_chat, receipt_picture.picture, "image/png", "png", "image", _of_notice),
    calendar.KIND: Paper(Text("日历", "calendar"), calendar.for_chat, calendar_file.written, calendar_file.MIME, "ics"),
    letter.KIND: Paper(Text("函件", "letter"), letter.for_chat, letter_file.written, DOCX, "docx"),
}


@dataclass(frozen=True)
class Papers:
    setting: Setting
    renderer: Renderer
    now: Callable[[], datetime]

    def taken(self, tx: Tx, kind: str, chat: int, number: int) -> tuple[Callable[[], bytes], str] | None:
        """How it is made, outside the transaction, and its name."""
        paper = KINDS[kind]
        found = paper.content(self.setting, self.now(), tx, chat, number)
        return (partial(paper.written, self.renderer, found), paper.named(found)) if found is not None else None
