"""A request's permit, whatever becomes of the request: used, not needed after all, refused, or given up by whoever made it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, RetryAfter

from bot.channels.telegram.pace import Pace, Rates
from storage import migrate, permits
from storage.database import Database, now_ms
from storage.sealed import Keyring

BOT = "telegram:staff:luzhai"
ONE = Rates(bot=1, chat=1, group=1, second=1, most=1)  # a second request waits until the first one's permit is back


@pytest.fixture
async def pace(database_url: str, tmp_path: Path) -> AsyncIterator[Pace]:
    database = Database(database_url, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(database)
    made = Pace(BOT, database, ONE)
    yield made
    await made.shutdown()
    await database.close()


async def ask(pace: Pace, callback: Any, chat: int = 1, endpoint: str = "sendMessage") -> Any:
    async with asyncio.timeout(20):  # sooner than what is never given back is good again by itself
        return await pace.process_request(callback, (), {}, endpoint, {"chat_id": chat}, None)


async def answered() -> str:
    return "ok"


async def fails() -> str:
    raise NetworkError("cut")


async def test_it_is_used_again(pace: Pace) -> None:
    """After an answer, and after none."""
    assert [await ask(pace, answered) for _ in range(3)] == ["ok"] * 3
    for _ in range(2):
        with pytest.raises(NetworkError):
            await ask(pace, fails)
    assert await ask(pace, answered) == "ok"


async def test_given_up_on_its_way(pace: Pace) -> None:
    """Whoever gives up while it is under way, or while waiting for a turn, keeps nobody else waiting."""
    begun, never = asyncio.Event(), asyncio.Event()

    async def hangs() -> None:
        begun.set()
        await never.wait()

    async with asyncio.timeout(10):
        under_way = asyncio.create_task(ask(pace, hangs))
        await begun.wait()
        waits, follows = (asyncio.create_task(ask(pace, answered, chat)) for chat in (2, 3))
        await asyncio.sleep(0)
        waits.cancel()
        under_way.cancel()
        assert await follows == "ok"


async def test_given_up_as_it_begins(pace: Pace) -> None:
    """The turn has come, and whoever waited for it is gone in the same moment."""
    waits = asyncio.create_task(ask(pace, answered))
    begin, gone = pace._begin, asyncio.Event()

    def begins() -> None:
        begin()
        if not pace._turns and not gone.is_set():
            gone.set()
            waits.cancel()

    pace._begin = begins  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert gone.is_set() and await ask(pace, answered, 2) == "ok"


async def test_nobody_keeps_what_nobody_needs(pace: Pace) -> None:
    """Whoever gives up while its permit is not yet good leaves it to another process."""
    pace.rates, other = replace(ONE, second=200), Pace(BOT, pace.database, ONE)
    await ask(pace, answered)
    waits = asyncio.create_task(ask(pace, answered, 2))
    while not pace._permits:  # noqa: ASYNC110
        await asyncio.sleep(0)
    waits.cancel()
    assert await ask(other, answered) == "ok"
    await other.shutdown()


async def test_a_ban_ends(pace: Pace) -> None:
    """Whoever learns of another process's ban makes no request and makes it no longer; its permit is free at once."""
    until = now_ms() + 60_000
    await pace.database.run(lambda tx: permits.ban(tx, BOT, until))
    for _ in range(3):
        with pytest.raises(RetryAfter):
            await ask(pace, fails)
    assert await pace.database.read(lambda tx: permits.banned_until(tx, BOT)) == until
    assert pace.banned_until == until


async def test_who_does_not_speak_needs_none(pace: Pace) -> None:
    """Telegram counts what puts or changes a message: a button's answer waits for nothing."""

    async def inner() -> str:
        return str(await ask(pace, answered, endpoint="answerCallbackQuery"))

    assert await ask(pace, inner) == "ok"
