"""People choose their channel, on Telegram and on the page: Luzhai's monthly operations, due on Monday, 30 November 2026."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.simulators.telegram import Simulator
from tests.stories.office import tells
from tests.stories.phones import Phone, official, on_telegram
from tests.town import HOME, Person, Town

LIVE, FRIDAY, OPERATIONS = date(2026, 11, 23), datetime(2026, 11, 27, 20, tzinfo=HOME), "每月治理情况"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


@pytest.fixture
async def town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full", live=LIVE) as opened:
        yield opened


@pytest.fixture
async def phone(town: Town, sim: Simulator) -> Phone:
    return await official(town, sim, "market", "liaison", "甲")


@pytest.fixture
async def page(town: Town, phone: Phone) -> Person:
    """The same person's."""
    code = re.search(r"登录码：(\S+)", await phone.says("登录"))
    assert code is not None
    return await town.login(code[1])


async def hear(phone: Phone, page: Person, what: str = OPERATIONS) -> tuple[int, int]:
    """How often each has heard of it so far."""
    await phone.listens()
    await page.listens()
    return phone.text.count(what), page.text.count(what)


async def heard_then(town: Town, phone: Phone, page: Person, moment: datetime) -> tuple[int, int]:
    """Since the moment before it, in which nothing came."""
    before = await hear(phone, page)
    await town.forward_to(moment)
    now = await hear(phone, page)
    return now[0] - before[0], now[1] - before[1]


async def test_in_every_conversation_until_one_is_chosen(town: Town, phone: Phone, page: Person) -> None:
    """The default; and at the time that was chosen on either."""
    await phone.says("提醒时间")
    assert "13:40" in await phone.presses("1340")
    await town.forward_to(FRIDAY)
    assert await heard_then(town, phone, page, at(30, 9)) == (0, 0)
    assert await heard_then(town, phone, page, at(30, 13, 41)) == (1, 1)


async def test_in_the_one_that_was_chosen(town: Town, phone: Phone, page: Person) -> None:
    """Chosen in one conversation for another, by button, and told back with its day."""
    await phone.says("提醒方式")
    assert "只发到网页" in await phone.presses("web")
    await town.forward_to(FRIDAY)
    assert await heard_then(town, phone, page, at(30, 9)) == (0, 1)


async def test_in_the_one_used_last(town: Town, phone: Phone, page: Person) -> None:
    """Whichever that is when the morning comes."""
    await page.says("提醒方式")
    await page.presses("last")
    await town.forward_to(FRIDAY)
    await phone.says("帮助")
    assert await heard_then(town, phone, page, at(30, 9)) == (1, 0)


async def test_where_it_was_chosen_nobody_is_any_more(town: Town, phone: Phone, page: Person) -> None:
    """Logged out there: it comes where they still are, though they did not choose that."""
    await phone.says("提醒方式")
    await phone.presses("web")
    await page.says("退出登录")
    await town.forward_to(at(30, 9))
    await phone.listens()
    assert OPERATIONS in phone.text


async def test_who_has_blocked_the_bot_hears_on_the_page(town: Town, phone: Phone, page: Person) -> None:
    """A preference for a channel that is dead loses nothing."""
    await page.says("提醒方式 Telegram")
    await phone.does(phone.user.blocks(phone.bot))
    await town.forward_to(at(30, 9))
    assert OPERATIONS in await page.listens()


async def test_what_waits_where_they_log_out_is_said_elsewhere(town: Town, phone: Phone, page: Person) -> None:
    """The digest lay unread on the page alone when that conversation was ended."""
    await phone.says("提醒方式")
    await phone.presses("web")
    await town.forward_to(at(30, 9))
    await phone.says("登录设备")
    assert OPERATIONS not in phone.text
    await phone.presses(next(one for one in phone.ids if one.isdigit()))
    assert OPERATIONS in phone.text


async def test_what_is_urgent_goes_everywhere(town: Town, sim: Simulator) -> None:
    """Whatever was chosen, and at once."""
    phone = await official(town, sim, "hq_office", "duty", "乙")
    code = re.search(r"登录码：(\S+)", await phone.says("登录"))
    assert code is not None
    page = await town.login(code[1])
    await phone.says("提醒方式")
    await phone.presses("web")
    await phone.says("提醒时间 13:40")
    number, _ = await tells(await town.citizen(), "现在有人正在老粮仓卸走私烟")
    assert await hear(phone, page, f"举报 {number}") == (1, 1)
