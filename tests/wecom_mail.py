"""A post office with WeCom's two doors: a migrated database, a simulated corp, senders, and people with conversations there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import TEMPLATES
from bot.channels.base import Channel, Door
from bot.channels.wecom.api import Api
from bot.channels.wecom.app_mouth import AppMouth
from bot.channels.wecom.kf_mouth import KfMouth
from bot.sender import Sender
from bot.timepiece import Lever
from handlers.desk import EVERYTHING, Shows
from storage import chats, migrate, people, tips, windows
from storage.database import Database, now_ms
from storage.models import outbox, said
from storage.sealed import Keyring
from tests.mail import COUNTY, DAYTIME, Plainly, Rows, plans
from tests.simulators.wecom import Simulator

BLANK = dict.fromkeys(("urgent", "reward", "named", "notify"), False) | {
    "route": "open",
    "intake": "hq_office",
    "source": "citizen",
}
APP, KF = Door("wecom", "app", COUNTY), Door("wecom", "kf", COUNTY)


class Post(Rows):
    def __init__(self, database: Database, sim: Simulator) -> None:
        self.database, self.sim = database, sim
        self.corp = sim.corp()
        self.app = self.corp.app()
        self.app.callbacks.url = "http://127.0.0.1:9/"  # cards with buttons want one; nothing is pressed here
        self.kf = self.corp.kf(self.corp.app(agent_id=1000003))  # of which nobody is told
        self.renderer = Plainly(TEMPLATES, plans())
        self.closing: list[Any] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, folder: Path, sim: Simulator) -> AsyncIterator["Post"]:
        keys = Keyring.open(folder / "keys") if (folder / "keys").exists() else Keyring.make(folder / "keys")
        database = Database(url, keys)
        await migrate.bring_up(database)
        post = cls(database, sim)
        try:
            yield post
        finally:
            for one in post.closing:
                await one.close()
            await database.close()
            post.app.callbacks.url = ""

    def _api(self, door: Door, secret: str) -> Api:
        return Api(door.name, self.corp.id, secret, self.sim.url, self.database)

    def staff(self, shown: Shows = EVERYTHING, members: int = 0) -> AppMouth:
        mouth = AppMouth(APP, self.app.agent_id, self._api(APP, self.app.secret), shown, self._words, members)
        self.closing.append(mouth)
        return mouth

    def _words(self, block: str, language: str) -> str:
        return self.renderer.block(f"profile:{block}", {}, language, COUNTY)

    def citizens(self) -> KfMouth:
        mouth = KfMouth(KF, self.kf.id, self._api(KF, self.kf.app.secret), self.database.keys, self._words)
        self.closing.append(mouth)
        return mouth

    @contextlib.asynccontextmanager
    async def running(self, *channels: Channel) -> AsyncIterator[Sender]:
        doors = {one.name: one for one in channels}
        sender, stopping = Sender(self.database, self.renderer, doors, Lever(DAYTIME)), asyncio.Event()
        task = asyncio.create_task(sender.run(stopping))
        try:
            yield sender
        finally:
            stopping.set()
            await task

    # -- rows ----------------------------------------------------------------------------------------------------------

    async def member(self, userid: str) -> tuple[Any, int]:
        """Somebody of the staff, bound to this account."""
        member = self.corp.member(userid, self.app)

        def bound(tx: Any) -> int:
            who = people.add(tx, COUNTY, userid, datetime.now(UTC))
            return chats.start(tx, APP.name, userid, COUNTY, "zh", who, address=True).id

        return member, await self.database.run(bound)

    async def citizen(self, name: str) -> tuple[Any, int]:
        """Somebody who has just written: the window stands open."""
        citizen = self.kf.citizen(name)
        await citizen.says("在吗")

        def begun(tx: Any) -> int:
            lane = chats.start(tx, KF.name, citizen.external, COUNTY, "zh", address=True).id
            windows.heard(tx, lane, now_ms())
            return lane

        return citizen, await self.database.run(begun)

    async def tip(self) -> tuple[int, str]:
        """Something to tell of: its id, and its number."""
        at = datetime.now(UTC)
        made: dict[str, Any] = {
            "county": COUNTY,
            "letters": "LZ",
            "content": {},
            "involved": (),
            "marks": (),
            "at": at,
            "alias": None,
        }
        tip, receipt = await self.database.run(lambda tx: tips.create(tx, **made, **BLANK))
        return tip, receipt.number

    async def put(
        self, channel: str, lane: int, *texts: str, prompt: int = -1, once: str | None = None, **more: Any
    ) -> None:
        await self.all_put(channel, lane, texts, prompt, once, more)

    async def empty(self) -> None:
        async def nothing() -> bool:
            return not await self.count(outbox, ~outbox.c.handed) and not await self.count(said, said.c.want != "")

        await self.until(nothing)
