"""One message a morning to each person, whatever else goes wrong (issue 5): a duty that cannot be read, a second worker beside
the first. Yangxi went live on Tuesday, 24 November 2026; of 26 November everybody who reports monthly is reminded."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.util import await_only

from reminders import due
from storage.database import Tx
from storage.models import duties
from tests.stories.duties import LIVE, START
from tests.stories.office import kept, seat_also
from tests.town import HOME, Person, Town

REPORT = "信息月报"


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 26, hour, minute, tzinfo=HOME)


async def clerk(town: Town) -> Person:
    """Who reports for two units."""
    found = await town.staff("tobacco", "liaison", "甲")
    await seat_also(town, found, "town_2", "liaison")
    return found


async def heard(person: Person) -> list[str]:
    await person.listens()
    return [one["text"] for one in person.fresh]


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


async def test_a_duty_that_cannot_be_read_divides_nobodys_morning(yangxi: Town) -> None:
    """It is put off and in the log; the others are looked at together all the same."""
    liaison = await clerk(yangxi)
    spoil = update(duties).where(duties.c.unit == "town_1", duties.c.rule == "monthly_report").values(ladder="{")
    await kept(yangxi, lambda tx: tx.execute(spoil).rowcount)
    await yangxi.forward_to(at(10, 0))
    told = await heard(liaison)
    assert len(told) == 1 and told[0].count(REPORT) == 2


async def test_two_workers_divide_nobodys_morning(postgres_database: str, tmp_path: Path) -> None:
    """While one looks at a county's morning another passes it over, and afterwards finds nothing left; the county's own time
    and a later one that somebody chose."""
    async with Town.open(postgres_database, tmp_path, ("yangxi",), START, live=LIVE) as town:
        liaison, later = await clerk(town), await town.staff("tobacco", "liaison", "乙")
        await seat_also(town, later, "town_2", "liaison")
        await later.says("提醒时间 13:40")
        for moment, who in ((at(8, 54), liaison), (at(13, 41), later)):
            assert await _looked_by_two(town, moment) == (0, 0)
            told = await heard(who)
            assert len(told) == 1 and told[0].count(REPORT) == 2
        assert await heard(liaison) == []


async def _looked_by_two(town: Town, moment: datetime) -> tuple[int, int]:
    """What the second finds while the first has not committed, and after it has."""
    begun, go_on, database = asyncio.Event(), asyncio.Event(), town.app.database

    def first(tx: Tx) -> int:
        found = due.look(tx, town.app.plans, moment)
        tx.flush()
        begun.set()
        await_only(go_on.wait())
        return found

    def second(tx: Tx) -> int:
        return due.look(tx, town.app.plans, moment)

    looking = asyncio.create_task(database.run(first))
    await asyncio.wait({looking, asyncio.create_task(begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
    meanwhile = await database.run(second)
    go_on.set()
    assert await looking > 0
    return meanwhile, await database.run(second)
