"""What citizens read on Telegram and in WeChat: with buttons, in few messages, and at a door where no tips are taken too. Luzhai;
Tuesday, 24 November 2026."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.wecom.cards import TEXT as ONE_MESSAGE
from rules.bulletins import LONGEST
from storage.models import tips
from tests.simulators.telegram import Simulator as TelegramSimulator
from tests.simulators.wecom import Simulator as WecomSimulator
from tests.stories.office import kept
from tests.stories.phones import Phone, on_telegram
from tests.stories.test_bulletins import lets_out
from tests.stories.wecom_phones import on_wecom
from tests.town import Town

LIVE = date(2026, 11, 23)
TITLE = "货车藏运走私冻品被查获"
LONG = "冻" * (LONGEST // 3)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator.open() as one:
        yield one


@pytest.fixture
async def wecom() -> AsyncIterator[WecomSimulator]:
    async with WecomSimulator.open() as one:
        yield one


async def publishes(town: Town, text: str) -> None:
    """Written and let out on the page."""
    office = await town.staff("hq_office", "coordinator", "丙")
    publicity = await town.staff("publicity", "leader", "丁")
    await office.says("写一篇")
    await office.presses("case")
    await office.says(f"{TITLE}\n{text}")
    for press in ("skip", "skip", "no", "no", "no", "no", "submit"):
        await office.presses(press)
    await publicity.says("公开信息")
    await publicity.presses(next(one for one in publicity.ids if one.startswith("go.bulletin.")))
    await lets_out(publicity)


@pytest.mark.parametrize("tips_taken", [True, False])
async def test_on_telegram(tmp_path: Path, telegram: TelegramSimulator, tips_taken: bool) -> None:
    """What is public is read there by a word and by buttons, whether or not tips are taken there; what is told where they are not
    is heard no more than before."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, telegram, accept_tips=tips_taken, live=LIVE) as town:
        await publishes(town, "冻品已经销毁。")
        citizen = Phone(town, telegram, "citizens", "乙")
        await citizen.says("了解")
        assert ("go.tip" in citizen.ids) is tips_taken
        await citizen.presses("go.learn.case")
        assert "冻品已经销毁。" in await citizen.presses(next(one for one in citizen.ids if one.startswith("go.read.")))
        if not tips_taken:
            assert "不受理" in await citizen.says("我看到有人卸走私烟") and "go.learn" in citizen.ids
        assert await kept(town, lambda tx: tx.execute(select(tips.c.id)).all()) == []


async def test_in_wechat_the_longest_is_one_message(tmp_path: Path, wecom: WecomSimulator) -> None:
    """微信客服 lets five go after each of theirs: the longest piece with its buttons is one of them."""
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, wecom, live=LIVE) as corp:
        await publishes(corp.town, LONG)
        citizen = corp.wechat("乙")
        await citizen.says("典型案例")
        await citizen.presses(next(one for one in citizen.ids if one.startswith("go.read.")))
        (said,) = citizen.fresh
        assert LONG in said.text and len(said.text.encode()) <= ONE_MESSAGE
