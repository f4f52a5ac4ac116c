"""Long polling, where there is no public address. One process polls, by a lease; the others wait to take over.

What was taken in is confirmed to Telegram by the offset of the next poll, after its commit. Whoever takes over may be told
again what the one before it had taken in: the inbox knows it.
"""

import asyncio
import secrets
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.channels.telegram import UPDATES
from bot.channels.telegram.listener import Listener
from bot.log import cause
from storage import cursors, leases
from storage.database import Database, Unavailable

log = structlog.get_logger()
LEASE_MS, BEAT = 6_000, 2.0
POLL_SECONDS, BATCH, SLOWEST = 20, 100, 30.0
# "If there are no new updates for at least a week, then identifier of the next update will be chosen randomly"
# (core.telegram.org/bots/api#update): an older offset might confirm what nobody has seen.
NUMBERED_MS = 6 * 24 * 3600 * 1000


class GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """As they are: one that can't be read must not keep the others from being read."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH
    timeout: int = POLL_SECONDS
    allowed_updates: tuple[str, ...] = UPDATES


class Polling:
    def __init__(self, door: str, bot: Bot, listener: Listener, database: Database) -> None:
        self.door, self.bot, self.listener, self.database = door, bot, listener, database
        self.holder, self.name = secrets.token_hex(8), f"polling:{door}"
        self._wait = 1.0

    async def run(self, stopping: asyncio.Event) -> None:
        stopped = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                if not await self._turn(stopped):
                    await asyncio.wait({stopped}, timeout=BEAT)
        finally:
            stopped.cancel()
            await self._give_up()

    async def _turn(self, stopped: "asyncio.Task[Any]") -> bool:
        """One poll, if it is ours to poll. False when there is nothing to do for a while."""
        try:
            if not await self._mine():
                return False
            updates = await self._polled(stopped)
            if updates:
                await self._take(updates)
            self._wait = 1.0
            return True
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)
        except (TelegramAPIError, OSError, TimeoutError) as fault:
            await self._refused(fault, stopped)
        return False

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        await self.listener.take(updates)
        offset = max(int(one["update_id"]) for one in updates) + 1
        await self.database.together(lambda tx: cursors.move(tx, self.name, str(offset)))

    async def _polled(self, stopped: "asyncio.Task[Any]") -> list[dict[str, Any]]:
        """What Telegram has; nothing when the lease was lost meanwhile, or we are to stop."""
        offset = await self.database.read(lambda tx: cursors.read(tx, self.name, NUMBERED_MS))
        method = GetUpdates(offset=int(offset) if offset else None)
        poll = asyncio.create_task(self.bot(method, request_timeout=POLL_SECONDS + 10))
        try:
            while True:
                await asyncio.wait({poll, stopped}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
                if stopped.done():
                    return []
                if poll.done():
                    return poll.result()
                if not await self._mine():
                    return []
        finally:
            poll.cancel()

    async def _mine(self) -> bool:
        return await self.database.together(lambda tx: leases.take(tx, self.name, self.holder, LEASE_MS))

    async def _give_up(self) -> None:
        try:
            await self.database.together(lambda tx: leases.give_up(tx, self.name, self.holder))
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)

    async def _refused(self, fault: Exception, stopped: "asyncio.Task[Any]") -> None:
        """Longer each time; Telegram's own words may hold an address with the token, so they are not repeated."""
        remedy = next((told for kind, told in REMEDIES.items() if isinstance(fault, kind)), "it is tried again")
        log.warning("telegram cannot be polled", door=self.door, cause=cause(fault), remedy=remedy)
        wait = float(fault.retry_after) if isinstance(fault, TelegramRetryAfter) else self._wait
        self._wait = min(self._wait * 2, SLOWEST)
        await asyncio.wait({stopped}, timeout=wait)


REMEDIES: dict[type[Exception], str] = {
    TelegramConflictError: "another program polls with this token, or a webhook is set; stop it or remove the webhook",
    TelegramUnauthorizedError: "Telegram does not know the token; put the one BotFather gives into the configuration",
    TelegramNotFound: "Telegram does not know the token; put the one BotFather gives into the configuration",
}
