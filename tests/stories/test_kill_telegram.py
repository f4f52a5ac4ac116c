"""kill -9 of the real server while people talk to its bot: what Telegram was told is taken, is taken.

Telegram's own repetitions are all that helps: an update without a 200 comes again, one with it never does.
"""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.process import House, Process, spawn, wait_ready
from bot.channels.base import AT_ONCE
from storage import chats, tips
from storage.database import Database, Tx
from storage.models import dead, inbox, outbox
from storage.models import tips as tip_rows
from storage.sealed import Keyring
from tests.simulators.telegram import Simulator
from tests.simulators.telegram.bots import Bot
from tests.simulators.telegram.people import Person
from tests.town import PUBLIC

DOOR, HOOK, SECRET = "telegram:citizens:luzhai", "/luzhai/telegram/citizens", "a-secret_1"
STORY = "县城东门老仓库夜里有人搬走私香烟，{}"
TIP = ("我要举报", STORY, "no", "县城东门老粮仓", "enough", "submit", "later")
KILLS, TALKERS, SEED = 2, 6, 912


def environment(sim: Simulator, bot: Bot, mode: str) -> dict[str, str]:
    here = "XIEZHI_COUNTIES__LUZHAI__CHANNELS__TELEGRAM__CITIZENS__"
    told = {"TOKEN": bot.token, "MODE": mode, "API_URL": sim.url, "WEBHOOK_SECRET": SECRET, "ACCEPT_TIPS": "true"}
    return {here + name: value for name, value in told.items()} | {"XIEZHI_SERVER__PUBLIC_URL": PUBLIC}


class Lives:
    """One server after another on the same data."""

    def __init__(self, house: House, sim: Simulator, bot: Bot, mode: str) -> None:
        self.house, self.sim, self.bot, self.mode = house, sim, bot, mode

    async def begin(self) -> Process:
        server = spawn(self.house.arguments(), self.house.folder, environment(self.sim, self.bot, self.mode))
        await asyncio.to_thread(wait_ready, server, 0.0)
        self.sim.roads[PUBLIC] = server.address.rstrip("/")
        if self.mode == "webhook":
            self.bot.webhook.set(PUBLIC + HOOK, SECRET, 40)
        return server


async def talks(people: list[Person], bot: Bot, number: int) -> None:
    """Everybody tells a whole tip, the next step at once after the one before."""
    for words in TIP:
        for person in people:
            await person.says(bot, words.format(f"{person.name}-{number}"))
            await asyncio.sleep(0)


def told(tx: Tx, person: Person) -> list[str]:
    chat = chats.find(tx, DOOR, str(person.id))
    assert chat is not None
    rows = tips.by_aliases(tx, [bytes.fromhex(one) for one in chat.state.get("mine", ())])
    return [tips.content(tx, row)["what"] for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_killed_while_people_write_to_the_bot(tmp_path: Path, mode: str) -> None:
    """Killed at random moments under traffic, and right after the last update was taken: each conversation holds exactly
    the tips that were told in it, once and in order."""
    draw, house = random.Random(SEED), House.make(tmp_path)
    house.migrate()
    async with Simulator.open() as sim:
        bot, people = sim.bot("citizens"), [sim.user(f"甲{number}") for number in range(TALKERS)]
        lives = Lives(house, sim, bot, mode)
        for number in range(KILLS):
            server = await lives.begin()
            taken = len(bot.updates.past) + draw.randrange(len(people) * len(TIP))
            await talks(people, bot, number)
            await bot.updates.bell.until(lambda most=taken: len(bot.updates.past) >= most or None, 30)
            server.kill()
        server = await lives.begin()
        await sim.settled(60)
        server.kill()  # right after the last 200
        server = await lives.begin()
        await drained(house)
        server.stop()
        await bot.webhook.close()
        assert not sim.journal.strays
    await everything_is_there(house, people)


@pytest.mark.slow
async def test_killed_while_sending(tmp_path: Path) -> None:
    """kill -9 with replies on their way: the next life sends each of them; said twice are at most those that were under
    way."""
    house = House.make(tmp_path)
    house.migrate()
    async with Simulator.open() as sim:
        bot, people = sim.bot("citizens"), [sim.user(f"乙{number}") for number in range(TALKERS)]
        lives = Lives(house, sim, bot, "webhook")
        server = await lives.begin()
        slow = sim.faults.slow(5, method="sendMessage")
        for person in people:
            await person.says(bot, STORY.format(person.name))
        async with asyncio.timeout(30):
            while len(slow.met) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        server.kill()
        slow.stop()
        server = await lives.begin()
        waiting = select(func.count()).select_from(outbox)
        async with asyncio.timeout(60):
            while await looked(house, lambda tx: tx.execute(waiting).scalar_one()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        server.stop()
        await bot.webhook.close()
        heard = [[message.text for message in person.sees(bot)] for person in people]
    assert all(heard) and sum(len(texts) - len(set(texts)) for texts in heard) <= AT_ONCE
    assert await looked(house, lambda tx: tx.execute(select(dead.c.cause)).scalars().all()) == []


async def drained(house: House, seconds: float = 60) -> None:
    waiting = select(func.count()).select_from(inbox).where(~inbox.c.done)
    async with asyncio.timeout(seconds):
        while await looked(house, lambda tx: tx.execute(waiting).scalar_one()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def looked(house: House, fn: object) -> object:
    database = Database(house.database, Keyring.open(house.folder / "keys"))
    try:
        return await database.run(fn)  # type: ignore[arg-type]
    finally:
        await database.close()


async def everything_is_there(house: House, people: list[Person]) -> None:
    def look(tx: Tx) -> None:
        for person in people:
            assert told(tx, person) == [STORY.format(f"{person.name}-{number}") for number in range(KILLS)]
        assert tx.execute(select(func.count()).select_from(tip_rows)).scalar_one() == len(people) * KILLS
        assert tx.execute(select(dead.c.cause)).scalars().all() == []

    await looked(house, look)
