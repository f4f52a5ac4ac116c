"""Waiting for messages and fetching them, many conversations at a time."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from storage import chats, mailbox
from storage.awaited import answer
from storage.database import Database, Tx, Unavailable
from storage.mailbox import Fetch, Mail

SECOND = 1.0


class Bell:
    """Wakes whoever waits for a conversation's messages: at once after a commit in this process; each second, by one look
    for all who wait, after another process's commit or when a delayed message falls due."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: dict[int, dict[asyncio.Event, int]] = {}
        self._patrol: asyncio.Task[None] | None = None

    def ring(self, lanes: set[int]) -> None:
        for lane in lanes & self._waiting.keys():
            for event in self._waiting[lane]:
                event.set()

    async def wait(self, lane: int, beyond: int, seconds: float) -> None:
        """Until there may be something beyond this number, or so many seconds."""
        event = asyncio.Event()
        self._waiting.setdefault(lane, {})[event] = beyond
        if self._patrol is None or self._patrol.done():
            self._patrol = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            del self._waiting[lane][event]
            if not self._waiting[lane]:
                del self._waiting[lane]

    def close(self) -> None:
        """Whoever waits is let go."""
        if self._patrol is not None:
            self._patrol.cancel()
        self.ring(set(self._waiting))

    async def _look(self) -> None:
        """Ends with the last who waits. A database that is away for a moment is asked again at the next second."""
        await asyncio.sleep(SECOND)
        while self._waiting:
            beyond = {lane: min(those.values()) for lane, those in self._waiting.items()}
            with contextlib.suppress(Unavailable):
                self.ring(await self.database.read(partial(mailbox.anything, beyond=beyond)))
            await asyncio.sleep(SECOND)


class Mailroom:
    """Fetches of many conversations in one transaction: while one batch is under way the next gathers."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`now`: when people have what they acknowledge, by the law's time."""
        self.database, self.now = database, now
        self._waiting: dict[Fetch, list[asyncio.Future[Mail | None]]] = {}
        self._going: asyncio.Task[None] | None = None

    async def fetch(self, fetch: Fetch) -> Mail | None:
        """None when the conversation is over. Raises `Unavailable`."""
        mail: asyncio.Future[Mail | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(fetch, []).append(mail)
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._go())
        return await mail

    async def _go(self) -> None:
        while self._waiting:
            batch = self._batch()
            try:
                over, mail = await self.database.run(partial(_collected, list(batch), self.now()))
            except Exception as fault:
                for answers in batch.values():
                    answer(answers, fault)
                continue
            for fetch, answers in batch.items():
                answer(answers, None if fetch.lane in over else mail[fetch.lane])

    def _batch(self) -> dict[Fetch, list[asyncio.Future[Mail | None]]]:
        """One fetch of each conversation: who asks from another place in it is answered in the next round."""
        first: dict[int, Fetch] = {}
        for fetch in self._waiting:
            first.setdefault(fetch.lane, fetch)
        return {fetch: self._waiting.pop(fetch) for fetch in first.values()}


def _collected(fetches: list[Fetch], at: datetime, tx: Tx) -> tuple[set[int], dict[int, Mail]]:
    return chats.over(tx, (one.lane for one in fetches)), mailbox.collect(tx, fetches, at)
