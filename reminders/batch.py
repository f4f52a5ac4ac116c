"""What a batch of duties shares while it is looked at: whose seats were read, who has been called, what each person is to hear
this morning, which seats turned out vacant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reminders.subjects import Subject
from rules.county import Plan
from rules.terms import SeatRef
from storage import people
from storage.database import Tx


@dataclass(frozen=True)
class Reminder:
    """What one person is to hear of one duty."""

    subject: Subject
    block: str
    data: dict[str, Any]
    options: list[list[Any]]
    once: str


@dataclass(frozen=True)
class Unheard:
    """A step that no seat heard, and who looks after that."""

    subject: Subject
    keepers: frozenset[int]
    urgent: bool


@dataclass
class Batch:
    tx: Tx
    now: datetime
    holders: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    held: dict[tuple[str, int], frozenset[tuple[str, str]]] = field(default_factory=dict)
    vacant: dict[tuple[str, SeatRef], list[Unheard]] = field(default_factory=dict)
    mornings: dict[tuple[str, int], list[Reminder]] = field(default_factory=dict)
    called: set[tuple[int, str]] = field(default_factory=set)  # (person, subject): told just now that it is urgent

    def was_called(self, person: int, subject: Subject) -> bool:
        return (person, subject.name) in self.called

    def seated(self, plan: Plan, seats: Iterable[SeatRef], involved: frozenset[str]) -> list[int]:
        """Who sits there; nobody with any seat in an involved unit is among them."""
        found = [person for seat in seats for person in self._holders(plan, seat.unit, seat.seat)]
        barred = plan.kin_of(involved) if involved else frozenset()
        return [one for one in dict.fromkeys(found) if not any(unit in barred for unit, _ in self.held[plan.id, one])]

    def _holders(self, plan: Plan, unit: str, seat: str) -> list[int]:
        key = (plan.id, unit, seat)
        if key not in self.holders:
            found = self.holders[key] = people.holders(self.tx, *key)
            seats = people.all_seats(self.tx, plan.id, found) if found else {}
            self.held |= {(plan.id, one): held for one, held in seats.items()}
        return self.holders[key]
