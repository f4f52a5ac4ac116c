"""`xiezhi simulate`: a county's year in virtual time, with people who answer, put off, are away and change, and a world in which
things break. The parts are the real ones; what must hold is checked where messages arrive.

    a seed -> people and what goes wrong -> from event to event -> what arrived, beside what should have -> table, picture, faults
"""

import heapq
import tempfile
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.rehearsal.cast import Away, Cast, Duty
from bot.rehearsal.channel import Received
from bot.rehearsal.house import Rehearsal
from bot.rehearsal.invariants import Looked, step_of
from bot.rehearsal.picture import Marks, Span, draw
from bot.rehearsal.reckoning import Reckoning
from rules.calendar import Year
from rules.county import Plan
from rules.escalation import Days
from rules.terms import SeatRef
from storage import absences, people

START = date(
    2026, 3, 2
)  # a Monday; a year from it holds the autumn's long holiday, the notice in November, the spring's
STEPS = ("told", "T-7", "T-3", "T-1", "T", "leader", "offices", "county", "again")
ENDS = ("answered", "late", "merged", "kept back", "vacant", "missed", "doubled")
FLOODED = 0.03  # of the sends are refused with 429
Doing = Callable[[], Awaitable[None]]


@dataclass
class Outcome:
    """`faults`: what did not hold; empty when all did."""

    plan: Plan
    first: date
    days: int
    seed: int
    tallies: dict[str, Counter[str]]
    figures: dict[str, Any]
    faults: list[str]
    marks: dict[str, Marks]
    down: list[date]

    @property
    def title(self) -> str:
        return f"{self.plan.name.en}: {self.days} days from {self.first}, seed {self.seed}"

    def told(self) -> Iterator[str]:
        """What happened, and whether all held."""
        yield ", ".join(f"{what} {n}" for what, n in self.figures.items())
        yield f"{len(self.faults)} broken" if self.faults else "every invariant held"

    def table(self) -> Iterator[str]:
        columns = ("opened", *STEPS, *ENDS)
        yield f"{'':22}" + "".join(f"{one:>10}" for one in columns)
        for rule in self.plan.duties:
            if tally := self.tallies.get(rule):
                yield f"{rule:22}" + "".join(f"{tally[one]:>10}" for one in columns)
        total = sum(self.tallies.values(), Counter[str]())
        yield f"{'':22}" + "".join(f"{total[one]:>10}" for one in columns)

    def picture(self, file: Path) -> None:
        span = Span(self.first, self.days)
        days = (self.first + timedelta(days=n) for n in range(self.days))
        rest = [day for day in days if not self.plan.calendar.is_workday(day)]
        names = {self.plan.duties[rule].name.en: marks for rule, marks in self.marks.items()}
        draw(file, self.title, span, names, rest, self.down)


@dataclass
class Run:
    house: Rehearsal
    cast: Cast
    first: date
    days: int
    events: list[tuple[datetime, str, int, Doing]] = field(default_factory=list)
    known: dict[int, datetime] = field(default_factory=dict)
    down: list[date] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    _ids: dict[Duty, int] = field(default_factory=dict)
    _seen: int = 0

    def __post_init__(self) -> None:
        self.reckoning = Reckoning(self.cast, self.first)
        self.known = dict.fromkeys(self.house.plan.calendar.years, self.house.now)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.house.plan.tz)

    def later(self, at: datetime, name: str, doing: Doing) -> None:
        heapq.heappush(self.events, (at, name, len(self.events), doing))

    # -- time ----------------------------------------------------------------------------------------------------------

    async def whole(self) -> None:
        await self.cast.takes_seats()
        self.disturbances()
        await self.house.looks()
        for n in range(self.days):
            day = self.first + timedelta(days=n)
            for hour, minute in ((8, 52), (20, 0), (23, 59)):
                await self.until(self.at(day, hour, minute))
                if hour == 20 and self.house.up and self.house.plan.calendar.is_workday(day):
                    await self.reckoning.evening()
        if not self.house.up:
            await self.returns()
        await self.reckoning.opened(self.first + timedelta(days=self.days - 1))

    async def until(self, moment: datetime) -> None:
        """From event to event, and between them from due moment to due moment."""
        while True:
            self._reacts()
            limit = min(moment, self.events[0][0]) if self.events else moment
            if self.house.up and self.house.now < limit:
                await self.reckoning.mornings(self.house.now)
                if await self._steps(limit):
                    continue
            self.house.hand.set(limit)
            if not self.events or self.events[0][0] > moment:
                return
            await heapq.heappop(self.events)[-1]()

    async def _steps(self, limit: datetime) -> bool:
        """What should be heard is reckoned before it is looked at."""
        local = limit.astimezone(self.house.plan.tz)
        morning = self.at(local.date(), 8, 53)
        if self.house.now < morning <= limit:
            if await self.house.steps(morning - timedelta(seconds=1)):
                return True
            self.house.hand.set(morning)
            await self.reckoning.mornings(morning)
            await self.house.looks()
            return True
        return await self.house.steps(limit)

    # -- people --------------------------------------------------------------------------------------------------------

    def _reacts(self) -> None:
        fresh, self._seen = self.house.received[self._seen :], len(self.house.received)
        for one in fresh:
            for item in one.items:
                duty = (item["rule"], item["unit"], item["period"])
                owes = one.peer in self.cast.seats.get(SeatRef(duty[1], self._seat(duty)), ())
                if owes and (act := self.cast.act_on(duty)):
                    self._plans(one, duty, act)
            if any(block == "reminders:duty_asked" for block, _ in one.says):
                self._decides(one)

    def _seat(self, duty: Duty) -> str:
        return self.house.plan.duties[duty[0]].seat

    def _soon(self, one: Received, *about: object) -> datetime:
        """Some hours after, when people work."""
        hours = 0.2 + 5 * self.cast.draw("hours", one.peer, *about).random()
        days = Days(self.house.plan.calendar, self.house.plan.tz, self.house.plan.quiet)
        return days.awake(one.at + timedelta(hours=hours))

    def _plans(self, one: Received, duty: Duty, act: str) -> None:
        who = self.house.members[one.peer]

        async def answers() -> None:
            today = self.house.now.astimezone(self.house.plan.tz).date()
            if self.house.channel.down or self.cast.is_away(who.name, today):
                return
            if who.name not in self.cast.seats.get(SeatRef(duty[1], self._seat(duty)), ()):
                return
            if (number := await self._number(duty)) is not None:
                await self.cast.answers_it(who, duty, number, act)

        self.later(self._soon(one, duty, act), f"{one.peer} {duty} {act}", self._works(answers))

    def _decides(self, one: Received) -> None:
        opens = next((key for key, _ in one.message.choices if key.startswith("go.duty.")), None)
        if opens is None:
            return

        async def decides() -> None:
            if not self.house.channel.down:
                await self.cast.decides(self.house.members[one.peer], int(opens.split(".")[2]))

        self.later(self._soon(one, "decides"), f"{one.peer} decides", self._works(decides))

    def _works(self, doing: Doing) -> Doing:
        """A message that is sent while nobody listens is delivered when somebody does."""

        async def when_up() -> None:
            if self.house.up:
                await doing()
            else:
                self.later(self.house.now + timedelta(hours=1), "again", self._works(doing))

        return when_up

    async def _number(self, duty: Duty) -> int | None:
        if duty not in self._ids:
            rows = await self.reckoning.rows(all_=True)
            self._ids = {(row.rule, row.unit, row.period): row.id for row in rows}
        return self._ids.get(duty)

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def disturbances(self) -> None:
        """By the length of the run: a week rarely passes without one."""
        draw = self.cast.draw("disturbances")
        for n in range(7, self.days - 5):
            day, name = self.first + timedelta(days=n), f"day {n}"
            works = self.house.plan.calendar.is_workday(day)
            drawn = draw.random()
            if drawn < 0.04:
                hours = draw.choice((2, 5, 26, 50, 75))
                self.later(self.at(day, draw.randrange(24), 7), name, partial(self.outage, hours))
            elif drawn < 0.07 and works:
                self.later(self.at(day, 8, 30), name, partial(self.platform_down, draw.choice((1, 4))))
            elif drawn < 0.08 and works:
                self.later(self.at(day, 8, 52), name, self.locked)
            elif drawn < 0.10:
                self.later(self.at(day, draw.randrange(24), 21), name, partial(self.jump, draw.choice((3, 30))))
            elif drawn < 0.30 and works:
                self.later(self.at(day, 16), name, partial(self.leave, day))
            elif drawn < 0.36 and works:
                self.later(self.at(day, 12, 30), name, partial(self.succession, day))
        self._notices()

    def _notices(self) -> None:
        """The year's notice comes in November, on a day of its own."""
        draw = self.cast.draw("notice")
        for year in range(self.first.year, self.first.year + self.days // 365 + 2):
            comes = self.at(date(year, 11, draw.randrange(4, 26)), 15)
            if year + 1 not in self.known and self.at(self.first, 0) < comes:
                self.later(comes, f"notice {year + 1}", partial(self.notice, year + 1))

    async def notice(self, year: int) -> None:
        if not self.house.up:
            self.later(self.house.now + timedelta(hours=12), "notice", partial(self.notice, year))
            return
        await self.house.imports(year, made_up(year))
        self.known[year] = self.house.now
        self.happened["notices imported"] += 1

    async def outage(self, hours: int) -> None:
        if not self.house.up:
            return
        await self.house.stops()
        self.happened[f"outages of {'days' if hours > 24 else 'hours'}"] += 1
        self._nobody_looked(hours)
        self.later(self.house.now + timedelta(hours=hours), "returns", self.returns)

    async def returns(self) -> None:
        await self.house.starts()
        await self.reckoning.mornings(self.house.now)
        await self.house.looks()

    def _nobody_looked(self, hours: int) -> None:
        today = self.house.now.astimezone(self.house.plan.tz).date()
        self.down += [today + timedelta(days=n) for n in range(hours // 24 + 1)]

    async def platform_down(self, hours: int) -> None:
        """It answers nobody; what is to be said waits. Over before the evening."""
        self.house.channel.down = True
        self.happened["platform down"] += 1

        async def answers_again() -> None:
            self.house.channel.down = False
            if self.house.up:
                await self.house.settled()

        self.later(self.house.now + timedelta(hours=hours), "answers again", answers_again)

    async def locked(self) -> None:
        """Somebody holds the database for longer than is waited, in the minute in which the morning's reminders are due."""
        if not self.house.up:
            return
        self.happened["database locked"] += 1
        self.house.hand.set(self.house.now + timedelta(minutes=2))
        await self.reckoning.mornings(self.house.now)
        async with held(self.house.config.database):
            await self.house.fails()
        await self.house.looks()

    async def jump(self, hours: int) -> None:
        """The machine's clock is set forward, and stays."""
        if not self.house.up:
            return
        self.happened["clock jumps"] += 1
        self._nobody_looked(hours)
        self.house.hand.set(self.house.now + timedelta(hours=hours))
        await self.reckoning.mornings(self.house.now)
        await self.house.looks()

    # -- who comes and goes --------------------------------------------------------------------------------------------

    async def leave(self, day: date) -> None:
        """From tomorrow on for some days; whoever sits beside them stands in."""
        draw = self.cast.draw("leave", day)
        seat = draw.choice(
            [one for one in self.cast.seats if self.cast.seats[one] and one.seat in ("liaison", "leader")]
        )
        name, *others = self.cast.seats[seat]
        if not self.house.up or name in self.cast.away and self.cast.away[name].last >= day:
            return
        away = Away(day + timedelta(days=1), day + timedelta(days=draw.randrange(1, 9)), others[0] if others else None)
        self.cast.away[name] = away
        who, deputy = self.house.members[name].person, self.house.members[others[0]].person if others else None
        told = (self.house.plan.id, who, away.first, away.last, deputy, self.house.now)
        await self.house.app.database.run(lambda tx: absences.away(tx, *told))
        self.happened["absences"] += 1

    async def succession(self, day: date) -> None:
        """Somebody gives their seat up; one time in three it is vacant for some days."""
        draw = self.cast.draw("succession", day)
        seat = draw.choice([one for one in self.cast.seats if self.cast.seats[one]])
        if not self.house.up:
            return
        old = self.house.members[self.cast.seats[seat].pop(0)]
        await self.house.app.database.run(
            lambda tx: people.unseat(tx, old.person, seat.unit, seat.seat, self.house.now)
        )
        self.happened["seats changed"] += 1

        async def joins() -> None:
            await self.cast.joins(seat)

        gap = draw.randrange(2, 10) if draw.random() < 1 / 3 else 0
        if gap:
            self.later(self.at(day + timedelta(days=gap), 10), f"{seat} joins", self._works(joins))
        else:
            await joins()

    # -- what came of it -----------------------------------------------------------------------------------------------

    def outcome(self, vacancies: int) -> Outcome:
        faults = [*self.reckoning.faults, *Looked(self.cast, self.known).broken()]
        marks: dict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
        doubled = Counter[tuple[Any, ...]]()
        for one in self.house.received:
            local = one.at.astimezone(self.house.plan.tz)
            for item in one.items:
                step, tally = step_of(item, local, self._workdays), self.reckoning.tallies[item["rule"]]
                tally[step] += 1
                key = (item["rule"], item["unit"], item["period"], one.peer, local.date())
                doubled[key] += 1
                tally["doubled"] += doubled[key] > 1
                marks[item["rule"]][local.date(), step] += 1
        for rule, day, what in self.reckoning.ends:
            marks[rule][day, what] += 1
        figures = {"messages": len(self.house.received), **self.happened, **self.cast.answers}
        figures |= {f"refused: {why}": n for why, n in sorted(self.house.channel.refused.items())}
        figures["vacant seats on record"] = vacancies
        tallies = self.reckoning.tallies
        shown: dict[str, Marks] = {rule: dict(marks[rule]) for rule in self.house.plan.duties if rule in marks}
        return Outcome(
            self.house.plan, self.first, self.days, self.cast.seed, tallies, figures, faults, shown, self.down
        )

    def _workdays(self, first: date, last: date) -> int:
        days = (first + timedelta(days=n + 1) for n in range(max(0, (last - first).days)))
        return sum(self.house.plan.calendar.is_workday(day) for day in days)


async def simulate(plan: Plan, days: int, seed: int, url: str = "", first: date = START) -> Outcome:
    """On a database of its own unless `url` names an empty one."""
    with tempfile.TemporaryDirectory(prefix="xiezhi-simulate-") as kept:
        folder = Path(kept)
        live = plan.with_demo_towns().going_live(first)
        start = datetime.combine(first, time(), plan.tz)
        draws: Counter[str] = Counter()

        def floods(peer: str) -> bool:
            draws[peer] += 1
            return cast.draw("flood", peer, draws[peer]).random() < FLOODED

        async with Rehearsal.open(live, url or f"sqlite:///{folder / 'simulate.db'}", folder, start, floods) as house:
            cast = Cast(house, seed)
            run = Run(house, cast, first, days)
            await run.whole()
            return run.outcome(await run.reckoning.vacancies())


@asynccontextmanager
async def held(url: str) -> Any:
    """The database in somebody else's hand."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
            yield
        engine.dispose()
        return
    served = create_async_engine(url)
    async with served.begin() as other:
        await other.execute(text("LOCK TABLE duties IN ACCESS EXCLUSIVE MODE"))
        yield
    await served.dispose()


def made_up(year: int) -> Year:
    """A notice nobody has issued: the holidays of fixed date, a week in spring and one in autumn, two Saturdays worked."""
    spans = ((1, 1, 3), (2, 5, 11), (5, 1, 5), (10, 1, 7))
    off = tuple((date(year, month, first), date(year, month, last)) for month, first, last in spans)
    saturdays = (date(year, month, 1 + (5 - date(year, month, 1).weekday()) % 7 + 14) for month in (1, 9))
    return Year(f"模拟〔{year - 1}〕", date(year - 1, 11, 4), off, tuple(saturdays))
