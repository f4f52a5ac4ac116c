"""A meeting to which a unit comes, or has not said yet whether it does. Nobody is late on either."""

from dataclasses import dataclass
from typing import Any

from reminders.subjects.notice import OfNotice
from reminders.subjects.office import NeverLate
from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules.escalation import Audience, Ladder
from rules.meetings import Meeting
from rules.terms import SeatRef
from storage import notices
from storage.meetings import MEETING


@dataclass(frozen=True)
class OfMeeting(NeverLate):
    shelf: Shelf
    meeting: Meeting

    @property
    def name(self) -> str:
        """Whoever comes for two units is told of one meeting."""
        return f"{MEETING}:{self.meeting.number}"

    def told(self) -> dict[str, Any]:
        one = self.meeting
        about = {"title": one.about.title, "place": one.about.where, "office": one.office}
        return about | one.when(self.plan.tz)

    def block(self, words: str) -> str:
        return "reminders:meeting_soon"

    def door(self, whose: bool = False) -> Option:
        return [f"go.meeting.{self.meeting.number}", self.meeting.about.title, "", None]

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return (SeatRef(self.row.unit, self.row.seat),)

    def person(self, whose: Audience) -> int | None:
        """Who was invited, while they sit there; while they are away who stands in for them."""
        who, today = self.row.person, self.shelf.today(self.plan)
        return today.in_place_of(who) if (self.row.unit, self.row.seat) in today.held(who) else None


@dataclass(frozen=True)
class OfInvitation(OfNotice):
    """Nobody of the unit has said yet whether it comes. Once the meeting has begun nobody is asked."""

    meeting: Meeting

    def told(self) -> dict[str, Any]:
        return super().told() | self.meeting.when(self.plan.tz)

    def block(self, words: str) -> str:
        return "reminders:meeting_waits"

    def door(self, whose: bool = False) -> Option:
        return [f"go.meeting.{self.meeting.number}", self.meeting.about.title, "", None]

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        """A leader who is invited as well has been asked as themselves."""
        found = super().seats(whose, ladder)
        if whose != "unit_leader":
            return found
        invited = {(one.unit, one.seat) for one in notices.receipts(self.shelf.tx, self.sent.id)}
        return tuple(seat for seat in found if tuple(seat) not in invited)

    def acts(self) -> tuple[str, ...]:
        return tuple(f"go.{one}.{self.meeting.number}" for one in ("attend", "deputy", "absent"))
