"""Seats where nobody hears: one message a day to each who looks after them, with what waits at which seat. What comes later that
day waits for the next one; something happening now does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reminders.batch import Batch, Unheard
from reminders.subjects import Subject
from rules.county import Plan
from rules.terms import SeatRef
from storage import queue, tips

SHOWN = 20  # doors under one message
News = dict[SeatRef, dict[str, Subject]]


@dataclass
class Vacancies:
    """Of one county, in one look."""

    batch: Batch
    plan: Plan
    unheard: Mapping[SeatRef, list[Unheard]]
    hear: dict[int, News] = field(default_factory=dict)

    def told(self) -> None:
        for seat, steps in self.unheard.items():
            if any(one.urgent for one in steps) or not self._today(seat):
                self._gather(seat, steps)
        for person, news in self.hear.items():
            self._push(person, news)

    def _gather(self, seat: SeatRef, steps: list[Unheard]) -> None:
        subjects = {one.subject.name: one.subject for one in steps if one.keepers}
        for one in steps:
            for person in one.keepers:
                if not self.batch.was_called(person, one.subject):
                    self.hear.setdefault(person, {}).setdefault(seat, {})[one.subject.name] = one.subject
        for subject in subjects.values():
            subject.vacant(seat)

    def _today(self, seat: SeatRef) -> bool:
        morning = self.batch.now.astimezone(self.plan.tz).replace(hour=0, minute=0, second=0, microsecond=0)
        return tips.moved_since(self.batch.tx, self.plan.id, f"vacant_{seat.seat}", seat.unit, morning)

    def _push(self, person: int, news: News) -> None:
        data = {"seats": [_waiting(seat, subjects) for seat, subjects in sorted(news.items())]}
        all_ = {name: one for subjects in news.values() for name, one in sorted(subjects.items())}
        options: list[list[Any]] = [one.door() for one in list(all_.values())[:SHOWN]]
        named = "+".join(f"{seat.unit}:{seat.seat}" for seat in sorted(news))[:60]
        once = f"vacant:{named}:{self.batch.now.timestamp()}"
        about = tuple(dict.fromkeys(tip for one in all_.values() for tip in one.about))
        told = ("reminders:vacant", data, options, once, about)
        queue.push_to_people(self.batch.tx, [person], self.plan.id, *told, owes=sum(one.owes for one in all_.values()))


def _waiting(seat: SeatRef, subjects: Mapping[str, Subject]) -> dict[str, Any]:
    """A seat and what waits there: tips by number, duties of the plan by what they are called."""
    asked = [one.told() | {"unit": one.row.unit} for _, one in sorted(subjects.items()) if not one.about]
    numbers = sorted(name for name, one in subjects.items() if one.about)
    return {"unit": seat.unit, "seat": seat.seat, "numbers": numbers, "asked": asked}
