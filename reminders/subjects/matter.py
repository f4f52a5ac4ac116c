"""The stage of a matter: what one unit put to others."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.plan import OfPlan
from reminders.subjects.subject import Option
from rules import routing
from rules.escalation import Audience, Ladder
from rules.regimes import Move, Regime
from rules.terms import SeatRef
from storage import duties, matters, tips


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
