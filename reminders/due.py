"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> subjects (a tip, a duty of the plan) -> rules.escalation.step (pure)
    -> rungs: whose seats, which people, excluded ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. What comes by the working day comes to each person
as one message a morning: one worker looks at all that is due in a county. Of a seat where nobody can be reached the
coordinators hear once a day, of all that waits there together (`vacancy`). What is urgent is then passed upward at once, and
is tried again until somebody hears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from reminders.batch import Batch, Reminder
from reminders.rungs import Rung
from reminders.subjects import Shelf
from reminders.vacancy import SHOWN, Vacancies
from rules import escalation
from rules.county import Plan
from rules.escalation import After, Days, Ladder, Next, Step
from storage import duties, queue
from storage.database import Tx

BATCH = 2_000  # of a county's morning, which is not divided
Moments = tuple[str, str, int, datetime, datetime]  # what a duty's next step depends on
PROMISED = Step(After(0, "workday"), "liaison", "again")
AGAIN = timedelta(minutes=10)  # at the latest, after a round of an urgent ladder that nobody heard


def look(tx: Tx, plans: Mapping[str, Plan], now: datetime, only: int | None = None) -> int:
    """Handle up to a batch of what is due now, or one of it; returns how many duties were looked at."""
    rows = duties.due(tx, now, plans, BATCH, only)
    if rows:
        Look(Batch(tx, now), plans, rows).climb()
    return len(rows)


def waiting(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> list[int]:
    """Which these are."""
    return [row.id for row in duties.due(tx, now, plans, BATCH)]


def put_off(tx: Tx, number: int, now: datetime) -> None:
    """One that fails is tried again in an hour, so that it stops nobody else's reminders."""
    duties.put_off(tx, number, now + timedelta(hours=1))


@dataclass
class Look:
    batch: Batch
    plans: Mapping[str, Plan]
    rows: list[Row[Any]]
    _reckoned: dict[Moments, Next] = field(default_factory=dict)

    def climb(self) -> None:
        self._meet()
        self.shelf = Shelf.of(self.batch.tx, self.batch.now, self.rows, self.batch.today)
        urgent_first = sorted(self.rows, key=lambda row: not Ladder.loads(row.ladder).urgent)
        duties.looked(self.batch.tx, [self._climbed(row) for row in urgent_first])
        for (county, person), reminders in self.batch.mornings.items():
            self._told(county, person, list({one.once: one for one in reminders}.values()))
        for county, unheard in self.batch.vacant.items():
            Vacancies(self.batch, self.plans[county], unheard).told()

    def _meet(self) -> None:
        """Who carries a duty themselves is looked up with all the others."""
        carriers: dict[str, list[int]] = {}
        for row in self.rows:
            if row.person is not None:
                carriers.setdefault(row.county, []).append(row.person)
        for county, persons in carriers.items():
            self.batch.today(self.plans[county]).meets(persons)
            self.batch.live(persons)

    def _next(self, plan: Plan, row: Row[Any]) -> Next:
        """Of duties that opened and are due together it is reckoned once."""
        key = (row.county, row.ladder, row.step, row.opened_at, row.due_at)
        if key not in self._reckoned:
            timing = (row.opened_at, row.due_at, self.batch.now, plan.calendar, plan.tz, plan.quiet)
            self._reckoned[key] = escalation.step(Ladder.loads(row.ladder), row.step, *timing)
        return self._reckoned[key]

    def _told(self, county: str, person: int, mine: list[Reminder]) -> None:
        """One thing in its own words; several as a list of names."""
        about = tuple(dict.fromkeys(tip for one in mine for tip in one.subject.about))
        if len(mine) == 1:
            told = (mine[0].block, mine[0].data, mine[0].options, mine[0].once, about)
            queue.push(self.batch.tx, self.batch.live([person]), county, *told, owes=mine[0].subject.owes)
            return
        subjects = {one.subject.name: one.subject for one in mine}
        data = {"items": [one.data for one in mine], "count": len(subjects)}
        options = [one.door() for one in list(subjects.values())[:SHOWN]]
        once = f"morning:{person}:{self.batch.now.timestamp()}"
        told = ("reminders:morning", data, options, once, about)
        owes = sum(one.owes for one in subjects.values())
        queue.push(self.batch.tx, self.batch.live([person]), county, *told, owes=owes)

    def _climbed(self, row: Row[Any]) -> tuple[int, Next, int | None, bool]:
        plan, ladder = self.plans[row.county], Ladder.loads(row.ladder)
        move, subject = self._next(plan, row), self.shelf.subject(plan, row)
        rung = Rung(self.batch, plan, ladder, move.index, subject) if subject is not None else None
        untold = rung is not None and row.moved and not self._told_of_the_day(rung, move)
        if untold:
            morning = Days(plan.calendar, plan.tz, plan.quiet).next_morning(self.batch.now)
            move = replace(move, look_at=min(move.look_at or morning, morning))
        if rung is not None and row.promised is not None and row.promised <= self.batch.now:
            self._remind_of_the_promise(rung, move)
        if not move.fire:
            return row.id, move, row.reached, untold
        reached = len(set().union(*(rung.fired(one) for one in move.fire))) if rung else 0
        if not reached and ladder.urgent and move.index >= len(ladder.steps):
            soon = self.batch.now + AGAIN
            move = replace(move, look_at=min(move.look_at or soon, soon))
        return row.id, move, reached, untold

    def _remind_of_the_promise(self, rung: Rung, move: Next) -> None:
        """Whoever said that it comes today hears of it today, whoever else the ladder tells."""
        row = rung.subject.row
        duties.change(self.batch.tx, row.id, promised=None)
        if all(step.audience != PROMISED.audience for step in move.fire):
            replace(rung, mark=f":promised:{row.promised.timestamp():.0f}").fired(PROMISED)

    def _told_of_the_day(self, rung: Rung, move: Next) -> bool:
        """That it has moved; not in the night, and not beside a reminder that names it to the same people."""
        plan, now = rung.plan, self.batch.now
        if Days(plan.calendar, plan.tz, plan.quiet).awake(now) != now:
            return False
        if all(step.audience != rung.ladder.steps[0].audience for step in move.fire):
            rung.moved()
        return True
