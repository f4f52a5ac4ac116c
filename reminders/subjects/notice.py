"""A notice that somebody has still to read, or to answer. Nobody is late on it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.office import NeverLate
from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import notices


@dataclass(frozen=True)
class OfNotice(NeverLate):
    shelf: Shelf
    sent: Row[Any]

    @property
    def name(self) -> str:
        """Of several who have not read it the office is told of one notice."""
        return f"{notices.NOTICE}:{self.sent.id}"

    @property
    def _title(self) -> str:
        return notices.read(self.shelf.tx, self.sent).title

    def told(self) -> dict[str, Any]:
        return {"title": self._title, "office": self.sent.office, "want": self.sent.want}

    def block(self, words: str) -> str:
        return "reminders:notice_waits"

    def door(self, whose: bool = False) -> Option:
        return [f"go.notice.{self.sent.id}", self._title, "", None]

    def acts(self) -> tuple[str, ...]:
        return (f"go.noted.{self.sent.id}",) if self.sent.want == "read" else ()

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        """Whose leader it is for is not told of themselves."""
        if whose == "coordinators":
            return (SeatRef(self.sent.office, "coordinator"),)
        if whose == "unit_leader":
            return () if self.row.seat == "leader" else (SeatRef(self.row.unit, "leader"),)
        return (SeatRef(self.row.unit, self.row.seat),)

    def person(self, whose: Audience) -> int | None:
        """Whom it was sent to, while they sit there; while they are away who stands in for them."""
        who, today = self.row.person, self.shelf.today(self.plan)
        if whose != "liaison" or (self.row.unit, self.row.seat) not in today.held(who):
            return None
        return today.in_place_of(who)
