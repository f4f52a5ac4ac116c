"""Updates on their way in, however they came: understood, durable, and only then acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import orjson
import structlog

from bot.channels.telegram.ears import Ears, InGroup, Noticed, NotUnderstood
from bot.doorway import Doorway, Told
from bot.log import cause

log = structlog.get_logger()


class Mouth(Protocol):
    """What is done at once and best effort; everything else goes by the outbox."""

    async def acknowledge(self, callback_id: str, /) -> None: ...

    async def leave(self, chat: int, /) -> None: ...


Stays = Callable[[InGroup], Awaitable[bool]]


async def nowhere(one: InGroup) -> bool:
    return False


class Listener:
    """`stays` takes note of what happened in a group, and says whether we stay there."""

    def __init__(self, ears: Ears, doorway: Doorway, mouth: Mouth | None, stays: Stays = nowhere) -> None:
        self.ears, self.doorway, self.mouth, self.stays = ears, doorway, mouth, stays
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving: set[int] = set()

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Returns once all of them are on the disk. Raises `Unavailable`: the platform has to keep them."""
        noticed = [(update, await self._understood(update)) for update in updates]
        told = [
            Told(str(update["update_id"]), one.peer, one.language, one.heard) for update, one in noticed if one.heard
        ]
        await self.doorway.take_in(told)
        for _, one in noticed:
            self._at_once(one, await self._left(one.group))

    async def _left(self, group: InGroup | None) -> int:
        """The group that we leave; 0 for none."""
        if group is None or await self.stays(group):
            return 0
        return 0 if group.out else group.chat

    async def _understood(self, update: dict[str, Any]) -> Noticed:
        try:
            noticed = await self.ears.hear(update)
        except NotUnderstood:
            noticed = Noticed(aside=True)
        except Exception as fault:  # of ours: Telegram would send it again for ever
            log.error("update not understood", door=self.doorway.door.name, cause=cause(fault))
            noticed = Noticed(aside=True)
        if noticed.aside:
            raw = None if self.ears.closed else orjson.dumps(update)
            await self.doorway.keep_aside(str(update.get("update_id")), raw, "update not understood")
        return noticed

    def _at_once(self, noticed: Noticed, leaves: int) -> None:
        if self.mouth is None:
            return
        if noticed.press:
            self._try(self.mouth.acknowledge(noticed.press))
        if leaves and leaves not in self._leaving:
            self._leaving.add(leaves)
            self._try(self._leave(self.mouth, leaves))

    async def _leave(self, mouth: Mouth, chat: int) -> None:
        try:
            await mouth.leave(chat)
        finally:
            self._leaving.discard(chat)

    def _try(self, doing: Awaitable[Any]) -> None:
        task = asyncio.create_task(_tried(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _tried(doing: Awaitable[Any]) -> None:
    try:
        await doing
    except Exception as fault:
        log.info("telegram courtesy failed", cause=cause(fault))
