"""Files that are still at their platform: fetched outside any transaction, under the lease of their row.

Only what their own conversation says behind them waits. What was fetched is stored as an upload to the page is, and the row then worked in its
turn; what can't be had becomes a message that says so. A process killed here leaves the row to the next.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from bot.caller import Caller, Sorry
from bot.files import Uploads
from bot.log import cause
from storage import chats, remotes
from storage.database import Database, Unavailable
from storage.queue import Waiting

log = structlog.get_logger()
AT_ONCE, TRIES = 8, 3
LIMIT, LEASE_MS = 90.0, 120_000
AGAIN_MS, BUSY_MS = 3_000, 500
Part = Any  # `filename`, and `read_chunk(size)` until it is empty


class NotNow(Exception):
    """It may work after so many milliseconds (0: the usual)."""

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

    async def _fetch(self, row: Waiting) -> None:
        try:
            await self._settle(row, await self._heard(row))
        except NotNow as fault:
            await self._later(row, fault.after_ms or AGAIN_MS * row.attempts)
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)  # the lease ends by itself
        except Exception as fault:
            log.error("file not fetched", inbox=row.id, channel=row.channel, cause=cause(fault))
            await self._later(row, AGAIN_MS * row.attempts)

    async def _heard(self, row: Waiting) -> Mapping[str, Any] | None:
        """What the row says once this is over. None: it can't be read, and the inbox will say so."""
        if row.payload is None:
            return None
        heard = {name: value for name, value in row.payload.items() if name != "remote"}
        remote = row.payload["remote"]
        if remote.get("album"):
            heard["album"] = remote["album"]
        try:
            file = await self._file(row, remote)
        except Sorry as sorry:
            if sorry.status == 503:
                raise NotNow(BUSY_MS) from None
            return heard | {"kind": "unfetched", "why": sorry.why}
        return heard | {"file": file}

    async def _file(self, row: Waiting, remote: Mapping[str, Any]) -> dict[str, Any]:
        source = self.sources.get(row.channel)
        if row.attempts > TRIES or source is None:
            raise Sorry(408, "file_not_fetched")
        chat = (await self.database.read(lambda tx: chats.load(tx, [row.lane]))).get(row.lane)
        if chat is None or chat.ended:
            raise Sorry(401, "ended")
        caller = Caller(chat.id, chat.language, chat.county)
        try:
            async with asyncio.timeout(LIMIT), source.fetch(remote) as part:
                taken = await self.uploads.take(part, caller)
        except TimeoutError:
            raise NotNow from None
        return await self.uploads.keep(taken, caller, f"row:{row.id}")

    async def _settle(self, row: Waiting, heard: Mapping[str, Any] | None) -> None:
        await self.database.together(lambda tx: remotes.fetched(tx, row, heard))
        self.ready()

    async def _later(self, row: Waiting, after_ms: int) -> None:
        with contextlib.suppress(Unavailable):
            await self.database.together(lambda tx: remotes.postpone(tx, row, after_ms))
            asyncio.get_running_loop().call_later(after_ms / 1000, self.wake)
