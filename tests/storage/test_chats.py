"""Conversations: found by a MAC, sealed while they last, and holding nothing once they are over."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from storage import chats, migrate, people, queue, tips
from storage.database import Database, Tx
from storage.models import chats as rows
from storage.models import outbox, returns
from storage.sealed import Keyring
from tests.machine import pass_time

PEER = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


async def start(database: Database, peer: str = PEER) -> chats.Chat:
    return await database.run(lambda tx: chats.start(tx, "web", peer, "luzhai", "zh", address=True))


async def find(database: Database) -> chats.Chat | None:
    return await database.run(lambda tx: chats.find(tx, "web", PEER))


async def count(database: Database, table: object) -> int:
    return await database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


async def test_found_by_its_account_alone(database: Database) -> None:
    """The same account on the same channel, and nobody else; the account itself is in no column."""
    chat = await start(database)
    found = await find(database)
    assert found is not None and found.id == chat.id
    assert await database.run(lambda tx: chats.find(tx, "telegram", PEER)) is None
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert PEER.encode() not in b"".join(one if isinstance(one, bytes) else str(one).encode() for one in kept)
    assert database.keys.open_("transit", kept.sealed_address) == PEER.encode()


async def test_found_after_a_rotation_and_rekeyed(database: Database, keys: Keyring) -> None:
    """Under an earlier key it is found all the same, and from then on under the current one."""
    await start(database)
    before = await database.run(lambda tx: tx.execute(select(rows.c.peer)).scalar_one())
    keys.rotate()
    assert await find(database) is not None
    after = await database.run(lambda tx: tx.execute(select(rows.c.peer)).scalar_one())
    assert after != before and after == keys.mac("peer", f"web:{PEER}".encode())


async def test_answers_are_kept_sealed(database: Database) -> None:
    """What a person has said so far comes back as it was, and can't be read in the row."""
    chat = await start(database)
    chat.state = {"stack": [{"at": "citizens/tip", "answers": {"what": "老粮仓"}}]}
    await database.run(lambda tx: chats.save(tx, [chat]))
    found = await find(database)
    assert found is not None and found.state == chat.state
    sealed = await database.run(lambda tx: tx.execute(select(rows.c.sealed_state)).scalar_one())
    assert "老粮仓".encode() not in sealed


async def test_the_end(database: Database) -> None:
    """No answers, no address, no messages, no way back from its tips."""
    chat = await start(database)

    def lived(tx: Tx) -> None:
        chat.state = {"mine": [tips.new_alias(tx, chat.id).hex()]}
        chats.save(tx, [chat])
        queue.put(tx, "web", chat.id, queue.message("zh", "luzhai", [("common:x", {})]))

    await database.run(lived)
    await database.run(lambda tx: chats.end(tx, chat.id))
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert (kept.sealed_state, kept.sealed_address) == (None, None) and kept.ended_ms
    assert await count(database, outbox) == await count(database, returns) == 0
    assert await database.run(lambda tx: chats.over(tx, [chat.id])) == {chat.id}


async def test_ended_while_it_is_answered(postgres_database: str, keys: Keyring) -> None:
    """Two processes: whoever leaves while an answer is being written waits for it, and then takes it along."""
    database = Database(postgres_database, keys)
    await migrate.bring_up(database)
    chat = await start(database)

    def answered(connection: object) -> None:
        tx = Tx(connection, keys)  # type: ignore[arg-type]
        held = chats.hold(tx, [chat.id])[chat.id]
        held.state = {"stack": ["words"]}
        queue.put(tx, "web", chat.id, queue.message("zh", "luzhai", [("common:x", {})]))
        chats.save(tx, [held])
        tx.flush()

    async with database._engine.begin() as connection:
        await connection.run_sync(answered)
        leaving = asyncio.create_task(database.run(lambda tx: chats.end(tx, chat.id)))
        done, _ = await asyncio.wait([leaving], timeout=0.2)
        assert not done
    await leaving
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert kept.sealed_state is None and await count(database, outbox) == 0
    await database.close()


# days of silence, staff -> over
SILENCE = [(6.9, False, False), (7.1, False, True), (7.1, True, False), (13.9, True, False), (14.1, True, True)]


@pytest.mark.parametrize(("days", "staff", "over"), SILENCE)
async def test_silence(
    database: Database, monkeypatch: pytest.MonkeyPatch, days: float, staff: bool, over: bool
) -> None:
    """A citizen's conversation lasts 7 days without a word, a staff session 14; the sweep ends the same ones."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC))) if staff else None
    chat = await database.run(lambda tx: chats.start(tx, "web", PEER, "luzhai", "zh", person).id)
    pass_time(monkeypatch, days=days)
    assert (await database.run(lambda tx: chats.over(tx, [chat])) == {chat}) is over
    await database.run(chats.sweep)
    found = await find(database)
    assert found is not None and found.ended is over
    pass_time(monkeypatch, days=30)
    await database.run(chats.sweep)
    await database.run(chats.sweep)
    pass_time(monkeypatch, days=8)
    await database.run(chats.sweep)
    assert await count(database, rows) == 0, "in the end not even a row is left"
