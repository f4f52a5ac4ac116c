"""When a request to Telegram may be made: one timetable per bot, shared by all processes, and a second per chat.

"Avoid sending more than one message per second" in a chat, "not more than 20 messages per minute" in a group, "about 30
messages per second" to all (core.telegram.org/bots/faq). Replies go ahead of pushes, pushes ahead of decoration. On 429
nobody makes another request before its end: this process knows at once, the others look at the row right before each of theirs.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from storage import permits
from storage.database import Database, now_ms

REPLY, PUSH, DECORATION = range(3)
LOT = 8  # moments booked at a time: a reply waits for no more than those another process holds
GRACE_MS = 50  # a moment this long past has lapsed


@dataclass(frozen=True)
class Rates:
    """Milliseconds between two requests. 37 and not 33: with the grace, and what the network moves, no second holds more
    than 30."""

    bot: int = 37
    chat: int = 1_050
    group: int = 3_100


RATES = Rates()
Limited = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(order=True)
class Turn:
    urgency: int
    number: int
    chat: int = field(compare=False)
    begun: asyncio.Future[None] = field(compare=False)


def speaks(endpoint: str) -> bool:
    """Whether Telegram counts it: what puts or changes a message."""
    return endpoint.startswith(("send", "edit")) and endpoint != "sendChatAction"


class Pace(BaseRateLimiter[int]):
    """`rate_limit_args` of a request is its urgency. A request that may not be made now because of a ban isn't made: it
    raises `RetryAfter`, as if Telegram had said so."""

    def __init__(self, bot: str, database: Database, rates: Rates = RATES) -> None:
        self.bot, self.database, self.rates = bot, database, rates
        self.banned_until, self._looked = 0, False
        self._turns: list[Turn] = []
        self._free: dict[int, float] = {}  # chat -> monotonic time of its next message
        self._moments: list[int] = []
        self._giving: asyncio.Task[None] | None = None
        self._came, self._numbers = asyncio.Event(), 0

    async def initialize(self) -> None:
        """Nothing to do: the row is made at the first request."""

    async def shutdown(self) -> None:
        if self._giving is not None:
            self._giving.cancel()
        for turn in self._turns:
            turn.begun.cancel()

    async def process_request(
        self, callback: Limited, args: Any, kwargs: dict[str, Any], endpoint: str, data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:  # fmt: skip
        self.check()
        if speaks(endpoint):
            await self._turn(int(data.get("chat_id") or 0), REPLY if rate_limit_args is None else rate_limit_args)
        await self.look()
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as fault:
            await self._banned(fault)
            raise

    # -- bans ----------------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """The last thing before a request. With SQLite nobody else sends: the row is looked at once, for what was said
        before a restart."""
        if self._looked and self.database.embedded:
            return self.check()
        known = await self.database.read(partial(permits.banned_until, bot=self.bot))
        self.banned_until, self._looked = max(self.banned_until, known), True
        return self.check()

    def check(self) -> None:
        """Raises `RetryAfter` inside a ban."""
        left = self.banned_until - now_ms()
        if left > 0:
            raise RetryAfter(-(-left // 1000))

    async def _banned(self, fault: RetryAfter) -> None:
        self.banned_until = max(self.banned_until, now_ms() + seconds_of(fault) * 1000)
        until = self.banned_until
        await self.database.run(lambda tx: permits.ban(tx, self.bot, until))

    # -- turns ---------------------------------------------------------------------------------------------------------

    def spoke(self, chat: int, at_ms: int) -> None:
        """The latest message there may have been another process's."""
        ago = max(0, now_ms() - at_ms)
        self._wait_in(chat, time.monotonic() - ago / 1000)

    def _wait_in(self, chat: int, since: float) -> None:
        interval = self.rates.group if chat < 0 else self.rates.chat
        self._free[chat] = max(self._free.get(chat, 0.0), since + interval / 1000)

    async def _turn(self, chat: int, urgency: int) -> None:
        self._numbers += 1
        turn = Turn(urgency, self._numbers, chat, asyncio.get_running_loop().create_future())
        self._turns.append(turn)
        self._came.set()
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give())
        try:
            await turn.begun
        finally:
            if turn in self._turns:
                self._turns.remove(turn)

    async def _give(self) -> None:
        """One moment after the other to whoever comes first then."""
        try:
            while self._turns:
                if (wait := self._until_free()) > 0:
                    await self._pause(wait)
                elif await self._moment():
                    self._begin()
        except Exception as fault:
            for turn in self._turns:
                if not turn.begun.done():
                    turn.begun.set_exception(fault)

    def _until_free(self) -> float:
        now = time.monotonic()
        if len(self._free) > 10_000:
            self._free = {chat: at for chat, at in self._free.items() if at > now}
        return min(self._free.get(turn.chat, 0.0) for turn in self._turns) - now

    async def _pause(self, seconds: float) -> None:
        """Until then, or until somebody else wants a turn."""
        self._came.clear()
        try:
            await asyncio.wait_for(self._came.wait(), seconds)
        except TimeoutError:
            return

    async def _moment(self) -> bool:
        """Wait for the next moment of ours; False when it has lapsed meanwhile."""
        while self._moments and self._moments[0] < now_ms() - GRACE_MS:
            self._moments.pop(0)
        if not self._moments:
            count = min(LOT, len(self._turns))
            take = partial(permits.take, bot=self.bot, count=count, step=self.rates.bot)
            lot = await self.database.together(take)
            self._moments, self.banned_until = list(lot.moments), max(self.banned_until, lot.banned_until)
        moment = self._moments.pop(0)
        await asyncio.sleep(max(0, moment - now_ms()) / 1000)
        return now_ms() - moment <= GRACE_MS

    def _begin(self) -> None:
        now = time.monotonic()
        ready = [turn for turn in self._turns if self._free.get(turn.chat, 0.0) <= now and not turn.begun.done()]
        if not ready:
            return
        turn = min(ready)
        self._turns.remove(turn)
        self._wait_in(turn.chat, now)
        turn.begun.set_result(None)


def seconds_of(fault: RetryAfter) -> int:
    """Of the library's own field: the public one warns at each reading that its type will change."""
    return -int(-fault._retry_after.total_seconds() // 1)
