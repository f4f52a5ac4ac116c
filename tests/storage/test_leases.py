"""Leases and cursors: one holder at a time, followed when it dies; a cursor that is too old is none."""

import pytest

from storage import cursors, leases
from storage.database import Database
from tests.machine import pass_time

MS = 5_000


async def take(database: Database, holder: str) -> bool:
    return await database.run(lambda tx: leases.take(tx, "polling:x", holder, MS))


async def test_one_holder_at_a_time(database: Database) -> None:
    """Whoever has it keeps it; the other waits."""
    assert await take(database, "a") and await take(database, "a")
    assert not await take(database, "b")


async def test_one_that_dies_is_followed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is up, and it finds so if it was only asleep."""
    assert await take(database, "a")
    pass_time(monkeypatch, milliseconds=MS + 1)
    assert await take(database, "b") and not await take(database, "a")


async def test_one_that_stops_is_followed_at_once(database: Database) -> None:
    """Only the holder's own word ends a lease."""
    assert await take(database, "a")
    await database.run(lambda tx: leases.give_up(tx, "polling:x", "b"))
    assert not await take(database, "b")
    await database.run(lambda tx: leases.give_up(tx, "polling:x", "a"))
    assert await take(database, "b")


async def test_a_cursor(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is where it was last moved to, until it is older than the platform's numbering."""
    assert await database.run(lambda tx: cursors.read(tx, "x", 1000)) is None
    for value in ("1", "22"):
        await database.run(lambda tx, one=value: cursors.move(tx, "x", one))
        assert await database.run(lambda tx: cursors.read(tx, "x", 1000)) == value
    pass_time(monkeypatch, milliseconds=1001)
    assert await database.run(lambda tx: cursors.read(tx, "x", 1000)) is None
