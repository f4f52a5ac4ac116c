"""Files that are still at their platform: fetched outside any transaction, under the lease of their row.

Only what their own conversation says behind them waits. What was fetched is stored as an upload to the page is, and the row
then worked in its turn; what can't be had becomes a message that says so. A process that stops here gives the row back, one
that is killed leaves it to the next.

A try is what the file itself may have spoilt: a process that died over it, a fault nobody foresaw. That a platform, a line,
the disk or our own places fail or are full says nothing against it: it is asked for again, each time after as long as it has
waited by then. Platforms keep files for days, people don't wait for answers as long: see `WAITED_FOR_MS`.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from bot.caller import Caller, Sorry
from bot.files import Taken, Uploads
from bot.log import cause
from storage import chats, remotes
from storage.database import Database, Unavailable
from storage.remotes import Remote

log = structlog.get_logger()
AT_ONCE, TRIES = 8, 3
LIMIT, LEASE_MS = 90.0, 120_000
FIRST_MS, LONGEST_MS = 1_000, 600_000  # until it is tried again
WAITED_FOR_MS = 3_600_000  # no conversation stands still longer for one of its files
ALONE_MS = 24 * 3_600_000  # a file behind which nothing waits harms nobody
LATER = (408, 503, 507)  # of an upload: it stalled, too many come at once, the disk is full
Part = Any  # `filename`, and `read_chunk(size)` until it is empty


class NotNow(Exception):
    """It may work after so many milliseconds (0: the usual); the file is not at fault."""

    def __init__(self, after_ms: int = 0) -> None:
        super().__init__(after_ms)
        self.after_ms = after_ms


class Source(Protocol):
    def fetch(self, remote: Mapping[str, Any]) -> contextlib.AbstractAsyncContextManager[Part]: ...


class Fetcher:
    """`ready` is called when a row can be worked."""

    def __init__(
        self, database: Database, uploads: Uploads, sources: Mapping[str, Source], ready: Callable[[], None]
    ) -> None:
        self.database, self.uploads, self.sources, self.ready = database, uploads, sources, ready
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()

    def wake(self) -> None:
        self.idle.clear()
        self._wake.set()

    async def run(self, stopping: asyncio.Event, poll: float = 1.0) -> None:
        try:
            while not stopping.is_set():
                self._wake.clear()
                await self._begin()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), poll)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> None:
        free = AT_ONCE - len(self._tasks)
        try:
            if not free:
                return
            if not await self.database.read(remotes.any_left):
                self._quiet()
                return
            rows = await self.database.run(lambda tx: remotes.claim(tx, free, LEASE_MS))
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)
            return
        for row in rows:
            task = asyncio.create_task(self._fetch(row))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _quiet(self) -> None:
        if not self._tasks and not self._wake.is_set():
            self.idle.set()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self.wake()

    # -- one file ------------------------------------------------------------------------------------------------------

    async def _fetch(self, row: Remote) -> None:
        try:
            await self._settle(row, await self._heard(row))
        except NotNow as fault:
            await self._again(row, fault.after_ms or _growing(row), costs=False)
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)  # the lease ends by itself
        except asyncio.CancelledError:
            await self._again(row, 0, costs=False)
            raise
        except Exception as fault:
            log.error("file not fetched", inbox=row.id, channel=row.channel, cause=cause(fault))
            await self._again(row, _growing(row), costs=True)

    async def _heard(self, row: Remote) -> Mapping[str, Any] | None:
        """What the row says once this is over. None: it can't be read, and the inbox will say so."""
        if row.payload is None:
            return None
        heard = {name: value for name, value in row.payload.items() if name != "remote"}
        remote = row.payload["remote"]
        if remote.get("album"):
            heard["album"] = remote["album"]
        try:
            return heard | {"file": await self._file(row, remote)}
        except Sorry as sorry:
            return heard | {"kind": "unfetched", "why": sorry.why}
        except NotNow:
            if row.waited_ms < (WAITED_FOR_MS if row.waited_for else ALONE_MS):
                raise
            return heard | {"kind": "unfetched", "why": "file_not_fetched"}

    async def _file(self, row: Remote, remote: Mapping[str, Any]) -> dict[str, Any]:
        source = self.sources.get(row.channel)
        if row.attempts > TRIES or source is None:
            raise Sorry(410, "file_not_fetched")
        chat = (await self.database.read(lambda tx: chats.load(tx, [row.lane]))).get(row.lane)
        if chat is None or chat.ended:
            raise Sorry(401, "ended")
        caller = Caller(chat.id, chat.language, chat.county)
        taken = await self._taken(source, remote, caller)
        return await self.uploads.keep(taken, caller, f"row:{row.id}")

    async def _taken(self, source: Source, remote: Mapping[str, Any], caller: Caller) -> Taken:
        try:
            async with asyncio.timeout(LIMIT), source.fetch(remote) as part:
                return await self.uploads.take(part, caller)
        except TimeoutError:
            raise NotNow from None
        except Sorry as sorry:
            if sorry.status in LATER:
                raise NotNow from None
            raise

    async def _settle(self, row: Remote, heard: Mapping[str, Any] | None) -> None:
        await self.database.together(lambda tx: remotes.fetched(tx, row, heard))
        self.ready()

    async def _again(self, row: Remote, after_ms: int, *, costs: bool) -> None:
        with contextlib.suppress(Unavailable):
            await self.database.together(lambda tx: remotes.postpone(tx, row, after_ms, costs=costs))
            asyncio.get_running_loop().call_later(after_ms / 1000, self.wake)


def _growing(row: Remote) -> int:
    """Doubles what it has waited."""
    return min(max(row.waited_ms, FIRST_MS), LONGEST_MS)
