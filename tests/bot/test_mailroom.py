"""Fetches of many conversations in one transaction: each is answered by what it asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.mailroom import Mailroom
from storage import chats, mailbox, migrate, queue
from storage.database import Database
from storage.mailbox import Fetch
from storage.sealed import Keyring


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(database_url, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(opened)
    yield opened
    await opened.close()


async def test_two_who_ask_from_different_places_of_one_conversation(database: Database) -> None:
    """A stream that has seen everything and a page that reconnects with nothing are not given each other's answer; two
    that ask the same share one."""
    chat = await database.run(lambda tx: chats.start(tx, "web", "peer", "luzhai", "zh").id)
    message = queue.message("zh", "luzhai", [("common:x", {})])
    await database.run(lambda tx: [queue.put(tx, "web", chat, message) for _ in range(3)] and None)
    first, *_ = await database.run(lambda tx: mailbox.collect(tx, [Fetch(chat, 0, 0)])[chat])
    room = Mailroom(database)
    asked = (Fetch(chat, 0, first[0]), Fetch(chat, 0, 0), Fetch(chat, 0, 0), Fetch(chat + 1, 0, 0))
    answers = await asyncio.gather(*(room.fetch(one) for one in asked))
    assert [len(one or ()) for one in answers] == [2, 3, 3, 0]
