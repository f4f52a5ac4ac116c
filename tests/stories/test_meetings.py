"""会议: called by a convenor, answered with one press, held, minuted; what it decides becomes duties. Today is Tuesday, 24 November 2026."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Row, select

from storage import meetings
from storage.models import audit, broadcasts, decisions, notice_receipts, outbox
from storage.models import duties as duties_table
from storage.models import meetings as meetings_table
from tests.stories.drives import drives
from tests.stories.duties import LIVE, START, at
from tests.stories.office import kept
from tests.town import HOME, Person, Town

OFFICE, OTHER = "anti_counterfeit_office", "anti_smuggling_office"
PLACE, LINK = "县政府三楼会议室", "https://meeting.example.com/dm/abc"
TITLE = "联席会议"


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def calls(office: Person, when: str = "下周三下午三点", where: str = f"{PLACE} {LINK}") -> str:
    """As far as the last look; the plan's agenda and units."""
    await office.says(f"召开联席会议，{when}")
    await office.says(where)
    await office.presses("done")
    return await office.presses("done")


async def called(office: Person, **what: str) -> str:
    await calls(office, **what)
    return await office.presses("submit")


async def opens(person: Person) -> str:
    await person.says("会议")
    return await person.presses(next(one for one in person.ids if one.startswith("go.meeting.")))


def door(person: Person, what: str) -> str:
    return next(one for one in person.ids if one.startswith(f"go.{what}."))


async def the_meeting(town: Town) -> Row[Any]:
    return await kept(town, lambda tx: tx.execute(select(meetings_table)).one())


async def replies(town: Town) -> dict[str, str | None]:
    rows = await kept(town, lambda tx: tx.execute(select(notice_receipts)).all())
    return {row.unit: row.reply for row in rows}


async def clocks(town: Town, kind: str) -> dict[str, str | None]:
    """Of each unit how its clock ended, None while it runs; of several the one that runs."""
    wanted = select(duties_table).where(duties_table.c.kind == kind).order_by(duties_table.c.id)
    rows = await kept(town, lambda tx: tx.execute(wanted).all())
    return {row.unit: row.ended for row in sorted(rows, key=lambda row: row.ended is None)}


async def owed(town: Town, rule: str) -> dict[str, tuple[str | None, datetime | None]]:
    wanted = select(duties_table).where(duties_table.c.rule == rule).order_by(duties_table.c.id)
    rows = await kept(town, lambda tx: tx.execute(wanted).all())
    return {row.unit: (row.ended, row.closed_at) for row in rows}


async def asked(town: Town) -> dict[str, Row[Any]]:
    """The duties that decisions became."""
    rows = await kept(town, lambda tx: tx.execute(select(duties_table)).all())
    return {row.unit: row for row in rows if row.rule and row.rule.startswith("A")}


async def entry(person: Person) -> tuple[int, Any]:
    """The calendar file under the newest message with one, read by somebody else's reader."""
    files = [one for message in person.messages for one in message["files"] if one["name"].startswith("日历")]
    answer = await person.town.http.get(files[-1]["url"], headers=person.headers)
    data = await answer.read()
    return answer.status, Calendar.from_ical(data) if answer.status == 200 else None


# -- from the call to the decisions --------------------------------------------------------------------------------------


@drives("joint_conference", "form", clauses=("YX-3.1b", "YX-3.1c"))
async def test_it_is_looked_at_before_it_goes(yangxi: Town, office: Person) -> None:
    """YX-3.1b/c: the plan's agenda and members stand there; how many it reaches, where nobody sits, who leads it as well; nothing
    is sent yet, and what is wrong is put right in words."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await yangxi.staff(OTHER, "coordinator", "丁")
    said = await calls(office)
    for one in (
        "12月2日（周三）15:00",
        PLACE,
        LINK,
        "督促落实打假打私综治工作责任制",
        "共 2 人",
        "县海防打私办（也可以改期、取消、记录）",
    ):
        assert one in said, one
    assert "没有人收：县打假办" in said and "回复期限：11月27日" in said
    said = await office.says("去掉工商局")
    assert "工商" not in said.partition("请：")[2].partition("\n")[0]
    assert "12月3日（周四）09:00至11:00" in await office.says("改到下周四上午9点到11点")
    assert "地点：二楼会议室" in await office.says("地点：二楼会议室")
    assert await replies(yangxi) == {}


async def test_an_item_is_taken_out_in_words(yangxi: Town, office: Person) -> None:
    """By its place or by its words, one's own and the plan's; the words that take it out are no item."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("召开联席会议，下周三下午三点")
    await office.says(PLACE)
    for words in ("年终总结怎么写", "去掉督促落实", "去掉5"):
        await office.says(words)
    await office.presses("done")
    said = await office.presses("done")
    assert "重点" in said and "去掉" not in said.partition("议题")[2].partition("发给")[0]
    assert "年终总结" not in said and "督促落实" not in said


async def test_three_answers_by_press_and_word(yangxi: Town, office: Person) -> None:
    """One comes, one sends somebody, one can't: by a button of the push itself or in words; the convenor sees who, and the
    reminder of the working morning before reaches those alone who come."""
    tobacco, police, transport = [
        await yangxi.staff(unit, "liaison", name)
        for unit, name in (("tobacco", "甲"), ("police", "乙"), ("transport", "丁"))
    ]
    await called(office)
    for one in (tobacco, police, transport):
        assert TITLE in await one.listens() and "12月2日（周三）15:00" in one.text
    assert "已回复：参加" in await tobacco.presses(door(tobacco, "attend"))
    assert "派老王代替" in await police.says("派老王去")
    await transport.presses(door(transport, "absent"))
    assert "下乡督查" in await transport.says("下乡督查")
    assert await replies(yangxi) == {"tobacco": "attend", "police": "deputy", "transport": "absent"}
    said = await opens(office)
    assert "县烟草专卖局：参加" in said and "县公安局：派老王代替" in said and "县交通局：不能参加：下乡督查" in said
    assert set((await clocks(yangxi, "notice")).values()) == {"done"}
    for day, hears in ((1, {tobacco, police}), (2, set())):
        await yangxi.forward_to(at(12, day, 12))
        for one in (tobacco, police, transport):
            heard = await one.listens()
            assert (TITLE in heard) is (one in hears), (day, heard)


@drives("joint_conference", "late", clauses=("YX-3.1b", "YX-3.1c"))
async def test_who_has_not_answered_is_asked_by_their_ladder(yangxi: Town, office: Person) -> None:
    """Once on the last morning, each who is invited, and no more; who has answered is asked by nobody."""
    tobacco, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    police = await yangxi.staff("police", "liaison", "丁")
    await called(office)
    assert "已回复：参加" in await police.says("我去")
    for one in (tobacco, leader, police):
        await one.listens()
    for day, hears in ((26, set()), (27, {tobacco, leader}), (30, set())):
        await yangxi.forward_to(at(11, day, 12))
        for one in (tobacco, leader, police):
            heard = await one.listens()
            assert ("回复来不来" in heard) is (one in hears), (day, heard)
            assert "超期" not in heard
    assert "已回复：参加" in await leader.says("我参加")
    assert (await clocks(yangxi, "notice"))["tobacco"] == "done"


async def test_another_time_is_told_to_all(yangxi: Town, office: Person) -> None:
    """By the other convenor as well (分别担任召集人). Answers stay, marked as given before; whoever comes is reminded of the new
    time and not of the old one; the calendar's entry is the same, one revision later."""
    other = await yangxi.staff(OTHER, "coordinator", "丁")
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office)
    await tobacco.says("我去")
    await opens(tobacco)
    _, first = await entry(tobacco)
    await opens(other)
    assert "12月4日（周五）15:00" in await other.says("改到12月4日，二楼会议室")
    await other.presses("submit")
    for one in (tobacco, police, office):
        assert "12月4日（周五）15:00" in await one.listens()
    assert door(police, "attend") and "您原来的回复还在" in tobacco.text
    assert "参加（按改期前的时间回复的）" in await opens(office)
    await opens(tobacco)
    _, second = await entry(tobacco)
    before, after = first.events[0], second.events[0]
    assert (before["UID"], before["SEQUENCE"], after["SEQUENCE"]) == (after["UID"], 0, 1)
    assert (before.DTSTART.astimezone(HOME), after.DTSTART.astimezone(HOME)) == (at(12, 2, 15), at(12, 4, 15))
    await yangxi.forward_to(at(12, 1, 12))
    assert TITLE not in await tobacco.listens()
    await yangxi.forward_to(at(12, 3, 12))
    assert "12月4日" in await tobacco.listens()


async def test_called_off_nobody_is_asked_or_reminded(yangxi: Town, office: Person) -> None:
    """All hear why; every clock of it ends; an old button says how it stands; the calendar is told to drop its entry."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office)
    await tobacco.says("我去")
    await police.listens()
    await opens(office)
    await office.presses("call_off")
    assert "会议室没有了" in await office.says("会议室没有了")
    await office.presses("submit")
    for one in (tobacco, police):
        assert "取消了" in await one.listens() and "会议室没有了" in one.text
    assert None not in {**await clocks(yangxi, "notice"), **await clocks(yangxi, "meeting")}.values()
    old = next(
        one["id"] for message in police.messages for one in message["choices"] if one["id"].startswith("go.attend")
    )
    await police.post({"choice": old, "prompt": -1})
    assert "已取消" in await police.listens()
    await opens(tobacco)
    _, file = await entry(tobacco)
    assert (file["METHOD"], file.events[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    await yangxi.forward_to(at(12, 3, 12))
    assert TITLE not in await tobacco.listens() and TITLE not in await police.listens()


async def held(office: Person, decided: str) -> str:
    await opens(office)
    await office.presses("hold")
    await office.says("烟草局没来")
    await office.presses("done")
    await office.says("研究了年底前的专项整治。")
    await office.presses("done")
    await office.says(decided)
    await office.presses("done")
    return await office.presses("submit")


async def test_what_was_decided_is_somebodys_duty(yangxi: Town, office: Person) -> None:
    """Who came, as they had said and as it was; minutes for all who were invited; a duty with its day for each unit of a decision,
    and the plan's own duty done, of both convenors, on the day of the meeting: exactly once, however often it is confirmed."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office, when="明天下午三点")
    for one in (tobacco, police):
        await one.says("我去")
    await yangxi.forward_to(at(11, 25, 17))
    assert TITLE in await office.says("待办")
    said = await held(office, "烟草局 12月4日前 报送摸排名单\n公安局：12月8日前完成排查\n县打假办 12月3日前 印发纪要")
    assert "布置了 2 件" in said and "记为已办" in said
    asked_office = next(one for one in reversed(office.messages) if one["choices"])
    await office.post({"choice": "submit", "prompt": asked_office["prompt"] - 1})
    await office.listens()
    made = await asked(yangxi)
    assert {unit: row.due_at.astimezone(HOME) for unit, row in made.items()} == {
        "tobacco": at(12, 5, 0),
        "police": at(12, 9, 0),
    }
    assert len(await kept(yangxi, lambda tx: tx.execute(select(decisions)).all())) == 3
    done = await owed(yangxi, "joint_conference")
    assert {unit: (how, when and when.astimezone(HOME)) for unit, (how, when) in done.items()} == {
        OFFICE: ("done", at(11, 25, 15)),
        OTHER: ("done", at(11, 25, 15)),
    }
    row = await the_meeting(yangxi)
    came = await kept(yangxi, lambda tx: meetings.attendance(tx, row.id))
    assert (came["tobacco"], came["police"]) == (False, True)
    assert "报送摸排名单" in await tobacco.says("待办")
    assert "研究了年底前的专项整治" in await opens(tobacco) and "没有到会：" in tobacco.text


async def test_decisions_alike_are_two(yangxi: Town, office: Person) -> None:
    """Of one unit by one day, and begun in the same forty characters: each is a duty of its own."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office, when="明天下午三点")
    for one in (tobacco, police):
        await one.says("我去")
    await yangxi.forward_to(at(11, 25, 17))
    alike = "按照全县打击走私综合治理工作联席会议的统一部署和年度工作要点的分工安排认真做好节前市场检查"
    said = await held(office, f"烟草局 12月4日前 {alike}（城区）\n烟草局 12月4日前 {alike}（乡镇）")
    assert "布置了 2 件" in said
    rows = await kept(yangxi, lambda tx: tx.execute(select(duties_table)).all())
    assert len([row for row in rows if row.rule and row.rule.startswith("A")]) == 2


async def test_the_plans_duty_is_done_once(yangxi: Town, office: Person) -> None:
    """A second conference on the same day fulfils nothing more, and the next is due half a year after the one that was held."""
    await yangxi.staff("tobacco", "liaison", "甲")
    for when in ("今天上午10点", "今天上午11点"):
        await called(office, when=when)
    await yangxi.forward_to(at(11, 24, 12))
    for _ in range(2):
        await opens(office)
        for press in ("hold", "all_came", "done", "skip", "skip", "submit"):
            await office.presses(press)
    found = await owed(yangxi, "joint_conference")
    assert {unit: how for unit, (how, _) in found.items()} == {OFFICE: "done", OTHER: "done"}
    await yangxi.forward_to(datetime(2027, 5, 20, 12, tzinfo=HOME))
    wanted = select(duties_table).where(duties_table.c.rule == "joint_conference", duties_table.c.closed_at.is_(None))
    rows = await kept(yangxi, lambda tx: tx.execute(wanted).all())
    assert {(row.unit, row.period, row.due_at.astimezone(HOME).date()) for row in rows} == {
        (unit, "2026-11-24", date(2027, 5, 25)) for unit in (OFFICE, OTHER)
    }


async def test_too_near_is_said_and_urgent_is_a_word(yangxi: Town, office: Person) -> None:
    """Other units have two full working days; what can't wait says so. A line that is none is shown, and the others are kept."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await called(office, when="今天上午10点")
    await yangxi.forward_to(at(11, 24, 12))
    await opens(office)
    for press in ("hold", "all_came", "done", "skip"):
        await office.presses(press)
    assert "最早 11月26日" in await office.says("烟草局 明天前 报送摸排名单")
    said = await office.says("烟草局 明天前 报送摸排名单（急）\n尽快办\n某某局 12月4日前 办结")
    assert "1. 县烟草专卖局" in said and "“尽快办”没有记下" in said and "“某某局" in said
    for press in ("done", "submit"):
        await office.presses(press)
    assert set(await asked(yangxi)) == {"tobacco"}


# -- who may what --------------------------------------------------------------------------------------------------------


@drives("joint_conference", "refused", clauses=("YX-3.1b", "YX-3.1c"))
async def test_nobody_else_opens_answers_or_takes_it(yangxi: Town, office: Person) -> None:
    """A unit that is not invited learns not even its title; its link opens nothing for them; each try is on record. Whoever is
    invited does not lead it."""
    tobacco, town = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("town_1", "liaison", "乙")
    await called(office)
    number = (await the_meeting(yangxi)).id
    for what in ("meeting", "attend", "deputy", "absent", "notice", "noted"):
        await town.post({"choice": f"go.{what}.{number}", "prompt": -1})
        assert TITLE not in await town.listens()
    assert TITLE not in await town.says("会议") and "召集单位" in await town.says("开会")
    await opens(tobacco)
    assert not {"change", "call_off", "urge", "hold"} & set(tobacco.ids)
    link = next(one for message in tobacco.messages for one in message["files"])
    assert (await yangxi.http.get(link["url"], headers=tobacco.headers)).status == 200
    refused = await kept(yangxi, lambda tx: tx.execute(select(audit).where(audit.c.action == "refused")).all())
    assert len(refused) >= 6
    assert TITLE not in await tobacco.says("通知") and TITLE not in await office.says("我发的通知")


async def test_a_leader_may_change_what_the_liaison_answered(yangxi: Town, office: Person) -> None:
    """An answer is a unit's: the latest stands, until the meeting begins."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    await called(office, when="明天下午三点")
    await liaison.says("我去")
    assert "已改为：不能参加" in await leader.says("去不了，要下乡")
    assert "县烟草专卖局：不能参加：要下乡" in await opens(office)
    assert set((await clocks(yangxi, "meeting")).values()) == {"cancelled"}
    await yangxi.forward_to(at(11, 25, 15))
    await leader.post({"choice": f"go.attend.{(await the_meeting(yangxi)).id}", "prompt": -1})
    assert "不能再回复" in await leader.listens()


async def test_urged_once_a_day_and_only_who_is_silent(yangxi: Town, office: Person) -> None:
    """By whichever convenor."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office)
    await tobacco.says("我去")
    await opens(office)
    assert "县公安局" in await office.presses("urge")
    assert "urge" not in office.ids
    assert "还没有收到您单位的回复" in await police.listens()
    assert "还没有收到" not in await tobacco.listens()


# -- mistakes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["昨天下午三点", "今天早上8点", "11月20日下午三点", "25点", "随便"])
async def test_no_meeting_is_in_the_past(yangxi: Town, office: Person, when: str) -> None:
    """What names no moment to come is asked again."""
    await office.says("开会")
    await office.presses("joint_conference")
    assert "什么时候开" in await office.says(when)


async def test_a_day_off_is_warned_of_and_a_link_is_https(yangxi: Town, office: Person) -> None:
    """The day comes first, the hours after; nobody is led to an unsafe address."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("开会")
    await office.presses("joint_conference")
    assert "几点" in await office.says("11月28日")
    assert "不上班" in await office.says("三点")
    assert "https" in await office.says("腾讯会议 http://x.com/a")
    await office.says(LINK)
    for press in ("done", "done"):
        await office.presses(press)
    await office.presses("submit")
    row = await the_meeting(yangxi)
    assert row.starts_at.astimezone(HOME) == at(11, 28, 15)


async def test_confirmed_twice_it_is_called_once(yangxi: Town, office: Person) -> None:
    """One meeting, one invitation, one push."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await calls(office)
    asked_last = next(one for one in reversed(office.messages) if one["choices"])
    for _ in range(2):
        await office.post({"choice": "submit", "prompt": asked_last["prompt"]})
    await office.listens()
    await the_meeting(yangxi)
    assert (await tobacco.listens()).count(TITLE) == 1


async def test_the_time_before_is_told_to_nobody_any_more(yangxi: Town, office: Person) -> None:
    """What has not gone out yet when it is moved is not sent: they hear of the new time alone."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await yangxi.forward_to(at(11, 24, 21))
    await called(office)
    number = (await the_meeting(yangxi)).id
    await opens(office)
    await office.says("改到下周四下午三点")
    await office.presses("submit")
    rows = await kept(yangxi, lambda tx: tx.execute(select(outbox).where(outbox.c.broadcast == number)).all())
    (status,) = await kept(yangxi, lambda tx: tx.execute(select(broadcasts.c.status)).scalars().all())
    assert (rows, status) == ([], "cancelled")
