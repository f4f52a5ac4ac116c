"""Permits: no two processes hold one moment, no second holds more than its share, and everybody obeys a refusal."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import permits
from storage.database import Database, now_ms
from storage.sealed import Keyring
from tests.machine import pass_time

BOT = "telegram:staff:luzhai"


@pytest.fixture
async def another(database: Database, keys: Keyring) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    opened = Database(database.url.render_as_string(hide_password=False), keys)
    yield opened
    await opened.close()


async def take(database: Database, count: int = 1, step: int = 37, bot: str = BOT) -> permits.Lot:
    return await database.run(lambda tx: permits.take(tx, bot, count, step))


@given(st.integers(0, 10**13), st.integers(1, 50), st.integers(1, 5000))
def test_moments(following: int, count: int, step: int) -> None:
    """A lot is as many moments as were booked, a step apart, the last of them a step before what follows."""
    found = permits.moments(following, count, step)
    assert len(found) == count and found[-1] == following - step
    assert all(later - earlier == step for earlier, later in zip(found, found[1:], strict=False))


async def test_the_first_may_begin_at_once(database: Database) -> None:
    """After a quiet time nobody waits; whoever comes next waits its step."""
    before = now_ms()
    first, second = await take(database), await take(database)
    assert before <= first.moments[0] <= now_ms() and second.moments[0] == first.moments[0] + 37


async def test_several_processes(database: Database, another: Database) -> None:
    """Lots taken by two processes at the same time share no moment and keep their distance; a slow machine may leave more."""
    lots = await asyncio.gather(*(take(one, count) for count in range(1, 9) for one in (database, another)))
    moments = sorted(one for lot in lots for one in lot.moments)
    assert min(later - earlier for earlier, later in zip(moments, moments[1:], strict=False)) == 37


async def test_bots_apart(database: Database) -> None:
    """One bot's crowd is no other's."""
    await take(database, 500)
    quiet = await take(database, bot="telegram:citizens:luzhai")
    assert quiet.moments[0] <= now_ms()


async def test_unused_moments_lapse(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was booked and not used is not saved up for a flood."""
    await take(database, 5)
    pass_time(monkeypatch, seconds=30)
    lot = await take(database, 3)
    assert lot.moments[0] >= permits.now_ms() - 1_000


async def test_a_clock_set_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an hour that was booked before the clock was set back."""
    await take(database)
    pass_time(monkeypatch, hours=-1)
    assert (await take(database)).moments[0] <= permits.now_ms()


async def test_a_ban_is_everybodys(database: Database, another: Database) -> None:
    """What one process was told, the other sees before its next request; the later end counts; another bot isn't concerned."""
    until = now_ms() + 30_000
    await database.run(lambda tx: permits.ban(tx, BOT, until))
    await another.run(lambda tx: permits.ban(tx, BOT, until - 10_000))
    assert await another.read(lambda tx: permits.banned_until(tx, BOT)) == until
    assert (await take(another)).banned_until == until
    assert await database.read(lambda tx: permits.banned_until(tx, "telegram:citizens:luzhai")) == 0
