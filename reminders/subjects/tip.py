"""A step of a citizen's tip-off: it is told to nobody whom the tip is about."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules import routing
from rules.county import Plan
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import duties, people, tips

# What a liaison can do about a lead straight from its reminder, by the kind of duty.
STRAIGHT = {"sign": ("sign",), "decide": ("complete", "prolong")}


@dataclass(frozen=True)
class OfTip:
    shelf: Shelf
    plan: Plan
    row: Row[Any]
    tip: Row[Any]

    @property
    def key(self) -> str:
        return duties.pushed(self.tip.id, self.row.id)

    @property
    def name(self) -> str:
        return str(self.tip.number)

    @property
    def about(self) -> tuple[int, ...]:
        return (self.tip.id,)

    @property
    def owes(self) -> int:
        return 0

    @property
    def suggested(self) -> bool:
        return not duties.firm(self.row)

    def told(self) -> dict[str, Any]:
        return {"number": self.tip.number}

    def block(self, words: str) -> str:
        return f"reminders:{self.row.kind}_{words}"

    def door(self, whose: bool = False) -> Option:
        return [f"go.open.{self.tip.number}", self.tip.number, "", None]

    def kind_of(self, act: str) -> str | None:
        return None

    def stand_ins(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        """Of a tip nobody takes another's place."""
        return ()

    def acts(self) -> tuple[str, ...]:
        if self.row.handover is None:
            return ()
        longer = self.plan.clock("decide", self.row.unit).extend is not None and not self.row.extended
        own = (act for act in STRAIGHT.get(self.row.kind, ()) if act != "prolong" or longer)
        return tuple(f"go.{act}.{self.row.handover}" for act in own)

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return routing.audience(self.plan, whose, self.row.unit, self.involved(), ladder.told())

    def excepted(self) -> frozenset[int]:
        return frozenset()

    def involved(self) -> frozenset[str]:
        return self.shelf.barred.get(self.tip.id, frozenset())

    def person(self, whose: Audience) -> int | None:
        """Whoever has taken the tip, while they may still be told; while they are away who reads it in their place."""
        taken = self.tip.taken_by
        if whose != "taker" or not taken or not self._reads_still(taken):
            return None
        today = self.shelf.today(self.plan)
        deputy = today.in_place_of(taken)
        if deputy is None or deputy == taken:
            return deputy
        lent = (one.seats for one in today.acting(deputy).behind if one.person == taken)
        able = not self._reading.isdisjoint(today.held(deputy).union(*lent))
        return deputy if able and self._reads_still(deputy) else None

    @property
    def _reading(self) -> set[tuple[str, str]]:
        """The seats from which it can be taken over."""
        duty = routing.duty_seat_for(self.plan, self.involved()) if self.tip.urgent else None
        return {(self.row.unit, "intake"), (self.row.unit, "coordinator"), *((tuple(duty),) if duty else ())}

    def _reads_still(self, person: int) -> bool:
        """They sit where it was taken, or have the duty, and in no involved unit."""
        involved, held = self.involved(), people.seats_of(self.shelf.tx, person, self.plan.id)
        duty = routing.duty_seat_for(self.plan, involved)
        here = any(unit == self.row.unit or (unit, seat) == duty for unit, seat in held)
        return here and not any(unit in self.plan.kin_of(involved) for unit, _ in held)

    def found_vacant(self, seat: SeatRef) -> bool:
        return tips.moved(self.shelf.tx, self.tip.id, f"vacant_{seat.seat}", seat.unit)

    def vacant(self, seat: SeatRef) -> None:
        tips.move(self.shelf.tx, self.tip.id, self.shelf.now, "clock", f"vacant_{seat.seat}", unit=seat.unit)
