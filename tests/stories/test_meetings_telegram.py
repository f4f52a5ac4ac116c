"""Luzhai's yearly conference: the headquarters office calls it on the page, units answer on Telegram. Monday, 23 November 2026."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import duties, notice_receipts
from tests.simulators.telegram import Simulator
from tests.stories.office import kept
from tests.stories.phones import official as on_phone
from tests.stories.phones import on_telegram
from tests.town import HOME, Person, Town

PLACE, TITLE, LIVE = "县政府三楼会议室", "联席会议", date(2026, 11, 23)


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    async with Simulator.open() as one:
        yield one


async def calls(town: Town, when: str = "后天下午三点") -> Person:
    office = await town.staff("hq_office", "coordinator", "丙")
    await office.says(f"召开联席会议 {when}")
    await office.says(PLACE)
    for press in ("done", "done", "submit"):
        await office.presses(press)
    return office


async def replies(town: Town) -> dict[str, str | None]:
    rows = await kept(town, lambda tx: tx.execute(select(notice_receipts)).all())
    return {row.unit: row.reply for row in rows}


async def test_answered_from_the_chat_and_held_on_the_page(tmp_path: Path, telegram: Simulator) -> None:
    """LZ-3.6c: in a chat that may show titles its name and time, not its place; one presses, one writes; what was decided stands
    in their 待办, and the year's conference is done."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="title", live=LIVE) as town:
        market = await on_phone(town, telegram, "market", "liaison", "甲")
        police = await on_phone(town, telegram, "police", "liaison", "乙")
        tobacco = await town.staff("tobacco", "liaison", "丁")
        office = await calls(town)
        for one in (market, police):
            await one.listens()
            assert TITLE in one.text and "15:00" in one.text and PLACE not in one.text
        await market.presses("参加")
        assert "已回复：参加" in market.text
        await police.says("派老王去")
        assert "派老王代替" in police.text
        await tobacco.says("去不了，要下乡")
        assert await replies(town) == {"market": "attend", "police": "deputy", "tobacco": "absent"}
        await market.says("会议")
        await market.presses(TITLE)
        assert "请在网页上看" in market.text and PLACE not in market.text
        await town.forward_to(datetime(2026, 11, 25, 17, tzinfo=HOME))
        await market.listens()
        await office.says("会议")
        await office.presses(next(one for one in office.ids if one.startswith("go.meeting.")))
        for press in ("hold", "done", "skip"):
            await office.presses(press)
        await office.says("市场监管局、公安局：12月10日前 报送联合检查名单")
        for press in ("done", "submit"):
            await office.presses(press)
        for one in (market, police):
            await one.says("待办")
            assert "报送联合检查名单" in one.text
        wanted = select(duties).where(duties.c.rule == "joint_conference", duties.c.period == "2026")
        (row,) = await kept(town, lambda tx: tx.execute(wanted).all())
        assert (row.unit, row.ended) == ("hq_office", "done")


async def test_where_nothing_may_be_shown_it_is_only_counted(tmp_path: Path, telegram: Simulator) -> None:
    """Not its name, not its time; words answer nothing there, and the door leads to the page."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="none", live=LIVE) as town:
        market = await on_phone(town, telegram, "market", "liaison", "甲")
        await calls(town)
        await market.listens()
        assert TITLE not in market.text and "15:00" not in market.text and "待办" in market.text
        await market.says("我去")
        assert await replies(town) == {"market": None} and TITLE not in market.text
