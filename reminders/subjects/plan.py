"""What the plan asks of a unit."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules import demands, routing
from rules.county import Plan
from rules.demands import Demand
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import duties, duty_moves


@dataclass(frozen=True)
class OfNoTip:
    """A clock that tells of nobody's tip, and from which nobody is kept away."""

    plan: Plan
    row: Row[Any]

    @property
    def key(self) -> str:
        return duties.pushed(None, self.row.id)

    @property
    def name(self) -> str:
        return str(self.row.once)

    @property
    def about(self) -> tuple[int, ...]:
        return ()

    def involved(self) -> frozenset[str]:
        return frozenset()

    def excepted(self) -> frozenset[int]:
        return frozenset()

    def kind_of(self, act: str) -> str | None:
        return None

    def stand_ins(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return ()


@dataclass(frozen=True)
class OfPlan(OfNoTip):
    """What the plan asks of a unit. Titles and counts only: never what was handed in."""

    shelf: Shelf
    demand: Demand

    @property
    def owes(self) -> int:
        return 1

    @property
    def suggested(self) -> bool:
        return duties.suggested(self.row)

    @property
    def extendable(self) -> bool:
        return self.demand.extendable and not (self.row.asked_until or self.row.extended)

    def told(self) -> dict[str, Any]:
        told = {"rule": self.row.rule, "period": self.row.period, "provisional": self.row.provisional}
        told |= {"tone": demands.tone(self.plan, self.row.unit), "asked": self.row.asked_until is not None}
        asked = self.demand.asked
        by = self.demand.to[0] if asked else None
        return told | {"asked_by": by, "why": asked.urgent if asked else "", "minutes": self.demand.minutes}

    def block(self, words: str) -> str:
        return f"reminders:duty_{words}"

    def door(self, whose: bool = False) -> Option:
        unit = self.row.unit if whose else ""
        return [f"go.duty.{self.row.id}.{self.row.rule}", None, "", f"case.{unit}.{self.row.period}.duties"]

    def acts(self) -> tuple[str, ...]:
        first = "fill" if self.demand.form in self.plan.forms else "done"
        more = ("extend",) if self.extendable else ()
        return tuple(f"go.duty_{act}.{self.row.id}" for act in (first, "promise", *more))

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        owed = SeatRef(self.row.unit, self.row.seat)
        told = routing.told_of_duty(self.plan, whose, owed, self.receivers(), duties.firm(self.row))
        return tuple(seat for seat in told if self.plan.seat_exists(*seat))

    def receivers(self) -> tuple[str, ...]:
        return self.shelf.receivers(self.plan, self.demand)

    def person(self, whose: Audience) -> int | None:
        """Who carries it, or stands in for them: it was handed to them, or they took it over."""
        carries, today = self.row.person, self.shelf.today(self.plan)
        if whose != "liaison" or carries is None:
            return None
        may = routing.may_carry(self.plan, self.row.unit, self.receivers(), today.held(carries))
        return today.in_place_of(carries) if may else None

    def found_vacant(self, seat: SeatRef) -> bool:
        return duty_moves.moved(self.shelf.tx, self.row.id, f"vacant_{seat.seat}", seat.unit)

    def vacant(self, seat: SeatRef) -> None:
        duty_moves.move(self.shelf.tx, self.row, self.shelf.now, f"vacant_{seat.seat}", unit=seat.unit)
