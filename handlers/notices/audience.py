"""Whom a notice reaches: the people who sit in these units now, or stand in for them, and who is named besides; and where nobody
does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from handlers.notices.scene import Scene
from rules.notices import Whom
from storage import pushes


class Reader(NamedTuple):
    unit: str
    seat: str
    person: int


@dataclass(frozen=True)
class Reach:
    """`empty`: units where nobody sits; `leaderless`: those that were to hear as leaders too, and have none; `deaf`: readers
    without a conversation, who find it when they come; `blocked`: those of whom we know that they don't want one, or have lost it."""

    readers: tuple[Reader, ...]
    empty: tuple[str, ...]
    leaderless: tuple[str, ...]
    deaf: tuple[Reader, ...]
    blocked: tuple[Reader, ...] = ()

    @property
    def persons(self) -> list[int]:
        return list(dict.fromkeys(one.person for one in self.readers))


def of(scene: Scene, whom: Whom, but: int) -> Reach:
    """For a vacant seat its unit's leader reads; whoever is away has their deputy. `but`: who writes it needs no copy."""
    found = {unit: _in(scene, unit, whom.seats) for unit in whom.units}
    named = [_alone(scene, one) for one in whom.persons]
    readers = tuple(one for ones in (*found.values(), *named) for one in ones if one.person != but)
    once = tuple({(one.unit, one.person): one for one in reversed(readers)}.values())[::-1]
    heard = {row.person for row in pushes.of_people(scene.tx, {one.person for one in once})}
    empty = tuple(unit for unit, ones in found.items() if not ones)
    silent = [one for one in once if one.person not in heard]
    lost = pushes.lost(scene.tx, {one.person for one in silent}) if silent else set()
    deaf, blocked = (tuple(one for one in silent if (one.person in lost) is gone) for gone in (False, True))
    return Reach(once, empty, _leaderless(scene, whom, empty), deaf, blocked)


def _in(scene: Scene, unit: str, seats: Iterable[str]) -> tuple[Reader, ...]:
    """Once each, by a seat of their own: who stands in for another is asked as themselves."""
    there = [seat for seat in seats if scene.plan.seat_exists(unit, seat)]
    found = [(seat, person) for seat in there for person in scene.today.news(unit, seat)]
    return tuple({who: Reader(unit, _own(scene, unit, seat, who), who) for seat, who in reversed(found)}.values())


def _own(scene: Scene, unit: str, seat: str, person: int) -> str:
    here = sorted(kind for where, kind in scene.today.held(person) if where == unit)
    return seat if seat in here else next(iter(here), seat)


def _alone(scene: Scene, person: int) -> tuple[Reader, ...]:
    """Somebody named reads it in the first of their seats; whoever has left holds none, and is nobody's reader."""
    seats = sorted(scene.today.held(person))
    return (Reader(*seats[0], person),) if seats else ()


def _leaderless(scene: Scene, whom: Whom, empty: Iterable[str]) -> tuple[str, ...]:
    if "leader" not in whom.seats or len(whom.seats) == 1:
        return ()
    units = (one for one in whom.units if one not in empty and scene.plan.seat_exists(one, "leader"))
    return tuple(one for one in units if (one, "leader") not in scene.today.filled)
