"""Who chairs a meeting, and the other office that calls such meetings: told of everything, asked for no answer, in no count. Yangxi, Tuesday,
24 November 2026, half past nine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.duties import LIVE, START, at
from tests.stories.test_meetings import OFFICE, PLACE, opens
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def chaired(office: Person) -> None:
    """By the county's leader (YX-3.5b)."""
    await office.says("召开县政府负责人主持的会议，下周三下午三点")
    await office.says(PLACE)
    await office.presses("done")
    await office.says("只请烟草局、公安局")
    for press in ("done", "submit"):
        await office.presses(press)


async def test_who_chairs_it_owes_nothing_and_is_not_counted(yangxi: Town, office: Person) -> None:
    """Of two units that are asked two are counted; the chair stands in no list of those who have not answered, and finds nothing to do."""
    chair = await yangxi.staff("county_gov", "leader", "戊")
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    police = await yangxi.staff("police", "liaison", "乙")
    await chaired(office)
    assert "12月2日（周三）15:00" in await chair.listens()
    await tobacco.listens()
    await tobacco.says("我去")
    said = await opens(office)
    assert "已回复 1 家，共 2 家；要来的 1 家" in said and "县政府：" not in said
    assert "等您回复" not in await chair.says("通知")
    assert "urge" in office.ids
    await office.presses("urge")
    assert "还没有收到您单位的回复" in await police.listens() and "还没有收到" not in await chair.listens()


async def test_who_chairs_it_is_reminded_and_never_asked_again(yangxi: Town, office: Person) -> None:
    """They come without saying so: until the meeting they hear of it once more, on the morning of the working day before."""
    chair = await yangxi.staff("county_gov", "leader", "戊")
    await yangxi.staff("tobacco", "liaison", "甲")
    await chaired(office)
    await chair.listens()
    await yangxi.forward_to(at(11, 30, 18))
    assert "会议" not in await chair.listens()
    await yangxi.forward_to(at(12, 1, 10))
    assert "12月2日（周三）15:00" in await chair.listens()


async def test_who_chairs_it_hears_of_a_change_and_is_asked_nothing(yangxi: Town, office: Person) -> None:
    """Whoever was seated as its chair since it was called hears of it too."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await chaired(office)
    chair = await yangxi.staff("county_gov", "leader", "戊")
    await opens(office)
    await office.presses("change")
    await office.says("改到下周四下午三点")
    await office.presses("submit")
    heard = await chair.listens()
    assert "会议改了时间或地点" in heard and "请回复来不来" not in heard and "原来的回复" not in heard


async def test_who_chairs_it_may_say_that_they_cannot(yangxi: Town, office: Person) -> None:
    """Then nobody reminds them, and it stands on their card."""
    chair = await yangxi.staff("county_gov", "leader", "戊")
    await yangxi.staff("tobacco", "liaison", "甲")
    await chaired(office)
    await chair.listens()
    assert "不能参加" in await chair.says("去不了，要到市里开会")
    await yangxi.forward_to(at(12, 1, 10))
    assert "12月2日" not in await chair.listens()
