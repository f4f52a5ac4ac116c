"""Rows of uploaded files: claimed so that one that kills does no harm to its neighbours, and found without looking at all."""

from typing import Any

import pytest
from sqlalchemy import event, select, text

from storage import attachments, tip_seal
from storage.database import Database, Tx, new_id
from storage.models import tip_files, tip_keys
from storage.sealed import new_key
from tests.machine import pass_time


def keep(tx: Tx, made: int = 0, lane: int = 1) -> int:
    number = new_id()
    row = {"id": number, "county": "luzhai", "lane": lane, "family": "image", "size": 1, "digest": bytes(32)}
    attachments.keep(tx, row, {"store": f"{number:032x}"})
    tx.execute(tip_files.update().where(tip_files.c.id == number).values(made_ms=made))
    return number


def states(tx: Tx) -> list[tuple[str, int]]:
    rows = tx.execute(select(tip_files.c.state, tip_files.c.attempts).order_by(tip_files.c.made_ms))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("deadly", range(4))
async def test_a_file_that_kills_does_not_count_for_its_neighbours(
    database: Database, monkeypatch: pytest.MonkeyPatch, deadly: int
) -> None:
    """Whoever was claimed beside it is tried again alone, and ready; only the one at fault is withheld."""
    files = [await database.run(lambda tx, n=n: keep(tx, n)) for n in range(5)]
    for _ in range(40):  # starts of a process, until nothing is left
        for row in await database.run(attachments.claim):
            if row.id == files[deadly]:
                break  # killed, the rest of the batch untouched
            await database.run(lambda tx, one=row.id: attachments.cleaned(tx, one, "ready", None, {}))
        pass_time(monkeypatch, milliseconds=attachments.LEASE_MS + 1)
        if not await database.run(attachments.any_new):
            break
    found = [state for state, _ in await database.run(states)]
    assert found == ["withheld" if n == deadly else "ready" for n in range(5)]


async def test_what_is_new_is_found_by_its_index(sqlite_database: Database) -> None:
    """A look every two seconds does not read the rows of all files that ever came."""
    plan = await sqlite_database.run(
        lambda tx: str(
            tx.execute(text("EXPLAIN QUERY PLAN SELECT id FROM tip_files WHERE state = 'new' LIMIT 1")).all()
        )
    )
    assert "files_new" in plan
    asked: list[str] = []
    event.listen(sqlite_database._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    await sqlite_database.run(attachments.any_new)
    assert "state = 'new'" in asked[-1], "a parameter would not meet the index"


async def test_names_of_all_files_in_one_look(database: Database) -> None:
    """Drafts' and tips', each under its key, without a question for every file; with a wrong key none is taken for one of
    nobody."""

    def fill(tx: Tx) -> set[str]:
        wrapped = {tip: tx.keys.seal("tip", new_key(), str(tip).encode()) for tip in (7, 8)}
        for tip, key in wrapped.items():
            tx.add(tip_keys, {"tip": tip, "sealed_key": key})
        numbers = [keep(tx, lane=lane) for lane in (1, 2, 2, 3)]
        for number, lane, tip in ((numbers[1], 2, 7), (numbers[2], 2, 7), (numbers[3], 3, 8)):
            attachments.adopt(tx, [number], lane, tip)
        return {f"{number:032x}" for number in numbers}

    names = await database.run(fill)

    def looked(tx: Tx) -> tuple[set[str], int]:
        asked: list[Any] = []
        execute = tx.execute
        tx.execute = lambda *told: (asked.append(told), execute(*told))[1]  # type: ignore[method-assign]
        return attachments.stored_names(tx), len(asked)

    assert await database.run(looked) == (names, 1)
    await database.run(lambda tx: tx.execute(tip_keys.update().values(sealed_key=bytes(60))) and None)
    with pytest.raises(tip_seal.Unsealable):
        await database.run(attachments.stored_names)
