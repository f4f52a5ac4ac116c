"""Tokens of a platform: sealed, for those credentials alone, and asked for by one process at a time."""

import pytest
from sqlalchemy import select

from storage import access
from storage.access import NONE, Access
from storage.database import Database
from storage.models import access as table
from tests.machine import pass_time

NAME, WHOSE = "wecom:app:luzhai", "a" * 64
MS, LEASE_MS = 60_000, 20_000


async def keep(database: Database, held: Access, whose: str = WHOSE) -> None:
    await database.run(lambda tx: access.keep(tx, NAME, whose, held))


async def read(database: Database, whose: str = WHOSE, name: str = NAME) -> Access:
    return await database.run(lambda tx: access.read(tx, name, whose))


async def turn(database: Database, holder: str, stale: str = "") -> Access | None:
    return await database.run(lambda tx: access.turn(tx, NAME, WHOSE, stale, holder, LEASE_MS))


async def settle(database: Database, held: Access | None, holder: str) -> None:
    await database.run(lambda tx: access.settle(tx, NAME, WHOSE, held, holder))


async def test_kept_sealed(database: Database) -> None:
    """It comes back as it was kept, the latest in place of what was there; the database holds nothing readable of it."""
    for held in (Access.granted("one-secret", MS), Access.granted("two-secret", MS)):
        await keep(database, held)
        assert await read(database) == held and held.good and not held.barred
    [row] = await database.run(lambda tx: tx.execute(select(table)).all())
    assert b"secret" not in bytes(row.sealed_token) and row.refused == ""


async def test_for_these_credentials(database: Database) -> None:
    """Where corp or secret changed, neither a token nor a refusal counts; nor does another app's."""
    for held in (Access.granted("token", MS), Access.denied(40001, MS)):
        await keep(database, held)
        assert await read(database, whose="b" * 64) == NONE
        assert await read(database, name="wecom:kf:luzhai") == NONE


async def test_moved_to_another_row(database: Database) -> None:
    """A row that somebody copied to another app opens nothing there."""
    await keep(database, Access.granted("token", MS))
    await database.run(lambda tx: tx.execute(table.update().values(name="wecom:kf:luzhai")))
    assert await read(database, name="wecom:kf:luzhai") == NONE


async def test_its_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is good, and a refusal stands, until its end and no longer."""
    for held in (Access.granted("token", MS), Access.denied(40001, MS)):
        await keep(database, held)
        assert (await read(database)).good == bool(held.token)
        assert (await read(database)).barred == bool(held.refused)
    await keep(database, Access.granted("token", MS))
    pass_time(monkeypatch, milliseconds=MS)
    assert not (await read(database)).good and not held.barred


async def test_one_asks(database: Database) -> None:
    """Whoever comes first has its turn; the others wait, and find what it brought."""
    assert await turn(database, "a") == NONE
    assert await turn(database, "b") is None
    brought = Access.granted("new", MS)
    await settle(database, brought, "a")
    assert await turn(database, "b") == brought


async def test_who_came_back_with_nothing(database: Database) -> None:
    """The turn is the next one's at once."""
    assert await turn(database, "a") == NONE
    await settle(database, None, "a")
    assert await turn(database, "b") == NONE


async def test_who_died(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn is the next one's when its time is up."""
    assert await turn(database, "a") == NONE
    pass_time(monkeypatch, milliseconds=LEASE_MS + 1)
    assert await turn(database, "b") == NONE


# what is in the row, the token that was called invalid -> whether one has to ask
FOUND = [
    (Access.granted("t", 10**9), "", False),
    (Access.granted("t", 10**9), "older", False),  # somebody has renewed it meanwhile
    (Access.granted("t", 10**9), "t", True),  # it is this one that was withdrawn
    (Access.granted("t", -1), "", True),
    (Access.denied(40001, 10**9), "", False),  # nobody asks
    (Access.denied(40001, 10**9), "t", False),
    (Access.denied(40001, -1), "", True),
]


@pytest.mark.parametrize(("held", "stale", "asks"), FOUND)
async def test_whether_to_ask(sqlite_database: Database, held: Access, stale: str, asks: bool) -> None:
    """Only where there is no other good token, and nobody has been refused."""
    await keep(sqlite_database, held)
    assert await turn(sqlite_database, "a", stale) == (NONE if asks else held)
