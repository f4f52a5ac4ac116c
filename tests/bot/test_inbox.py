"""From durable to done when things go wrong: a handler that breaks, a process that dies, a database that is locked or full.

What was acknowledged has its effect once; what was not is said so, and can be sent again.
"""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.inbox import BUSY, STARTS, Incoming
from handlers import menu
from handlers.desk import Desk
from storage import database as engine
from storage import queue
from storage.database import Unavailable
from storage.models import chats, dead, inbox
from tests.machine import pass_time
from tests.stories.office import takes, tells
from tests.town import Person, Town

SECRET = "灰色面包车"


async def count(town: Town, table: Any, *where: Any) -> int:
    counted = select(func.count()).select_from(table).where(*where)
    return int(await town.app.database.run(lambda tx: tx.execute(counted).scalar_one()))


async def resume(town: Town) -> None:
    """Work off again what was only taken in meanwhile."""
    await town.app.inbox.idle.wait()
    town.app.inbox.paused = False
    town.app.inbox.idle.clear()
    town.app.inbox._wake.set()


def breaks(desk: Any) -> Any:
    raise ValueError(f"{SECRET} in the fault's own words")


# -- a handler that breaks -------------------------------------------------------------------------------------------------


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation whose answer is a fault: `有奖吗`."""
    monkeypatch.setitem(menu.ANSWERS, "reward", breaks)


async def test_a_message_that_breaks_its_handler(town: Town, breaking: None) -> None:
    """It is kept aside with its cause but nobody's words, its author is told, and the conversation goes on."""
    citizen = await town.citizen()
    assert await citizen.says("有奖吗"), "told that it could not be processed"
    (row,) = await town.app.database.run(lambda tx: tx.execute(select(dead)).all())
    assert row.cause.startswith("ValueError at test_inbox.py:") and SECRET not in row.cause
    assert row.sealed_payload
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    assert "yes" in citizen.ids, "the next question of a tip"


async def test_its_neighbours_are_unharmed(town: Town, breaking: None) -> None:
    """Of a batch in which one breaks, every other message has its one effect, those of the same conversation in order."""
    people = [await town.citizen() for _ in range(5)]
    town.app.inbox.paused = True
    for person in people:
        await person.post({"text": "你好"})
    await people[2].post({"text": "有奖吗"})
    await people[2].post({"text": "县城东门仓库夜里在卖走私香烟"})
    await resume(town)
    for person in people:
        await person.listens()
    assert [len(person.fresh) for person in people] == [1, 1, 3, 1, 1]
    assert "yes" in people[2].ids and await count(town, dead) == 1


async def test_answers_so_far_are_kept(town: Town, breaking: None) -> None:
    """What a broken message began to change is undone with it; what was answered before stands."""
    citizen = await town.citizen()
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    await citizen.presses("no")
    await citizen.says("有奖吗")
    await citizen.says("县城老粮仓")
    assert "东门仓库" in await citizen.presses("enough")


async def test_its_author_cannot_even_be_told(town: Town, breaking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set aside without a word then: the conversation goes on, and nothing is tried for ever."""
    citizen = await town.citizen()
    reply = Desk.reply

    def speechless(desk: Desk, says: Any, **more: Any) -> None:
        assert "common:broken" not in [one.block for one in says]
        reply(desk, says, **more)

    monkeypatch.setattr(Desk, "reply", speechless)
    assert await citizen.says("有奖吗") == ""
    assert await count(town, dead) == 1 and await count(town, inbox, ~inbox.c.done) == 0
    assert await citizen.says("你好")


async def test_ended_by_a_message_of_the_same_batch(town: Town) -> None:
    """Who is shown out while an answer of theirs is in hand: nothing of it is kept, whichever came first."""
    boss, other = await town.staff("hq_office", "coordinator"), await town.staff("hq_office", "intake", "乙")
    tip = await tells(await town.citizen())
    await takes(other, tip[0])
    await other.presses("hand")
    await other.presses(other.ids[0])
    await other.presses("done")
    await boss.says("人员")
    await boss.presses(next(one for one in boss.ids if one.endswith("hq_office.intake")))
    prompt = next(one["prompt"] for one in reversed(boss.messages) if one["choices"])
    town.app.inbox.paused = True
    await other.post({"text": "红帽司机夜里卸货，请核查"})
    await boss.post({"choice": "yes", "prompt": prompt})
    await resume(town)
    await town.settle()
    lane = (await town.app.web.known(other.token)).chat
    row = await town.app.database.run(lambda tx: tx.execute(select(chats).where(chats.c.id == lane)).one())
    assert row.ended_ms and row.sealed_state is None


# -- a process that dies ---------------------------------------------------------------------------------------------------


async def test_a_message_that_kills_the_process(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed three times over the same message, the next start sets it aside unread; those beside it are answered."""
    deadly, beside = await town.citizen(), await town.citizen()
    town.app.inbox.paused = True
    for person in (deadly, beside):
        await person.post({"text": "你好"})
    for _ in range(STARTS):  # a start that claims, and dies
        await town.app.database.run(queue.claim_inbox)
        await town.app.database.run(queue.release)
        pass_time(monkeypatch, milliseconds=STARTS * queue.PATIENCE_MS)
    await resume(town)
    for person in (deadly, beside):
        await person.listens()
        assert len(person.fresh) == 1
    (row,) = await town.app.database.run(lambda tx: tx.execute(select(dead)).all())
    assert row.cause == "killed the process"
    assert await deadly.says("你好") != deadly.messages[-2]["text"], "the conversation goes on"


async def test_a_killed_process_is_followed_up_at_once(tmp_path: Path) -> None:
    """On the embedded database the next start does not wait for the lease of the one that was killed."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with Town.open(url, tmp_path) as town:
        citizen = await town.citizen()
        town.app.inbox.paused = True
        await citizen.post({"text": "你好"})
        await town.app.database.run(queue.claim_inbox)
    async with Town.open(url, tmp_path) as town:
        citizen.town = town
        assert await citizen.listens()


async def test_a_message_that_cannot_be_opened(town: Town) -> None:
    """Its key is gone: set aside, its author told, the rest worked off."""
    citizen, other = await town.citizen(), await town.citizen()
    town.app.inbox.paused = True
    await citizen.post({"text": "你好"})
    await other.post({"text": "你好"})
    chat = (await town.app.web.known(citizen.token)).chat
    spoil = text("UPDATE inbox SET sealed_payload = :x WHERE lane = :lane").bindparams(x=b"\1\2\3", lane=chat)
    await town.app.database.run(lambda tx: tx.execute(spoil) and None)
    await resume(town)
    assert await citizen.listens() and await other.listens()
    assert await count(town, dead) == 1


async def test_answers_that_cannot_be_opened(town: Town) -> None:
    """A conversation whose state cannot be read any more begins anew instead of being dead for ever."""
    citizen = await town.citizen()
    await citizen.says("县城东门仓库夜里在卖走私香烟")
    await town.app.database.run(lambda tx: tx.execute(chats.update().values(sealed_state=b"\1\2\3")) and None)
    assert await citizen.says("你好") and await count(town, dead) == 0


# -- a database that is locked or full -------------------------------------------------------------------------------------


@pytest.fixture
async def quick_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """One that waits for a lock only as long as a test would."""
    monkeypatch.setattr(engine, "LOCK_MS", 30)
    async with Town.open(database_url, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Somebody else holds the database."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.close()
        return
    server = create_async_engine(url, poolclass=NullPool)
    async with server.connect() as connection:
        await connection.execute(text("LOCK TABLE inbox, outbox, chats IN ACCESS EXCLUSIVE MODE"))
        yield


async def tries(person: Person, ext_id: str, words: str) -> tuple[int, dict[str, Any], Any]:
    answer = await person.town.http.post("/chat/say", json={"id": ext_id, "text": words}, headers=person.headers)
    return answer.status, await answer.json(), answer.headers.get("Retry-After")


async def test_a_locked_database(quick_town: Town, database_url: str) -> None:
    """503 with a sentence and when to come back, for everything that needs it; then the same id works, once."""
    citizen, ext_id = await quick_town.citizen(language="en"), str(uuid.uuid4())
    async with locked(database_url):
        for _ in range(2):
            status, said, again = await tries(citizen, ext_id, "hello there")
            assert (status, said["why"], again) == (503, "database_busy", "2") and said["error"].isascii()
        assert (await quick_town.http.get("/readyz")).status == 503
        assert (await quick_town.http.get("/healthz")).status == 200
        assert (await quick_town.http.get("/chat/events", headers=citizen.headers)).status == 503
        assert (await quick_town.start())[0] == 503
    assert [(await tries(citizen, ext_id, "hello there"))[0] for _ in range(2)] == [202, 202]
    await citizen.listens()
    assert len(citizen.fresh) == 1
    assert (await quick_town.http.get("/readyz")).status == 200


async def test_a_lock_while_working(quick_town: Town, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was acknowledged waits for the lock to go; who comes meanwhile is not kept waiting with it."""
    citizen, other = await quick_town.citizen(), await quick_town.citizen()
    inside, free = asyncio.Event(), asyncio.Event()
    work_off = quick_town.app.inbox._work_off

    async def under_lock(claimed: Any) -> None:
        async with locked(database_url):
            working = asyncio.create_task(work_off(claimed))
            inside.set()
            await free.wait()
        await working

    monkeypatch.setattr(quick_town.app.inbox, "_work_off", under_lock)
    assert (await citizen.post({"text": "你好"}))[0] == 202
    await inside.wait()
    assert (await other.post({"text": "你好"}))[0] == 503
    monkeypatch.setattr(quick_town.app.inbox, "_work_off", work_off)
    free.set()
    assert await citizen.listens() and len(citizen.fresh) == 1
    assert await other.says("你好")


async def test_a_deadlock_is_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers that wait for each other's tips: one is sent back and does the same again. Nobody who comes meanwhile is
    refused for that; a lock that stays is another matter."""
    citizen, other, run = await town.citizen(), await town.citizen(), town.app.database.run
    met, coming, arrived, receive = 0, asyncio.Event(), asyncio.Event(), town.app.inbox.receive

    async def received(incoming: Incoming) -> None:
        taken = asyncio.create_task(receive(incoming))
        await asyncio.sleep(0)  # it waits among those that came
        if coming.is_set():
            arrived.set()
        await taken

    async def deadlocked(fn: Any) -> Any:
        nonlocal met
        if getattr(fn, "func", None) == town.app.inbox._work and met < BUSY:
            met += 1
            if met == 1:
                coming.set()
                await arrived.wait()
            raise Unavailable("busy")
        return await run(fn)

    monkeypatch.setattr(town.app.database, "run", deadlocked)
    monkeypatch.setattr(town.app.inbox, "receive", received)
    first = asyncio.create_task(citizen.post({"text": "你好"}))
    await coming.wait()
    assert (await other.post({"text": "你好"}))[0] == (await first)[0] == 202
    assert met == BUSY and await citizen.listens() and await other.listens()


async def test_a_full_database(sqlite_town: Town) -> None:
    """507 with a sentence, nothing half kept; what was acknowledged before is worked off when there is room again."""
    citizen, page = await sqlite_town.citizen(), _pages(sqlite_town)
    sqlite_town.app.inbox.paused = True
    await page("max_page_count", await page("page_count") + 4)
    taken, status, said = 0, 202, {}
    while status == 202:
        status, said = await citizen.post({"text": "仓" * 5000})
        taken += status == 202
    assert (status, said["why"]) == (507, "database_full") and said["error"] and taken
    assert await count(sqlite_town, inbox, ~inbox.c.done) == taken
    await resume(sqlite_town)
    await page("max_page_count", 10**6)
    await citizen.listens()
    assert len(citizen.fresh) == taken and await count(sqlite_town, dead) == 0
    assert await citizen.says("你好")


def _pages(town: Town) -> Callable[..., Any]:
    async def pragma(name: str, value: int | None = None) -> int:
        ask = f"PRAGMA {name}" + (f"={value}" if value else "")
        return int(await town.app.database.run(lambda tx: tx.connection.exec_driver_sql(ask).scalar_one()))

    return pragma
