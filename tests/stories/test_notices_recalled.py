"""A notice taken back, or corrected, on phones: it leaves the chats that can lose it, and whoever presses what is left learns so.
Luzhai; Monday, 23 November 2026."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.models import chats, said
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.stories.phones import delivered, on_telegram
from tests.stories.phones import official as on_phone
from tests.stories.test_notices_elsewhere import LIVE, TEXT, TITLE, corp, sends, wecom  # noqa: F401
from tests.stories.wecom_phones import Corp
from tests.town import Person, Town

NEW = "检查改到周一"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator.open() as one:
        yield one


async def takes_back(office: Person) -> str:
    await office.says("我发的通知")
    await office.presses(next(one for one in office.ids if one.startswith("go.notified.")))
    await office.presses("recall")
    await office.says("日期写错了")
    return await office.presses("submit")


async def corrects(office: Person) -> str:
    await office.says("我发的通知")
    await office.presses(next(one for one in office.ids if one.startswith("go.notified.")))
    await office.presses("correct")
    await office.says(f"标题：{NEW}")
    return await office.presses("submit")


async def test_on_telegram_it_goes_from_the_chat(tmp_path: Path, telegram: TelegramSimulator) -> None:
    """It was there, and is not any more; the office is told of how many that holds."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="title", live=LIVE) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        office = await sends(town)
        await phone.listens()
        assert TITLE in phone.text
        assert "聊天里的 1 条" in await takes_back(office)
        await delivered(town, telegram)
        await phone.listens()
        assert TITLE not in phone.text and TITLE in phone.ever


async def changed(town: Town) -> None:
    """Nothing is left to be done in any chat that can be reached."""
    reached = select(chats.c.id).where(chats.c.sealed_address.is_not(None))
    wanted = select(func.count()).select_from(said).where(said.c.want > "", said.c.lane.in_(reached))
    async with asyncio.timeout(20):
        while await town.app.database.read(lambda tx: tx.execute(wanted).scalar_one()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("why", ["nothing reaches them", "it is too old", ""])
async def test_where_it_stays_is_counted(tmp_path: Path, telegram: TelegramSimulator, why: str) -> None:
    """From whom it could not be taken is on its card."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="title", live=LIVE) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        office = await sends(town)
        await phone.listens()
        if why == "nothing reaches them":
            await phone.does(phone.user.blocks(phone.bot))
        if why == "it is too old":
            telegram.faults.fail(400, "Bad Request: message can't be deleted", method="deleteMessages")
            telegram.faults.fail(400, "Bad Request: message is too old", method="editMessageText")
        await takes_back(office)
        await changed(town)
        assert (TITLE in phone.text) == bool(why)
        await office.says("我发的通知")
        card = await office.presses(next(one for one in office.ids if one.startswith("go.notified.")))
        assert ("1 人的聊天里没能撤掉" in card) == bool(why)


async def test_on_telegram_a_correction_stands_in_its_place(tmp_path: Path, telegram: TelegramSimulator) -> None:
    """The old one goes, the new one says that it corrects, and only the new one is nodded to."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="title", live=LIVE) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        office = await sends(town)
        await phone.listens()
        await corrects(office)
        await delivered(town, telegram)
        await phone.listens()
        assert TITLE not in phone.text and f"更正通知：{NEW}" in phone.text
        await phone.presses("已知悉")
        assert f"已记下您看过：{NEW}" in phone.text


async def test_on_wecom_it_goes_within_a_day(corp: Corp) -> None:  # noqa: F811
    """Recalled where WeCom lets us; its text was never there."""
    phone = await corp.official("market", "liaison", "li", "甲")
    office = await sends(corp.town)
    await phone.listens()
    assert TITLE in phone.text
    await takes_back(office)
    await phone.listens()
    assert TITLE not in phone.text and TEXT not in phone.text


async def test_a_nod_that_comes_too_late_is_told_why(tmp_path: Path, telegram: TelegramSimulator) -> None:
    """A press that was under way when it was taken back: no nod, and why."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure="full", live=LIVE) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        office = await sends(town)
        await phone.listens()
        message, _, button = phone._button("已知悉")
        await takes_back(office)
        await phone.does(phone.user.presses(button.data, phone.bot, message))
        assert "日期写错了" in phone.text and "已记下您看过" not in phone.text
