"""Two processes at one broadcast at the same moment, as only PostgreSQL lets them be: exactly known who has it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.util import await_only

from storage import broadcasts, sending
from storage.broadcasts import Progress
from storage.database import Database, Tx
from storage.models import outbox
from storage.models import said as said_table
from storage.parcels import Parcel
from tests.storage.test_broadcasts import (
    DOOR,
    ONE,
    all_told,
    begin,
    claim,
    count,
    crowd,
    have_it,
    progress,
    sent,
    whose,
)


@pytest.fixture
def database_url(postgres_database: str) -> str:
    return postgres_database


async def while_claimed(database: Database, doing: Callable[[Tx], Any]) -> tuple[list[Parcel], Any]:
    """Two are claimed by a transaction that commits only when `doing` waits for it."""
    claimed, go = asyncio.Event(), asyncio.Event()

    def claims(tx: Tx) -> list[Parcel]:
        found = sending.claim(tx, DOOR, 2, 2)
        claimed.set()
        await_only(go.wait())
        return found

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        hand = group.create_task(database.run(claims))
        await claimed.wait()
        done = group.create_task(database.run(doing))
        while not done.done() and not await _waits(database):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        go.set()
    return hand.result(), done.result()


async def _waits(database: Database) -> bool:
    """Whether somebody there waits for somebody's row."""
    locked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return await database.run(lambda tx: bool(tx.execute(locked).scalar_one()))


async def test_cancelled_while_a_claim_commits(database: Database) -> None:
    """What was claimed first is let out, and whoever cancels is told how many are not; nobody has it taken away."""
    await begin(database, await crowd(database, 3))
    hand, spared = await while_claimed(database, lambda tx: broadcasts.cancel(tx, ONE))
    assert len(hand) == 2 and spared == 1
    assert await count(database, outbox) == 2
    await sent(database, hand)
    wants = await database.run(lambda tx: set(tx.execute(select(said_table.c.want)).scalars()))
    assert await have_it(database) == await whose(database, [one.lane for one in hand]) and "erase" not in wants
    assert await progress(database) == Progress("cancelled", 0, 2)


async def test_recalled_while_a_claim_commits(database: Database) -> None:
    """What was claimed first goes out, and out of the chat again."""
    await begin(database, await crowd(database, 3))
    hand, _ = await while_claimed(database, lambda tx: broadcasts.recall(tx, ONE))
    await sent(database, hand)
    assert await count(database, said_table, said_table.c.want == "erase") == len(hand) == 2
    assert await claim(database) == [] and await count(database, outbox) == 0


async def test_held_while_a_claim_commits(database: Database) -> None:
    """What was claimed first stays in its door's queue, is let out, and is not said twice when the rest goes on."""
    await begin(database, await crowd(database, 3))

    def held(tx: Tx) -> None:
        broadcasts.pause(tx, ONE)
        broadcasts.go_on(tx)

    hand, _ = await while_claimed(database, held)
    assert await count(database, outbox, outbox.c.channel == DOOR) == len(hand) == 2
    await sent(database, hand)
    await database.run(lambda tx: broadcasts.resume(tx, ONE))
    await all_told(database)
    await sent(database, await claim(database))
    assert await progress(database) == Progress("ended", 0, 3) and await count(database, said_table) == 3
