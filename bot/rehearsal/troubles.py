"""What goes wrong in a rehearsed county, drawn from its seed: outages of hours and days, a process killed while it sends, a
platform that is down, a database that is locked, a clock that jumps; and the notice that comes in November."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.rehearsal.course import Course
from bot.rehearsal.death import Hour, killed
from bot.rehearsal.people import People
from rules.calendar import Year
from storage.database import Tx
from storage.models import duties

KILLED = 0.08  # of the working mornings: twenty a year


@dataclass
class Troubles:
    course: Course
    people: People

    def __post_init__(self) -> None:
        self.house, self.cast = self.course.house, self.course.cast

    def drawn(self) -> None:
        """By the length of the run: a week rarely passes without one."""
        draw, deaths = self.cast.draw("disturbances"), self.cast.draw("kills")
        at, later = self.course.at, self.course.later
        for n in range(7, self.course.days - 5):
            day, name = self.course.first + timedelta(days=n), f"day {n}"
            works = self.house.plan.calendar.is_workday(day)
            drawn = draw.random()
            if drawn < 0.04:
                hours = draw.choice((2, 5, 26, 50, 75))
                later(at(day, draw.randrange(24), 7), name, partial(self.outage, hours))
            elif drawn < 0.07 and works:
                later(at(day, 8, 30), name, partial(self.platform_down, draw.choice((1, 4))))
            elif drawn < 0.08 and works:
                later(at(day, 8, 52), name, self.locked)
            elif drawn < 0.10:
                later(at(day, draw.randrange(24), 21), name, partial(self.jump, draw.choice((3, 30))))
            elif drawn < 0.30 and works:
                later(at(day, 16), name, partial(self.people.leave, day))
            elif drawn < 0.36 and works:
                later(at(day, 12, 30), name, partial(self.people.succession, day))
            if works and deaths.random() < KILLED:
                later(at(day, 8, 52), f"{name} kill", partial(self.kill, day))
        self._notices()

    # -- of the process ------------------------------------------------------------------------------------------------

    async def outage(self, hours: int) -> None:
        if not self.house.up:
            return
        await self.house.stops()
        self.course.happened[f"outages of {'days' if hours > 24 else 'hours'}"] += 1
        self.course.nobody_looked(hours)
        self.course.later(self.house.now + timedelta(hours=hours), "returns", self.course.returns)

    async def kill(self, day: date) -> None:
        """On a morning on which something is due: while it is looked at, or while the messages go out."""
        morning = self.course.at(day, 8, 53)
        due = await self._due(day) if self.house.up and not self.house.channel.down and self.house.now < morning else 0
        if not due:
            tomorrow = day + timedelta(days=1)
            self.course.later(self.course.at(tomorrow, 8, 52), "kill", partial(self.kill, tomorrow))
            return
        draw = self.cast.draw("kill", day)
        hour = (
            Hour(0, 60 * draw.random()) if draw.random() < 0.2 else Hour(draw.randrange(1, due + 1), 3 * draw.random())
        )
        await self.course.comes(morning)
        self.course.kills.append(await killed(self.house, hour))
        await self.course.returns()

    async def _due(self, day: date) -> int:
        def due(tx: Tx) -> int:
            ripe = (duties.c.look_at <= self.course.at(day, 8, 53), duties.c.closed_at.is_(None))
            return int(tx.peek(select(func.count(duties.c.unit.distinct())).where(*ripe)).scalar_one())

        return await self.house.app.database.read(due)

    # -- of what is around it ------------------------------------------------------------------------------------------

    async def platform_down(self, hours: int) -> None:
        """It answers nobody; what is to be said waits. Over before the evening."""
        self.house.channel.down = True
        self.course.happened["platform down"] += 1

        async def answers_again() -> None:
            self.house.channel.down = False
            if self.house.up:
                await self.house.settled()

        self.course.later(self.house.now + timedelta(hours=hours), "answers again", answers_again)

    async def locked(self) -> None:
        """Somebody holds the database for longer than is waited, in the minute in which the morning's reminders are due."""
        if not self.house.up:
            return
        self.course.happened["database locked"] += 1
        await self.course.comes(self.house.now + timedelta(minutes=2))
        async with held(self.house.config.database):
            await self.house.fails()
        await self.house.looks()

    async def jump(self, hours: int) -> None:
        """The machine's clock is set forward, and stays."""
        if not self.house.up:
            return
        self.course.happened["clock jumps"] += 1
        self.course.nobody_looked(hours)
        await self.course.comes(self.house.now + timedelta(hours=hours))
        await self.house.looks()

    # -- the year's notice ---------------------------------------------------------------------------------------------

    def _notices(self) -> None:
        """In November, on a day of its own."""
        draw, first = self.cast.draw("notice"), self.course.first
        for year in range(first.year, first.year + self.course.days // 365 + 2):
            comes = self.course.at(date(year, 11, draw.randrange(4, 26)), 15)
            if year + 1 not in self.course.known and self.course.at(first, 0) < comes:
                self.course.later(comes, f"notice {year + 1}", partial(self.notice, year + 1))

    async def notice(self, year: int) -> None:
        if not self.house.up:
            self.course.later(self.house.now + timedelta(hours=12), "notice", partial(self.notice, year))
            return
        await self.house.imports(year, made_up(year))
        self.course.known[year] = self.house.now
        self.course.happened["notices imported"] += 1


@asynccontextmanager
async def held(url: str) -> AsyncIterator[None]:
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
