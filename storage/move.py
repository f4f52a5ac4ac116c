"""From SQLite to PostgreSQL: everything that is kept, as it is, in one transaction. Keys and files stay where they are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, insert, inspect, select, text

from storage import migrate
from storage.database import Database, Tx
from storage.models import metadata

BATCH = 500


class Refused(Exception):
    """One sentence: why nothing was copied, and what to do."""


async def move(source: Database, target: Database) -> int:
    """How many rows were copied. While it lasts nobody writes to the source; if it fails, the target is as empty as before.
    Raises `Refused` or `Unavailable`."""
    if not source.embedded or target.embedded:
        raise Refused("--to: copies from sqlite:///… to postgresql+asyncpg://…, not the other way round")
    if await source.run(migrate.version) != migrate.HEAD:
        raise Refused("database: not of this version; run `xiezhi migrate` first, without --to")
    if not await target.run(_is_empty):
        raise Refused("--to: the database there is not empty; name an empty one")
    engine = create_engine(source.url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return await target.run(lambda tx: _copied(connection, tx))
    finally:
        engine.dispose()


def _is_empty(tx: Tx) -> bool:
    """Nothing at all, or our tables with no row in them."""
    tables = set(inspect(tx.connection).get_table_names()) - {"alembic_version"}
    ours = {table.name: table for table in metadata.sorted_tables}
    if tables - ours.keys() or migrate.version(tx) not in (None, migrate.HEAD):
        return False
    return all(tx.execute(select(ours[name]).limit(1)).first() is None for name in tables)


def _copied(source: Connection, tx: Tx) -> int:
    if migrate.version(tx) is None:
        migrate.upgrade(tx)
    copied = 0
    for table in metadata.sorted_tables:  # what is pointed to goes first
        for rows in _batches(source, table):
            tx.connection.execute(insert(table), rows)
            copied += len(rows)
        if table.autoincrement_column is not None:
            _go_on_numbering(source, tx, table)
    return copied


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = source.execute(select(table).order_by(*table.primary_key)).mappings()
    for rows in found.partitions(BATCH):
        yield [dict(row) for row in rows]


def _go_on_numbering(source: Connection, tx: Tx, table: Table) -> None:
    """Behind the last number that was ever given: a page takes a message with an old number for one it has seen."""
    last = source.execute(select(func.max(table.c.id))).scalar_one() or 0
    if inspect(source).has_table("sqlite_sequence"):
        given = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = max(last, source.execute(given, {"name": table.name}).scalar_one_or_none() or 0)
    if last:
        after = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        tx.connection.execute(after, {"name": table.name, "last": last})
