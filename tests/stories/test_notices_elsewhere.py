"""A notice on Telegram and WeCom: in the chat the title, or nothing but that something waits; its text stands on the page. Luzhai,
whose headquarters office sends from the page; Monday, 23 November 2026."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import notice_receipts, notices
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.simulators.wecom import Simulator as WecomSimulator
from tests.stories.office import kept
from tests.stories.phones import official as on_phone
from tests.stories.phones import on_telegram
from tests.stories.wecom_phones import Corp, on_wecom
from tests.town import Person, Town

TITLE, TEXT = "节前检查安排", "请各单位周五前把检查组名单准备好。"
LIVE = date(2026, 11, 23)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator.open() as one:
        yield one


@pytest.fixture
async def wecom() -> AsyncIterator[WecomSimulator]:
    async with WecomSimulator.open() as one:
        yield one


@pytest.fixture
async def corp(tmp_path: Path, wecom: WecomSimulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, wecom, live=LIVE) as one:
        yield one


async def writes(town: Town) -> Person:
    office = await town.staff("hq_office", "coordinator", "丙")
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.says("市场监管局")
    for press in ("done", "liaisons", "read"):
        await office.presses(press)
    return office


async def sends(town: Town) -> Person:
    office = await writes(town)
    await office.presses("submit")
    return office


async def read(town: Town) -> bool:
    row = await kept(town, lambda tx: tx.execute(select(notice_receipts)).one())
    return row.opened_at is not None


@pytest.mark.parametrize("disclosure", ["title", "none"])
async def test_on_telegram_it_is_named_or_only_counted(
    tmp_path: Path, telegram: TelegramSimulator, disclosure: str
) -> None:
    """As much as the chat may show: the title and a nod with one press, or that something waits and a door to the page."""
    where = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(where, tmp_path, telegram, disclosure=disclosure, live=LIVE) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        await sends(town)
        await phone.listens()
        assert (TITLE in phone.text) is (disclosure == "title") and TEXT not in phone.text
        if disclosure == "title":
            await phone.presses("已知悉")
            assert await read(town) and "已记下您看过" in phone.text
        else:
            await phone.says("通知")
            assert TITLE not in phone.text and not await read(town)


async def test_on_wecom_the_text_is_opened_on_the_page(corp: Corp) -> None:
    """Duties and notices show their title there; opened, it leads to the page, and that is no reading yet."""
    phone = await corp.official("market", "liaison", "li", "甲")
    await sends(corp.town)
    await phone.listens()
    assert TITLE in phone.text and TEXT not in phone.text
    await phone.presses("打开")
    assert TEXT not in phone.text and not await read(corp.town)


@pytest.mark.parametrize("disclosure", ["title", "none"])
async def test_the_preview_shows_what_the_phone_will_show(
    tmp_path: Path, telegram: TelegramSimulator, disclosure: str
) -> None:
    """Word for word what arrives on each channel: where little may be shown the author sees how little."""
    async with on_telegram(
        f"sqlite:///{tmp_path / 'x.db'}", tmp_path, telegram, disclosure=disclosure, live=LIVE
    ) as town:
        phone = await on_phone(town, telegram, "market", "liaison", "甲")
        office = await writes(town)
        seen = await office.says("预览")
        assert "Telegram" in seen and seen.count("收件人看到的是") == (1 if disclosure == "title" else 2)
        before = phone.text
        await office.presses("submit")
        await phone.listens()
        arrived = phone.text.removeprefix(before).strip().splitlines()[0]
        assert arrived in seen


async def test_what_a_phone_may_not_show_opens_on_the_page_itself(tmp_path: Path, telegram: TelegramSimulator) -> None:
    """The link leads to that very form or card, and to no list in which it would have to be looked for."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, telegram, disclosure="title", live=LIVE) as town:
        await town.staff("market", "liaison", "甲")
        phone = await on_phone(town, telegram, "hq_office", "coordinator", "丁")
        await phone.says("发通知")
        assert "go.notify" in phone.text
        await sends(town)
        row = await kept(town, lambda tx: tx.execute(select(notices)).one())
        await phone.says("我发的通知")
        await phone.presses(TITLE)
        assert f"go.notified.{row.id}" in phone.text
