"""One database, two engines, the same code: SQLite (WAL, one writer thread) and PostgreSQL (asyncpg).

Storage functions are plain functions over a `Tx`. `Database.run(fn)` gives one a transaction: all of it is committed, or
none. Whatever goes wrong with the engine itself comes out as `Unavailable`, which names what an operator can do.
"""

import asyncio
import contextlib
import errno
import os
import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Table, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from storage.awaited import answer
from storage.sealed import Keyring

T = TypeVar("T")
LOCK_MS = 5_000  # how long somebody else's lock is waited for before a person is told


class Unavailable(Exception):
    """The database cannot take this now. `reason` is busy | full | down; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def now_ms() -> int:
    """Machine time: leases, back-off, sessions. The demo's lever does not move it."""
    return time.time_ns() // 1_000_000


class _Numbers:
    """63 bits: milliseconds, then a random tail. Later ones of a process are larger, so that a course keeps its order within
    a millisecond too; no count can be read from them."""

    def __init__(self) -> None:
        self._tail = random.Random().getrandbits  # seeded by the kernel: a tail is no secret
        self._last, self._drawing = 0, threading.Lock()

    def __call__(self) -> int:
        with self._drawing:
            fresh = now_ms() << 22 | self._tail(22)
            self._last = max(fresh, self._last + 1 + self._tail(8))
            return self._last


new_id = _Numbers()


def random_id() -> int:
    """63 bits that tell of no moment and no order: for what must not be matched with something else by when it began."""
    return secrets.randbits(63)


class Tx:
    """A transaction that buffers inserts, so that a batch of messages costs one statement per table.

    `execute` writes the buffer first and therefore sees it; `peek` does not: it is for tables that this transaction only
    reads (people, seats).
    """

    def __init__(self, connection: Connection, keys: Keyring) -> None:
        self.connection, self.keys, self.dialect = connection, keys, connection.dialect.name
        self._rows: dict[tuple[Any, ...], tuple[Any, list[Mapping[str, Any]]]] = {}
        self.audits: list[dict[str, Any]] = []
        self.due_now = False  # a duty was opened whose first rung is due at once
        self.touched: set[int] = set()  # conversations that have something new in the outbox
        self.held: dict[
            int, Any
        ] = {}  # conversations (`chats.Chat`) being answered: who ends one tells whoever has it in hand

    def add(self, table: Table, row: dict[str, Any]) -> None:
        self._buffer(_insert_of, table, row)

    def add_unless_known(self, table: Table, row: Mapping[str, Any]) -> None:
        """The unique key decides: a row that is there already stays as it is."""
        self._buffer(_unless_known, table, row)

    def _buffer(self, how: Callable[[str, Table], Any], table: Table, row: Mapping[str, Any]) -> None:
        shape = (how, table.name, *row)
        if shape not in self._rows:
            self._rows[shape] = (how(self.dialect, table), [])
        self._rows[shape][1].append(row)

    def flush(self) -> None:
        rows, self._rows = self._rows, {}
        for statement, waiting in rows.values():
            self.connection.execute(statement, waiting)

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        self.flush()
        return self.connection.execute(statement, values)

    def peek(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        return self.connection.execute(statement, values)

    def upsert(
        self, table: Table, row: dict[str, Any], on: Sequence[str], again: Mapping[str, Any] | None = None
    ) -> None:
        """`again`: what changes in a row that is there already; left out, all of it."""
        fresh = again or {name: value for name, value in row.items() if name not in on}
        self.execute(_insert_of(self.dialect, table).values(row).on_conflict_do_update(index_elements=on, set_=fresh))


@cache
def _insert_of(dialect: str, table: Table) -> Any:
    """The dialect's own; the other database's is never imported."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def insert_unless_known(tx: Tx, table: Table) -> Any:
    """A statement that leaves a row alone whose unique key is there already."""
    return _unless_known(tx.dialect, table)


@cache
def _unless_known(dialect: str, table: Table) -> Any:
    return _insert_of(dialect, table).on_conflict_do_nothing()


def _pragmas(connection: Any, _record: Any) -> None:
    """FULL: a 202 means the row is on the disk. secure_delete: what is forgotten is overwritten, not unlinked. Names are
    digests and conversations are drawn by lot, so each row lies on another page: pages are kept in memory (up to 8 MB), and
    a page that changed often is written back once for 16 MB of the log, not for 4."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={LOCK_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


class Database:
    """Opens from a URL: `sqlite:///path` or `postgresql+asyncpg://…`. `on_commit` hears which conversations were touched."""

    def __init__(self, url: str, keys: Keyring, on_commit: Callable[[set[int]], None] = lambda touched: None) -> None:
        self.on_commit = on_commit
        self._together: list[tuple[Callable[[Tx], Any], asyncio.Future[Any]]] = []
        self._grouping: asyncio.Task[None] | None = None
        self.url, self.keys = make_url(url), keys
        self.embedded = self.url.get_backend_name() == "sqlite"
        self._engine: Any = self._embedded() if self.embedded else self._served()

    def _embedded(self) -> Engine:
        if self.url.database:
            with _named():
                os.makedirs(os.path.dirname(os.path.abspath(self.url.database)), exist_ok=True)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="database-read")
        self._open: dict[Engine, Connection] = {}  # each thread's own, kept: to fetch one costs more than a statement
        self._reading = self._sqlite("BEGIN")
        return self._sqlite("BEGIN IMMEDIATE")

    def _sqlite(self, begin: str) -> Engine:
        engine = create_engine(
            self.url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _pragmas)
        event.listen(
            engine, "begin", lambda connection: connection.connection.driver_connection.execute(begin) and None
        )
        return engine

    def _served(self) -> Any:
        from sqlalchemy.ext.asyncio import create_async_engine

        patience = {"server_settings": {"lock_timeout": str(LOCK_MS)}, "timeout": 5, "command_timeout": 30}
        return create_async_engine(
            self.url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True, connect_args=patience
        )

    async def run(self, fn: Callable[[Tx], T]) -> T:
        """Do `fn` in one transaction. Raises `Unavailable`, or what `fn` raised; in both cases nothing was written."""
        with _named():
            if self.embedded:
                loop = asyncio.get_running_loop()
                result, touched = await loop.run_in_executor(self._writer, self._in_transaction, self._engine, fn)
            else:
                async with self._engine.begin() as connection:
                    result, touched = await connection.run_sync(self._whole, fn)
        if touched:
            self.on_commit(touched)
        return result

    async def together(self, fn: Callable[[Tx], T]) -> T:
        """Like `run`, sharing a commit with whatever else waits for one: many small writes cost one flush of the disk.

        If the shared transaction fails, each is tried alone, so that nobody pays for another's fault; if the database
        itself is at fault, nobody is.
        """
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._together.append((fn, waiting))
        if self._grouping is None or self._grouping.done():
            self._grouping = asyncio.create_task(self._commit_groups())
        return await waiting

    async def _commit_groups(self) -> None:
        while self._together:
            group, self._together = self._together[:256], self._together[256:]
            try:
                results = await self.run(partial(_all_of, group))
            except Unavailable as fault:
                answer((waiting for _, waiting in group), fault)
                continue
            except Exception:
                await self._one_by_one(group)
                continue
            for (_, waiting), result in zip(group, results, strict=True):
                answer([waiting], result)

    async def _one_by_one(self, group: list[tuple[Callable[[Tx], Any], asyncio.Future[Any]]]) -> None:
        for fn, waiting in group:
            try:
                answer([waiting], await self.run(fn))
            except Exception as fault:
                answer([waiting], fault)

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Like `run`, for looking only: on SQLite it does not wait for the writer."""
        if not self.embedded:
            return await self.run(fn)
        with _named():
            loop = asyncio.get_running_loop()
            return (await loop.run_in_executor(self._reader, self._in_transaction, self._reading, fn))[0]

    def _in_transaction(self, engine: Engine, fn: Callable[[Tx], T]) -> tuple[T, set[int]]:
        connection = self._open.get(engine) or self._open.setdefault(engine, engine.connect())
        with connection.begin():
            return self._whole(connection, fn)

    def _whole(self, connection: Connection, fn: Callable[[Tx], T]) -> tuple[T, set[int]]:
        from storage.audit import chain

        tx = Tx(connection, self.keys)
        result = fn(tx)
        tx.flush()
        chain(tx)
        return result, tx.touched

    async def shred(self) -> None:
        """What was deleted leaves the write-ahead log too (`secure_delete` overwrites it in the file alone). While somebody
        reads, nothing happens; the next time does it. PostgreSQL's log is recycled by the server."""
        if self.embedded:
            loop = asyncio.get_running_loop()
            with _named():
                await loop.run_in_executor(self._writer, self._truncate)

    def _truncate(self) -> None:
        connection = self._open.get(self._engine) or self._open.setdefault(self._engine, self._engine.connect())
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def close(self) -> None:
        if not self.embedded:
            await self._engine.dispose()
            return
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        for connection in self._open.values():
            connection.close()
        self._engine.dispose()
        self._reading.dispose()


def _all_of(group: list[tuple[Callable[[Tx], Any], asyncio.Future[Any]]], tx: Tx) -> list[Any]:
    return [fn(tx) for fn, _ in group]


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """Faults of the engine become `Unavailable`; a faulty statement stays what it is, or it would be waited for for ever."""
    try:
        yield
    except Exception as fault:
        reason = _reason(fault)
        if reason is None:
            raise
        raise Unavailable(reason) from None


# Result codes (sqlite.org/rescode.html) and SQLSTATEs, whole or by class (PostgreSQL, appendix A).
_SQLITE = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "down",
    sqlite3.SQLITE_IOERR: "down",
    sqlite3.SQLITE_CORRUPT: "down",
    sqlite3.SQLITE_CANTOPEN: "down",
    sqlite3.SQLITE_NOTADB: "down",
}
_POSTGRES = {
    "40": "busy",  # a deadlock or a conflict ended it: the same again may work
    "55P03": "busy",  # a lock was not to be had in time
    "53300": "busy",  # too many connections
    "53": "full",  # disk, memory
    "25006": "down",  # read only: a standby
    "08": "down",
    "57P": "down",  # shutting down, starting up
    "28": "down",  # refused at the door
    "3D": "down",  # no such database
}


def _reason(fault: Exception) -> str | None:
    """busy, full or down where the engine is at fault, None for anything else."""
    if isinstance(fault, OSError):
        return "full" if fault.errno in (errno.ENOSPC, errno.EDQUOT) else "down"
    if isinstance(fault, PoolTimeout):
        return "busy"
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return "down"
    told = getattr(fault, "orig", None) or fault  # a refused connection comes as the driver's own exception
    if isinstance(told, sqlite3.Error):
        return _SQLITE.get(getattr(told, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(told, "sqlstate", None) or ""
    return next((_POSTGRES[state[:length]] for length in (5, 3, 2) if state[:length] in _POSTGRES), None)
