"""Looking for what is due reads what is due, however much is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, event

from storage import duties
from storage.database import Database, Tx

NOW = datetime(2026, 11, 25, tzinfo=UTC)
COUNTIES = ("luzhai", "yangxi")


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(connection, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", keep)


async def test_a_sweep_goes_by_the_index(sqlite_database: Database) -> None:
    """The county's rows in the order of their moments: no row that is not due is read, none is sorted."""

    def plans(tx: Tx) -> list[str]:
        with statements(tx.connection) as said:
            duties.due(tx, NOW, COUNTIES, 100)
            duties.next_look(tx, COUNTIES)
        explained = (tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values) for one, values in said)
        return [row.detail for rows in explained for row in rows]

    found = await sqlite_database.run(plans)
    assert found and all("INDEX duties_due (county=? AND look_at" in one for one in found), found
