"""What a clock is about: a tip, or a duty of the plan. Where the two differ, and nothing else does: the words, whose seats are
told, what opens it, and where it is on record that a seat was vacant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row

from rules import routing
from rules.county import Plan
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import duties, people, tips
from storage.database import Tx

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

    @classmethod
    def of(cls, tx: Tx, now: datetime, rows: list[Row[Any]]) -> Shelf:
        about = {row.tip for row in rows if row.tip is not None}
        return cls(tx, now, tips.by_ids(tx, about), tips.involved_of(tx, about))

    def subject(self, plan: Plan, row: Row[Any]) -> Subject | None:
        """None: what it was about is gone."""
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
        """Whoever has taken the tip, while they may still be told."""
        taken = self.tip.taken_by
        return taken if whose == "taker" and taken and self._reads_still(taken) else None

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
