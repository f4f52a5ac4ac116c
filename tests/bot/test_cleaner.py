"""Cleaning beside the bot: a file may exhaust, crash or hang the process that reads it, and nothing else."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.caller import Caller
from bot.clean import Cleaned, Kind, Refused, Withheld, apart, clean, images, kind_of
from bot.clean.apart import Unstartable, clean_apart
from bot.cleaner import Cleaner
from bot.files import Uploads
from storage import attachments, chats, migrate
from storage.database import Database
from storage.files import FileStore
from storage.models import tip_files
from storage.sealed import Keyring
from tests.bot import attachments as a

JPEG = Kind("image", "image/jpeg", "jpg")


@pytest.mark.parametrize("sample", [a.photo(), a.pdf(), a.word(), a.film()])
async def test_apart(sample: bytes) -> None:
    """In a process of its own the verdict is the same, to the byte."""
    kind = kind_of(sample)
    assert isinstance(kind, Kind)
    assert await clean_apart(kind, sample) == clean(kind, sample)


async def test_memory_is_bounded() -> None:
    """A picture that needs more than there is ends its own process."""
    kind, large = Kind("image", "image/png", "png"), a.image("PNG", (6000, 5900))
    assert isinstance(await clean_apart(kind, large), Cleaned)
    assert await clean_apart(kind, large, memory=200_000_000) == Refused("bomb")


SPIN = "from bot.clean.__main__ import _limit; _limit(1, 1 << 30)\nwhile True: pass"
HANG = "import threading; threading.Event().wait()"
TELL = "import os; print('[\"Refused\", \"empty\"]' if 'XIEZHI_TOKEN' not in os.environ else '')"
# What happens in that process, and for how long it may (s) -> the verdict.
ENDS = [
    (SPIN, 60, Refused("bomb")),  # all its CPU time
    (HANG, 1, Refused("bomb")),
    ("import os; os.abort()", 60, Refused("damaged")),  # a library crashes
    ("raise SystemExit(3)", 60, Refused("damaged")),
    ("", 60, Refused("damaged")),  # nothing is said
    (TELL, 60, Refused("empty")),  # none of the bot's secrets is there
    ('print(\'["Withheld", "video"]\')', 60, Withheld("video")),
]


@pytest.mark.parametrize(("does", "seconds", "verdict"), ENDS)
async def test_ends(monkeypatch: pytest.MonkeyPatch, does: str, seconds: int, verdict: apart.Verdict) -> None:
    """However it ends, there is a verdict; and it knows nothing of the bot but the file."""
    monkeypatch.setenv("XIEZHI_TOKEN", "secret")
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", does))
    assert await clean_apart(JPEG, b"x", seconds=seconds) == verdict


# -- the cleaner ---------------------------------------------------------------------------------------------------------


class Part:
    filename, left = "a.jpg", [b""]

    async def read_chunk(self, size: int) -> bytes:
        return self.left.pop() if self.left else b""


class House:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database, store = database, FileStore(folder, floor=0)
        self.cleaner, self.uploads = Cleaner(database, store), Uploads(database, store, lambda *ask: True)

    async def takes(self, data: bytes) -> None:
        chat = await self.database.run(lambda tx: chats.start(tx, "web", "peer", "luzhai", "zh").id)
        caller, part = Caller(chat, "zh", "luzhai"), Part()
        part.left = [data]
        taken = await self.uploads.take(part, caller)  # type: ignore[arg-type]
        await self.uploads.keep(taken, caller, "1")

    async def file(self) -> Any:
        return await self.database.run(lambda tx: tx.execute(select(tip_files)).one())


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    database = Database(database_url, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(database)
    yield House(database, tmp_path / "files")
    await database.close()


async def test_nothing_is_read_in_the_bot(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy comes from another process: what reads pictures is never called in this one."""

    def never(*_: Any) -> None:
        raise AssertionError

    await house.takes(a.photo())
    monkeypatch.setattr(images, "clean_image", never)
    assert await house.cleaner.once()
    assert (await house.file()).state == "ready"


async def test_no_process_to_be_had(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not at fault: it waits, however long, and is cleaned when there is one again."""
    await house.takes(a.photo())
    command = apart._COMMAND
    monkeypatch.setattr(apart, "_COMMAND", ("/nowhere/python",))
    for _ in range(attachments.GIVE_UP + 2):
        with pytest.raises(Unstartable):
            await house.cleaner.once()
    monkeypatch.setattr(apart, "_COMMAND", command)
    assert await house.cleaner.once()
    assert (await house.file()).state == "ready"


async def test_one_that_stops_gives_the_file_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is ended with it, the next of ours need not wait for the lease, and no try is counted."""
    await house.takes(a.photo())
    children: asyncio.Queue[Process] = asyncio.Queue()
    start = apart._started

    async def started() -> Process:
        children.put_nowait(child := await start())
        return child

    monkeypatch.setattr(apart, "_started", started)
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", HANG))
    cleaning = asyncio.create_task(house.cleaner.once())
    child = await children.get()
    cleaning.cancel()
    await asyncio.wait([cleaning])
    assert child.returncode is not None
    assert [(row.state, row.attempts) for row in await house.database.run(attachments.claim)] == [("new", 0)]
