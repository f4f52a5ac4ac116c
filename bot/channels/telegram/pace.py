"""When a request to Telegram may be made: so many permits per bot, shared by all processes, and a second per chat.

"Avoid sending more than one message per second" in a chat, "not more than 20 messages per minute" in a group, "about 30
messages per second" to all (core.telegram.org/bots/faq). Replies go ahead of pushes, pushes ahead of decoration. On 429
nobody makes another request before its end: this process knows at once, the others look at the row right before each of theirs.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from rules.pacing import SECOND_MS, good_again
from storage import permits
from storage.database import Database, Unavailable, now_ms
from storage.permits import Permit

REPLY, PUSH, DECORATION = range(3)
LOT = 8  # permits booked at a time: a reply waits for no more than those another process holds
LOOK = 0.05  # seconds: all permits are used, by us or by others; and that nobody need have asked before ours go back


@dataclass(frozen=True)
class Rates:
    """Milliseconds between two requests; and how many there may be in how long (`rules.pacing`)."""

    bot: int = 33
    chat: int = 1_050
    group: int = 3_100
    second: int = SECOND_MS
    most: int = 30


RATES = Rates()
Limited = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(order=True)
class Turn:
    urgency: int
    number: int
    chat: int = field(compare=False)
    begun: asyncio.Future[Permit] = field(compare=False)


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
        self._permits: list[Permit] = []  # not yet used
        self._spent: list[tuple[Permit, int]] = []  # to be given back, and when it is good again
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
        if not speaks(endpoint):
            await self.look()
            return await self._made(callback, args, kwargs)
        permit = await self._turn(int(data.get("chat_id") or 0), REPLY if rate_limit_args is None else rate_limit_args)
        good = now_ms()  # nobody was asked
        try:
            await self.look()
            try:
                return await self._made(callback, args, kwargs)
            finally:
                good = good_again(now_ms(), self.rates.second)
        finally:
            self._give_back(permit, good)

    async def _made(self, callback: Limited, args: Any, kwargs: dict[str, Any]) -> Any:
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

    async def _turn(self, chat: int, urgency: int) -> Permit:
        self._numbers += 1
        turn = Turn(urgency, self._numbers, chat, asyncio.get_running_loop().create_future())
        self._turns.append(turn)
        self._came.set()
        self._go_on()
        try:
            return await turn.begun
        except asyncio.CancelledError:
            if turn.begun.done() and not turn.begun.cancelled():
                self._give_back(turn.begun.result(), now_ms())
            raise
        finally:
            if turn in self._turns:
                self._turns.remove(turn)

    def _give_back(self, permit: Permit, good: int) -> None:
        self._spent.append((permit, good))
        self._go_on()

    def _go_on(self) -> None:
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give())

    async def _give(self) -> None:
        """One permit after the other to whoever comes first then. When nobody can use them ours go back."""
        try:
            while self._turns or self._spent or self._permits:
                if (wait := self._until_free()) <= 0:
                    await self._permit()
                    self._begin()
                elif self._spent or self._permits:
                    await self._pause(min(wait, LOOK))
                    if self._until_free() > 0:
                        await self._exchange(0)
                else:
                    await self._pause(wait)
        except Exception as fault:
            for turn in self._turns:
                if not turn.begun.done():
                    turn.begun.set_exception(fault)

    def _until_free(self) -> float:
        now = time.monotonic()
        if len(self._free) > 10_000:
            self._free = {chat: at for chat, at in self._free.items() if at > now}
        return min((self._free.get(turn.chat, 0.0) for turn in self._turns), default=inf) - now

    async def _pause(self, seconds: float) -> None:
        """Until then, or until somebody else wants a turn."""
        self._came.clear()
        try:
            await asyncio.wait_for(self._came.wait(), seconds)
        except TimeoutError:
            return

    async def _permit(self) -> None:
        """Wait until the next of ours may be used."""
        self._permits = [one for one in self._permits if one.until_ms > now_ms()]
        if not self._permits:
            await self._exchange(min(LOT, len(self._turns)))
        await asyncio.sleep(max(0, self._permits[0].at_ms - now_ms()) / 1000 if self._permits else LOOK)

    async def _exchange(self, count: int) -> None:
        """Give back what is done with, and take so many more."""
        spent, self._spent = self._spent, []
        if not count:
            spent, self._permits = [*spent, *((one, 0) for one in self._permits)], []
        change = partial(permits.exchange, bot=self.bot, back=spent, count=count)
        try:
            lot = await self.database.together(partial(change, most=self.rates.most, step=self.rates.bot))
        except Unavailable:
            self._spent = spent + self._spent
            raise
        self._permits, self.banned_until = list(lot.permits), max(self.banned_until, lot.banned_until)

    def _begin(self) -> None:
        now = time.monotonic()
        ready = [turn for turn in self._turns if self._free.get(turn.chat, 0.0) <= now and not turn.begun.done()]
        if not ready or not self._permits:
            return
        turn = min(ready)
        self._turns.remove(turn)
        self._wait_in(turn.chat, now)
        turn.begun.set_result(self._permits.pop(0))


def seconds_of(fault: RetryAfter) -> int:
    """Of the library's own field: the public one warns at each reading that its type will change."""
    return -int(-fault._retry_after.total_seconds() // 1)
