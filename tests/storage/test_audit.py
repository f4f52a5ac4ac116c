"""The audit: append-only and chained, one chain however many write, refusals in it like anything else."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from storage import audit as trail
from storage import migrate
from storage.database import Database, Tx
from storage.models import audit, audit_head
from storage.sealed import Keyring

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


async def record(database: Database, *subjects: str) -> None:
    def recorded(tx: Tx) -> None:
        for subject in subjects:
            trail.record(tx, NOW, "luzhai", "opened", subject, 7, "LZ")

    await database.run(recorded)


async def ids(database: Database) -> list[int]:
    return await database.run(lambda tx: list(tx.execute(select(audit.c.id).order_by(audit.c.id)).scalars()))


async def broken(database: Database) -> int | None:
    return await database.run(trail.broken_at)


async def test_a_sound_chain(database: Database) -> None:
    """Empty, of one transaction or of many, it holds."""
    assert await broken(database) is None
    await record(database, "a", "b")
    await record(database, "c")
    assert await broken(database) is None and len(await ids(database)) == 3


TAMPERED: dict[str, Any] = {  # a column -> what somebody makes of it
    "action": "closed",
    "subject": "other",
    "detail": "",
    "person": None,
    "county": "yangxi",
    "at": NOW + timedelta(seconds=1),
    "chain": bytes(32),
}


@pytest.mark.parametrize("column", TAMPERED)
async def test_a_changed_row(database: Database, column: str) -> None:
    """Whatever is changed in a row, the chain breaks there."""
    await record(database, "a", "b", "c")
    second = (await ids(database))[1]
    change = update(audit).where(audit.c.id == second).values({column: TAMPERED[column]})
    await database.run(lambda tx: tx.execute(change) and None)
    assert await broken(database) == second


async def test_a_removed_row(database: Database) -> None:
    """In the middle it breaks at the next row; at the end the head tells; all of it gone, the head tells as well."""
    await record(database, "a", "b", "c")
    first, second, third = await ids(database)
    await database.run(lambda tx: tx.execute(delete(audit).where(audit.c.id == third)) and None)
    assert await broken(database) == 0
    await database.run(lambda tx: tx.execute(delete(audit).where(audit.c.id == first)) and None)
    assert await broken(database) == second
    await database.run(lambda tx: tx.execute(delete(audit)) and None)
    assert await broken(database) == 0


async def test_an_added_row(database: Database) -> None:
    """Who has the database but not the keys can't add to it, head and all."""
    await record(database, "a")
    forged = {
        "at": NOW,
        "county": "luzhai",
        "person": 7,
        "action": "opened",
        "subject": "x",
        "detail": "",
        "chain": b"x" * 32,
    }

    def forge(tx: Tx) -> None:
        tx.execute(insert(audit), forged)
        tx.execute(update(audit_head).values(chain=forged["chain"]))

    await database.run(forge)
    assert await broken(database) == (await ids(database))[1]


async def test_keys_are_rotated(database: Database, keys: Keyring) -> None:
    """The chain goes on under the new key and is checked across both."""
    await record(database, "a")
    keys.rotate()
    await record(database, "b")
    assert await broken(database) is None


async def test_one_chain_of_many_writers(database: Database) -> None:
    """Twenty at once, the very first among them: one chain, no row lost."""
    await asyncio.gather(*(record(database, f"{number}") for number in range(20)))
    assert await broken(database) is None and len(await ids(database)) == 20
    assert await database.run(lambda tx: tx.execute(select(func.count()).select_from(audit_head)).scalar_one()) == 1


async def test_one_chain_of_two_processes(postgres_database: str, keys: Keyring) -> None:
    """Two processes on one PostgreSQL, both beginning the chain."""
    databases = [Database(postgres_database, keys) for _ in range(2)]
    await migrate.bring_up(databases[0])
    await asyncio.gather(*(record(databases[number % 2], f"{number}") for number in range(20)))
    assert await broken(databases[0]) is None and len(await ids(databases[1])) == 20
    for one in databases:
        await one.close()


async def test_what_fails_leaves_nothing(database: Database) -> None:
    """A transaction that is undone is not in the audit either: the chain says what was, not what was tried in vain."""

    def fails(tx: Tx) -> None:
        trail.record(tx, NOW, "luzhai", "opened", "a", 7)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(fails)
    assert await ids(database) == [] and await broken(database) is None


async def test_what_anybody_can_make_happen_is_counted(database: Database) -> None:
    """Ten thousand wrong passwords are one row an hour for each tip: how often, from when to when; chained like any other."""

    def tried(tx: Tx) -> None:
        for n in range(60):
            trail.tally(tx, NOW + timedelta(minutes=n), "luzhai", "receipt refused", "LZ-1" if n % 3 else "-")

    await database.run(tried)
    await database.run(lambda tx: trail.settle(tx, NOW + timedelta(minutes=59)))
    assert await ids(database) == [], "the hour is not over"
    await database.run(lambda tx: trail.settle(tx, NOW + timedelta(minutes=61)))
    await database.run(lambda tx: trail.settle(tx, NOW + timedelta(hours=3)))
    kept = select(audit.c.subject, audit.c.detail).where(audit.c.action == "receipt refused").order_by(audit.c.subject)
    assert [tuple(row) for row in await database.run(lambda tx: tx.execute(kept).all())] == [
        ("-", "20 2026-11-23T01:00:00+00:00/2026-11-23T01:57:00+00:00"),
        ("LZ-1", "40 2026-11-23T01:01:00+00:00/2026-11-23T01:59:00+00:00"),
    ]
    assert await broken(database) is None
