"""A notice, or a piece for citizens, that waits for a second person's word. Nobody is late on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from reminders.subjects.office import NeverLate
from reminders.subjects.shelf import Shelf
from reminders.subjects.subject import Option
from rules import bulletins as public
from rules import notices as told
from rules.county import Plan
from rules.escalation import Audience, Ladder
from rules.terms import SeatRef
from storage import bulletins, notices, people
from storage.approvals import of_clock


class Waiting(NamedTuple):
    """`door`: opens it; `authors`: whose word it can't be; `deciders`: whose it can, in the order in which they are asked;
    `together`: all of them at once."""

    door: str
    title: str
    office: str
    authors: frozenset[int]
    deciders: tuple[SeatRef, ...]
    together: bool
    since: datetime


def waiting(shelf: Shelf, plan: Plan, once: str) -> Waiting | None:
    """None: it does not wait any more."""
    what, number = of_clock(once)
    return _FOUND[what](shelf, plan, number)


def _notice(shelf: Shelf, plan: Plan, number: int) -> Waiting | None:
    row = notices.by_id(shelf.tx, number)
    if row is None or row.status != "waiting":
        return None
    one = notices.read(shelf.tx, row)
    deciders = told.deciders(plan, one.office)
    return Waiting(f"go.draft.{number}", one.title, one.office, frozenset({row.made_by}), deciders, True, row.made_at)


def _piece(shelf: Shelf, plan: Plan, number: int) -> Waiting | None:
    row = bulletins.by_id(shelf.tx, number)
    if row is None or row.status != "waiting":
        return None
    one = bulletins.read(shelf.tx, row)
    deciders = public.deciders(plan, one.office)
    return Waiting(f"go.bulletin.{number}", one.title, one.office, frozenset(one.authors), deciders, False, row.made_at)


_FOUND: Mapping[str, Callable[[Shelf, Plan, int], Waiting | None]] = {"notice": _notice, "bulletin": _piece}


@dataclass(frozen=True)
class OfApproval(NeverLate):
    shelf: Shelf
    waits: Waiting

    def told(self) -> dict[str, Any]:
        one, able = self.waits, self._who(self.waits.deciders)
        named = people.names(self.shelf.tx, {*able, self.row.person})
        about = {"title": one.title, "office": one.office, "since": one.since.isoformat()}
        return about | {"who": named.get(self.row.person, ""), "able": [named[who] for who in able if who in named]}

    def block(self, words: str) -> str:
        return "reminders:approval_waits"

    def door(self, whose: bool = False) -> Option:
        return [self.waits.door, self.waits.title, "", None]

    def excepted(self) -> frozenset[int]:
        return self.waits.authors

    def seats(self, whose: Audience, ladder: Ladder) -> tuple[SeatRef, ...]:
        match whose:
            case "coordinators":
                return self._asked()
            case "everyone":
                return self.waits.deciders
        return (SeatRef(self.row.unit, self.row.seat),)

    def _asked(self) -> tuple[SeatRef, ...]:
        """Whoever heard of it first: all of them, or the first seat in which somebody else sits."""
        if self.waits.together:
            return self.waits.deciders
        return next(((one,) for one in self.waits.deciders if self._who((one,))), ())

    def _who(self, seats: tuple[SeatRef, ...]) -> list[int]:
        today = self.shelf.today(self.plan)
        found = dict.fromkeys(who for unit, seat in seats for who in today.hear(unit, seat))
        return [one for one in found if one not in self.waits.authors]

    def person(self, whose: Audience) -> int | None:
        """Who wrote it, while they sit there; while they are away who stands in for them."""
        who, today = self.row.person, self.shelf.today(self.plan)
        if whose != "taker" or (self.row.unit, self.row.seat) not in today.held(who):
            return None
        return today.in_place_of(who)
