"""Migrations: from nothing to the models, and back, with data in the tables."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from storage import audit, chats, migrate, people, queue
from storage.database import Database, Tx
from storage.models import metadata
from storage.sealed import Keyring

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
async def empty(database_url: str, keys: Keyring) -> Database:
    return Database(database_url, keys)


def differences(tx: Tx) -> list[object]:
    context = MigrationContext.configure(tx.connection, opts={"compare_type": True, "render_as_batch": True})
    return list(compare_metadata(context, metadata))


def tables(tx: Tx) -> set[str]:
    return set(inspect(tx.connection).get_table_names()) - {"alembic_version"}


def filled(tx: Tx) -> None:
    """Something in every table that another points to."""
    person = people.add(tx, "luzhai", "甲", NOW)
    people.seat(tx, person, "luzhai", "hq_office", "intake", NOW)
    chat = chats.start(tx, "web", "peer", "luzhai", "zh", person).id
    queue.accept(tx, [("web", "1", chat, {"kind": "said", "text": "x"})])
    queue.put(tx, "web", chat, queue.message("zh", "luzhai", [("common:x", {})]))
    audit.record(tx, NOW, "luzhai", "opened", "x", person)


async def test_the_migrations_make_the_models(empty: Database) -> None:
    """From nothing to the newest version, the tables are those of `storage.models`, in types, keys and indexes."""
    assert await empty.run(migrate.version) is None
    assert await migrate.bring_up(empty)
    assert await empty.run(differences) == []
    assert await empty.run(migrate.version) == migrate.HEAD
    assert not await migrate.bring_up(empty), "a second time there is nothing to do"
    await empty.close()


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
