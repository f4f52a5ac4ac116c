"""The clock: APScheduler wakes, tables decide. Beside it a monotonic watchdog, since a wall clock that is set back stops
an interval scheduler for as long.

Jobs take no arguments and live in memory; a tick that is missed costs nothing, because rows are compared with now.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
LOOK_SECONDS, BEAT_SECONDS, SWEEP_SECONDS, MISSED = 5, 60, 3600, 3

Job = Callable[[], Awaitable[None]]


class Clock:
    def __init__(self, look: Job, sweep: Job, beat: Job) -> None:
        """`beat` says outside that all is well: a clock that stands still is missed there."""
        self._look, self._sweep, self._beat = look, sweep, beat
        self._last = time.monotonic()

    async def run(self, stopping: asyncio.Event) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        scheduler.add_job(self._tick, "interval", seconds=LOOK_SECONDS)
        scheduler.add_job(self._beat, "interval", seconds=BEAT_SECONDS)
        scheduler.add_job(self._sweep, "interval", seconds=SWEEP_SECONDS)
        scheduler.add_job(self._sweep)  # a server that is restarted often forgets all the same
        scheduler.start()
        try:
            while not stopping.is_set():
                await self._watch(stopping)
        finally:
            scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        self._last = time.monotonic()
        await self._look()

    async def _watch(self, stopping: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
        except TimeoutError:
            if time.monotonic() - self._last > MISSED * LOOK_SECONDS:
                log.warning("clock silent, woken by the watchdog")
                await self._tick()
