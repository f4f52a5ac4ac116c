"""What a clock is about: a tip, a duty of the plan, or next year's calendar. Where the two differ, and nothing else does: the words, whose seats are
told, what opens it, and where it is on record that a seat was vacant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row

from rules import demands, routing
from rules.county import Plan
from rules.demands import Demand
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import duties, duty_moves, people, tips
from storage.database import Tx
from storage.recounting import ASKED_FOR
from storage.seated import Today

Option = list[Any]  # as a message carries it: id, words or None, style, the county's kind of name
# What a liaison can do about a lead straight from its reminder, by the kind of duty.
STRAIGHT = {"sign": ("sign",), "decide": ("complete", "prolong")}


class Subject(Protocol):
    """`key`: how the names of all pushes about it begin; `name`: as people know it; `about`: the tips it tells of."""

    @property
    def row(self) -> Row[Any]: ...
    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def about(self) -> tuple[int, ...]: ...

    @property
    def owes(self) -> int:
        """How many duties of the plan it is: one or none."""
        ...

    @property
    def suggested(self) -> bool:
        """Whether nobody is late on it."""
        ...

    def told(self) -> dict[str, Any]:
        """What its words need besides the date."""
        ...

    def block(self, words: str) -> str: ...

    def door(self) -> Option:
        """Opens it."""
        ...

    def acts(self) -> tuple[str, ...]:
        """What whoever is to do it can do with one press."""
        ...

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]: ...

    def involved(self) -> frozenset[str]:
        """Units whose people hear nothing of it."""
        ...

    def person(self, whose: Audience) -> int | None:
        """One in particular, who stands before the seats."""
        ...

    def found_vacant(self, seat: SeatRef) -> bool:
        """Whether that is on record."""
        ...

    def vacant(self, seat: SeatRef) -> None:
        """Put it on record."""
        ...


@dataclass(frozen=True)
class Shelf:
    """What a batch needs of its subjects, read once."""

    tx: Tx
    now: datetime
    tips: Mapping[int, Row[Any]]
    barred: Mapping[int, frozenset[str]]
    today: Callable[[Plan], Today]  # who is there in its county
    _receivers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def receivers(self, plan: Plan, demand: Demand) -> tuple[str, ...]:
        """Of every case of it the same."""
        key = (plan.id, demand.id)
        if key not in self._receivers:
            self._receivers[key] = demands.receiving(plan, demand)
        return self._receivers[key]

    @classmethod
    def of(cls, tx: Tx, now: datetime, rows: list[Row[Any]], today: Callable[[Plan], Today]) -> Shelf:
        about = {row.tip for row in rows if row.tip is not None}
        return cls(tx, now, tips.by_ids(tx, about), tips.involved_of(tx, about), today)

    def subject(self, plan: Plan, row: Row[Any]) -> Subject | None:
        """None: what it was about is gone."""
        if row.kind == ASKED_FOR:
            return OfCalendar(plan, row)
        if row.rule is not None:
            demand = plan.duties.get(row.rule)
            return OfPlan(plan, row, self, demand) if demand is not None else None
        tip = self.tips.get(row.tip)
        return OfTip(self, plan, row, tip) if tip is not None else None


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

    def door(self) -> Option:
        return [f"go.open.{self.tip.number}", self.tip.number, "", None]

    def acts(self) -> tuple[str, ...]:
        if self.row.handover is None:
            return ()
        longer = self.plan.clock("decide", self.row.unit).extend is not None and not self.row.extended
        own = (act for act in STRAIGHT.get(self.row.kind, ()) if act != "prolong" or longer)
        return tuple(f"go.{act}.{self.row.handover}" for act in own)

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return routing.audience(self.plan, whose, self.row.unit, self.involved(), ladder.told())

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

    def told(self) -> dict[str, Any]:
        told = {"rule": self.row.rule, "period": self.row.period, "provisional": self.row.provisional}
        return told | {"tone": demands.tone(self.plan, self.row.unit), "asked": self.row.asked_until is not None}

    def block(self, words: str) -> str:
        return f"reminders:duty_{words}"

    def door(self) -> Option:
        return [f"go.duty.{self.row.id}.{self.row.rule}", None, "", "duties"]

    def acts(self) -> tuple[str, ...]:
        first = "fill" if self.demand.form in self.plan.forms else "done"
        more = () if self.row.asked_until or self.row.extended else ("extend",)
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


@dataclass(frozen=True)
class OfCalendar(OfNoTip):
    """Next year's notice on days off, which somebody has to bring in. Nobody is late on it."""

    @property
    def owes(self) -> int:
        return 0

    @property
    def suggested(self) -> bool:
        return True

    def told(self) -> dict[str, Any]:
        return {"year": int(self.row.period)}

    def block(self, words: str) -> str:
        return "reminders:calendar"

    def door(self) -> Option:
        return ["go.calendar", None, "", None]

    def acts(self) -> tuple[str, ...]:
        return ()

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        coordinators = tuple(SeatRef(unit, "coordinator") for unit in routing.watchers(self.plan, ()))
        return (*coordinators, self.plan.head.ref) if whose == "everyone" else coordinators

    def person(self, whose: Audience) -> int | None:
        return None

    def found_vacant(self, seat: SeatRef) -> bool:
        return True

    def vacant(self, seat: SeatRef) -> None:
        """Whoever would hear of it is who is asked."""
