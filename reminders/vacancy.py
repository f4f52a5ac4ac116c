"""Seats where nobody hears: one message a day to each who looks after them, with what waits at which seat. What comes later that
day waits for the next one; something happening now does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from reminders.batch import Batch, Unheard
from reminders.doors import doors
from reminders.subjects.subject import Subject
from rules.county import Plan
from rules.terms import SeatRef
from storage import duty_moves, pushes, tips
from storage.pushes import Push

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
        told = (f"vacant_{seat.seat}", seat.unit)
        return told in self._of_duties or tips.moved_since(self.batch.tx, self.plan.id, *told, self._midnight)

    @property
    def _midnight(self) -> datetime:
        return self.batch.now.astimezone(self.plan.tz).replace(hour=0, minute=0, second=0, microsecond=0)

    @cached_property
    def _of_duties(self) -> set[tuple[str, str]]:
        """What duties of the plan have on record of today."""
        return duty_moves.since(self.batch.tx, self.plan.id, self._midnight)

    def _push(self, person: int, news: News) -> None:
        data = {"seats": [_waiting(seat, subjects) for seat, subjects in sorted(news.items())]}
        all_ = {name: one for _, subjects in sorted(news.items()) for name, one in _in_order(subjects)}
        options: list[list[Any]] = doors(list(all_.values()))
        named = "+".join(f"{seat.unit}:{seat.seat}" for seat in sorted(news))[:60]
        once = f"vacant:{named}:{self.batch.now.timestamp()}"
        about = tuple(dict.fromkeys(tip for one in all_.values() for tip in one.about))
        owes = sum(one.owes for one in all_.values())
        told = Push(self.plan.id, "reminders:vacant", data, options, once, about, owes)
        pushes.to_people(self.batch.tx, [person], told)


def _waiting(seat: SeatRef, subjects: Mapping[str, Subject]) -> dict[str, Any]:
    """A seat and what waits there: tips by number, duties of the plan by what they are called."""
    asked = [one.told() | {"unit": one.row.unit} for _, one in _in_order(subjects) if not one.about]
    numbers = [name for name, one in _in_order(subjects) if one.about]
    return {"unit": seat.unit, "seat": seat.seat, "numbers": numbers, "asked": asked}


def _in_order(subjects: Mapping[str, Subject]) -> list[tuple[str, Subject]]:
    """As the text has them: tips, then the others."""
    return sorted(subjects.items(), key=lambda pair: (not pair[1].about, pair[0]))
