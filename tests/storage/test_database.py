"""Transactions: whole or not at all, the engine's faults named, and nobody paying for another's."""

import asyncio
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import database as engine
from storage import models, people, queue
from storage.database import Database, Tx, Unavailable
from storage.models import outbox
from storage.sealed import Keyring


def put(lane: int, once: str | None = None, fault: Exception | None = None) -> object:
    def fn(tx: Tx) -> int:
        queue.put(tx, "web", lane, queue.message("zh", None, [("common:x", {})]), once)
        if fault:
            raise fault
        return lane

    return fn


async def lanes(database: Database) -> list[int]:
    return sorted(await database.run(lambda tx: tx.execute(select(outbox.c.lane)).scalars()))


async def test_all_or_nothing(database: Database) -> None:
    """What fails has written nothing, buffered or not."""
    with pytest.raises(ZeroDivisionError):
        await database.run(put(1, fault=ZeroDivisionError()))
    assert await lanes(database) == []


async def test_together(database: Database) -> None:
    """Small writes share a commit; one that fails fails alone."""
    asked = [database.together(put(lane, fault=KeyError() if lane == 3 else None)) for lane in range(6)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in answers] == [int, int, int, KeyError, int, int]
    assert await lanes(database) == [0, 1, 2, 4, 5]


async def test_a_database_at_fault_is_asked_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group that meets a locked database is not tried one by one: each would wait for the lock in turn."""
    runs = []

    async def locked(fn: object) -> None:
        runs.append(fn)
        raise Unavailable("busy")

    monkeypatch.setattr(database, "run", locked)
    answers = await asyncio.gather(*(database.together(put(lane)) for lane in range(6)), return_exceptions=True)
    assert {str(one) for one in answers} == {"busy"} and len(runs) <= 2


async def test_commits_are_announced(database: Database) -> None:
    """Which conversations have something new, after the commit and only then."""
    heard: list[set[int]] = []
    database.on_commit = heard.append
    await database.run(put(5))
    with pytest.raises(ZeroDivisionError):
        await database.run(put(6, fault=ZeroDivisionError()))
    assert heard == [{5}]


def sqlite_fault(name: str) -> DBAPIError:
    fault = sqlite3.OperationalError("words that are not looked at")
    fault.sqlite_errorcode = getattr(sqlite3, name)
    return DBAPIError("", {}, fault)


def postgres_fault(state: str) -> DBAPIError:
    return DBAPIError("", {}, asyncpg.PostgresError.new({"C": state, "M": "words"}))


NAMED = [  # what the engine says -> what it means for a person; None: a fault of ours, which is not waited for
    (sqlite_fault("SQLITE_BUSY"), "busy"),
    (sqlite_fault("SQLITE_BUSY_SNAPSHOT"), "busy"),
    (sqlite_fault("SQLITE_FULL"), "full"),
    (sqlite_fault("SQLITE_READONLY"), "down"),
    (sqlite_fault("SQLITE_CANTOPEN"), "down"),
    (sqlite_fault("SQLITE_CORRUPT"), "down"),
    (sqlite_fault("SQLITE_IOERR_READ"), "down"),
    (sqlite_fault("SQLITE_ERROR"), None),  # no such table, too many variables
    (sqlite_fault("SQLITE_CONSTRAINT_UNIQUE"), None),
    (postgres_fault("55P03"), "busy"),  # lock not available
    (postgres_fault("40P01"), "busy"),  # deadlock
    (postgres_fault("40001"), "busy"),  # serialization failure
    (postgres_fault("53300"), "busy"),  # too many connections
    (postgres_fault("53100"), "full"),  # disk full
    (postgres_fault("57P01"), "down"),  # shutting down
    (postgres_fault("25006"), "down"),  # a standby
    (postgres_fault("08006"), "down"),  # connection failure
    (postgres_fault("57014"), None),  # a statement was cancelled
    (postgres_fault("42P01"), None),  # no such table
    (postgres_fault("22021"), None),  # a character no text may hold
    (OSError(28, "no space"), "full"),
    (ConnectionRefusedError(111, "refused"), "down"),
    (TimeoutError(), "down"),
    (IntegrityError("", {}, sqlite3.IntegrityError()), None),
    (ValueError("database is locked"), None),
]


@pytest.mark.parametrize(("fault", "reason"), NAMED, ids=lambda one: str(one) if isinstance(one, str) else None)
def test_faults_have_names(fault: Exception, reason: str | None) -> None:
    """Faults of the engine are told by their codes, never by words; a faulty statement is not called one."""
    assert engine._reason(fault) == reason


async def test_nobody_there(tmp_path: Path) -> None:
    """No server, or a place where no file can be: unavailable, with the reason."""
    keys = Keyring.make(tmp_path)
    absent = Database(f"postgresql+asyncpg://nobody@/none?host={tmp_path}", keys)
    with pytest.raises(Unavailable, match="down"):
        await absent.run(lambda tx: None)
    await absent.close()
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="down"):
        Database(f"sqlite:///{tmp_path / 'file' / 'x.db'}", keys)


async def test_not_a_database(tmp_path: Path) -> None:
    """A file that is something else is left as it is."""
    (tmp_path / "x.db").write_text("something else entirely, and long enough" * 100)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", Keyring.make(tmp_path))
    with pytest.raises(Unavailable, match="down"):
        await database.run(lambda tx: None)
    await database.close()


async def test_parameters_are_not_in_faults(database: Database) -> None:
    """An exception of the engine quotes no values: it may end in a log."""
    with pytest.raises(DBAPIError) as fault:
        await database.run(lambda tx: tx.execute(text("SELECT nothing FROM nowhere WHERE x = :x"), {"x": "秘密words"}))
    assert "秘密words" not in str(fault.value)


async def test_what_is_on_the_disk(tmp_path: Path) -> None:
    """SQLite: an acknowledged row is on the disk (FULL), and what is forgotten is overwritten (secure_delete)."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", Keyring.make(tmp_path))
    ask = lambda name: database.run(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())  # noqa: E731
    assert [await ask(name) for name in ("journal_mode", "synchronous", "secure_delete")] == ["wal", 2, 1]
    await database.close()


@pytest.mark.parametrize("microsecond", [0, 1, 499, 500, 501, 999, 999_999])
async def test_what_has_come_stays_come(database: Database, microsecond: int) -> None:
    """A moment is kept in whole milliseconds, rounded down: read again it is not later than the clock that wrote it."""
    moment = datetime(2026, 11, 23, 9, 0, 0, microsecond, tzinfo=ZoneInfo("Asia/Shanghai"))
    number = await database.run(lambda tx: people.add(tx, "luzhai", "甲", moment))
    kept = await database.run(
        lambda tx: tx.execute(select(models.people.c.made_at).where(models.people.c.id == number)).scalar_one()
    )
    assert timedelta(0) <= moment - kept < timedelta(milliseconds=1) and kept.utcoffset() == timedelta(0)
