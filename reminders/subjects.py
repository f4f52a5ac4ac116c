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
from rules.regimes import Move, Regime
from rules.terms import SeatRef
from storage import duties, duty_moves, filings, matters, people, tips
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

    def door(self, whose: bool = False) -> Option:
        """Opens it. `whose`: called by its unit as well, since it stands among those of others."""
        ...

    def acts(self) -> tuple[str, ...]:
        """What whoever is to do it can do with one press."""
        ...

    def kind_of(self, act: str) -> str | None:
        """The county's kind of name that such an act has; None: it is called the same everywhere."""
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
    _matters: dict[str, Row[Any] | None] = field(default_factory=dict)

    def receivers(self, plan: Plan, demand: Demand) -> tuple[str, ...]:
        """Of every case of it the same."""
        key = (plan.id, demand.id)
        if key not in self._receivers:
            self._receivers[key] = demands.receiving(plan, demand)
        return self._receivers[key]

    def matter(self, number: str) -> Row[Any] | None:
        """What one unit put to others."""
        if number not in self._matters:
            self._matters[number] = matters.by_number(self.tx, number)
        return self._matters[number]

    @classmethod
    def of(cls, tx: Tx, now: datetime, rows: list[Row[Any]], today: Callable[[Plan], Today]) -> Shelf:
        about = {row.tip for row in rows if row.tip is not None}
        return cls(tx, now, tips.by_ids(tx, about), tips.involved_of(tx, about), today)

    def subject(self, plan: Plan, row: Row[Any]) -> Subject | None:
        """None: what it was about is gone."""
        if row.kind == ASKED_FOR:
            return OfCalendar(plan, row)
        if row.kind == filings.UNSEEN:
            filed = filings.of_clock(self.tx, row.once)
            return OfFiling(plan, row, filed) if filed is not None and filed.rule in plan.duties else None
        if row.rule is not None:
            demand = plan.duties.get(row.rule)
            if row.kind == duties.MATTER:
                put = self.matter(row.period)
                known = demand is not None and put is not None and put.regime in plan.regimes
                return OfMatter(plan, row, self, demand, put) if known and demand and put else None
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

    def door(self, whose: bool = False) -> Option:
        return [f"go.open.{self.tip.number}", self.tip.number, "", None]

    def kind_of(self, act: str) -> str | None:
        return None

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

    def kind_of(self, act: str) -> str | None:
        return None


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
class OfMatter(OfPlan):
    """The clock of a stage. Its words name the matter, its door is the matter's, one press makes the move that ends it; and an
    alarm goes beyond the unit though nobody can be late on it."""

    put: Row[Any]

    @property
    def _regime(self) -> Regime:
        return self.plan.regimes[self.put.regime]

    def involved(self) -> frozenset[str]:
        """Those that the tip it began with says are."""
        return tips.involved(self.shelf.tx, self.put.tip) if self.put.tip is not None else frozenset()

    def told(self) -> dict[str, Any]:
        origin = self.plan.units.get(self.put.unit)
        about = {"regime": self.put.regime, "number": self.put.number, "origin": self.put.unit}
        about |= {"phone": (origin.phone or "") if origin else "", "urgent": self._regime.urgent, "away": self._away()}
        return super().told() | about

    def _away(self) -> str:
        """What a body outside has not sent back, where its clock runs for whoever wrote to it."""
        party = self._party()
        if party is None or party.unit == self.row.unit:
            return ""
        return "receipt" if party.times == 1 else "answer"

    def _party(self) -> Row[Any] | None:
        return matters.party(self.shelf.tx, int(self.row.once.split(":")[1]))

    def block(self, words: str) -> str:
        return f"reminders:matter_{words}"

    def door(self, whose: bool = False) -> Option:
        unit = self.row.unit if whose else ""
        return [f"go.matter.{self.put.id}.{self.put.regime}", None, "", f"case.{unit}.{self.put.number}.regimes"]

    def acts(self) -> tuple[str, ...]:
        """The first move that ends this stage for whoever stands there."""
        party = self._party()
        moves = self._regime.moves.values() if party is not None and party.unit == self.row.unit else ()
        ends = [one.id for one in moves if party is not None and _leaves(one, party.role, party.stage)]
        more = () if self.row.asked_until or self.row.extended or self._regime.urgent else ("extend",)
        first = tuple(f"go.do.{party.id}.{one}" for one in ends[:1]) if party is not None else ()
        return (*first, *(f"go.duty_{act}.{self.row.id}" for act in ("promise", *more) if not self._regime.urgent))

    def kind_of(self, act: str) -> str | None:
        return f"regimes.{self.put.regime}.moves" if act.startswith("go.do.") else None

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        owed = SeatRef(self.row.unit, self.row.seat)
        leaves = duties.firm(self.row) or ladder.urgent
        each = ladder.told() if whose == "everyone" and ladder.urgent else (whose,)
        told = (seat for one in each for seat in routing.told_of_duty(self.plan, one, owed, self.receivers(), leaves))
        return tuple(seat for seat in dict.fromkeys(told) if self.plan.seat_exists(*seat))


def _leaves(move: Move, role: str, stage: str) -> bool:
    return stage in move.at and role in move.by and move.of is None and (move.to is not None or move.renews)


@dataclass(frozen=True)
class OfFiling(OfNoTip):
    """What was handed in, and an office has neither taken note of nor handed back. Nobody is late on it."""

    filed: Row[Any]

    @property
    def owes(self) -> int:
        return 1

    @property
    def suggested(self) -> bool:
        return True

    def told(self) -> dict[str, Any]:
        about = {"rule": self.filed.rule, "period": self.filed.period, "filed_by": self.filed.unit}
        return about | {"filed_at": self.filed.made_at.isoformat()}

    def block(self, words: str) -> str:
        return "reminders:unseen"

    def door(self, whose: bool = False) -> Option:
        unit = self.filed.unit if whose else ""
        return [f"go.duty.{self.filed.duty}.{self.filed.rule}", None, "", f"case.{unit}.{self.filed.period}.duties"]

    def acts(self) -> tuple[str, ...]:
        return ()

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        return (SeatRef(self.row.unit, self.row.seat),)

    def person(self, whose: Audience) -> int | None:
        return None

    def found_vacant(self, seat: SeatRef) -> bool:
        return True

    def vacant(self, seat: SeatRef) -> None:
        """It waits in the list of whoever comes there."""


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

    def door(self, whose: bool = False) -> Option:
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
