"""Two who change one tip in the same moment, on the engine where two can: the second sees what the first did."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.app import TEMPLATES
from bot.render import Renderer
from handlers import matter
from handlers.citizens import adding, withdrawing
from handlers.coordinators import ending
from handlers.desk import Desk, Setting
from rules import county
from rules.visibility import MOVES, Power
from storage import chats, migrate, models, people, tips
from storage.database import Database, Tx, new_id
from storage.sealed import Keyring

PLANS = county.load([TEMPLATES.parent / "counties" / "luzhai.yaml"])
SETTING = Setting(PLANS, Renderer(TEMPLATES, PLANS))
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
INTAKE = frozenset({("hq_office", "intake")})
BLOCKED = text("select count(*) from pg_locks where not granted")


def merges_into(desk: Desk, tip: int) -> bool:
    """Another tip of the same officer's into this one."""
    into, (other, _) = tips.by_id(desk.tx, tip), told(desk.tx)
    assert into is not None
    tips.change(desk.tx, other, NOW, taken_by=desk.person)
    said = ending.merged(desk, {"_tip": other, "into": into.number}).says
    return said[0].block != "coordinators/merge:impossible"


# what is done to a tip that is being withdrawn at that moment
ACTS: dict[str, Callable[[Desk, int], Any]] = {
    **{one: partial(lambda power, desk, tip: matter.reach(desk, tip, power), one) for one in (Power.ACT, Power.MERGE)},
    "merge into": merges_into,
    "withdraw": lambda desk, tip: withdrawing.withdrawn(desk, {"_tip": tip, "sure": "yes"}).says,
    "add": lambda desk, tip: (
        adding.added(desk, {"_tip": tip, "more": ["又来了一车"]}).says[0].block != "citizens/add:too_late"
    ),
}


def told(tx: Tx) -> tuple[int, int]:
    """A tip that somebody in intake has taken: (its row, that person)."""
    officer = people.add(tx, "luzhai", "甲", NOW)
    tip, _ = tips.create(
        tx,
        county="luzhai",
        letters="LZ",
        content={"what": "x"},
        involved=(),
        marks=(),
        at=NOW,
        alias=None,
        route="open",
        intake="hq_office",
        source="citizen",
        taken_by=officer,
        **dict.fromkeys(("urgent", "reward", "named", "notify"), False),
    )
    return tip, officer


def does(act: Callable[[Desk, int], Any], tip: int, person: int | None, tx: Tx) -> Any:
    chat = chats.start(tx, "web", str(new_id()), "luzhai", "zh", person)
    return act(Desk(tx, NOW, SETTING, chat, INTAKE if person else frozenset()), tip)


async def waits(connection: AsyncConnection, doing: "asyncio.Task[Any]") -> None:
    """Until the other is stopped by a lock, or is through."""
    while not doing.done() and not await connection.scalar(BLOCKED):
        await asyncio.wait([doing], timeout=0.01)


@pytest.mark.parametrize("act", ACTS)
async def test_who_acts_on_a_tip_sees_what_was_done_to_it_a_moment_ago(
    postgres_database: str, tmp_path: Path, act: str
) -> None:
    """A withdrawal is not overwritten by a triage that had read the tip before, nor done or added to again."""
    database = Database(postgres_database, Keyring.make(tmp_path / "keys"))
    await migrate.bring_up(database)
    first = create_async_engine(postgres_database)
    tip, officer = await database.run(told)
    attempt = partial(does, ACTS[act], tip, officer if act in (*MOVES, "merge into") else None)
    async with first.connect() as connection:
        await connection.execute(models.tips.update().where(models.tips.c.id == tip).values(status="withdrawn"))
        doing = asyncio.create_task(database.run(attempt))
        await waits(connection, doing)
        await connection.commit()
        assert not await doing
    row = await database.run(lambda tx: tips.by_id(tx, tip))
    assert row is not None and row.status == "withdrawn"
    count = select(func.count()).select_from(models.moves)
    assert await database.run(lambda tx: tx.execute(count).scalar_one()) == 0
    await first.dispose()
    await database.close()
