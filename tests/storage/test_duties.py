"""Looking for what is due reads what is due, however much is open."""

from collections.abc import Callable, Iterator
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


async def plans(database: Database, asks: Callable[[Tx], object]) -> list[str]:
    """How the database answers what is asked of it."""

    def explained(tx: Tx) -> list[str]:
        with statements(tx.connection) as said:
            asks(tx)
        each = (tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values) for one, values in said)
        return [row.detail for rows in each for row in rows]

    return await database.run(explained)


async def test_a_sweep_goes_by_the_index(sqlite_database: Database) -> None:
    """The county's rows in the order of their moments: no row that is not due is read, none is sorted."""

    def both(tx: Tx) -> None:
        duties.due(tx, NOW, COUNTIES, 100)
        duties.next_look(tx, COUNTIES)

    found = await plans(sqlite_database, both)
    assert found and all("INDEX duties_due (county=? AND look_at" in one for one in found), found


async def test_one_case_of_everybody_goes_by_the_index(sqlite_database: Database) -> None:
    """Whoever asked reads what became of it: what other offices ever asked is not gone through."""
    found = await plans(sqlite_database, lambda tx: duties.of_case(tx, "yangxi", "A7", "once"))
    assert found == ["SEARCH duties USING INDEX duties_of_period (period=? AND rule=?)"]
