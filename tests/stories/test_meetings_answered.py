"""What whoever is invited answers, in words and by press: which meeting is meant, and for whom. Today is Tuesday, 24 November 2026."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import notice_receipts
from tests.stories.duties import LIVE, START
from tests.stories.office import kept
from tests.stories.test_meetings import LINK, OFFICE, PLACE, called, door, opens, replies
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def answers(town: Town, unit: str) -> list[str | None]:
    """Of each meeting, in the order they were called."""
    wanted = select(notice_receipts).where(notice_receipts.c.unit == unit).order_by(notice_receipts.c.notice)
    return [row.reply for row in await kept(town, lambda tx: tx.execute(wanted).all())]


async def test_of_two_that_wait_it_is_asked_which_and_the_words_are_kept(yangxi: Town, office: Person) -> None:
    """派老李去 is not lost: the meeting is pressed, and it is answered."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await called(office, when="下周五下午三点")
    await tobacco.listens()
    assert "哪一个" in await tobacco.says("派老李去")
    assert "派老李代替" in await tobacco.presses(tobacco.ids[0])
    assert sorted(map(str, await answers(yangxi, "tobacco"))) == ["None", "deputy"]


async def test_words_with_an_answered_card_open_may_mean_the_one_that_came_since(yangxi: Town, office: Person) -> None:
    """The card that stands open has its answer: it is not overwritten by what was said to the new invitation."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    assert "已回复：参加" in await tobacco.says("我去")
    await opens(tobacco)
    await called(office, when="下周五下午三点")
    await tobacco.listens()
    assert "哪一个" in await tobacco.says("去不了，要下乡")
    assert await answers(yangxi, "tobacco") == ["attend", None]


async def test_the_first_of_a_unit_hears_what_the_second_answered(yangxi: Town, office: Person) -> None:
    """An answer is a unit's and the latest stands; both know of it, and the same answer twice disturbs nobody."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    await called(office)
    await liaison.says("我去")
    said = await leader.says("去不了，要下乡")
    assert "已改为：不能参加" in said and "甲回复的是：参加" in said
    heard = await liaison.listens()
    assert "乙替县烟草专卖局改了回复" in heard and "现在是：不能参加" in heard and "要下乡" not in heard
    assert "已改为：参加" in await liaison.presses(door(liaison, "attend"))
    await leader.listens()
    assert "已经是：参加" in await leader.says("我去")
    assert "改了回复" not in await liaison.listens()


async def test_the_push_says_where_to_come_online(yangxi: Town, office: Person) -> None:
    """The link stands in the invitation, as text."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    assert LINK in await tobacco.listens()


async def test_who_had_declined_may_come_at_another_time(yangxi: Town, office: Person) -> None:
    """改期: 参加 stands under the push itself."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await tobacco.says("去不了，要下乡")
    await opens(office)
    await office.says("改到12月4日，二楼会议室")
    await office.presses("submit")
    assert "这次能来的，点“参加”" in await tobacco.listens()
    assert "已改为：参加" in await tobacco.presses(door(tobacco, "attend"))


@pytest.mark.parametrize("words", ["可能去不了", "我上午去不了，下午去", "还不确定"])
async def test_who_does_not_know_yet_has_answered_nothing(yangxi: Town, office: Person, words: str) -> None:
    """And is told so, with the answers at hand."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await tobacco.listens()
    assert "先不用回复" in await tobacco.says(words) and door(tobacco, "attend")
    assert await replies(yangxi) == {"tobacco": None}


async def test_somebody_without_a_name_is_asked_for(yangxi: Town, office: Person) -> None:
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await tobacco.listens()
    assert "派谁" in await tobacco.says("派人去")
    assert "派老李代替" in await tobacco.says("老李")


async def test_of_one_that_was_called_off_it_is_said(yangxi: Town, office: Person) -> None:
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await opens(office)
    await office.presses("call_off")
    await office.says("会议室没有了")
    await office.presses("submit")
    await tobacco.listens()
    assert "已取消，不用回复" in await tobacco.says("我去")


async def test_whoever_chairs_it_is_invited_and_hears_of_every_change(yangxi: Town, office: Person) -> None:
    """YX-3.5b: the county leader who chairs it is no member unit, and is told all the same."""
    chair = await yangxi.staff("county_gov", "leader", "戊")
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("召开县政府负责人主持的会议，下周三下午三点")
    await office.says(PLACE)
    for press in ("done", "done", "submit"):
        await office.presses(press)
    assert "12月2日（周三）15:00" in await chair.listens()
    await opens(office)
    await office.presses("call_off")
    await office.says("会议室没有了")
    await office.presses("submit")
    assert "取消了" in await chair.listens()
