"""Who hears and acts for a seat today: whoever holds it; while they are away who stands in for them (AB角); at a duty seat
who has the shift.

Asked when something is sent or done, never kept: who is back is themselves again. A stand-in sits in the same unit, and
neither hears nor does what the absent one is shut out of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from rules.county import Plan
from rules.seating import LENT
from rules.terms import SeatRef
from rules.visibility import Viewer
from storage import absences, people, pushes, shifts
from storage.database import Tx

Seat = tuple[str, str]


@dataclass(frozen=True)
class Behind:
    """Somebody who is away: which of their seats are lent, and every unit they sit in."""

    person: int
    seats: frozenset[Seat]
    units: frozenset[str]


@dataclass(frozen=True)
class Acting:
    own: frozenset[Seat]
    behind: tuple[Behind, ...] = ()

    @property
    def seats(self) -> frozenset[Seat]:
        return self.own.union(*(one.seats for one in self.behind))

    def viewer(self, county: str, person: int) -> Viewer:
        lent = frozenset((SeatRef(*seat), one.units) for one in self.behind for seat in one.seats)
        return Viewer(county, person, frozenset(SeatRef(*seat) for seat in self.own), lent)


def local_day(plan: Plan, now: datetime) -> date:
    return now.astimezone(plan.tz).date()


@dataclass
class Today:
    """One county on one local day: each thing is read once, for one message or one batch of reminders."""

    tx: Tx
    plan: Plan
    day: date
    _sitting: dict[Seat, list[int]] = field(default_factory=dict)
    _held: dict[int, frozenset[Seat]] = field(default_factory=dict)
    _shifts: dict[str, list[int]] = field(default_factory=dict)

    @cached_property
    def away(self) -> dict[int, int | None]:
        """Everybody who is away, and their deputy."""
        return absences.stand_ins(self.tx, self.plan.id, self.day)

    @cached_property
    def filled(self) -> frozenset[Seat]:
        """Every seat that somebody holds, away or not."""
        return frozenset((row.unit, row.seat) for row in people.roster(self.tx, self.plan.id))

    # -- who hears -----------------------------------------------------------------------------------------------------

    def hear(self, unit: str, seat: str, involved: frozenset[str] = frozenset()) -> list[int]:
        """None: the seat counts as vacant. Whoever has the shift comes before the others, as long as they can be reached."""
        barred = self.plan.kin_of(involved) if involved else frozenset()
        sitting = self._seated(unit, seat)
        if seat == "duty" and (on_shift := [one for one in self._on_shift(unit) if one in sitting]):
            told = self._present(on_shift, unit, seat, barred)
            if told and pushes.of_people(self.tx, told):
                return told
        return self._present(sitting, unit, seat, barred)

    def news(self, unit: str, seat: str, involved: frozenset[str] = frozenset()) -> list[int]:
        """What is told once and does not come again: with nobody there the unit's leader hears it meanwhile, or it waits for
        whoever is away."""
        leader = "leader" if seat in LENT else seat
        told = self.hear(unit, seat, involved) or self.hear(unit, leader, involved)
        barred = self.plan.kin_of(involved) if involved else frozenset()
        self._read(self._seated(unit, seat) if barred else ())
        return told or [one for one in self._seated(unit, seat) if not self._in(one, barred)]

    def in_place_of(self, person: int) -> int | None:
        """Themselves; or who stands in for them, if anybody does in a unit of theirs."""
        if person not in self.away:
            return person
        units = sorted({unit for unit, _ in self.held(person)})
        return next((found for unit in units if (found := self._deputy(person, unit)) is not None), None)

    def nobody_back(self, unit: str, seat: str) -> bool:
        """Somebody sits there, and all of them are away with nobody in their place."""
        return bool(self._seated(unit, seat)) and not self.hear(unit, seat)

    # -- who acts ------------------------------------------------------------------------------------------------------

    def meets(self, persons: Iterable[int]) -> None:
        """Reads the seats of all of them at once."""
        self._read(persons)

    def held(self, person: int) -> frozenset[Seat]:
        """Their own seats."""
        self._read([person])
        return self._held[person]

    def acting(self, person: int) -> Acting:
        own = self.held(person)
        units = {unit for unit, _ in own}
        absent = sorted(one for one, deputy in self.away.items() if deputy == person)
        self._read(absent)
        return Acting(own, tuple(filter(None, (self._lent(one, own, units) for one in absent))))

    def _lent(self, person: int, own: frozenset[Seat], here: set[str]) -> Behind | None:
        """What two people hold, neither lends the other."""
        held = self.held(person)
        units = frozenset(unit for unit, _ in held)
        seats = frozenset((unit, kind) for unit, kind in held if kind in LENT and unit in here) - own
        return Behind(person, seats, units) if units & here else None

    # -- read once -----------------------------------------------------------------------------------------------------

    def _present(self, sitting: list[int], unit: str, seat: str, barred: frozenset[str]) -> list[int]:
        if barred:
            self._read(sitting)
        free = [one for one in sitting if not self._in(one, barred)]
        lent = seat in LENT
        found = [(self._deputy(one, unit) if lent else None) if one in self.away else one for one in free]
        return list(dict.fromkeys(one for one in found if one is not None and not self._in(one, barred)))

    def _in(self, person: int, barred: frozenset[str]) -> bool:
        return bool(barred) and any(unit in barred for unit, _ in self.held(person))

    def _deputy(self, person: int, unit: str) -> int | None:
        deputy = self.away[person]
        return deputy if deputy is not None and any(one == unit for one, _ in self.held(deputy)) else None

    def _seated(self, unit: str, seat: str) -> list[int]:
        if (unit, seat) not in self._sitting:
            self._sitting[unit, seat] = people.holders(self.tx, self.plan.id, unit, seat)
        return self._sitting[unit, seat]

    def _on_shift(self, unit: str) -> list[int]:
        if unit not in self._shifts:
            self._shifts[unit] = shifts.on(self.tx, self.plan.id, unit, self.day)
        return self._shifts[unit]

    def _read(self, persons: Iterable[int]) -> None:
        if unknown := [one for one in persons if one not in self._held]:
            self._held |= people.all_seats(self.tx, self.plan.id, unknown)
