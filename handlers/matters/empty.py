"""Seats of a matter that nobody holds. What is put to them is acted on by whoever stands in there (`rules.routing.stand_ins`): their
own unit's people as if the seat were theirs; the county's coordinators, where the unit has nobody, without any act of authority
in its name. Of a sealed matter nobody takes another's place."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from handlers.desk import Desk
from rules import routing
from rules.courses import Course, Party, Possible
from rules.terms import SeatRef

Seats = frozenset[tuple[str, str]]
Empty = Literal["", "stood_for", "nobody"]
"""Of a party's seat: held; somebody else of the unit acts for it; nobody of the unit is there."""


class Stood(NamedTuple):
    """Empty seats that this person acts for: of their own units, and as a coordinator of the county's."""

    own: Seats
    office: Seats

    @property
    def seats(self) -> Seats:
        return self.own | self.office


def stood_for(desk: Desk, course: Course) -> Stood:
    found = [(seat, ins) for party in course.parties for seat, ins in _stand_ins(desk, course, party)]
    mine = [(seat, one) for seat, ins in found for one in ins if tuple(one) in desk.seats]
    own = frozenset((seat.unit, seat.seat) for seat, one in mine if one.unit == seat.unit)
    return Stood(own, frozenset((seat.unit, seat.seat) for seat, one in mine if one.unit != seat.unit) - own)


def possible(course: Course, seats: Seats, stood: Stood) -> tuple[Possible, ...]:
    """Nobody of another unit decides in its name."""
    roles = course.regime.roles
    able = course.possible(seats | stood.seats)
    return tuple(
        one
        for one in able
        if not (one.move.enforces and (one.by.unit, roles[one.by.role].seat) in stood.office - seats - stood.own)
    )


def of_party(desk: Desk, course: Course, party: Party) -> Empty:
    for seat, ins in _stand_ins(desk, course, party):
        return "stood_for" if any(one.unit == seat.unit for one in ins) else "nobody"
    return ""


def hearers(desk: Desk, seats: Iterable[tuple[str, str]], involved: frozenset[str]) -> Iterator[int]:
    """Who hears what is put to these, where nobody sits."""
    for unit, seat in seats:
        for one in routing.stand_ins(desk.plan, SeatRef(unit, seat), desk.today.filled):
            yield from desk.today.hear(one.unit, one.seat, involved)


def _stand_ins(desk: Desk, course: Course, party: Party) -> Iterator[tuple[SeatRef, tuple[SeatRef, ...]]]:
    """Its seat and who acts for it, where that is empty."""
    seat = SeatRef(party.unit, course.regime.roles[party.role].seat)
    if not (party.outside or course.regime.sealed or tuple(seat) in desk.today.filled):
        yield seat, routing.stand_ins(desk.plan, seat, desk.today.filled)
