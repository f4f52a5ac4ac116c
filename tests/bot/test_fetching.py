"""Files at their platform, whatever it and the house go through: nothing is lost that could still be had."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.caller import Sorry
from bot.fetching import ALONE_MS, FIRST_MS, LONGEST_MS, TRIES, WAITED_FOR_MS, Fetcher, NotNow, Part
from bot.files import Uploads
from storage import chats, migrate, queue, remotes
from storage.database import Database
from storage.files import FileStore
from storage.models import inbox
from storage.sealed import Keyring
from tests.bot.attachments import photo
from tests.machine import pass_time

DOOR = "telegram:citizens:luzhai"


class Whole:
    filename = "现场.jpg"

    def __init__(self) -> None:
        self._left = [photo()]

    async def read_chunk(self, size: int) -> bytes:
        return self._left.pop() if self._left else b""


class Platform:
    """Gives the file, or what it is told to raise instead; `hangs` says when somebody waits for it in vain."""

    def __init__(self) -> None:
        self.trouble: BaseException | None = None
        self.hangs: asyncio.Event | None = None

    @contextlib.asynccontextmanager
    async def fetch(self, remote: Mapping[str, Any]) -> AsyncIterator[Part]:
        if self.hangs is not None:
            self.hangs.set()
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble
        yield Whole()


class House:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.platform, self.lane = database, Platform(), 0
        self.uploads = Uploads(database, FileStore(folder, floor=0), lambda *ask: True)
        self.fetcher = Fetcher(database, self.uploads, {DOOR: self.platform}, lambda: None)

    async def hears(self, *payloads: Mapping[str, Any]) -> None:
        keys = self.database.keys
        rows = [queue.arrival(keys, DOOR, str(number), self.lane, one) for number, one in enumerate(payloads)]
        await self.database.run(lambda tx: queue.accept(tx, rows))

    async def fetches(self) -> None:
        """One round: what is free is begun and ended."""
        await self.fetcher._begin()
        await asyncio.gather(*self.fetcher._tasks)

    async def row(self) -> Any:
        return await self.database.run(lambda tx: tx.execute(inbox.select().order_by(inbox.c.id)).first())

    async def says(self) -> dict[str, Any]:
        (row, *_) = await self.database.run(queue.claim_inbox)
        return row.payload or {}


FILE = {"kind": "file", "remote": {"id": "x", "size": 1, "name": "a.jpg"}}
TEXT = {"kind": "said", "text": "在码头"}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    database = Database(database_url, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(database)
    made = House(database, tmp_path / "files")
    made.lane = await database.run(lambda tx: chats.reach(tx, DOOR, "7", "luzhai", "zh").id)
    yield made
    await database.close()


PASSING: list[BaseException] = [
    NotNow(),  # the platform is away, or answers 502
    NotNow(3_000),  # the platform says when (429)
    Sorry(503, "uploads_busy"),  # our own page is busy
    Sorry(507, "disk_full"),
    Sorry(408, "upload_stalled"),
    TimeoutError(),
]


@pytest.mark.parametrize("trouble", PASSING, ids=repr)
async def test_what_passes_costs_no_try(house: House, monkeypatch: pytest.MonkeyPatch, trouble: BaseException) -> None:
    """However often, it says nothing against the file, which comes when it is over."""
    await house.hears(FILE)
    house.platform.trouble = trouble
    for _ in range(3 * TRIES):
        await house.fetches()
        row = await house.row()
        assert row.remote and row.attempts == 0
        pass_time(monkeypatch, milliseconds=LONGEST_MS + 1)
    house.platform.trouble = None
    await house.fetches()
    assert (await house.says())["file"]["name"] == "现场.jpg"


async def test_what_nobody_foresaw_costs_a_try(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be the file: after so many tries the person is told, and the conversation goes on."""
    await house.hears(FILE)
    house.platform.trouble = ValueError()
    for number in range(TRIES):
        await house.fetches()
        assert (await house.row()).attempts == number + 1
        pass_time(monkeypatch, milliseconds=LONGEST_MS + 1)
    await house.fetches()
    said = await house.says()
    assert (said["kind"], said["why"]) == ("unfetched", "file_not_fetched")


# What has waited so long (ms), and the platform's word -> when it is tried again (ms).
PAUSES = [
    (0, 0, FIRST_MS),
    (FIRST_MS // 2, 0, FIRST_MS),
    (20_000, 0, 20_000),
    (LONGEST_MS, 0, LONGEST_MS),
    (5 * LONGEST_MS, 0, LONGEST_MS),
    (20_000, 3_000, 3_000),
    (-3_600_000, 0, FIRST_MS),  # the clock was set back
]


@pytest.mark.parametrize(("waited", "told", "pause"), PAUSES)
async def test_pauses_grow(house: House, monkeypatch: pytest.MonkeyPatch, waited: int, told: int, pause: int) -> None:
    """From a second to ten minutes: a stumble costs a second, and an outage of hours a few questions an hour. Where the
    platform says when, its word goes."""
    await house.hears(FILE)
    house.platform.trouble = NotNow(told)
    monkeypatch.setattr(remotes, "now_ms", _still(await _came(house) + waited))
    await house.fetches()
    assert (await house.row()).claimed_ms == await _came(house) + waited + pause


async def _came(house: House) -> int:
    return int((await house.row()).at_ms)


def _still(moment: int) -> Callable[[], int]:
    return lambda: moment


# What else its conversation has said, how long it has waited (ms) -> whether it is still asked for.
PATIENCE: list[tuple[list[Mapping[str, Any]], int, bool]] = [
    ([], WAITED_FOR_MS + 1, True),
    ([], ALONE_MS - 1, True),
    ([], ALONE_MS, False),
    ([TEXT], WAITED_FOR_MS - 1, True),
    ([TEXT], WAITED_FOR_MS, False),
    ([FILE], WAITED_FOR_MS, True),  # a second piece of an album waits for nothing but its own platform
]


@pytest.mark.parametrize(("behind", "waited", "on"), PATIENCE)
async def test_patience(
    house: House, monkeypatch: pytest.MonkeyPatch, behind: list[Mapping[str, Any]], waited: int, on: bool
) -> None:
    """A file is asked for a day long while nothing waits behind it, and an hour when its conversation does: then it is said
    that it did not come. Never without having been asked for, however long the house itself was down."""
    await house.hears(FILE, *behind)
    house.platform.trouble = NotNow()
    monkeypatch.setattr(remotes, "now_ms", _still(await _came(house) + waited))
    await house.fetches()
    assert (await house.row()).remote is on
    house.platform.trouble = None
    pass_time(monkeypatch, milliseconds=waited + LONGEST_MS + 1)
    await house.fetches()
    assert (await house.says())["kind"] == ("file" if on else "unfetched")


async def test_a_house_that_was_down_still_asks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waited for us, and not for the platform, is fetched as if it had come just now."""
    await house.hears(FILE, TEXT)
    monkeypatch.setattr(remotes, "now_ms", _still(await _came(house) + 3 * ALONE_MS))
    await house.fetches()
    assert (await house.says())["kind"] == "file"


async def test_one_that_stops_gives_the_row_back(house: House) -> None:
    """The next process need not wait for its lease, and no try is counted."""
    await house.hears(FILE)
    house.platform.hangs, stopping = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(house.fetcher.run(stopping))
    await house.platform.hangs.wait()
    stopping.set()
    house.fetcher.wake()
    await running
    assert [one.attempts for one in await house.database.run(lambda tx: remotes.claim(tx, 8, 1))] == [1]


async def test_a_full_page_keeps_no_photo_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While others' uploads take all places of this process a bot's photo waits, and nobody is told it was refused."""
    await house.hears(FILE)
    house.uploads._coming = 10**6
    for _ in range(3 * TRIES):
        await house.fetches()
        assert (await house.row()).remote
        pass_time(monkeypatch, milliseconds=LONGEST_MS + 1)
    house.uploads._coming = 0
    await house.fetches()
    assert (await house.says())["kind"] == "file"
