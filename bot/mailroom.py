"""Waiting for messages and fetching them, many conversations at a time."""

import asyncio
from functools import partial
from typing import Any

from storage import chats, queue
from storage.database import Database, Tx
from storage.queue import Fetch


class Bell:
    """Wakes whoever waits for a conversation's messages. Local only: others look each second."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[asyncio.Event]] = {}

    def ring(self, lanes: set[int]) -> None:
        for lane in lanes & self._waiting.keys():
            for event in self._waiting[lane]:
                event.set()

    async def wait(self, lane: int, seconds: float) -> None:
        event = asyncio.Event()
        self._waiting.setdefault(lane, set()).add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._waiting[lane].discard(event)
            if not self._waiting[lane]:
                del self._waiting[lane]


class Mailroom:
    """Fetches of many conversations in one transaction: while one batch is under way the next gathers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: dict[int, tuple[Fetch, list[asyncio.Future[queue.Mail | None]]]] = {}
        self._going: asyncio.Task[None] | None = None

    async def fetch(self, fetch: Fetch) -> queue.Mail | None:
        """None when the conversation is over. Raises `Unavailable`."""
        answer: asyncio.Future[queue.Mail | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(fetch.lane, (fetch, []))[1].append(answer)
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, {}
            fetches = [fetch for fetch, _ in batch.values()]
            try:
                over, mail = await self.database.run(partial(_collected, fetches))
            except Exception as fault:
                for _, answers in batch.values():
                    _settle(answers, fault)
                continue
            for lane, (_, answers) in batch.items():
                _settle(answers, None if lane in over else mail[lane])


def _collected(fetches: list[Fetch], tx: Tx) -> tuple[set[int], dict[int, queue.Mail]]:
    return chats.over(tx, (one.lane for one in fetches)), queue.collect(tx, fetches)


def _settle(answers: list[asyncio.Future[Any]], result: Any) -> None:
    for answer in answers:
        if answer.done():
            continue
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)
