"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> subjects (a tip, a duty of the plan) -> rules.escalation.step (pure)
    mornings.due (held for somebody's own morning: `own_morning`) -> whether it still stands
    -> rungs: whose seats, which people, excluded ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. What comes by the working day comes to each person
as one message a morning, theirs: one worker looks at all that is due in a county. Of a seat where nobody can be reached the
coordinators hear once a day, of all that waits there together (`vacancy`). What is urgent is then passed upward at once, and
is tried again until somebody hears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from reminders import own_morning
from reminders.batch import Batch
from reminders.rungs import Rung
from reminders.subjects import chosen
from reminders.subjects.shelf import Shelf
from reminders.vacancy import Vacancies
from rules import asks, escalation
from rules.county import Plan
from rules.escalation import After, Days, Ladder, Next, Step
from storage import duties, mornings
from storage.database import Tx

BATCH = 2_000  # of a county's morning, which is not divided
Moments = tuple[str, str, int, datetime, datetime, datetime]  # what a duty's next step depends on
PROMISED = Step(After(0, "workday"), "liaison", "again")
AGAIN = timedelta(minutes=10)  # at the latest, after a round of an urgent ladder that nobody heard


def look(tx: Tx, plans: Mapping[str, Plan], now: datetime, only: int | None = None) -> int:
    """Handle up to a batch of what is due now, or one of it; returns how many duties were looked at, and how much of what was
    held."""
    early = own_morning.early(tx, plans, now)
    ripe = (row for row in duties.due(tx, now, plans, BATCH, only, early) if own_morning.brought(row, now, early))
    rows = [row for row in ripe if not _asked_just_now(plans[row.county], row)]
    held = own_morning.come(tx, plans, now, rows, only)
    if rows or held:
        Look(Batch(tx, now), plans, rows, held).climb()
    return len(rows) + len(held)


def _asked_just_now(plan: Plan, row: Row[Any]) -> bool:
    """Since the plans here were last exchanged, by this process or another: it waits as it is until they know its name."""
    return row.rule is not None and row.rule not in plan.duties and asks.number_of(row.rule) is not None


def waiting(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> list[int]:
    """Which these are."""
    early = own_morning.early(tx, plans, now)
    rows = (row for row in duties.due(tx, now, plans, BATCH, early=early) if own_morning.brought(row, now, early))
    return sorted({row.id for row in rows} | mornings.duties_waiting(tx, now, plans))


def put_off(tx: Tx, number: int, now: datetime) -> None:
    """One that fails is tried again in an hour, so that it stops nobody else's reminders."""
    duties.put_off(tx, number, now + timedelta(hours=1))
    mornings.put_off(tx, number, now, now + timedelta(hours=1))


@dataclass
class Look:
    batch: Batch
    plans: Mapping[str, Plan]
    rows: list[Row[Any]]
    held: list[Row[Any]] = field(default_factory=list)
    _reckoned: dict[Moments, Next] = field(default_factory=dict)

    def climb(self) -> None:
        waited = duties.still_open(self.batch.tx, {one.duty for one in self.held}) if self.held else {}
        known = [*self.rows, *waited.values()]
        self._meet(known)
        self.shelf = Shelf.of(self.batch.tx, self.batch.now, known, self.batch.today)
        for one in self.held:
            own_morning.found_again(self.batch, self.plans[one.county], self.shelf, one, waited.get(one.duty))
        urgent_first = sorted(self.rows, key=lambda row: not Ladder.loads(row.ladder).urgent)
        duties.looked(self.batch.tx, [self._climbed(row) for row in urgent_first])
        for (county, person), reminders in self.batch.mornings.items():
            own_morning.brings(self.batch, self.plans[county], person, reminders)
        for county, unheard in self.batch.vacant.items():
            Vacancies(self.batch, self.plans[county], unheard).told()

    def _meet(self, rows: list[Row[Any]]) -> None:
        """Who carries a duty themselves is looked up with all the others."""
        carriers: dict[str, list[int]] = {}
        for row in rows:
            if row.person is not None:
                carriers.setdefault(row.county, []).append(row.person)
        for county, persons in carriers.items():
            self.batch.today(self.plans[county]).meets(persons)
            self.batch.live(persons)

    def _next(self, plan: Plan, row: Row[Any]) -> Next:
        """Of duties that opened and are due together it is reckoned once."""
        at = self._moment(row)
        key = (row.county, row.ladder, row.step, row.opened_at, row.due_at, at)
        if key not in self._reckoned:
            timing = (row.opened_at, row.due_at, at, plan.calendar, plan.tz, plan.quiet)
            self._reckoned[key] = escalation.step(Ladder.loads(row.ladder), row.step, *timing)
        return self._reckoned[key]

    def _moment(self, row: Row[Any]) -> datetime:
        """For which it is looked at: the county's morning, where that was brought forward for somebody."""
        at: datetime = row.look_at
        return max(self.batch.now, at)

    def _climbed(self, row: Row[Any]) -> tuple[int, Next, int | None, bool]:
        plan, ladder = self.plans[row.county], Ladder.loads(row.ladder)
        move, subject = self._next(plan, row), chosen.subject(self.shelf, plan, row)
        rung = Rung(self.batch, plan, ladder, move.index, subject) if subject is not None else None
        untold = rung is not None and row.moved and not self._told_of_the_day(rung, move)
        if untold:
            morning = Days(plan.calendar, plan.tz, plan.quiet).next_morning(self.batch.now)
            move = replace(move, look_at=min(move.look_at or morning, morning))
        if rung is not None and row.promised is not None and row.promised <= self._moment(row):
            self._remind_of_the_promise(rung, move)
        if not move.fire:
            return row.id, move, row.reached, untold
        reached = len(set().union(*(rung.fired(one) for one in move.fire))) if rung else 0
        if not reached and ladder.urgent:
            move = self._soon(row, ladder, move)
        return row.id, move, reached, untold

    def _soon(self, row: Row[Any], ladder: Ladder, move: Next) -> Next:
        """Nobody heard an alarm: the same rung is tried again, unless the next comes before."""
        soon = self.batch.now + AGAIN
        if move.look_at is not None and move.look_at <= soon:
            return move
        return replace(move, look_at=soon, index=move.index if move.index >= len(ladder.steps) else row.step)

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
