"""People choose their time and channel, on WeCom and on the page: Luzhai's monthly operations, due on Monday, 30 November 2026."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.simulators.wecom import Simulator
from tests.stories.wecom_phones import Corp, Phone, on_wecom
from tests.town import HOME, Person

LIVE, OPERATIONS = date(2026, 11, 23), "每月治理情况"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


@pytest.fixture
async def corp(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, live=LIVE) as one:
        yield one


@pytest.fixture
async def phone(corp: Corp) -> Phone:
    return await corp.official("market", "liaison", "li", "甲")


@pytest.fixture
async def page(corp: Corp, phone: Phone) -> Person:
    """The same person's."""
    code = re.search(r"登录码：(\S+)", await phone.says("登录"))
    assert code is not None
    return await corp.town.login(code[1])


async def test_time_and_channel_are_chosen_in_the_chat(corp: Corp, phone: Phone, page: Person) -> None:
    """By what stands on the card or by words; then there, at that time, and nowhere else."""
    await phone.says("提醒时间")
    assert "08:10" in await phone.presses("0810")
    assert "只发到企业微信" in await phone.says("提醒方式 企业微信")
    await corp.town.forward_to(at(30, 8, 11))
    await phone.listens()
    await page.listens()
    assert OPERATIONS in phone.text and OPERATIONS not in page.text


async def test_who_has_left_the_corp_hears_on_the_page(corp: Corp, phone: Phone, page: Person) -> None:
    """The chosen channel is dead: nothing is lost by the choice."""
    await page.says("提醒方式")
    assert "telegram" not in page.ids
    await page.presses("wecom")
    await phone.does(phone.user.leaves())
    await corp.town.forward_to(at(30, 9))
    await corp.delivered()
    assert OPERATIONS in await page.listens()


async def test_the_default_comes_back_in_the_chat(corp: Corp, phone: Phone, page: Person) -> None:
    """`恢复默认`: every conversation, at the county's time."""
    await phone.says("提醒方式 企业微信")
    assert "所有对话" in await phone.says("恢复默认")
    await corp.town.forward_to(at(30, 8, 54))
    await phone.listens()
    await page.listens()
    assert OPERATIONS in phone.text and OPERATIONS in page.text
