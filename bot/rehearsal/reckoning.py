"""What should have been heard, reckoned beside the code that reminds: from the plan's ladders, the working days and who sat where.

Of an open duty each step falls on a morning. By the evening whoever it is for has heard of it, or it was merged into a
later one (nobody looked that morning), kept back by a promise, or answered; where the seat is vacant the offices know. Anything
else was missed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from bot.rehearsal.cast import Cast, Duty
from rules import demands, routing
from rules.demands import Demand
from rules.escalation import Audience, Step
from rules.terms import SeatRef
from storage.database import Tx
from storage.models import duties, duty_moves

FALLS_SILENT = 6  # working days without a word of something that is late, where a round is five


@dataclass
class Owed:
    """What somebody should hear of a duty, since the mornings on which it fell due."""

    row: Row[Any]
    since: date  # the latest of these mornings
    steps: list[tuple[Step, list[str]]] = field(default_factory=list)


@dataclass
class Reckoning:
    cast: Cast
    since: date
    tallies: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)
    ends: list[tuple[str, date, str]] = field(default_factory=list)  # rule, day, opened or answered
    _owed: dict[int, Owed] = field(default_factory=dict)
    _word: dict[Duty, int] = field(default_factory=dict)  # working days since anybody heard of it
    _heard: dict[Duty, dict[str, date]] = field(default_factory=lambda: defaultdict(dict))  # by whom, when last
    _read: int = 0  # of what arrived

    def __post_init__(self) -> None:
        self.house = self.cast.house
        self._noted = self.since - timedelta(days=1)

    # -- mornings ------------------------------------------------------------------------------------------------------

    async def mornings(self, now: datetime) -> None:
        """Those that have come, also while nobody looked: before anything is looked at."""
        plan = self.house.plan
        local = now.astimezone(plan.tz)
        last = local.date() if local.time() >= plan.quiet.morning else local.date() - timedelta(days=1)
        if last <= self._noted:
            return
        rows = await self.rows()
        for n in range(1, (last - self._noted).days + 1):
            day = self._noted + timedelta(days=n)
            if plan.calendar.is_workday(day):
                for row in rows:
                    self._morning(row, day)
        self._noted = last

    async def rows(self, *, all_: bool = False) -> list[Row[Any]]:
        wanted = select(duties).where(duties.c.county == self.house.plan.id, duties.c.rule.is_not(None))
        if not all_:
            wanted = wanted.where(duties.c.closed_at.is_(None))
        return await self.house.app.database.read(lambda tx: list(tx.peek(wanted).all()))

    def _morning(self, row: Row[Any], day: date) -> None:
        demand = self.house.plan.duties[row.rule]
        steps = [step for step, on in self._falls(row, demand) if on == day]
        for step in steps:
            told = [name for seat in self._seats(row, demand, step.audience) for name in self.cast.present(seat, day)]
            owed = self._owed.setdefault(row.id, Owed(row, day))
            owed.since = day
            owed.steps.append((step, told))

    def _falls(self, row: Row[Any], demand: Demand) -> list[tuple[Step, date]]:
        """Each step with its day: the n-th working day before or after the last day, no step before the one below it."""
        plan, calendar = self.house.plan, self.house.plan.calendar
        opened = row.opened_at.astimezone(plan.tz).date()
        last = (row.due_at.astimezone(plan.tz) - timedelta(microseconds=1)).date()
        found, least = [], opened
        for step in demands.ladder_of(demand, plan.ladders).steps:
            base = opened if step.after.of == "opened" else last
            day = calendar.add_workdays(base, step.after.n).date if step.after.n else calendar.on_or_after(base).date
            ahead = step.after.of == "due" and step.after.n <= 0
            if ahead and not opened <= day <= last:
                continue
            least = max(least, day)
            found.append((step, least))
        return found

    def _seats(self, row: Row[Any], demand: Demand, whose: Audience) -> tuple[SeatRef, ...]:
        """A date that is proposed, or may still move, leaves its unit to nobody."""
        if whose == "liaison":
            return (SeatRef(row.unit, row.seat),)
        if whose == "unit_leader":
            return (SeatRef(row.unit, "leader"),)
        if demand.suggested or row.provisional:
            return ()
        if whose == "leader":
            return (self.house.plan.head.ref,)
        offices = routing.watchers(self.house.plan, demands.receiving(self.house.plan, demand))
        return tuple(SeatRef(one, "coordinator") for one in offices)

    # -- evenings ------------------------------------------------------------------------------------------------------

    async def evening(self) -> None:
        """Of a day on which it was looked."""
        today = self.house.now.astimezone(self.house.plan.tz).date()
        self._listens()
        rows = {row.id: row for row in await self.rows(all_=True)}
        for number, owed in list(self._owed.items()):
            if self._settled(owed, rows[number], today):
                del self._owed[number]
        await self._silent([row for row in rows.values() if row.closed_at is None], today)

    def _listens(self) -> None:
        """To what has arrived since the last evening."""
        for one in self.house.received[self._read :]:
            for item in one.items:
                last = one.at.astimezone(self.house.plan.tz).date()
                self._heard[item["rule"], item["unit"], item["period"]][one.peer] = last
        self._read = len(self.house.received)

    def _settled(self, owed: Owed, row: Row[Any], today: date) -> bool:
        duty, tally = _duty(row), self.tallies[row.rule]
        step, then = owed.steps[-1]
        demand = self.house.plan.duties[row.rule]
        now = [name for seat in self._seats(row, demand, step.audience) for name in self.cast.present(seat, today)]
        heard = {peer for peer, last in self._heard[duty].items() if last >= owed.since}
        if any(names and set(names) <= heard for names in (then, now)):
            tally["merged"] += len(owed.steps) - 1
        elif row.closed_at is not None or row.due_at != owed.row.due_at:
            tally["answered before"] += len(owed.steps)
        elif self.cast.promised.get(duty, date.min) > today:
            return False
        elif duty in self.cast.promised and row.look_at is not None and row.look_at > self.house.now:
            tally["kept back"] += len(owed.steps)
        elif not then or not now:
            tally["vacant"] += len(owed.steps)
        else:
            tally["missed"] += 1
            self.faults.append(f"{today} {duty}: {step.template} for {now} was not heard")
        return True

    async def _silent(self, rows: Iterable[Row[Any]], today: date) -> None:
        """What is open past its steps is heard of every week."""
        for row in rows:
            duty, demand = _duty(row), self.house.plan.duties[row.rule]
            ladder = demands.ladder_of(demand, self.house.plan.ladders)
            falls = self._falls(row, demand)
            waits = self.cast.promised.get(duty, date.min) > today or not self.cast.present(
                SeatRef(row.unit, row.seat), today
            )
            if today in self._heard[duty].values() or ladder.silent or waits or not falls or falls[-1][1] >= today:
                self._word[duty] = 0
                continue
            self._word[duty] = self._word.get(duty, 0) + 1
            if self._word[duty] == FALLS_SILENT + 1:
                self.faults.append(f"{today} {duty}: nobody has heard of it for {FALLS_SILENT} working days")

    # -- at the end ----------------------------------------------------------------------------------------------------

    async def opened(self, until: date) -> None:
        """Every unit owes every period that ended meanwhile, once; what opens only after its period has ten days for it."""
        rows = await self.rows(all_=True)
        known = Counter(_duty(row) for row in rows)
        for demand in self.house.plan.duties.values():
            for key in periods_between(demand.every, self.since, until - timedelta(days=10)):
                for unit in demands.owing(self.house.plan, demand):
                    if known[demand.id, unit, key] != 1:
                        times = known[demand.id, unit, key]
                        self.faults.append(f"{demand.id} {unit} {key}: opened {times} times")
        for row in rows:
            self._counted(row)

    def _counted(self, row: Row[Any]) -> None:
        tally = self.tallies[row.rule]
        if row.ended == "history":
            return
        tally["opened"] += 1
        for what, at in (("opened", row.opened_at), ("answered", row.closed_at)):
            if at is not None:
                self.ends.append((row.rule, at.astimezone(self.house.plan.tz).date(), what))
        tally["answered"] += row.closed_at is not None
        end = row.closed_at or self.house.now
        firm = not self.house.plan.duties[row.rule].suggested and not row.provisional
        tally["late"] += firm and end > row.due_at

    async def vacancies(self) -> int:
        """How often it is on record that a seat did not hear."""

        def read(tx: Tx) -> int:
            return len(tx.peek(select(duty_moves.c.id).where(duty_moves.c.move.startswith("vacant_"))).all())

        return await self.house.app.database.read(read)


def periods_between(every: str, first: date, last: date) -> list[str]:
    """Written out, not taken from the rules: the keys of those that ended from the first day to the last."""
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(every)
    if months is None:
        return []
    found = []
    for year in range(first.year, last.year + 1):
        for n in range(1, 12 // months + 1):
            after = date(year + (n * months) // 12, (n * months) % 12 + 1, 1)
            if first < after <= last:
                key = {"month": f"-{n:02}", "quarter": f"-Q{n}", "half_year": f"-H{n}", "year": ""}[every]
                found.append(f"{year}{key}")
    return found


def _duty(row: Row[Any]) -> Duty:
    return row.rule, row.unit, row.period
