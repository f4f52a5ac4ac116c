"""A rehearsed county's time: from event to event, and between them from due moment to due moment."""

import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from bot.rehearsal.cast import Cast
from bot.rehearsal.death import Killed
from bot.rehearsal.reckoning import Reckoning

Doing = Callable[[], Awaitable[None]]


@dataclass
class Course:
    """`known`: since when a year's notice is there; `down`: the days on which, for hours, nobody looked."""

    cast: Cast
    first: date
    days: int
    events: list[tuple[datetime, str, int, Doing]] = field(default_factory=list)
    known: dict[int, datetime] = field(default_factory=dict)
    down: list[date] = field(default_factory=list)
    kills: list[Killed] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    reacts: Callable[[], None] = lambda: None  # to what has arrived
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.house = self.cast.house
        self.reckoning = Reckoning(self.cast, self.first)
        self.known = dict.fromkeys(self.house.plan.calendar.years, self.house.now)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.house.plan.tz)

    def today(self) -> date:
        return self.house.now.astimezone(self.house.plan.tz).date()

    def later(self, at: datetime, name: str, doing: Doing) -> None:
        heapq.heappush(self.events, (at, name, next(self._numbers), doing))

    def when_up(self, doing: Doing) -> Doing:
        """A message that is sent while nobody listens is delivered when somebody does."""

        async def tried() -> None:
            if self.house.up:
                await doing()
            else:
                self.later(self.house.now + timedelta(hours=1), "again", self.when_up(doing))

        return tried

    async def whole(self) -> None:
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
        while True:
            self.reacts()
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
            await self.comes(morning)
            await self.house.looks()
            return True
        return await self.house.steps(limit)

    async def comes(self, moment: datetime) -> None:
        """It is that late, and nobody has looked yet."""
        self.house.hand.set(moment)
        await self.reckoning.mornings(self.house.now)

    async def returns(self) -> None:
        """A new process on the rows of the one before."""
        await self.house.starts()
        await self.reckoning.mornings(self.house.now)
        await self.house.looks()

    def nobody_looked(self, hours: int) -> None:
        self.down += [self.today() + timedelta(days=n) for n in range(hours // 24 + 1)]
