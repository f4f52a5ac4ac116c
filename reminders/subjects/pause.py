"""A notice that is still held back on the day by which something is wanted of its readers. Its author hears so; nobody is late on it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.office import NeverLate
from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import broadcasts, notices
from storage.pauses import of_clock


def held(shelf: Shelf, once: str) -> Row[Any] | None:
    """None: it is not held any more."""
    row = notices.by_id(shelf.tx, of_clock(once))
    if row is None or row.status != "sent":
        return None
    return row if broadcasts.progress(shelf.tx, row.id).status == "paused" else None


@dataclass(frozen=True)
class OfPause(NeverLate):
    shelf: Shelf
    sent: Row[Any]

    @property
    def _title(self) -> str:
        return notices.read(self.shelf.tx, self.sent).title

    def told(self) -> dict[str, Any]:
        rows = notices.receipts(self.shelf.tx, self.sent.id)
        has = {one.person for one in rows if one.delivered_at is not None or notices.standing(one).standing != "unread"}
        about = {"title": self._title, "office": self.sent.office, "dated": self.sent.until is not None}
        return about | {"without": len({one.person for one in rows} - has)}

    def block(self, words: str) -> str:
        return "reminders:notice_paused"

    def door(self, whose: bool = False) -> Option:
        return [f"go.notified.{self.sent.id}", self._title, "", None]

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return (SeatRef(self.row.unit, self.row.seat),)

    def person(self, whose: Audience) -> int | None:
        """Who wrote it, while they sit there; while they are away who stands in for them."""
        who, today = self.row.person, self.shelf.today(self.plan)
        if (self.row.unit, self.row.seat) not in today.held(who):
            return None
        return today.in_place_of(who)
