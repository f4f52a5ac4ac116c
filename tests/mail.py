"""A post office to test senders in: a migrated database, a simulated Telegram, doors, and people with conversations there.

async with Office.open(url, folder, sim) as office:
    lane = await office.chat(zhang)
    await office.push(lane, "text")
    async with office.running():
        await zhang.hears("text")
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.app import TEMPLATES
from bot.channels.base import Door
from bot.channels.telegram.mouth import Mouth
from bot.channels.telegram.pace import Rates
from bot.render import Renderer
from bot.sender import Sender
from bot.timepiece import Lever
from handlers.desk import EVERYTHING
from rules import county
from rules.county import Plan
from storage import chats, migrate, queue
from storage.database import Database, Tx
from storage.models import dead, outbox, said
from storage.sealed import Keyring
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person

COUNTY = "luzhai"
FAST = Rates(bot=1, chat=1, group=1, second=1)
# Of a working day: nothing waits for a morning.
DAYTIME = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PLANS: dict[str, Plan] = {}


def plans() -> dict[str, Plan]:
    if not PLANS:
        PLANS.update(county.load([TEMPLATES.parent / f"counties/{COUNTY}.yaml"]))
    return PLANS


class Plainly(Renderer):
    """Blocks `test:…` say their data's `text`; buttons are called by the words they carry."""

    def block(self, block: str, data: Any, language: str, county: str | None) -> str:
        return str(data["text"]) if block.startswith("test:") else super().block(block, data, language, county)


class Rows:
    """What stands in a post office's tables, and waiting for it."""

    database: Database

    async def count(self, table: Any = outbox, *which: Any) -> int:
        wanted = select(func.count()).select_from(table).where(*which)
        return int(await self.database.run(lambda tx: tx.execute(wanted).scalar_one()))

    async def causes(self) -> list[str]:
        return await self.database.run(lambda tx: list(tx.execute(select(dead.c.cause)).scalars()))

    async def until(self, look: Any, within: float = 30) -> None:
        """Until this becomes true in the database."""
        async with asyncio.timeout(within):
            while not await look():  # noqa: ASYNC110 (another process's commit rings no bell here)
                await asyncio.sleep(0.01)

    async def all_put(
        self, channel: str, lane: int, texts: tuple[str, ...], prompt: int, once: str | None, more: dict[str, Any]
    ) -> None:
        """A message for each text; `more` goes into it."""
        options = more.pop("options", [])

        def put(tx: Tx) -> None:
            for text in texts:
                message = queue.message("zh", COUNTY, [("test:x", {"text": text})], options, prompt)
                queue.put(tx, channel, lane, {**message, **more}, once)

        await self.database.run(put)


class Office(Rows):
    def __init__(self, database: Database, sim: Simulator, rates: Rates, uploads: Any = None) -> None:
        self.database, self.sim, self.bot = database, sim, sim.bot("staff")
        self.door = Door("telegram", "staff", COUNTY)
        self.rates, self.uploads = rates, uploads
        self.mouths: list[Mouth] = []
        self.senders: list[Sender] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, folder: Path, sim: Simulator, rates: Rates = FAST) -> AsyncIterator["Office"]:
        keys = Keyring.open(folder / "keys") if (folder / "keys").exists() else Keyring.make(folder / "keys")
        database = Database(url, keys)
        await migrate.bring_up(database)
        office = cls(database, sim, rates)
        database.on_commit = lambda touched: [one.wake() for one in office.senders] and None
        try:
            yield office
        finally:
            for mouth in office.mouths:
                await mouth.close()
            await database.close()

    def mouth(self, bot: Bot | None = None) -> Mouth:
        bot = bot or self.bot
        made = Mouth(Door("telegram", bot.name, COUNTY), bot.token, self.sim.url, self.database, EVERYTHING, self.rates)
        self.mouths.append(made)
        return made

    def sender(self) -> Sender:
        mouth = self.mouth()
        made = Sender(self.database, Plainly(TEMPLATES, plans()), {mouth.name: mouth}, Lever(DAYTIME), self.uploads)
        self.senders.append(made)
        return made

    @contextlib.asynccontextmanager
    async def running(self, sender: Sender | None = None) -> AsyncIterator[Sender]:
        sender, stopping = sender or self.sender(), asyncio.Event()
        task = asyncio.create_task(sender.run(stopping))
        try:
            yield sender
        finally:
            stopping.set()
            await task
            self.senders.remove(sender)

    # -- rows ----------------------------------------------------------------------------------------------------------

    async def chat(self, person: Person, who: int | None = None) -> int:
        """Somebody who has started the bot."""
        person.chat(self.bot).standing = "member"
        start = lambda tx: chats.start(tx, self.door.name, str(person.id), COUNTY, "zh", who, address=True)  # noqa: E731
        return (await self.database.run(start)).id

    async def put(self, lane: int, *texts: str, prompt: int = -1, once: str | None = None, **more: Any) -> None:
        """`more` goes into the message."""
        await self.all_put(self.door.name, lane, texts, prompt, once, more)

    async def empty(self, within: float = 30) -> None:
        """Until nothing waits and nothing is to be changed any more."""

        async def nothing() -> bool:
            return not await self.count() and not await self.count(said, said.c.want != "")

        await self.until(nothing, within)
