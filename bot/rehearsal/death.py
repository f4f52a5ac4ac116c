"""kill -9 of a process that looks at what is due and sends it. Whoever counts what arrives lives in another process.

the house stops -> `bot.rehearsal.mortal` is started on its rows -> it looks, it sends, it is killed -> the house starts on
what that left behind
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

import bot
from bot.channels.base import Outgoing
from bot.rehearsal.channel import Simulated
from bot.rehearsal.house import Rehearsal
from bot.rehearsal.mortal import Will
from bot.rehearsal.wire import Wire
from storage.database import Database, Tx
from storage.models import outbox, said
from storage.sending import LEASE_MS

PATIENCE = 20.0  # seconds of machine time: one that neither sends nor ends is killed all the same


@dataclass(frozen=True)
class Hour:
    """When it comes: with so many messages arrived (0: as soon as it looks), and so many milliseconds later."""

    arrived: int
    ms: float


@dataclass(frozen=True)
class Killed:
    """`arrived`: how many messages it had got through; `in_flight`: of them, those of which it had not yet written down that
    they did. They are the ones that may arrive once more."""

    at: datetime
    arrived: int
    in_flight: frozenset[str]


@dataclass
class Life:
    """What the other process says, while it does."""

    wire: Wire
    channel: Simulated
    hour: Hour
    come: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: set[str] = field(default_factory=set)

    async def heard(self) -> None:
        """To the last word of it, which may come out of the pipe when nobody is there any more."""
        async with asyncio.TaskGroup() as sends:
            while (told := await self.wire.take()) is not None:
                if told == "quiet":
                    self.come.set()
                else:
                    sends.create_task(self._passes_on(*told))
        self.come.set()

    async def _passes_on(self, number: int, message: Outgoing) -> None:
        sent = await self.channel.send(message)
        if sent.result == "ok":
            self.arrived.add(message.key)
        if len(self.arrived) >= self.hour.arrived:
            self.come.set()
        await self.wire.put((number, sent))


async def killed(house: Rehearsal, hour: Hour) -> Killed:
    """Another process has the house's work, and is killed at it. Nobody works here until `house.starts`."""
    await house.stops()
    async with _watched(house) as database, _started(house) as (process, wire):
        life = Life(wire, house.channel, hour)
        hearing = asyncio.create_task(life.heard())
        await wire.put("look")
        if hour.arrived:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(life.come.wait(), PATIENCE)
        await asyncio.sleep(hour.ms / 1000)
        process.kill()
        await process.wait()
        await hearing
        kept = await database.run(lambda tx: _left_behind(tx, house.channel.name))
    return Killed(house.now, len(life.arrived), frozenset(life.arrived & kept))


@contextlib.asynccontextmanager
async def _watched(house: Rehearsal) -> AsyncIterator[Database]:
    """The same rows, to see what a message is made of and what was written down."""
    database = house.channel.database = Database(house.config.database, house.keys)
    try:
        yield database
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _started(house: Rehearsal) -> AsyncIterator[tuple[Process, Wire]]:
    """Ready to look; and gone at the end whatever happens."""
    home = Path(bot.__file__).parent.parent
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.rehearsal.mortal", stdin=PIPE, stdout=PIPE, cwd=home, limit=2**22
    )
    assert process.stdin is not None and process.stdout is not None
    wire = Wire(process.stdout, process.stdin)
    try:
        await wire.put(Will(house.planned, house.config.database, house.folder, house.channel.door, house.now))
        if await wire.take() != "ready":
            raise RuntimeError("the process that is to be killed did not start")
        yield process, wire
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _left_behind(tx: Tx, channel: str) -> set[str]:
    """What it had not written down as sent. A minute of machine time passes, for which nobody waits here: leases run out."""
    for box in (outbox, said):
        mine = (box.c.channel == channel, box.c.claimed_ms > 0)
        tx.execute(update(box).where(*mine).values(claimed_ms=box.c.claimed_ms - LEASE_MS))
    waiting = (outbox.c.channel == channel, ~outbox.c.handed)
    return {str(number) for number in tx.execute(select(outbox.c.id).where(*waiting)).scalars()}
