"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> subjects (a tip, a duty of the plan) -> rules.escalation.step (pure)
    -> rungs: whose seats, which people, excluded ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. What comes by the working day comes to each person
as one message a morning: one worker looks at all that is due in a county. Of a seat where nobody can be reached the
coordinators hear once a day, of all that waits there together (`vacancy`). What is urgent is then passed upward at once, and
is tried again until somebody hears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from reminders.batch import Batch, Reminder
from reminders.rungs import Rung
from reminders.subjects import Shelf
from reminders.vacancy import SHOWN, Vacancy
from rules import escalation
from rules.county import Plan
from rules.escalation import Ladder, Next
from storage import duties, queue
from storage.database import Tx

BATCH = 2_000  # of a county's morning, which is not divided
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

    def climb(self) -> None:
        self.shelf = Shelf.of(self.batch.tx, self.batch.now, self.rows)
        urgent_first = sorted(self.rows, key=lambda row: not Ladder.loads(row.ladder).urgent)
        duties.looked(self.batch.tx, [self._climbed(row) for row in urgent_first])
        for (county, person), reminders in self.batch.mornings.items():
            self._told(county, person, list({one.once: one for one in reminders}.values()))
        for (county, seat), unheard in self.batch.vacant.items():
            Vacancy(self.batch, self.plans[county], seat, unheard).told()

    def _told(self, county: str, person: int, mine: list[Reminder]) -> None:
        """One thing in its own words; several as a list of names."""
        about = tuple(dict.fromkeys(tip for one in mine for tip in one.subject.about))
        if len(mine) == 1:
            told = (mine[0].block, mine[0].data, mine[0].options, mine[0].once, about)
            queue.push_to_people(self.batch.tx, [person], county, *told)
            return
        subjects = {one.subject.name: one.subject for one in mine}
        data = {"items": [one.data for one in mine], "count": len(subjects)}
        options = [one.door() for one in list(subjects.values())[:SHOWN]]
        once = f"morning:{person}:{self.batch.now.timestamp()}"
        queue.push_to_people(self.batch.tx, [person], county, "reminders:morning", data, options, once, about)

    def _climbed(self, row: Row[Any]) -> tuple[int, Next, int | None]:
        plan, ladder = self.plans[row.county], Ladder.loads(row.ladder)
        timing = (row.opened_at, row.due_at, self.batch.now, plan.calendar, plan.tz, plan.quiet)
        move, subject = escalation.step(ladder, row.step, *timing), self.shelf.subject(plan, row)
        if not move.fire:
            return row.id, move, row.reached
        rung = Rung(self.batch, plan, ladder, move.index, subject) if subject is not None else None
        reached = len(set().union(*(rung.fired(one) for one in move.fire))) if rung else 0
        if not reached and ladder.urgent and move.index >= len(ladder.steps):
            move = replace(move, look_at=min(move.look_at, self.batch.now + AGAIN))
        return row.id, move, reached
