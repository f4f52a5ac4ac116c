"""How a matter may be begun: by a regime's own way in or by one of its doors (公安商请 beside 申请督办), each with its words, its form
and its first stage; behind all of them is the same matter.
"""

from collections.abc import Collection
from typing import NamedTuple

from handlers.desk import Desk
from rules.county import Plan
from rules.regimes import Door, Move, Regime, Role
from rules.unit_sets import members


class Way(NamedTuple):
    regime: Regime
    door: Door

    @property
    def key(self) -> str:
        """As a button names it; a regime's own way by the regime alone."""
        return self.regime.id if self.door.id == self.regime.id else f"{self.regime.id}.{self.door.id}"

    @property
    def starter(self) -> Role:
        return self.regime.roles[self.door.starter]

    @property
    def straight(self) -> Move | None:
        """The move that goes with the form, where what it asks can be asked with it."""
        move = self.regime.moves[self.door.straight] if self.door.straight else None
        return move if move is not None and _with_the_form(move) else None

    @property
    def others(self) -> tuple[Move, ...]:
        """What else may be done with it at once, instead of the straight move; not that it is dropped."""
        able = (one for one in self.regime.moves.values() if self._at_first(one) and one.id != self.door.straight)
        return tuple(one for one in able if _with_the_form(one) and (one.adds or one.starts)) if self.straight else ()

    def _at_first(self, move: Move) -> bool:
        return self.door.starter in move.by and move.of in (None, self.door.starter) and self.door.opens in move.at


def _with_the_form(move: Move) -> bool:
    return not move.form and "until" not in move.asks


def own(regime: Regime) -> Way:
    return Way(regime, regime.ways[0])


def of(plan: Plan, key: str) -> Way | None:
    named, _, door = key.partition(".")
    regime = plan.regimes.get(named)
    found = next((one for one in regime.ways if one.id == (door or named)), None) if regime is not None else None
    return Way(regime, found) if regime is not None and found is not None else None


def units_for(desk: Desk, way: Way) -> tuple[str, ...]:
    """The units of this person that may begin it so."""
    return _units_of(desk, way, desk.seats)


def _units_of(desk: Desk, way: Way, seats: Collection[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(unit for unit in members(desk.plan, way.starter.who) if (unit, way.starter.seat) in seats)


def startable(desk: Desk) -> list[Way]:
    all_ = (Way(regime, door) for regime in desk.plan.regimes.values() for door in regime.ways)
    return [one for one in all_ if units_for(desk, one)]


def onward(desk: Desk, move: Move, unit: str, role: Role) -> Way | None:
    """The first way into the regime that a move goes on as, which this unit may take who makes it: in the seat in which they make
    it, their own or an empty one that they act for."""
    goes_to = desk.plan.regimes.get(move.starts or "")
    seats = desk.seats | {(unit, role.seat)}
    found = (Way(goes_to, door) for door in goes_to.ways) if goes_to is not None else ()
    return next((one for one in found if unit in _units_of(desk, one, seats)), None)


def leads_on(desk: Desk, move: Move, unit: str, role: Role) -> bool:
    """No move is offered that goes on as what this unit does not begin (the police transfer nothing to the police)."""
    return move.starts is None or onward(desk, move, unit, role) is not None
