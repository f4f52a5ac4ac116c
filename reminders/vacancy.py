"""A seat where nobody hears: one message a day to each who looks after it, with what waits there. What comes later that day
waits for the next one; something happening now does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reminders.batch import Batch, Unheard
from reminders.subjects import Subject
from rules.county import Plan
from rules.terms import SeatRef
from storage import queue, tips

SHOWN = 20  # doors under one message


@dataclass
class Vacancy:
    batch: Batch
    plan: Plan
    seat: SeatRef
    unheard: list[Unheard]

    def told(self) -> None:
        if not any(one.urgent for one in self.unheard) and self._today():
            return
        hear: dict[int, dict[str, Subject]] = {}
        for one in self.unheard:
            for person in one.keepers:
                hear.setdefault(person, {})[one.subject.name] = one.subject
        for person, subjects in hear.items():
            news = {name: one for name, one in subjects.items() if not self.batch.was_called(person, one)}
            if news:
                self._push(person, news)
        for subject in {name: one for subjects in hear.values() for name, one in subjects.items()}.values():
            subject.vacant(self.seat)

    def _today(self) -> bool:
        morning = self.batch.now.astimezone(self.plan.tz).replace(hour=0, minute=0, second=0, microsecond=0)
        return tips.moved_since(self.batch.tx, self.plan.id, f"vacant_{self.seat.seat}", self.seat.unit, morning)

    def _push(self, person: int, news: Mapping[str, Subject]) -> None:
        named = sorted(news)
        data = {"numbers": named, "unit": self.seat.unit, "seat": self.seat.seat}
        options: list[list[Any]] = [news[one].door() for one in named[:SHOWN]]
        once = f"vacant:{self.seat.unit}:{self.seat.seat}:{self.batch.now.timestamp()}"
        about = tuple(dict.fromkeys(tip for one in news.values() for tip in one.about))
        queue.push_to_people(self.batch.tx, [person], self.plan.id, "reminders:vacant", data, options, once, about)
