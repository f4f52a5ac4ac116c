"""Who has which job in a county: seats, the posts that tips go to, and the routes they take."""

from __future__ import annotations

from rules.common import Outside
from rules.part import Key, Sourced
from rules.terms import SeatRef, Text, UnitId


class Seat(Sourced):
    """A kind of seat. `units`: where it exists; left out, in every unit where people can sit."""

    id: str
    name: Text
    units: tuple[UnitId, ...] | None = None


class Post(Sourced):
    """A seat with a job, and who does it instead when the unit is involved in a tip (in this order)."""

    unit: UnitId
    seat: Key
    others: tuple[UnitId, ...] = ()

    @property
    def ref(self) -> SeatRef:
        return SeatRef(self.unit, self.seat)


class Intake(Sourced):
    """Who takes tips in. `viewers`: units whose coordinators see number, age and lateness, nothing else."""

    unit: UnitId
    others: tuple[UnitId, ...]
    viewers: tuple[UnitId, ...] = ()

    @property
    def other(self) -> UnitId:
        """The plan's other office: the first that receives when intake itself is involved."""
        return self.others[0]


class SealedRoute(Sourced):
    """The one seat that reads tips about officials, and the unit or address they go on to."""

    unit: UnitId
    seat: Key
    passes_to: UnitId | None = None
    outside: Outside | None = None

    @property
    def ref(self) -> SeatRef:
        return SeatRef(self.unit, self.seat)


class Route(Sourced):
    """Where a kind of tip goes. Empty lists match everything; `otherwise`: only when no other route matched."""

    id: str
    goods: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    to: UnitId
    otherwise: bool = False
    why: Text
