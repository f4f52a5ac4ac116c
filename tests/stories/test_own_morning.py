"""People choose their time and channel (issue 5). Yangxi and Luzhai, which went live on Tuesday, 24 November 2026: the monthly
report is due on Tuesday, 1 December and is reminded of on 26 and 30 November and on the day."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.timepiece import Lever
from storage import duties, mornings, people, reminder_choices
from storage.models import mornings as held_rows
from tests.stories.duties import LIVE, START
from tests.stories.office import OFFICE, kept, person_of, seat_also, takes, tells
from tests.town import HOME, Person, Town

REPORT, OPERATIONS = "信息月报", "每月治理情况"
NOW_STORY = "现在有人正在老粮仓卸走私烟"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    return await yangxi.staff("tobacco", "liaison", "甲")


async def held(town: Town) -> int:
    return int(await kept(town, lambda tx: tx.execute(select(func.count()).select_from(held_rows)).scalar_one()))


def down_until(town: Town, moment: datetime) -> None:
    """Nobody looked at anything meanwhile."""
    assert isinstance(town.app.timepiece, Lever)
    town.app.timepiece.move_to(moment)


async def hears(person: Person, what: str = REPORT) -> int:
    """In how many messages that came since."""
    await person.listens()
    return sum(what in one["text"] for one in person.fresh)


async def chose(town: Town, person: Person, county: str = "yangxi") -> list[Any]:
    number = await person_of(town, person)
    return await kept(town, lambda tx: reminder_choices.of_person(tx, county, number))


# -- when ----------------------------------------------------------------------------------------------------------------


async def test_a_later_time_holds_the_digest_until_then(yangxi: Town, liaison: Person) -> None:
    """Chosen with one press, told back with its first day; from then on at that time, once, and nothing at the county's."""
    assert "08:53" in await liaison.says("提醒时间")
    said = await liaison.presses("1340")
    assert "13:40" in said and "11月25日" in said
    await yangxi.forward_to(at(26, 9))
    assert await hears(liaison) == 0
    await yangxi.forward_to(at(26, 13, 41))
    assert await hears(liaison) == 1 and await held(yangxi) == 0
    await yangxi.forward_to(at(27, 20))
    assert await hears(liaison) == 0


async def test_an_earlier_time_comes_before_the_others(yangxi: Town, liaison: Person) -> None:
    """Whoever chose nothing hears at the county's time as ever, and both once."""
    colleague = await yangxi.staff("tobacco", "liaison", "乙")
    await liaison.says("改提醒")
    await liaison.presses("0810")
    await yangxi.forward_to(at(26, 8, 11))
    assert (await hears(liaison), await hears(colleague)) == (1, 0)
    await yangxi.forward_to(at(26, 8, 54))
    assert (await hears(liaison), await hears(colleague)) == (0, 1)
    await yangxi.forward_to(at(26, 20))
    assert (await hears(liaison), await hears(colleague)) == (0, 0)


async def test_what_is_due_today_is_said_today(yangxi: Town, liaison: Person) -> None:
    """On the last day at 13:40 it is still the last day, and nobody is called late."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(datetime(2026, 12, 1, 13, 39, tzinfo=HOME))
    await liaison.listens()
    await yangxi.forward_to(datetime(2026, 12, 1, 13, 41, tzinfo=HOME))
    heard = await liaison.listens()
    assert REPORT in heard and "超期" not in heard


async def test_what_was_done_meanwhile_is_not_said(yangxi: Town, liaison: Person) -> None:
    """Between the county's morning and one's own: the digest says what is so when it comes."""
    await liaison.says("提醒时间改到13点40")
    await yangxi.forward_to(at(26, 9))
    assert await held(yangxi) > 0
    rows = await kept(yangxi, lambda tx: duties.owed(tx, "yangxi", ["tobacco"], []))
    now = yangxi.app.timepiece.now()
    for row in rows:
        await kept(yangxi, partial(duties.end, row=row, at=now, how="done"))
    await yangxi.forward_to(at(26, 20))
    assert await hears(liaison) == 0 and await held(yangxi) == 0


async def test_whoever_promised_meanwhile_is_left_in_peace(yangxi: Town, liaison: Person) -> None:
    """A word given before one's own time silences the reminder that is held, until that day."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 9))
    row = next(
        one
        for one in await kept(yangxi, lambda tx: duties.of_case(tx, "yangxi", "monthly_report", "2026-11"))
        if one.unit == "tobacco"
    )
    await liaison.says("应办")
    await liaison.presses(f"go.duty.{row.id}")
    await liaison.says("周一报")
    kept_row = await kept(yangxi, lambda tx: duties.by_id(tx, row.id))
    assert kept_row is not None and kept_row.promised is not None
    await yangxi.forward_to(at(26, 20))
    assert await hears(liaison) == 0
    await yangxi.forward_to(at(30, 13, 41))
    assert await hears(liaison) == 1


async def test_after_an_outage_it_comes_the_next_morning_and_once(yangxi: Town, liaison: Person) -> None:
    """Held for 13:40 and down until the night: nothing rings then, and the next day brings it in one message."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 9))
    assert await held(yangxi) > 0
    down_until(yangxi, at(26, 22))
    await yangxi.settle()
    assert await hears(liaison) == 0 and await held(yangxi) > 0
    await yangxi.forward_to(at(27, 13, 39))
    assert await hears(liaison) == 0
    await yangxi.forward_to(at(27, 13, 41))
    assert await hears(liaison) == 1 and await held(yangxi) == 0


async def test_several_missed_stages_are_one_message(yangxi: Town, liaison: Person) -> None:
    """Down for days: the highest stage, at one's own time, as one digest with all that waits."""
    await liaison.says("提醒时间 13:40")
    down_until(yangxi, at(30, 10))
    await yangxi.settle()
    assert await hears(liaison) == 0
    await yangxi.forward_to(at(30, 13, 41))
    assert await hears(liaison) == 1


async def test_whoever_sits_there_by_then_hears_it(yangxi: Town, liaison: Person) -> None:
    """A choice loses nothing: who has left between the county's morning and theirs is not written to, the successor is."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 9))
    number, now = await person_of(yangxi, liaison), yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.unseat(tx, number, "tobacco", "liaison", now))
    successor = await yangxi.staff("tobacco", "liaison", "乙")
    await yangxi.forward_to(at(26, 13, 41))
    assert (await hears(liaison), await hears(successor)) == (0, 1)


async def test_who_heard_it_hears_it_once_though_another_has_left(yangxi: Town, liaison: Person) -> None:
    """What was held for whoever left says nothing new to a colleague who read it at the county's time."""
    colleague = await yangxi.staff("tobacco", "liaison", "乙")
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 9))
    assert await hears(colleague) == 1
    await colleague.listens()  # read, so that nothing of it waits on the page
    number, now = await person_of(yangxi, liaison), yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.unseat(tx, number, "tobacco", "liaison", now))
    await yangxi.forward_to(at(26, 14))
    assert await hears(colleague) == 0 and await held(yangxi) == 0


async def test_a_vacant_seat_is_no_news_before_the_countys_morning(yangxi: Town, liaison: Person) -> None:
    """Somebody's early time brings nothing forward for whoever coordinates; who takes the seat in between hears it."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await liaison.says("提醒时间 8:10")
    await yangxi.forward_to(at(26, 8, 30))
    assert (await hears(liaison), await hears(office, "甲镇")) == (1, 0)
    successor = await yangxi.staff("town_2", "liaison", "丁")
    await yangxi.forward_to(at(26, 9))
    assert (await hears(successor), await hears(office, "甲镇")) == (1, 1)
    assert "乙镇" not in office.text and await held(yangxi) == 0


async def test_the_default_comes_back(yangxi: Town, liaison: Person) -> None:
    """`恢复默认` undoes time and channel, and nothing of the choice is kept once it no longer holds."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(25, 12))
    assert "恢复默认" in await liaison.says("提醒时间") or "default" in liaison.ids
    said = await liaison.says("恢复默认")
    assert "08:53" in said and "11月26日" in said
    await yangxi.forward_to(at(26, 8, 54))
    assert await hears(liaison) == 1
    await liaison.says("提醒时间 13:40")
    await liaison.says("恢复默认")
    assert len(await chose(yangxi, liaison)) <= 2


async def test_time_and_place_are_chosen_apart(yangxi: Town, liaison: Person) -> None:
    """Whoever says where keeps when, and the other way round."""
    for words, chosen in (
        ("提醒时间 13:40", ("13:40", "")),
        ("提醒方式 网页", ("13:40", "web")),
        ("提醒时间 8:10", ("08:10", "web")),
    ):
        await liaison.says(words)
        choice = (await chose(yangxi, liaison))[-1][1]
        assert (f"{choice.morning:%H:%M}", choice.where) == chosen, words


async def test_a_choice_made_in_the_morning_divides_no_morning(yangxi: Town, liaison: Person) -> None:
    """At 09:00, after today's: it holds from the next working day, and today says nothing twice."""
    await yangxi.forward_to(at(26, 9))
    assert await hears(liaison) == 1
    assert "11月27日" in await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 20))
    assert await hears(liaison) == 0


# -- what cannot be chosen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["25点", "3:00", "晚上9点半", "提醒时间 25点", "提醒时间 3:00", "早一点", "随便"])
async def test_what_cannot_be_chosen_is_said_and_changes_nothing(yangxi: Town, liaison: Person, words: str) -> None:
    """A time that no day has, or of the quiet hours: what can be is said, and the question stays open."""
    await liaison.says("提醒时间")
    said = await liaison.says(words)
    assert "08:00" in said and "20:00" in said and "1340" in liaison.ids
    assert await chose(yangxi, liaison) == []


async def test_a_conversation_that_is_not_bound_cannot_be_chosen(yangxi: Town, liaison: Person) -> None:
    """It is said which is meant, and how to bind it."""
    await liaison.says("提醒方式")
    for words, called in (("企业微信", "企业微信"), ("发到电报", "Telegram"), ("提醒方式 微信", "企业微信")):
        said = await liaison.says(words)
        assert "还没有绑定" in said and called in said and "web" in liaison.ids
    assert await chose(yangxi, liaison) == []


async def test_a_full_hour_that_is_typed_is_taken(yangxi: Town, liaison: Person) -> None:
    """Only what is offered avoids it."""
    assert "10:00" in await liaison.says("提醒时间 10点")
    await yangxi.forward_to(at(26, 10, 1))
    assert await hears(liaison) == 1


async def test_only_staff_have_mornings(yangxi: Town) -> None:
    """To a citizen the words mean nothing."""
    citizen = await yangxi.citizen()
    await citizen.says("恢复默认")
    assert not {"0810", "1340"} & set(citizen.ids)


async def test_it_is_said_in_english_too(yangxi: Town, liaison: Person) -> None:
    """`reminders`, `2:05 pm`."""
    await liaison.says("english")
    assert "08:53" in await liaison.says("reminders") and "where" in liaison.ids
    assert "14:05" in await liaison.says("2:05 pm")


# -- seats, counties, and what cannot wait -------------------------------------------------------------------------------


async def test_whoever_has_two_seats_hears_once(yangxi: Town, liaison: Person) -> None:
    """One digest per person and working day, at their time, whatever they sit for."""
    await seat_also(yangxi, liaison, "market", "liaison")
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 13, 39))
    assert await hears(liaison, "县") == 0
    await yangxi.forward_to(at(26, 13, 41))
    await liaison.listens()
    assert len(liaison.fresh) == 1


async def test_whoever_sits_in_two_counties_has_two_mornings(database_url: str, tmp_path: Path) -> None:
    """A choice is made in a county, by its quiet hours, and says nothing in another."""
    async with Town.open(database_url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as town:
        both = await town.staff("tobacco", "liaison", "甲", "yangxi")
        number, now = await person_of(town, both), town.app.timepiece.now()
        await kept(town, lambda tx: people.seat(tx, number, "luzhai", "market", "liaison", now))
        await both.says("提醒时间 13:40")
        await town.forward_to(at(27, 20))
        await both.listens()
        await town.forward_to(at(30, 8, 54))
        assert await hears(both, OPERATIONS) == 1
        await town.forward_to(at(30, 13, 41))
        assert await hears(both) == 1
        assert not any(OPERATIONS in one["text"] for one in both.fresh)
        assert await chose(town, both, "luzhai") == []


async def test_what_is_urgent_waits_for_nobodys_time(town: Town) -> None:
    """It rings at once, at any hour, in every conversation."""
    duty = await town.staff(OFFICE, "duty")
    await duty.says("提醒时间 13:40")
    await town.forward_to(datetime(2026, 11, 27, 21, 30, tzinfo=HOME))
    number, _ = await tells(await town.citizen(), NOW_STORY)
    assert number in await duty.listens()
    await takes(duty, number)


async def test_what_waited_through_the_night_comes_at_ones_own_time(town: Town) -> None:
    """An alert of the night goes to whoever chose nothing at the county's morning, to the other at theirs."""
    first, second = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "intake", "乙")
    await first.says("提醒时间 13:40")
    await town.forward_to(datetime(2026, 11, 27, 21, 30, tzinfo=HOME))
    number, _ = await tells(await town.citizen())
    await town.forward_to(at(30, 9))
    assert (await hears(first, number), await hears(second, number)) == (0, 1)
    await town.forward_to(at(30, 13, 41))
    assert (await hears(first, number), await hears(second, number)) == (1, 0)


async def test_the_lever_stops_at_everybodys_morning(yangxi: Town, liaison: Person) -> None:
    """What watches from outside knows what is held: it is late when its time has passed."""
    await liaison.says("提醒时间 13:40")
    await yangxi.forward_to(at(26, 9))
    assert await kept(yangxi, lambda tx: mornings.next_at(tx, ["yangxi"])) == at(26, 13, 40)
    down_until(yangxi, at(26, 13, 50))
    assert (await yangxi.app.auditor.unlooked()).total_seconds() >= 600
