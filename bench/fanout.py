"""What is said to many: two notices to each of so many people, made rows by the database and drained by the house's own sender
through a channel that takes everything at once, in this process. Every person must have both, each once, in their order.

Beside it the floor, on the same tables before and after: the same rows made by a bare INSERT … SELECT and deleted, in portions of
the same size, a commit each. It knows no lease, renders nothing, and forgets who has it.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, insert, select, text

from bench.figures import Figure
from bench.process import ROOT
from bot.app import TEMPLATES
from bot.channels.base import Can, Outgoing, Sent
from bot.render import Renderer
from bot.sender import Sender
from bot.timepiece import Lever
from handlers.desk import EVERYTHING
from handlers.notices.asking_again import push
from rules import county
from rules.county import Plan
from rules.notices import Notice
from storage import broadcasts, chats, migrate, notices, people
from storage.database import Database, Tx, new_id, random_id
from storage.models import chats as chats_table
from storage.models import notice_receipts, outbox
from storage.models import people as people_table
from storage.sealed import Keyring

DELIVERIES, SERVED = 100_000, 1_000_000
DOOR, UNIT, NUMBERS = "bench:staff:luzhai", "tobacco_bureau", (1, 2)
AT_ONCE = 500
DAYTIME = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class Instant:
    """A platform without a way to it and without a limit. Counts what reaches whom, and in what order."""

    expected: int
    can: Can = Can(4096, "utf16", erase=True, pull=False, disclosure=EVERYTHING, at_once=AT_ONCE)
    name: str = DOOR
    heard: dict[int, int] = field(default_factory=dict)  # the last notice of each conversation
    count: int = 0
    wrong: int = 0
    all: asyncio.Event = field(default_factory=asyncio.Event)
    _titles: dict[str, int] = field(default_factory=dict)

    async def send(self, message: Outgoing) -> Sent:
        number = self._titles.get(message.asks) or self._titles.setdefault(message.asks, _number(message.asks))
        self.wrong += self.heard.get(message.lane, 0) != number - 1
        self.heard[message.lane] = number
        self.count += 1
        if self.count == self.expected:
            self.all.set()
        return Sent("ok", ext_ids=(message.key,), parts=1)

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")


def _number(words: str) -> int:
    return next(number for number in NUMBERS if _title(number) in words)


def _title(number: int) -> str:
    return f"第{number}号安排"


# -- the crowd -----------------------------------------------------------------------------------------------------------


async def _crowd(database: Database, size: int) -> list[int]:
    """So many people, each with a conversation, and a receipt of each notice. All rows are copies of one made in earnest."""
    one, chat, seat = await database.run(_first)
    whom = sorted({one["id"], *(new_id() for _ in range(size - 1))})
    for first in range(0, len(whom), 10_000):
        some = whom[first : first + 10_000]
        await database.run(partial(_copies, people_table, [one | {"id": person} for person in some]))
        talks = [chat | {"id": random_id(), "person": person, "peer": person.to_bytes(32, "big")} for person in some]
        await database.run(partial(_copies, chats_table, talks))
        told = [seat | {"id": new_id(), "person": person, "notice": number} for person in some for number in NUMBERS]
        await database.run(partial(_copies, notice_receipts, told))
    return whom


def _first(tx: Tx) -> tuple[dict[str, Any], ...]:
    """One of each row, taken out again."""
    person = people.add(tx, "luzhai", "甲", datetime.now(UTC))
    chats.start(tx, DOOR, "1", "luzhai", "zh", person, address=True)
    notices.address(tx, 1, UNIT, "liaison", person)
    tables = (people_table, chats_table, notice_receipts)
    rows = tuple(dict(tx.execute(select(table)).mappings().one()) for table in tables)
    for table in reversed(tables):
        tx.execute(table.delete())
    return rows


def _copies(table: Table, rows: list[dict[str, Any]], tx: Tx) -> None:
    tx.execute(insert(table), rows)


# -- ours ----------------------------------------------------------------------------------------------------------------


async def _told(database: Database, plan: Plan, whom: list[int]) -> dict[str, float]:
    """Both notices as rows of the outbox."""
    since, cpu = time.perf_counter(), time.process_time()
    for number in NUMBERS:
        told = push(plan, Notice(number, UNIT, _title(number), "", "read"))
        await database.run(partial(broadcasts.begin, number=number, push=told, persons=whom))
        while await database.run(broadcasts.go_on):
            pass
    return {"spread_s": time.perf_counter() - since, "spread_cpu_s": time.process_time() - cpu}


async def _drained(database: Database, plan: Plan, channel: Instant) -> dict[str, float]:
    sender = Sender(database, Renderer(TEMPLATES, {plan.id: plan}), {DOOR: channel}, Lever(DAYTIME))
    stopping, since, cpu = asyncio.Event(), time.perf_counter(), time.process_time()
    going = asyncio.create_task(sender.run(stopping))
    await channel.all.wait()
    stopping.set()
    await going
    return {"drain_s": time.perf_counter() - since, "drain_cpu_s": time.process_time() - cpu}


# -- the floor -----------------------------------------------------------------------------------------------------------

_SAME = text("""
    INSERT INTO outbox (channel, lane, once, sealed_payload, handed, bulk, calm, stale, at_ms, due_ms, attempts, lapses, parts,
                        claimed_ms, turn, broadcast)
    SELECT channel, id, 'notice:' || :number || ':' || id, :empty, :no, :yes, :yes, :no, :at, 0, 0, 0, 0, 0, 0, :many
    FROM chats WHERE person > :after AND person <= :upto
""")
_GONE = text("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT :most)")


async def _bare(database: Database, whom: list[int]) -> dict[str, float]:
    since, made = time.perf_counter(), 0.0
    for number in NUMBERS:
        for first in range(0, len(whom), broadcasts.PORTION):
            last = whom[min(first + broadcasts.PORTION, len(whom)) - 1]
            values = {"number": str(number), "many": number, "after": whom[first] - 1, "upto": last, "empty": b""}
            values |= {"no": False, "yes": True, "at": 1}
            await database.run(lambda tx, values=values: tx.execute(_SAME, values) and None)
    made = time.perf_counter() - since
    while await database.run(lambda tx: tx.execute(_GONE, {"most": broadcasts.PORTION}).rowcount):
        pass
    return {"made_s": made, "seconds": time.perf_counter() - since}


# -- both ----------------------------------------------------------------------------------------------------------------


async def _measured(url: str, folder: Path, deliveries: int) -> tuple[float, float, dict[str, Any]]:
    plan = county.load([ROOT / "counties/luzhai.yaml"])["luzhai"]
    database = Database(url, Keyring.make(folder / "keys"))
    await migrate.bring_up(database)
    try:
        whom = await _crowd(database, deliveries // len(NUMBERS))
        await database.run(_analyzed)
        before = await _bare(database, whom)
        channel = Instant(deliveries)
        ours = await _told(database, plan, whom)
        await database.run(_analyzed)
        ours |= await _drained(database, plan, channel)
        told = {"deliveries": deliveries, "people": len(whom), "wrong": channel.wrong + channel.count - deliveries}
        told |= await database.run(_left)
        after = await _bare(database, whom)
    finally:
        await database.close()
    told |= {name: round(seconds, 1) for name, seconds in ours.items()}
    floors = [one["seconds"] for one in (before, after)]
    told |= {"floor": "bare INSERT … SELECT and DELETE of the same rows", "floors_s": [round(one, 1) for one in floors]}
    told["floor_made_s"] = [round(one["made_s"], 1) for one in (before, after)]
    return deliveries / (ours["spread_s"] + ours["drain_s"]), deliveries / (sum(floors) / 2), told


def _analyzed(tx: Tx) -> None:
    """As PostgreSQL does by itself within a minute; SQLite never does."""
    if tx.dialect == "postgresql":
        tx.execute(text("ANALYZE"))


def _left(tx: Tx) -> dict[str, int]:
    """Nothing waits, and everybody is known to have both."""
    has = select(func.count()).select_from(notice_receipts).where(notice_receipts.c.delivered_at.is_not(None))
    waits = select(func.count()).select_from(outbox)
    return {"known_to_have_it": tx.execute(has).scalar_one(), "still_waiting": tx.execute(waits).scalar_one()}


def measure(folder: Path, url: str | None = None, deliveries: int | None = None) -> Iterator[Figure]:
    kind, most = ("postgres", SERVED) if url else ("sqlite", DELIVERIES)
    database = url or f"sqlite:///{folder / 'xiezhi.db'}"
    value, floor, told = asyncio.run(_measured(database, folder, deliveries or most))
    yield Figure(f"fanout.{kind}", value, "1/s", floor, told)
