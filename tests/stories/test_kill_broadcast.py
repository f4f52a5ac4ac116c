"""kill -9 of the real server in the middle of what it tells many: nobody is missed, and said twice is at most what was in hand."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from bench.process import House, Process, spawn, wait_ready
from bot.channels.base import AT_ONCE
from storage import broadcasts, chats, notices, people
from storage.broadcasts import Progress
from storage.database import Database, Tx
from storage.models import dead, outbox
from storage.pushes import Push
from storage.sealed import Keyring
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person

T = TypeVar("T")
DOOR, SIZE, PORTION, NUMBER = "telegram:staff:luzhai", 60, 7, 1
HERE = "XIEZHI_COUNTIES__LUZHAI__CHANNELS__TELEGRAM__STAFF__"
PUSH = Push("luzhai", "common:unsent", {}, [], f"notice:{NUMBER}")  # not calm: the real clock may say night


async def looked(house: House, fn: Callable[[Tx], T]) -> T:
    database = Database(house.database, Keyring.open(house.folder / "keys"))
    try:
        return await database.run(fn)
    finally:
        await database.close()


def begun(tx: Tx, everybody: list[Person]) -> None:
    """So many people with a conversation each; the first portion is written, the rest is the server's."""
    persons = []
    for one in everybody:
        persons.append(people.add(tx, "luzhai", one.name, datetime.now(UTC)))
        chats.start(tx, DOOR, str(one.id), "luzhai", "zh", persons[-1], address=True)
        notices.address(tx, NUMBER, "tobacco_bureau", "liaison", persons[-1])
    broadcasts.begin(tx, NUMBER, PUSH, persons)


def _progress(tx: Tx) -> Progress:
    return broadcasts.progress(tx, NUMBER)


async def life(house: House, sim: Simulator, bot: Bot) -> Process:
    environment = {f"{HERE}TOKEN": bot.token, f"{HERE}MODE": "polling", f"{HERE}API_URL": sim.url}
    server = spawn(house.arguments(), house.folder, environment)
    await asyncio.to_thread(wait_ready, server, 0.0)
    return server


@pytest.mark.slow
async def test_killed_in_the_middle_of_a_broadcast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed twice on the way, with a part of it not yet in the outbox: everybody hears it, and who has it is known."""
    monkeypatch.setattr(broadcasts, "PORTION", PORTION)
    house = House.make(tmp_path)
    house.migrate()
    async with Simulator.open() as sim:
        bot, everybody = sim.bot("staff"), [sim.user(f"甲{number}") for number in range(SIZE)]
        for one in everybody:
            one.chat(bot).standing = "member"
        await looked(house, lambda tx: begun(tx, everybody))
        for heard in (PORTION // 2, SIZE // 2):
            server = await life(house, sim, bot)
            async with asyncio.timeout(60):
                while len(sim.journal.sent()) < heard:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            server.kill()
        assert (await looked(house, _progress)).waiting > 0
        server = await life(house, sim, bot)
        async with asyncio.timeout(60):
            while (await looked(house, _progress)).status != "ended":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        server.stop()
        heard_by = [len(one.sees(bot)) for one in everybody]
    assert min(heard_by) == 1 and sum(heard_by) - SIZE <= 2 * AT_ONCE
    assert await looked(house, _progress) == Progress("ended", 0, SIZE)
    assert await looked(house, lambda tx: tx.execute(select(func.count()).select_from(outbox)).scalar_one()) == 0
    assert await looked(house, lambda tx: list(tx.execute(select(dead.c.cause)).scalars())) == []
