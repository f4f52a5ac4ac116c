"""What waits for an office: a filing that it has not looked at, next year's calendar."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.plan import OfNoTip
from reminders.subjects.subject import Option
from rules import routing
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef


class NeverLate(OfNoTip):
    """What waits for somebody by no date of the plan: nobody is late on it, and an empty seat goes on no record, since it stands in
    the list of whoever comes there."""

    @property
    def owes(self) -> int:
        return 1

    @property
    def suggested(self) -> bool:
        return True

    def acts(self) -> tuple[str, ...]:
        return ()

    def person(self, whose: Audience) -> int | None:
        return None

    def found_vacant(self, seat: SeatRef) -> bool:
        return True

    def vacant(self, seat: SeatRef) -> None: ...


@dataclass(frozen=True)
class OfFiling(NeverLate):
    """What was handed in, and an office has neither taken note of nor handed back."""

    filed: Row[Any]

    def told(self) -> dict[str, Any]:
        about = {"rule": self.filed.rule, "period": self.filed.period, "filed_by": self.filed.unit}
        return about | {"filed_at": self.filed.made_at.isoformat()}

    def block(self, words: str) -> str:
        return "reminders:unseen"

    def door(self, whose: bool = False) -> Option:
        unit = self.filed.unit if whose else ""
        return [f"go.duty.{self.filed.duty}.{self.filed.rule}", None, "", f"case.{unit}.{self.filed.period}.duties"]

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return (SeatRef(self.row.unit, self.row.seat),)


@dataclass(frozen=True)
class OfCalendar(NeverLate):
    """Next year's notice on days off, which somebody has to bring in."""

    @property
    def owes(self) -> int:
        return 0

    def told(self) -> dict[str, Any]:
        return {"year": int(self.row.period)}

    def block(self, words: str) -> str:
        return "reminders:calendar"

    def door(self, whose: bool = False) -> Option:
        return ["go.calendar", None, "", None]

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        coordinators = tuple(SeatRef(unit, "coordinator") for unit in routing.watchers(self.plan, ()))
        return (*coordinators, self.plan.head.ref) if whose == "everyone" else coordinators
