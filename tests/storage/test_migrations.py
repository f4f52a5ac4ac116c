"""Migrations: from nothing to the models, and back, with data in the tables."""

import re
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, inspect, select, text

from storage import audit, chats, migrate, people, queue
from storage.database import Database, Tx
from storage.models import metadata
from storage.sealed import Keyring

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
async def empty(database_url: str, keys: Keyring) -> Database:
    return Database(database_url, keys)


def differences(tx: Tx, wanted: MetaData = metadata) -> list[object]:
    context = MigrationContext.configure(tx.connection, opts={"compare_type": True, "render_as_batch": True})
    return list(compare_metadata(context, wanted))


CATALOGUE = {
    "sqlite": ("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'",),
    "postgresql": (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'",
    ),
}


def catalogue(tx: Tx) -> set[tuple[str, ...]]:
    """What the database itself says that it holds: partial indexes and numbering too, which `differences` cannot see."""
    queries = CATALOGUE[tx.connection.dialect.name]
    rows = [row for query in queries for row in tx.connection.execute(text(query))]
    return {tuple(" ".join(str(value).split()) for value in row) for row in rows}


def tables(tx: Tx) -> set[str]:
    return set(inspect(tx.connection).get_table_names()) - {"alembic_version"}


def filled(tx: Tx) -> None:
    """Something in every table that another points to."""
    person = people.add(tx, "luzhai", "甲", NOW)
    people.seat(tx, person, "luzhai", "hq_office", "intake", NOW)
    chat = chats.start(tx, "web", "peer", "luzhai", "zh", person).id
    queue.accept(tx, [queue.arrival(tx.keys, "web", "1", chat, {"kind": "said", "text": "x"})])
    queue.put(tx, "web", chat, queue.message("zh", "luzhai", [("common:x", {})]))
    audit.record(tx, NOW, "luzhai", "opened", "x", person)


async def test_the_migrations_make_the_models(empty: Database) -> None:
    """From nothing to the newest version, the tables are those of `storage.models`, in types, keys and indexes."""
    assert await empty.run(migrate.version) is None
    assert await migrate.bring_up(empty)
    assert await empty.run(differences) == []
    assert await empty.run(migrate.version) == migrate.HEAD
    assert not await migrate.bring_up(empty), "a second time there is nothing to do"
    migrated = await empty.run(catalogue)
    await empty.run(lambda tx: migrate.downgrade(tx, "base"))
    await empty.run(lambda tx: metadata.create_all(tx.connection))
    assert migrated == await empty.run(catalogue)
    await empty.close()


async def test_a_change_of_the_models_alone_is_seen(empty: Database) -> None:
    """A column, an index or a table that stands in the models only is a difference: migrations are frozen."""
    ahead = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(ahead)
    ahead.tables["tips"].append_column(Column("afterthought", String(8)))
    Index("tips_afterthought", ahead.tables["tips"].c.number, ahead.tables["tips"].c.status)
    Table("afterthoughts", ahead, Column("id", Integer, primary_key=True))
    await migrate.bring_up(empty)
    assert {one[0] for one in await empty.run(lambda tx: differences(tx, ahead))} == {  # type: ignore[index]
        "add_column",
        "add_index",
        "add_table",
    }
    await empty.close()


def test_migrations_know_nothing_of_the_models() -> None:
    """What a migration did when it was written it does for ever: none of them reads `storage.models`."""
    for path in migrate.FOLDER.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) (storage|rules|bot|handlers)\b", path.read_text("utf-8"), re.M), (
            path.name
        )


async def test_there_and_back_and_there(empty: Database) -> None:
    """Head to base to head, with rows that point to each other in the way."""
    await migrate.bring_up(empty)
    await empty.run(filled)
    await empty.run(lambda tx: migrate.downgrade(tx, "base"))
    assert await empty.run(tables) == set() and await empty.run(migrate.version) is None
    await migrate.bring_up(empty)
    assert await empty.run(differences) == []
    await empty.run(filled)
    assert len(await empty.run(queue.claim_inbox)) == 1
    await empty.close()


async def test_data_survives_coming_up_to_date(empty: Database) -> None:
    """Bringing up a database that is in use changes no row."""
    await migrate.bring_up(empty)
    await empty.run(filled)
    await empty.run(migrate.upgrade)
    assert await empty.run(audit.broken_at) is None
    rows = {
        name: await empty.run(lambda tx, t=table: len(tx.execute(select(t)).all()))
        for name, table in metadata.tables.items()
    }
    assert {name for name, count in rows.items() if count} == {
        "people",
        "seatings",
        "chats",
        "inbox",
        "outbox",
        "audit",
        "audit_head",
    }
    await empty.close()


def test_one_line_of_versions() -> None:
    """No two heads, and the head is the version this program asks for."""
    assert ScriptDirectory(str(migrate.FOLDER)).get_heads() == [migrate.HEAD]
