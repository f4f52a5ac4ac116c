"""Seats of a matter that nobody holds. What is put to them is acted on by whoever stands in there (`rules.routing.stand_ins`): their
own unit's people as if the seat were theirs; the county's coordinators, where the unit has nobody, by moves that are marked so
(`Move.stand_in`). Of a sealed matter nobody takes another's place."""

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


def stood_for(desk: Desk, course: Course, tip: int | None) -> Stood:
    """A coordinator's part is over with what is awaited there."""
    found = [(party, *each) for party in course.parties for each in _stand_ins(desk, course, party, tip)]
    mine = [(party, seat, one) for party, seat, ins in found for one in ins if tuple(one) in desk.seats]
    own = frozenset((seat.unit, seat.seat) for _, seat, one in mine if one.unit == seat.unit)
    awaited = [(seat, one) for party, seat, one in mine if not course.stage(party).ends]
    return Stood(own, frozenset((seat.unit, seat.seat) for seat, one in awaited if one.unit != seat.unit) - own)


def possible(course: Course, seats: Seats, stood: Stood) -> tuple[Possible, ...]:
    """Nobody of another unit makes a move in its name, but those that the plan marks."""
    mine = {(one.move.id, one.party.id): one for one in course.possible(seats | stood.own)}
    able = ((one, mine.get((one.move.id, one.party.id))) for one in course.possible(seats | stood.seats))
    return tuple(own or one for one, own in able if own or one.move.stand_in)


def of_party(desk: Desk, course: Course, party: Party, tip: int | None) -> Empty:
    for seat, ins in _stand_ins(desk, course, party, tip):
        return "stood_for" if any(one.unit == seat.unit for one in ins) else "nobody"
    return ""


def hearers(desk: Desk, seats: Iterable[tuple[str, str]], involved: frozenset[str]) -> Iterator[int]:
    """Who hears what is put to these, where nobody sits."""
    for unit, seat in seats:
        for one in routing.stand_ins(desk.plan, SeatRef(unit, seat), desk.today.filled):
            yield from desk.today.hear(one.unit, one.seat, involved)


def _stand_ins(
    desk: Desk, course: Course, party: Party, tip: int | None
) -> Iterator[tuple[SeatRef, tuple[SeatRef, ...]]]:
    """Its seat and who acts for it, where that is empty. Whoever began it with a tip is its officers (`held.sits`)."""
    seat = SeatRef(party.unit, course.regime.roles[party.role].seat)
    officers = tip is not None and course.regime.begun_by(party.role) and party.unit == course.parties[0].unit
    if not (officers or party.outside or course.regime.sealed or tuple(seat) in desk.today.filled):
        yield seat, routing.stand_ins(desk.plan, seat, desk.today.filled)
