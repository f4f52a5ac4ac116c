"""What both plans ask for regularly, by its own form: handed in, handed in late, and refused to whoever owes it not. Which regimes
these prove, docs/coverage.md says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from storage import duties, filings
from storage.models import audit
from tests.bot.attachments import pdf
from tests.stories.drives import drives
from tests.stories.duties import LIVE, REPORT, START
from tests.stories.office import kept
from tests.town import HOME, Person, Town


class Asked(NamedTuple):
    county: str
    rule: str
    period: str
    unit: str  # one that owes it
    other: str  # one that does not, and receives it neither
    says: str  # its form, pasted
    late: date  # the first morning on which it is late
    document: bool = False


# fmt: off
ASKED = [
    Asked("yangxi", "monthly_report",       "2026-11",    "tobacco",   "police",  REPORT, date(2026, 12, 2)),                      # YX-3.4b, by the 1st
    Asked("yangxi", "plan_filing",          "once",       "tobacco",   "county_gov", "单位电话：0662-1234567", date(2026, 12, 25), True),  # YX-3.5d, 30 days
    Asked("luzhai", "monthly_operation",    "2026-11",    "police",    "court",   "打击走私行动：2\n市场清理：1\n联合检查：1", date(2026, 12, 1)),  # LZ-3.5b
    Asked("luzhai", "quarterly_inspection", "2026-Q4",    "hq_office", "police",  "检查日期：11月20日\n乡镇：甲乡", date(2027, 1, 4)),   # LZ-3.5c; after New Year's days
    Asked("luzhai", "half_year_study",      "2026-H2",    "hq_office", "police",  "研究题目：寄递渠道的查控", date(2027, 1, 4), True),  # LZ-3.5d
]
# fmt: on
EACH = pytest.mark.parametrize("asked", ASKED, ids=[one.rule for one in ASKED])


@asynccontextmanager
async def county(asked: Asked, folder: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{folder / 'x.db'}", folder, (asked.county,), START, live=LIVE) as town:
        yield town


async def row_of(town: Town, asked: Asked) -> Any:
    rows = await kept(town, lambda tx: duties.of_case(tx, asked.county, asked.rule, asked.period))
    return next(row for row in rows if row.unit == asked.unit)


async def fills_in(person: Person, town: Town, asked: Asked) -> str:
    await person.says("应办")
    await person.presses(f"go.duty.{(await row_of(town, asked)).id}")
    await person.presses("file")
    await person.says(asked.says)
    await person.presses("done")
    if asked.document:
        assert (await person.sends("方案.pdf", pdf()))[0] == 202
        await person.presses("done")
    return await person.presses("submit")


@drives("monthly_report", "form", clauses=("YX-3.4b",))
@drives("special_plan_filing", "form", clauses=("YX-3.5d", "YX-3.5a"))
@drives("monthly_operation", "form", clauses=("LZ-3.5b",))
@drives("quarterly_inspection", "form", clauses=("LZ-3.5c",))
@drives("half_year_study", "form", clauses=("LZ-3.5d", "LZ-2l"))
@EACH
async def test_it_is_handed_in_by_its_own_form(asked: Asked, tmp_path: Path) -> None:
    """Opened from one's list, written at once, looked at, handed in; what was written is kept, and a receipt for each office."""
    async with county(asked, tmp_path) as town:
        liaison = await town.staff(asked.unit, "liaison")
        await town.settle()
        said = await fills_in(liaison, town, asked)
        row = await row_of(town, asked)
        filed = await kept(town, lambda tx: filings.latest(tx, row.id))
        receipts = await kept(town, lambda tx: filings.receipts(tx, filed.id))
        assert row.ended == "filed" and row.closed_at <= row.due_at and not filed.nil
        assert all(one.number in said for one in receipts) and "超期" not in said


@drives("monthly_report", "late", clauses=("YX-3.4b",))
@drives("special_plan_filing", "late", clauses=("YX-3.5d", "YX-3.5a"))
@drives("monthly_operation", "late", clauses=("LZ-3.5b",))
@drives("quarterly_inspection", "late", clauses=("LZ-3.5c",))
@drives("half_year_study", "late", clauses=("LZ-3.5d", "LZ-2l"))
@EACH
async def test_late_it_goes_to_the_leader_and_is_still_taken(asked: Asked, tmp_path: Path) -> None:
    """Silence: on the first working morning after its day the unit's leader hears of it; it is late, and handed in all the same."""
    async with county(asked, tmp_path) as town:
        liaison, leader = [await town.staff(asked.unit, seat) for seat in ("liaison", "leader")]
        name = town.plan.duties[asked.rule].name.zh
        await town.forward_to(datetime.combine(asked.late, datetime.min.time(), HOME).replace(hour=8))
        assert name in await liaison.listens(), "it was asked for in time"
        assert name not in await leader.listens()
        await town.forward_to(datetime.combine(asked.late, datetime.min.time(), HOME).replace(hour=10))
        assert name in await leader.listens() and "超期" in leader.text
        await fills_in(liaison, town, asked)
        row = await row_of(town, asked)
        assert row.ended == "filed" and row.closed_at > row.due_at and not duties.suggested(row)


@drives("monthly_report", "refused", clauses=("YX-3.4b",))
@drives("special_plan_filing", "refused", clauses=("YX-3.5d", "YX-3.5a"))
@drives("monthly_operation", "refused", clauses=("LZ-3.5b",))
@drives("quarterly_inspection", "refused", clauses=("LZ-3.5c",))
@drives("half_year_study", "refused", clauses=("LZ-3.5d", "LZ-2l"))
@EACH
async def test_nobody_else_hands_it_in(asked: Asked, tmp_path: Path) -> None:
    """A liaison of a unit that owes it not, with a crafted button: nothing is opened or handed in, and the try is on record."""
    async with county(asked, tmp_path) as town:
        other = await town.staff(asked.other, "liaison")
        await town.settle()
        row, name = await row_of(town, asked), town.plan.duties[asked.rule].name.zh
        for door in ("duty", "duty_fill", "duty_done"):
            await other.post({"choice": f"go.{door}.{row.id}", "prompt": -1})
            assert name not in await other.listens()
        await other.says(asked.says)
        assert (await row_of(town, asked)).closed_at is None
        assert await kept(town, lambda tx: filings.latest(tx, row.id)) is None
        tried = await kept(town, lambda tx: tx.execute(select(audit.c.action).where(audit.c.action == "refused")).all())
        assert len(tried) >= 3
