"""Permits: no two processes hold one, none is lost, and everybody obeys a refusal."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from rules.pacing import HOLD_MS, SECOND_MS
from storage import permits
from storage.database import Database, now_ms
from storage.permits import Permit
from storage.sealed import Keyring
from tests.machine import pass_time

BOT, MOST, STEP = "telegram:staff:luzhai", 30, 33


@pytest.fixture
async def another(database: Database, keys: Keyring) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    opened = Database(database.url.render_as_string(hide_password=False), keys)
    yield opened
    await opened.close()


async def take(
    database: Database, count: int = 1, back: Sequence[tuple[Permit, int]] = (), bot: str = BOT
) -> permits.Lot:
    return await database.run(lambda tx: permits.exchange(tx, bot, back, count, MOST, STEP))


async def test_the_first_may_begin_at_once(database: Database) -> None:
    """After a quiet time nobody waits; whoever comes next waits its step."""
    before = now_ms()
    [first], [second] = (await take(database)).permits, (await take(database)).permits
    assert before <= first.at_ms <= now_ms() and second.at_ms == first.at_ms + STEP


async def test_several_processes(database: Database, another: Database) -> None:
    """Lots taken by two processes at the same time share no permit and no moment; when all are held nobody gets one."""
    lots = await asyncio.gather(*(take(one, count) for count in range(1, 9) for one in (database, another)))
    held = [one for lot in lots for one in lot.permits]
    assert sorted(one.number for one in held) == list(range(MOST))
    moments = sorted(one.at_ms for one in held)
    assert min(later - earlier for earlier, later in zip(moments, moments[1:], strict=False)) >= STEP
    assert (await take(another, 8)).permits == ()


async def test_given_back(database: Database, another: Database) -> None:
    """What is given back is good again from then on, for whoever asks first."""
    held = (await take(database, MOST)).permits
    await take(database, 0, [(held[3], 0), (held[5], now_ms() + 100), (held[7], now_ms() + HOLD_MS)])
    found = (await take(another, 8)).permits
    assert [one.number for one in found] == [held[3].number, held[5].number] and found[1].at_ms >= now_ms()


async def test_given_back_too_late(database: Database, another: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever slept until its time was up changes nothing: another may hold it. So nothing is lost with a process that is
    killed."""
    held = (await take(database, MOST)).permits
    pass_time(monkeypatch, milliseconds=HOLD_MS + MOST * STEP)
    taken = (await take(another, MOST)).permits
    assert len(taken) == MOST
    await take(database, 0, [(one, 0) for one in held])
    assert (await take(another, 8)).permits == ()


async def test_alone_after_a_kill(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows itself to be the only process waits a second, in which what the one before it sent may still arrive."""
    at = now_ms()
    monkeypatch.setattr(permits, "now_ms", lambda: at)
    await take(database, MOST)
    await database.run(lambda tx: permits.release(tx, [BOT]))
    assert (await take(database, 8)).permits == ()
    pass_time(monkeypatch, milliseconds=SECOND_MS)
    assert len((await take(database, 8)).permits) == 8


async def test_bots_apart(database: Database) -> None:
    """One bot's crowd is no other's."""
    await take(database, MOST)
    [quiet] = (await take(database, bot="telegram:citizens:luzhai")).permits
    assert quiet.at_ms <= now_ms()


async def test_a_quiet_time_is_not_saved_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long nobody asked, those who come at once begin a step apart."""
    held = (await take(database, 5)).permits
    await take(database, 0, [(one, 0) for one in held])
    pass_time(monkeypatch, seconds=20)
    moments = [one.at_ms for one in (await take(database, 3)).permits]
    assert moments[0] >= permits.now_ms() - 1_000 and moments[2] == moments[0] + 2 * STEP


async def test_a_clock_set_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an hour that was booked before the clock was set back."""
    await take(database, MOST)
    pass_time(monkeypatch, hours=-1)
    assert (await take(database)).permits[0].at_ms <= permits.now_ms()


async def test_a_ban_is_everybodys(database: Database, another: Database) -> None:
    """What one process was told, the other sees before its next request; the later end counts; another bot isn't concerned."""
    until = now_ms() + 30_000
    await database.run(lambda tx: permits.ban(tx, BOT, until))
    await another.run(lambda tx: permits.ban(tx, BOT, until - 10_000))
    assert await another.read(lambda tx: permits.banned_until(tx, BOT)) == until
    assert (await take(another)).banned_until == until
    assert await database.read(lambda tx: permits.banned_until(tx, "telegram:citizens:luzhai")) == 0
