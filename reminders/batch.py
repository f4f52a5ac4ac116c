"""What a batch of duties shares while it is looked at: whose seats were read, who has been called, what each person is to hear
this morning, which seats turned out vacant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reminders.subjects import Subject
from rules.county import Plan
from rules.terms import SeatRef
from storage import queue
from storage.database import Tx
from storage.seated import Today, local_day


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
    days: dict[str, Today] = field(default_factory=dict)
    vacant: dict[str, dict[SeatRef, list[Unheard]]] = field(default_factory=dict)
    mornings: dict[tuple[str, int], list[Reminder]] = field(default_factory=dict)
    called: set[tuple[int, str]] = field(default_factory=set)  # (person, subject): told just now that it is urgent

    lanes: dict[int, list[Row[Any]]] = field(default_factory=dict)  # person -> conversations, the latest used last

    def live(self, persons: Iterable[int]) -> list[Row[Any]]:
        """Where these people can be written to; each is looked up once, however many duties they hear of."""
        asked = list(persons)
        if unknown := [one for one in asked if one not in self.lanes]:
            self.lanes |= {one: [] for one in unknown}
            for row in queue.of_people(self.tx, unknown):
                self.lanes[row.person].append(row)
        return [row for one in asked for row in self.lanes[one]]

    def was_called(self, person: int, subject: Subject) -> bool:
        return (person, subject.name) in self.called

    def today(self, plan: Plan) -> Today:
        if plan.id not in self.days:
            self.days[plan.id] = Today(self.tx, plan, local_day(plan, self.now))
        return self.days[plan.id]

    def seated(self, plan: Plan, seats: Iterable[SeatRef], involved: frozenset[str]) -> list[int]:
        """Who hears there today; nobody with any seat in an involved unit is among them."""
        today = self.today(plan)
        return list(dict.fromkeys(one for seat in seats for one in today.hear(seat.unit, seat.seat, involved)))
