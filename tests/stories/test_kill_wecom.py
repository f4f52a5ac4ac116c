"""kill -9 of the real server while citizens write to its account of 微信客服: between the callback and the pull, between the
pull and the answer, with answers on their way. WeCom keeps what was not pulled; what was pulled is ours to keep.
"""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bench.process import House, Process, spawn, wait_ready
from storage import chats, cursors, tips
from storage.database import Database, Tx
from storage.models import dead, inbox, outbox
from storage.sealed import Keyring
from tests.simulators.wecom import Simulator
from tests.stories.wecom_phones import KEY, TOKEN

DOOR = "wecom:kf:luzhai"
STORY = "县城东门老仓库夜里有人搬走私香烟，{}"
TIP = ("我要举报", STORY, "no", "县城东门老粮仓", "enough", "submit", "later")
KILLS, TALKERS, SEED = 3, 5, 912
HERE = "XIEZHI_COUNTIES__LUZHAI__CHANNELS__WECOM__"


class Lives:
    """One server after another on the same data."""

    def __init__(self, house: House, sim: Simulator) -> None:
        self.house, self.sim, corp = house, sim, sim.corp()
        self.app = corp.app()
        self.kf = corp.kf(self.app)
        callback = {"TOKEN": TOKEN, "AES_KEY": KEY}
        told = {"API_URL": sim.url, "CORP_ID": corp.id}
        told |= {f"APP__{name}": value for name, value in callback.items()}
        told |= {f"KF__{name}": value for name, value in callback.items()}
        told |= {"APP__AGENT_ID": str(self.app.agent_id), "APP__SECRET": self.app.secret}
        told |= {"KF__OPEN_KFID": self.kf.id, "KF__SECRET": self.app.secret}
        self.environment = {HERE + name: value for name, value in told.items()}

    async def begin(self) -> Process:
        server = spawn(self.house.arguments(), self.house.folder, self.environment)
        await asyncio.to_thread(wait_ready, server, 0.0)
        await self.app.save(server.address.rstrip("/") + "/luzhai/wecom/app", TOKEN, KEY)
        return server

    async def looked(self, fn: Any) -> Any:
        database = Database(self.house.database, Keyring.open(self.house.folder / "keys"))
        try:
            return await database.run(fn)
        finally:
            await database.close()

    async def all_done(self) -> None:
        """Everything has been pulled, worked and said."""
        async with asyncio.timeout(90):
            while not await self.looked(self._done):  # noqa: ASYNC110 (another process's commit rings no bell here)
                await asyncio.sleep(0.2)

    def _done(self, tx: Tx) -> bool:
        cursor = cursors.read(tx, f"pull:{DOOR}", 1 << 50) or ""
        if self.kf._cursors.get(cursor, 0) < self.kf.items[-1].number:
            return False
        waiting = (select(func.count()).select_from(inbox).where(~inbox.c.done),)
        waiting += (select(func.count()).select_from(outbox).where(~outbox.c.handed, outbox.c.channel == DOOR),)
        return not any(tx.execute(one).scalar_one() for one in waiting)


def told(tx: Tx, citizen: Any) -> list[str]:
    chat = chats.find(tx, DOOR, citizen.external)
    assert chat is not None
    rows = tips.by_aliases(tx, [bytes.fromhex(one) for one in chat.state.get("mine", ())])
    return [tips.content(tx, row)["what"] for row in rows]


@pytest.mark.slow
async def test_killed_while_citizens_write(tmp_path: Path) -> None:
    """Killed at random moments, and right after the last callback was answered: each citizen's tips are there once and in
    order, each receipt was read once, nothing was set aside."""
    draw, house = random.Random(SEED), House.make(tmp_path)
    house.migrate()
    async with Simulator.open() as sim:
        lives = Lives(house, sim)
        people = [lives.kf.citizen(f"甲{number}") for number in range(TALKERS)]
        for number in range(KILLS):
            server = await lives.begin()
            moment = draw.randrange(len(TIP))
            for step, words in enumerate(TIP):
                for person in people:
                    await person.says(words.format(f"{person.name}-{number}"))
                if step == moment:
                    await asyncio.to_thread(server.kill)
        server = await lives.begin()
        await sim.settled(60)
        await asyncio.to_thread(server.kill)  # right after the last 200
        server = await lives.begin()
        await lives.all_done()
        await asyncio.to_thread(server.stop)
        assert sim.journal.violations == [] and sim.journal.dropped == []
        for person in people:
            wanted = [STORY.format(f"{person.name}-{number}") for number in range(KILLS)]
            assert await lives.looked(lambda tx, person=person: told(tx, person)) == wanted  # type: ignore[misc]
            assert sum(one.text.count("举报已提交") for one in person.sees()) == KILLS
    assert await lives.looked(lambda tx: tx.execute(select(dead.c.cause)).scalars().all()) == []
