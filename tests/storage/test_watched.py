"""What whoever watches asks every minute is answered from an index, however much waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from storage import duties, sending
from storage.database import Database, Tx, now_ms
from storage.models import duties as duties_table
from storage.models import outbox

DOOR, MANY = "telegram:staff:luzhai", 3_000
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def rows_that_wait(tx: Tx) -> None:
    """Sent later, or looked at later."""
    later = now_ms() + 3_600_000
    row: dict[str, Any] = {"channel": DOOR, "sealed_payload": b"x", "at_ms": 0, "due_ms": later}
    tx.execute(insert(outbox), [row | {"lane": n, "channel": DOOR if n % 2 else "web"} for n in range(MANY)])
    duty: dict[str, Any] = {"county": "luzhai", "kind": "asked", "unit": "tobacco", "seat": "liaison", "origin": "seed"}
    duty |= {"opened_at": NOW, "due_at": NOW, "ladder": "{}"}
    tx.execute(
        insert(duties_table),
        [duty | {"id": n, "once": str(n), "look_at": NOW + timedelta(days=n)} for n in range(MANY)],
    )


async def walked(database: Database, ask: Any) -> str:
    """How the database goes about the statement that was asked last."""
    asked: list[tuple[str, Any]] = []
    engine = database._engine if database.embedded else database._engine.sync_engine

    def noted(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", noted)
    await database.run(ask)
    event.remove(engine, "before_cursor_execute", noted)
    statement, values = asked[-1]

    def explained(tx: Tx) -> str:
        how = "EXPLAIN QUERY PLAN" if database.embedded else "EXPLAIN"
        found = tx.connection.exec_driver_sql(f"{how} {statement}", values).all()
        return "\n".join(str(row) for row in found)

    return await database.run(explained)


@pytest.fixture
async def full(database: Database) -> Database:
    await database.run(rows_that_wait)
    await database.run(lambda tx: tx.execute(text("ANALYZE")).close())
    return database


async def test_what_is_unsent_is_found_by_its_index(full: Database) -> None:
    """Of thousands of rows that may go later none is read."""
    assert "outbox_due" in await walked(full, lambda tx: sending.unclaimed_ms(tx, DOOR))


async def test_what_is_unlooked_is_found_by_its_index(full: Database) -> None:
    """The earliest look of all open duties is the first entry of an index."""
    assert "duties_due" in await walked(full, lambda tx: duties.next_look(tx, ["luzhai"]))
