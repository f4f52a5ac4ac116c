"""What is due is looked for here, against the rows and never a tick: the plans are brought up to date, what they ask is opened,
and every rung that is due is climbed.

A duty at fault is named in the log and put off; it keeps nobody else from hearing.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from bot.log import cause
from bot.plans import Plans
from bot.timepiece import Timepiece
from handlers.notices import going
from handlers.notices.scene import AtTheClock
from reminders import due, periods
from reminders.clock import LOOK_SECONDS
from rules.asks import Ask
from rules.calendar import Year
from rules.county import Plan
from storage import asks, broadcasts, calendar_years, notices, recounting
from storage.database import Database, Tx, Unavailable

log = structlog.get_logger()
PUT_OFF = timedelta(minutes=10)
Version = tuple[calendar_years.Version, asks.Version]


class Lookout:
    def __init__(self, database: Database, plans: Plans, timepiece: Timepiece) -> None:
        self.database, self.plans, self.timepiece = database, plans, timepiece
        self.looking = asyncio.Lock()
        self.follows: Version | None = None  # the notices and the asks that the plans here follow
        self._opened: dict[str, date] = {}  # the day on which what the plans ask was last opened here

    async def looked(self) -> int:
        """Climb every rung that is due now; how many were. One look at a time: whoever waits for it finds all of it done. Then
        the rest of what goes to very many, a portion at a time."""
        async with self.looking:
            now, handled = self.timepiece.now(), 0
            await self.follow(now)
            await self._open_periods(now)
            await self._send_planned(now)
            while True:
                batch = await self._look_at_batch(now)
                handled += batch
                if batch < due.BATCH:
                    break
            while await self.database.run(broadcasts.go_on):
                pass
            return handled

    async def follow(self, now: datetime) -> None:
        """What a coordinator imported or asked of units, here or in another process. Duties are counted again here too: one
        may have been opened by the old calendar after the import."""
        version = await self.database.read(_version)
        if version == self.follows:
            return
        after = self.plans.by(*await self.database.read(partial(_told, plans=self.plans, now=now)))
        if self.follows is None or version[0] != self.follows[0]:
            for key, plan in after.items():
                await self.database.run(partial(recounting.recount, before=self.plans[key], after=plan, at=now))
            self._opened = {}
        self.plans.exchange(after)  # last: a count that fails is begun again from the same place
        self.follows = version

    async def follow_along(self, stopping: asyncio.Event) -> None:
        """Where no clock looks: what people read here names what was asked for elsewhere."""
        while not stopping.is_set():
            await self.follow(self.timepiece.now())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)

    async def _open_periods(self, now: datetime) -> None:
        """At the start and at each local midnight. Rows and their unique keys decide; the day kept here spares the work."""
        today = {key: now.astimezone(plan.tz).date() for key, plan in self.plans.items()}
        for key, day in today.items():
            if self._opened.get(key) != day:
                await self._open_county(key, now)
                self._opened[key] = day

    async def _open_county(self, county: str, now: datetime) -> None:
        """What a county's file asks never stands in the way of what is due: it is in the log, and tried again tomorrow and at
        the next start."""
        try:
            opened = await self.database.run(lambda tx: periods.open_due(tx, {county: self.plans[county]}, now))
        except Unavailable:
            raise
        except Exception as fault:
            log.error("duties not opened", county=county, cause=cause(fault))
            return
        if opened:
            log.info("duties opened", county=county, count=opened)

    async def _send_planned(self, now: datetime) -> None:
        """Notices whose time has come, each in a commit of its own. One at fault is put off, and holds up nobody else's."""
        for number in await self.database.read(lambda tx: notices.to_go(tx, self.plans, now)):
            try:
                await self.database.run(partial(_sent, plans=self.plans, number=number, now=now))
            except Unavailable:
                raise
            except Exception as fault:
                log.error("notice put off", notice=number, cause=cause(fault))
                await self.database.run(partial(notices.put_off, number=number, until=now + PUT_OFF))

    async def _look_at_batch(self, now: datetime) -> int:
        """If a batch fails, each of its duties is tried alone; one at fault is named in the log and put off, and the others
        are looked at together, so that it divides nobody's morning. What fails together only is looked at one by one."""
        numbers: list[int] = []
        for look in (_tried, due.look):
            try:
                return await self.database.run(lambda tx: due.look(tx, self.plans, now))
            except Unavailable:
                raise
            except Exception as fault:
                numbers = await self.database.run(lambda tx: due.waiting(tx, self.plans, now))
                log.error("duties not looked at together", count=len(numbers), cause=cause(fault))
                for number in numbers:
                    await self._look_at_one(number, now, look)
        return len(numbers)

    async def _look_at_one(self, number: int, now: datetime, look: Callable[..., int]) -> None:
        try:
            await self.database.run(partial(look, plans=self.plans, now=now, only=number))
        except Unavailable:
            raise
        except _Sound:
            return
        except Exception as fault:
            log.error("duty put off", duty=number, cause=cause(fault))
            await self.database.run(lambda tx: due.put_off(tx, number, now))


class _Sound(Exception):
    """Raised where a look has gone well, to undo it."""


def _tried(tx: Tx, plans: Mapping[str, Plan], now: datetime, only: int) -> int:
    """Nothing of it is kept."""
    due.look(tx, plans, now, only)
    tx.flush()
    raise _Sound


def _sent(tx: Tx, plans: Mapping[str, Plan], number: int, now: datetime) -> None:
    """If its time is still this one."""
    row = notices.by_id(tx, number)
    if row is not None and row.send_at is not None and row.send_at <= now:
        going.go(AtTheClock(tx, plans[row.county], now), number, row.made_at)


def _version(tx: Tx) -> Version:
    return calendar_years.version(tx), asks.version(tx)


def _told(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> tuple[dict[int, Year], dict[str, tuple[Ask, ...]]]:
    """What came while we run."""
    return calendar_years.all_(tx), asks.living(tx, plans, now)
