"""What an office tells many units: what it wants to hear back, and whether that has been given. Reading is what a notice asks for
at the most, unless it asks for an answer; whoever has given it hears no more of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rules.terms import UnitId

Want = Literal["nothing", "read", "answer"]
Standing = Literal["answered", "confirmed", "opened", "unread"]
ORDER: tuple[Standing, ...] = ("unread", "opened", "confirmed", "answered")
LADDERS: dict[Want, str] = {"read": "notice", "answer": "notice_answer"}  # by which whoever owes it is asked again
SEATS: dict[str, tuple[str, ...]] = {
    "liaisons": ("liaison",),
    "leaders": ("leader",),
    "both": ("liaison", "leader"),
}


@dataclass(frozen=True)
class Notice:
    """`until`: the day by which an answer is wanted."""

    number: int
    office: UnitId
    title: str
    words: str
    want: Want
    until: date | None = None


@dataclass(frozen=True)
class Read:
    """What one person has made of one notice: aware moments in UTC."""

    opened: datetime | None = None
    confirmed: datetime | None = None
    answered: datetime | None = None

    @property
    def standing(self) -> Standing:
        return "answered" if self.answered else "confirmed" if self.confirmed else "opened" if self.opened else "unread"

    @property
    def rank(self) -> int:
        return ORDER.index(self.standing)

    def owes(self, want: Want) -> bool:
        """Opening is reading: nobody is asked for a nod who has read."""
        match want:
            case "read":
                return self.standing == "unread"
            case "answer":
                return self.answered is None
            case "nothing":
                return False
