"""A process that looks at what is due and sends it, until it is killed (`bot.rehearsal.death`). Its channel is a pipe: what it
says arrives in the process that rehearses, which outlives it.

    python -m bot.rehearsal.mortal      a `Will` comes in, "ready" goes out; "look" comes in, messages go out, "quiet" when all is said
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from bot import log
from bot.channels.base import Door, Outgoing, Sent
from bot.rehearsal.channel import Platform
from bot.rehearsal.house import Hand, Rehearsed, configured, said
from bot.rehearsal.wire import Wire
from rules.county import Plan
from storage.sealed import Keyring


@dataclass(frozen=True)
class Will:
    """What it works on: the house's plan, database and folder, its door, and the time of day, at which it stands still."""

    plan: Plan
    url: str
    folder: Path
    door: Door
    now: datetime


@dataclass
class Through(Platform):
    """Says everything over the wire, and learns there what became of it."""

    wire: Wire
    _waiting: dict[int, asyncio.Future[Sent]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    async def send(self, message: Outgoing) -> Sent:
        number = next(self._numbers)
        answer: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        await self.wire.put((number, message))
        return await answer

    async def listen(self) -> None:
        """Until nobody is there any more who could kill it."""
        while (told := await self.wire.take()) is not None:
            number, sent = told
            self._waiting.pop(number).set_result(sent)


async def lives(wire: Wire, will: Will) -> None:
    channel = Through(will.door, wire)
    config = configured(will.plan, will.url, will.folder)
    app = Rehearsed(config, {will.plan.id: will.plan}, Keyring.open(will.folder / "keys"), Hand(will.now), channel)
    await app.start(migrated=True)
    await wire.put("ready")
    await wire.take()
    looking = asyncio.create_task(looks(app, channel))
    await channel.listen()
    looking.cancel()


async def looks(app: Rehearsed, channel: Through) -> None:
    await app.looked()
    await said(app.database, channel)
    await channel.wire.put("quiet")


async def main() -> None:
    log.set_up("CRITICAL")
    wire = await Wire.of_this_process()
    await lives(wire, await wire.take())


if __name__ == "__main__":
    asyncio.run(main())
