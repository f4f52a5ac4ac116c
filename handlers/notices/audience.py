"""Whom a notice reaches: the people who sit in these units now, or stand in for them; and where nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from handlers.desk import Desk
from rules.notices import SEATS
from storage import pushes


class Reader(NamedTuple):
    unit: str
    seat: str
    person: int


@dataclass(frozen=True)
class Audience:
    """`empty`: units where nobody sits; `deaf`: readers without a conversation, who find it when they come."""

    readers: tuple[Reader, ...]
    empty: tuple[str, ...]
    deaf: tuple[Reader, ...]

    @property
    def persons(self) -> list[int]:
        return list(dict.fromkeys(one.person for one in self.readers))


def of(desk: Desk, units: Iterable[str], seats: str) -> Audience:
    """`seats`: a key of `rules.notices.SEATS`. For a vacant seat its unit's leader reads; whoever is away has their deputy."""
    found = {unit: _in(desk, unit, SEATS[seats]) for unit in units}
    readers = tuple(one for ones in found.values() for one in ones if one.person != desk.person)
    heard = {row.person for row in pushes.of_people(desk.tx, {one.person for one in readers})}
    empty = tuple(unit for unit, ones in found.items() if not ones)
    return Audience(readers, empty, tuple(one for one in readers if one.person not in heard))


def _in(desk: Desk, unit: str, seats: Iterable[str]) -> tuple[Reader, ...]:
    """Once each, by a seat of their own: who stands in for another is asked as themselves."""
    found = [(seat, person) for seat in seats for person in desk.today.news(unit, seat)]
    return tuple({who: Reader(unit, _own(desk, unit, seat, who), who) for seat, who in reversed(found)}.values())


def _own(desk: Desk, unit: str, seat: str, person: int) -> str:
    here = sorted(kind for where, kind in desk.today.held(person) if where == unit)
    return seat if seat in here else next(iter(here), seat)
