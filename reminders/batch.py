"""What a batch of duties shares while it is looked at: whose seats were read, who has been called, what each person is to hear
this morning, when and where they want to hear it, which seats turned out vacant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row

from reminders.subjects.subject import Subject
from rules import deadlines, mornings
from rules.county import Plan
from rules.escalation import Days
from rules.mornings import Choice
from rules.terms import SeatRef
from storage import pushes, reminder_choices
from storage.database import Tx
from storage.seated import Today, local_day

# After a morning: what came then, and still waits a working day later, is read by nobody.
READ_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Reminder:
    """What one person is to hear of one duty."""

    subject: Subject
    block: str
    data: dict[str, Any]
    options: list[list[Any]]
    once: str
    index: int = 0
    mark: str = ""
    urgent: bool = False
    beside: frozenset[int] = frozenset()  # everybody who hears of it by this rung


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
    chosen: dict[str, dict[int, Choice]] = field(default_factory=dict)
    moments: dict[tuple[str, time], datetime] = field(default_factory=dict)  # each such, if nothing is due first
    past: dict[tuple[str, datetime], int] = field(default_factory=dict)  # how many days ago what was due then was due
    lanes: dict[int, list[Row[Any]]] = field(default_factory=dict)  # person -> conversations, the latest used last

    def live(self, persons: Iterable[int]) -> list[Row[Any]]:
        """Where these people can be written to; each is looked up once, however many duties they hear of."""
        asked = list(persons)
        if unknown := [one for one in asked if one not in self.lanes]:
            self.lanes |= {one: [] for one in unknown}
            for row in pushes.of_people(self.tx, unknown):
                self.lanes[row.person].append(row)
        return [row for one in asked for row in self.lanes[one]]

    def choice(self, plan: Plan, person: int) -> Choice:
        if plan.id not in self.chosen:
            self.chosen[plan.id] = reminder_choices.of_county(self.tx, plan.id, local_day(plan, self.now))
        return self.chosen[plan.id].get(person, mornings.DEFAULT)

    def hears_at(self, plan: Plan, person: int, due: Iterable[datetime]) -> datetime:
        """When they want to hear what a morning brings; now, where that is past."""
        own, days = self._own(plan, person), self._days(plan)
        if (plan.id, own) not in self.moments:
            self.moments[plan.id, own] = mornings.hears_at(self.now, own, days)
        past = self.moments[plan.id, own] == self.now
        return self.now if past else mornings.hears_at(self.now, own, days, due)

    def _own(self, plan: Plan, person: int) -> time:
        return mornings.of(self.choice(plan, person), plan.quiet)

    def _days(self, plan: Plan) -> Days:
        return Days(plan.calendar, plan.tz, plan.quiet)

    def where(self, plan: Plan, person: int) -> list[Row[Any]]:
        """Where they want to hear it: in all their conversations, if those they chose are gone or nobody reads them."""
        live, place = self.live([person]), self.choice(plan, person).where
        if place == mornings.EVERYWHERE:
            return live
        of_it = [row for row in live if row.channel.partition(":")[0] == place]
        chosen = live[-1:] if place == mornings.LAST else of_it
        last = mornings.last_one(self.now, self._own(plan, person), self._days(plan)) + READ_WITHIN
        silent = pushes.silent(self.tx, [row.id for row in chosen], int((self.now - last).total_seconds() * 1000))
        return [row for row in chosen if row.id not in silent] or live

    def days_past(self, plan: Plan, due: datetime) -> int:
        """Most of a morning were due on one day."""
        if (plan.id, due) not in self.past:
            self.past[plan.id, due] = deadlines.days_past(due, self.now, plan.tz)
        return self.past[plan.id, due]

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
