"""The house watches itself: what waits too long makes it not ready, by a coarse word; and a sign of life goes out only while all is
well."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.auditor import Auditor
from bot.bots import KF_WINDOW
from bot.config import ConfigError, load
from bot.heartbeat import PATIENCE, Heartbeat
from bot.timepiece import Lever
from storage import chats, duties, people, queue
from storage.database import Database
from storage.parcels import PLAINLY, Terms
from tests.machine import pass_time
from tests.simulators.serving import serving
from tests.town import MONDAY, Town, tip_off

DOOR = "telegram:staff:luzhai"


async def put(
    database: Database, *, peer: str = "7", bulk: bool = False, channel: str = DOOR, staff: int | None = None
) -> None:
    """A reply, or a push, for somebody there."""
    lane = (await database.run(lambda tx: chats.start(tx, channel, peer, "luzhai", "zh", staff, address=True))).id
    message = queue.message("zh", "luzhai", [("common:closed", {})], (), -1 if bulk else 0)
    await database.run(lambda tx: queue.put(tx, channel, lane, message))


def auditor(town: Town, terms: Terms = PLAINLY) -> Auditor:
    return Auditor(town.app.database, town.app.timepiece, town.app.plans, lambda: {DOOR: terms})


async def test_what_nobody_sends_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five minutes in which nobody claimed it, with its figure in seconds."""
    await put(town.app.database)
    watches = auditor(town)
    for minutes, why in ((4, ""), (2, "outbox")):
        pass_time(monkeypatch, minutes=minutes)
        assert await watches.amiss() == why
    assert timedelta(minutes=6) <= await watches.unsent() < timedelta(minutes=7)


# whom it is for, how the channel is served -> nobody is to blame that it waits
RIGHTLY = [
    ("web", False, PLAINLY),  # a page's outbox is its mailbox
    (DOOR, True, Terms(daily=1)),  # the day's count is full, or was
    (DOOR, False, Terms(window=KF_WINDOW)),  # the platform lets nobody write before they do
]


@pytest.mark.parametrize(("channel", "bulk", "terms"), RIGHTLY)
async def test_what_waits_rightly_is_not_late(
    sqlite_town: Town, monkeypatch: pytest.MonkeyPatch, channel: str, bulk: bool, terms: Terms
) -> None:
    """Whoever watches is not called for what nobody here can hasten."""
    await put(sqlite_town.app.database, channel=channel, bulk=bulk)
    pass_time(monkeypatch, hours=2)
    assert await auditor(sqlite_town, terms).amiss() == ""


# Friday evening to Monday's morning, at 8:53 -> what is said of a push that has waited since
MORNINGS = [(timedelta(minutes=-1), ""), (timedelta(minutes=4), ""), (timedelta(minutes=6), "outbox")]


@pytest.mark.parametrize(("past", "why"), MORNINGS)
async def test_what_waited_for_the_morning_is_not_late_at_once(
    sqlite_town: Town, monkeypatch: pytest.MonkeyPatch, past: timedelta, why: str
) -> None:
    """It has five minutes from the morning, like everything else from when it may go."""
    clerk = await sqlite_town.app.database.run(lambda tx: people.add(tx, "luzhai", "甲", MONDAY))
    await put(sqlite_town.app.database, bulk=True, staff=clerk)
    pass_time(monkeypatch, hours=60)
    morning = MONDAY.replace(hour=8, minute=53)
    await sqlite_town.forward_to(morning + timedelta(days=7) + past)
    assert await auditor(sqlite_town).amiss() == why


async def test_whoever_asks_hears_which_part_stands_still(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and one word; seconds stand in the figures."""
    monkeypatch.setattr(sqlite_town.app.auditor, "_terms", lambda: {DOOR: PLAINLY})
    await put(sqlite_town.app.database)
    pass_time(monkeypatch, minutes=6)
    answer = await sqlite_town.http.get("/readyz")
    assert (answer.status, await answer.text()) == (503, "outbox\n")
    figures = await (await sqlite_town.http.get("/metrics")).text()
    (line,) = [one for one in figures.splitlines() if one.startswith("xiezhi_outbox_behind_seconds ")]
    assert 360 <= float(line.split()[1]) < 420


# -- a sign of life ------------------------------------------------------------------------------------------------------


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answer: web.Response = web.Response(text="ok")

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(f"{request.method} {request.path_qs}")
        return self.answer


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[tuple[Listener, str]]:
    listener, app = Listener(), web.Application()
    app.router.add_route("*", "/{any:.*}", listener.hear)
    async with serving(app) as url:
        yield listener, url


async def test_a_sign_of_life_goes_out_only_while_all_is_well(town: Town) -> None:
    """Silence is what tells whoever listens: duties nobody looks at end it, a look brings it back."""
    await tip_off(await town.citizen())
    due = await town.app.database.run(lambda tx: duties.next_look(tx, town.app.plans))
    assert due is not None and isinstance(town.app.timepiece, Lever)
    async with listening() as (listener, url):
        heart = Heartbeat(f"{url}/ping?key=a-secret", town.app.auditor)
        await heart.beat()
        assert listener.heard == ["GET /ping?key=a-secret"]
        async with town.app.lookout.looking:
            town.app.timepiece.move_to(due + timedelta(minutes=6))
            await heart.beat()
            assert len(listener.heard) == 1
        await town.app.looked()
        await heart.beat()
        assert len(listener.heard) == 2


async def test_nobody_sends_it_elsewhere(sqlite_town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """A redirect is not followed; what is refused or can't be reached is a line in the log without the address, which may
    hold a secret; the house goes on."""
    async with listening() as (listener, url):
        heart = Heartbeat(f"{url}/ping?key=a-secret", sqlite_town.app.auditor)
        listener.answer = web.Response(status=302, headers={"Location": f"{url}/elsewhere"})
        await heart.beat()
        assert listener.heard == ["GET /ping?key=a-secret"]
    await heart.beat()
    told = capsys.readouterr().out
    assert "heartbeat refused" in told and "heartbeat not heard" in told and "a-secret" not in told
    assert PATIENCE.total == 5


async def test_without_an_address_nothing_is_asked(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default: no request leaves the house."""
    monkeypatch.setattr("aiohttp.ClientSession.get", None)
    await Heartbeat("", sqlite_town.app.auditor).beat()


def test_its_address_is_one(tmp_path: Path) -> None:
    """A sentence with key and remedy, without what was written."""
    path = tmp_path / "config.yaml"
    path.write_text("server: {heartbeat_url: 'ping.example/a-secret'}\ncounties: {luzhai: {plan: x}}\n")
    with pytest.raises(ConfigError) as told:
        load(path, {})
    assert (
        "server.heartbeat_url" in str(told.value)
        and "https://" in str(told.value)
        and "a-secret" not in str(told.value)
    )
