"""The contract of inbox and outbox, on both engines: once per key, in order per lane, nothing claimed twice or lost."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage import chats, figures, migrate, people, pushes, queue, remotes
from storage.database import Database, Tx
from storage.models import dead, inbox, outbox
from storage.pushes import Push
from storage.queue import Arrival, Waiting
from storage.sealed import Keyring
from tests.machine import pass_time

WEB = "web"


def arrivals(database: Database, *rows: tuple[int, str]) -> list[Arrival]:
    said = [(WEB, f"{lane}:{ext_id}", lane, {"kind": "said", "text": ext_id}) for lane, ext_id in rows]
    return [queue.arrival(database.keys, *one) for one in said]


def texts(rows: list[Waiting]) -> list[str]:
    return [(row.payload or {})["text"] for row in rows]


async def accept(database: Database, *rows: tuple[int, str]) -> None:
    await database.run(lambda tx: queue.accept(tx, arrivals(database, *rows)))


async def claim(database: Database, limit: int = 64) -> list[Waiting]:
    return await database.run(lambda tx: queue.claim_inbox(tx, limit))


async def finish(database: Database, rows: list[Waiting]) -> None:
    await database.run(lambda tx: queue.done(tx, [row.id for row in rows]))


async def count(database: Database, table: Any) -> int:
    return int(await database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()))


# -- inbox -----------------------------------------------------------------------------------------------------------------


async def test_once_per_key(database: Database) -> None:
    """A message that comes again, in the same batch or after it is done, is there once and worked off once."""
    await accept(database, (1, "a"), (1, "a"))
    await accept(database, (1, "a"))
    rows = await claim(database)
    assert texts(rows) == ["a"]
    await finish(database, rows)
    await accept(database, (1, "a"))
    assert await claim(database) == [] and await count(database, inbox) == 1


async def test_what_is_done_is_blank(database: Database) -> None:
    """Only the key stays of a message that has been answered."""
    await accept(database, (1, "a"))
    await finish(database, await claim(database))
    assert await database.run(lambda tx: tx.execute(select(inbox.c.sealed_payload)).scalar_one()) is None


async def test_order_within_a_lane(database: Database) -> None:
    """Holding the oldest of a lane permits taking those behind it, in order; nobody else gets at them meanwhile."""
    await accept(database, (1, "a"), (1, "b"), (2, "c"), (1, "d"))
    first = await claim(database, 1)
    assert texts(first) == ["a"]
    assert texts(await claim(database)) == ["c"], "b and d wait behind a"
    await finish(database, first)
    assert texts(await claim(database)) == ["b", "d"]


async def test_a_whole_lane_at_once(database: Database) -> None:
    """A busy conversation is not the slow one: all that waits in it is one claim."""
    await accept(database, *((1, f"{number:02}") for number in range(20)))
    assert texts(await claim(database)) == [f"{number:02}" for number in range(20)]


async def test_a_lease_ends(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker took and never finished can be claimed again after its lease, not before; the tries are counted."""
    await accept(database, (1, "a"))
    assert [row.attempts for row in await claim(database)] == [1]
    pass_time(monkeypatch, milliseconds=queue.LEASE_MS - 5_000)
    assert await claim(database) == []
    pass_time(monkeypatch, milliseconds=10_000)
    assert [row.attempts for row in await claim(database)] == [2]


async def test_a_worker_that_slept_finds_its_rows_taken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two who believe they hold a row, the later one does: effects happen once even if a lease ran out."""
    await accept(database, (1, "a"))
    slept = await claim(database)
    pass_time(monkeypatch, milliseconds=2 * queue.LEASE_MS)
    awake = await claim(database)
    assert await database.run(lambda tx: queue.held(tx, slept)) == []
    assert await database.run(lambda tx: queue.held(tx, awake)) == awake
    await finish(database, awake)
    assert await database.run(lambda tx: queue.held(tx, awake)) == []


async def test_the_only_worker_need_not_wait(database: Database) -> None:
    """A process that starts alone ends the leases of the one before it."""
    await accept(database, (1, "a"), (2, "b"))
    await claim(database)
    await database.run(queue.release)
    assert [row.attempts for row in await claim(database)] == [2]


async def test_what_was_tried_before_is_tried_alone(database: Database) -> None:
    """Rows that were beside a deadly one are not counted with it a second time; what is fresh waits for none of it."""
    await accept(database, (1, "deadly"), (2, "beside"), (1, "behind"))
    assert len(await claim(database)) == 3
    await database.run(queue.release)
    await accept(database, (3, "fresh"))
    alone = await claim(database)
    assert [(row.attempts, (row.payload or {})["text"]) for row in alone] == [(2, "deadly")]
    assert texts(await claim(database)) == ["beside"], "another lane, tried before: alone as well"
    assert texts(await claim(database)) == ["fresh"]


async def test_many_claimers(database: Database) -> None:
    """Four workers on forty conversations: every message once, and in order within its conversation."""
    lanes, deep = 40, 3
    await accept(database, *((lane, f"{number}") for number in range(deep) for lane in range(lanes)))
    seen: dict[int, list[str]] = defaultdict(list)

    async def worker() -> None:
        while rows := await claim(database, 7):
            for row in rows:
                seen[row.lane].append((row.payload or {})["text"])
            await finish(database, rows)

    await asyncio.gather(*(worker() for _ in range(4)))
    await worker()
    assert seen == {lane: [f"{number}" for number in range(deep)] for lane in range(lanes)}


async def test_two_open_claims_pass_each_other(postgres_database: str, keys: Keyring) -> None:
    """Two transactions that claim at the same time neither wait for each other nor share a lane."""
    database = Database(postgres_database, keys)
    await migrate.bring_up(database)
    await accept(database, (1, "a"), (1, "b"), (2, "c"), (3, "d"))

    def take(most: int) -> Callable[[Any], list[Waiting]]:
        return lambda connection: queue.claim_inbox(Tx(connection, keys), most)

    async with database._engine.begin() as one, database._engine.begin() as two:
        first, second = await one.run_sync(take(1)), await two.run_sync(take(9))
    assert (texts(first), texts(second)) == (["a"], ["c", "d"])
    assert await claim(database) == []
    await database.close()


async def test_set_aside(database: Database) -> None:
    """A buried row is out of its lane with its cause; it is kept as sealed as it was."""
    await accept(database, (1, "a"), (1, "b"))
    row = (await claim(database, 1))[0]
    await database.run(lambda tx: queue.bury(tx, "inbox", row, "ValueError at tip.py:1"))
    kept = await database.run(lambda tx: tx.execute(select(dead)).one())
    assert (kept.cause, kept.sealed_payload) == ("ValueError at tip.py:1", row.sealed)
    assert texts(await claim(database)) == ["b"]


async def test_what_cannot_be_opened_is_claimed_all_the_same(database: Database) -> None:
    """A row whose key is gone would otherwise stop every claim that meets it."""
    await accept(database, (1, "a"), (2, "b"))
    await database.run(lambda tx: tx.execute(update(inbox).where(inbox.c.lane == 1).values(sealed_payload=b"\1\2\3")))
    assert [row.payload and row.payload["text"] for row in await claim(database)] == [None, "b"]


# -- people and forgetting -------------------------------------------------------------------------------------------------


async def test_pushes_reach_live_conversations(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff are told in every session that is alive: not in one that ended, nor in one 14 days silent."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC)))

    def start(peer: str) -> Any:
        return database.run(lambda tx: chats.start(tx, WEB, peer, "luzhai", "zh", person).id)

    await start("silent")
    pass_time(monkeypatch, days=15)
    ended, alive = await start("ended"), await start("alive")
    await database.run(lambda tx: chats.end(tx, ended))
    reached = await database.run(lambda tx: pushes.to_people(tx, [person], Push("luzhai", "common:x", {}, [], "p")))
    assert reached == {person}
    assert await database.run(lambda tx: list(tx.execute(select(outbox.c.lane)).scalars())) == [alive]


async def test_swept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 7 days keys of done messages and what was set aside are gone; what still waits is never."""
    await accept(database, (1, "done"), (2, "dead"))
    rows = await claim(database)
    await finish(database, rows[:1])
    await database.run(lambda tx: queue.bury(tx, "inbox", rows[1], "why"))
    await accept(database, (3, "waiting"))
    pass_time(monkeypatch, days=6.9)
    await database.run(queue.sweep)
    assert (await count(database, inbox), await count(database, dead)) == (3, 1)
    pass_time(monkeypatch, days=0.2)
    await database.run(queue.sweep)
    assert (await count(database, inbox), await count(database, dead)) == (1, 0)
    assert texts(await claim(database)) == ["waiting"]


async def test_what_is_done_tells_nothing_of_its_conversation(database: Database) -> None:
    """Neither which nor when: the key alone stays, as a digest, so that a redelivery meets it."""
    await accept(database, (123456, "a"))
    await finish(database, await claim(database))
    row = await database.run(lambda tx: tx.execute(select(inbox)).one())
    assert "123456" not in str(tuple(row)) and row.at_ms % queue.HOUR_MS == 0 and row.sealed_payload is None
    await accept(database, (123456, "a"))
    assert await count(database, inbox) == 1 and await claim(database) == []


async def test_figures(database: Database) -> None:
    """Counts of rows and ages, and nothing about anybody."""
    await accept(database, (1, "a"), (2, "b"))
    message = queue.message("zh", "luzhai", [("common:x", {})])
    await database.run(lambda tx: queue.put(tx, WEB, 1, message))
    told = await database.read(figures.counted)
    assert {name: value for name, (value, _) in told.items() if name != "inbox_oldest_ms"} == {
        "inbox_waiting": 2,
        "outbox_rows": 1,
        "dead_rows": 0,
    }


async def test_a_claim_walks_over_what_waits_only(database: Database) -> None:
    """Finished rows are kept for a week; a claim costs the same with and without them."""
    if not database.embedded:
        return

    def plan(tx: Tx) -> str:
        text = str(queue._CLAIM_INBOX.heads.compile(tx.connection.engine))
        rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (0,) * text.count("?"))
        return " ".join(row[3] for row in rows)

    walked = await database.run(plan)
    assert "inbox_oldest" in walked and "inbox_waiting" in walked


# -- files that are still at their platform ------------------------------------------------------------------------------


def remote(database: Database, lane: int, ext_id: str) -> Arrival:
    return queue.arrival(
        database.keys, WEB, f"{lane}:{ext_id}", lane, {"kind": "file", "remote": {"id": "x"}, "text": ext_id}
    )


async def fetch(database: Database, limit: int = 8) -> list[Waiting]:
    return await database.run(lambda tx: remotes.claim(tx, limit, queue.LEASE_MS))


async def mixed(database: Database) -> None:
    """Lane 1: a text, a file, a text, a file. Lane 2: a file. Lane 3: a text."""
    rows = [*arrivals(database, (1, "a")), remote(database, 1, "b"), *arrivals(database, (1, "c"))]
    rows += [remote(database, 1, "d"), remote(database, 2, "e"), *arrivals(database, (3, "f"))]
    await database.run(lambda tx: queue.accept(tx, rows))


async def test_a_file_to_be_fetched_delays_its_lane_only(database: Database) -> None:
    """What is before it is worked, what is behind it waits for it, and other lanes know nothing of it."""
    await mixed(database)
    assert await database.run(remotes.any_left)
    rows = await claim(database)
    assert texts(rows) == ["a", "f"]
    await finish(database, rows)
    assert await claim(database) == []
    found = await fetch(database)
    assert texts(found) == ["b", "d", "e"], "in any order: each is worked in its turn"
    for row in (found[1], found[0]):
        told = {"kind": "file", "file": {"id": 1}, "text": texts([row])[0].upper()}
        assert await database.run(lambda tx, one=row, heard=told: remotes.fetched(tx, one, heard))
    rows = await claim(database)
    assert texts(rows) == ["B", "c", "D"] and {one.attempts for one in rows} == {1}


async def test_nobody_takes_all_places(database: Database) -> None:
    """Of one conversation only so many files are under way at a time."""
    many = [remote(database, 1, f"{number:03d}") for number in range(10)]
    await database.run(lambda tx: queue.accept(tx, [*many, remote(database, 2, "x")]))
    assert texts(await fetch(database)) == ["000", "001", "002", "003", "x"] and await fetch(database) == []


async def test_a_file_is_fetched_by_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever slept through its lease changes nothing; one that dies is followed."""
    await database.run(lambda tx: queue.accept(tx, [remote(database, 1, "a")]))
    (slept,) = await fetch(database)
    assert await fetch(database) == []
    pass_time(monkeypatch, milliseconds=queue.LEASE_MS + 1)
    (other,) = await fetch(database)
    assert other.attempts == 2
    assert not await database.run(lambda tx: remotes.fetched(tx, slept, {"kind": "said"}))
    assert not await database.run(lambda tx: remotes.postpone(tx, slept, 0, costs=True))
    assert await database.run(lambda tx: remotes.postpone(tx, other, 500, costs=True))
    assert await fetch(database) == []
    pass_time(monkeypatch, milliseconds=501)
    assert [one.attempts for one in await fetch(database)] == [3]


async def test_what_is_kept_aside(database: Database) -> None:
    """Once, sealed, or without a word of it."""
    for raw in (b"{}", b"{}", None):
        await database.run(lambda tx, one=raw: queue.keep_aside(tx, WEB, str(one), one, "why"))
    rows = await database.run(lambda tx: tx.execute(select(dead).order_by(dead.c.sealed_payload)).all())
    assert sorted(bool(row.sealed_payload) for row in rows) == [False, True]
