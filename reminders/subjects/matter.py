"""The stage of a matter: what one unit put to others."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from reminders.subjects.plan import OfPlan
from reminders.subjects.subject import Option
from rules import routing
from rules.courses import Party, open_to
from rules.escalation import Audience, Ladder
from rules.kin import successor_of
from rules.regimes import Move, Regime
from rules.terms import SeatRef
from storage import duties, matter_moves, matters, merges, tips


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

    def person(self, whose: Audience) -> int | None:
        """Who carries it; at the seat of the officers who take tips in, whoever has the tip. Nobody who is involved."""
        one, out = super().person(whose) or self._officer(whose), self.plan.kin_of(self.involved())
        held = self.shelf.today(self.plan).held(one) if one is not None and out else frozenset()
        return one if all(unit not in out for unit, _ in held) else None

    def _officer(self, whose: Audience) -> int | None:
        """Or who stands in for them; of a tip that was merged, of the one in which it is dealt with."""
        if whose != "liaison" or self.row.seat != "intake" or self.put.tip is None:
            return None
        tip, today = tips.by_id(self.shelf.tx, self.put.tip), self.shelf.today(self.plan)
        taken = merges.goes_on(self.shelf.tx, tip).taken_by if tip is not None else None
        if not taken or (self.row.unit, self.row.seat) not in today.held(taken):
            return None
        return today.in_place_of(taken)

    def told(self) -> dict[str, Any]:
        origin = self.plan.units.get(self.put.unit)
        about = {"regime": self.put.regime, "number": self.put.number, "origin": self.put.unit}
        about |= {"phone": (origin.phone or "") if origin else "", "urgent": self._regime.urgent, "away": self._away()}
        about |= {"title": self._title()}
        return super().told() | about | {"waits": self._waits_for() if about["away"] else None}

    def _title(self) -> str:
        """Whoever is called out at night reads what it is and where; where a chat may not show that, it is left out as it leaves
        (`handlers.disclosure`). Nothing that a tip told stands in a push."""
        if not self._regime.urgent or matters.tells_of(self.shelf.tx, self.put) is not None:
            return ""
        return str(matters.content(self.shelf.tx, self.put).get("title", ""))

    def _waits_for(self) -> dict[str, str]:
        party = self._party()
        assert party is not None
        return {"unit": party.unit.partition(":")[0], "label": matters.label(self.shelf.tx, party)}

    def _away(self) -> str:
        """What a body outside has not sent back, where its clock runs for whoever wrote to it."""
        party = self._party()
        if party is None or self._owes(party):
            return ""
        return "receipt" if party.times == 1 else "answer"

    def _party(self) -> Row[Any] | None:
        return matters.party(self.shelf.tx, int(self.row.once.split(":")[1]))

    def _owes(self, party: Row[Any]) -> bool:
        """Its own debt: an abolished unit's is that of whoever acts for it."""
        return self._now_of(party.unit) == self._now_of(self.row.unit)

    def _now_of(self, unit: str) -> str:
        return successor_of(self.plan, unit) if unit in self.plan.units else unit

    def _answer(self, party: Row[Any]) -> Move | None:
        made = matter_moves.made(self.shelf.tx, [self.put.id]).get(party.id, frozenset())
        move = self._regime.answer(party.role, party.stage)
        stands = Party(party.id, party.role, party.unit, party.stage, made)
        return move if move is not None and open_to(move, stands) else None

    def block(self, words: str) -> str:
        return f"reminders:matter_{words}"

    def door(self, whose: bool = False) -> Option:
        unit = self.row.unit if whose else ""
        return [f"go.matter.{self.put.id}.{self.put.regime}", None, "", f"case.{unit}.{self.put.number}.regimes"]

    def acts(self) -> tuple[str, ...]:
        """The move that the stage names as its answer, where whoever it calls can make it."""
        party = self._party()
        more = ("extend",) if self.extendable and not self._regime.urgent else ()
        move = self._answer(party) if party is not None and self._owes(party) else None
        first = (f"go.do.{party.id}.{move.id}",) if party is not None and move is not None else ()
        return (*first, *(f"go.duty_{act}.{self.row.id}" for act in ("promise", *more) if not self._regime.urgent))

    def kind_of(self, act: str) -> str | None:
        return f"regimes.{self.put.regime}.moves" if act.startswith("go.do.") else None

    def stand_ins(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        """Of whoever is to do it: an empty seat keeps nobody waiting. What is only proposed leaves the unit as little as elsewhere."""
        if whose != "liaison" or self._regime.sealed:
            return ()
        found = routing.stand_ins(self.plan, SeatRef(self.row.unit, self.row.seat), self.shelf.today(self.plan).filled)
        leaves = duties.firm(self.row) or ladder.urgent
        return tuple(one for one in found if leaves or one.unit == self.row.unit)

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        owed = SeatRef(self.row.unit, self.row.seat)
        leaves = duties.firm(self.row) or ladder.urgent
        each = ladder.told() if whose == "everyone" and ladder.urgent else (whose,)
        told = (seat for one in each for seat in routing.told_of_duty(self.plan, one, owed, self.receivers(), leaves))
        return tuple(seat for seat in dict.fromkeys(told) if self.plan.seat_exists(*seat))
