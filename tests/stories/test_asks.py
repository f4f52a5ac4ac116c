"""布置任务: a coordinator asks something of many units beyond the plan, from the first word to the last answer. Yangxi, which went
live in November 2026; today is Tuesday, 24 November, and the first day that may be asked for is Thursday, 26 November."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from handlers import progress
from reminders import due
from rules import asks as rules
from rules.calendar import Year
from rules.county import Plan
from rules.terms import Origin
from rules.units import Successor, Unit
from storage import asks, calendar_years, duties, duty_moves, people
from storage.models import asks as asks_table
from storage.models import audit, outbox
from storage.models import duties as duties_table
from storage.sealed_words import UNREADABLE
from tests.stories.duties import LIVE, START, at
from tests.stories.office import kept, person_of
from tests.town import Person, Town, together

OFFICE, OTHER = "anti_counterfeit_office", "anti_smuggling_office"
TITLE = "节前检查情况"


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def asks_for(
    person: Person, title: str = TITLE, units: str = "烟草局、甲镇", by: str = "11月27日", minutes: str = "minutes_15"
) -> str:
    """As far as the review; what is asked besides is answered by the story itself."""
    await person.says("布置任务")
    await person.says(title)
    if "skip" in person.ids:
        await person.presses("skip")
    await person.says(units)
    await person.presses("done")
    said = await person.says(by)
    return await person.presses(minutes) if minutes in person.ids else said


async def made(person: Person, **what: str) -> str:
    await asks_for(person, **what)
    return await person.presses("submit")


async def rows(town: Town) -> list[Row[Any]]:
    """The duties of all that was asked."""
    wanted = select(duties_table).where(duties_table.c.rule.startswith("A")).order_by(duties_table.c.id)
    return [
        row for row in await kept(town, lambda tx: tx.execute(wanted).all()) if rules.number_of(row.rule) is not None
    ]


async def of(town: Town, unit: str) -> Row[Any]:
    return next(row for row in await rows(town) if row.unit == unit)


async def asked(town: Town) -> list[Row[Any]]:
    return list(await kept(town, lambda tx: tx.execute(select(asks_table)).all()))


async def pressed(person: Person, door: str) -> str:
    return await person.presses(next(one for one in person.ids if one.startswith(f"{door}.")))


async def audited(town: Town, action: str) -> int:
    return len(await kept(town, lambda tx: tx.execute(select(audit).where(audit.c.action == action)).all()))


# -- from the first word to the last answer ------------------------------------------------------------------------------


async def test_it_says_what_it_costs_before_it_is_confirmed(yangxi: Town, office: Person) -> None:
    """Units times minutes, what else they owe in those days, and that nothing is asked yet."""
    said = await asks_for(office, units="全部乡镇、烟草局", by="12月4日")
    assert "4 个单位 × 15 分钟 ≈ 1 小时" in said
    assert "甲镇 1 项" in said and "3 项以上" not in said  # the monthly report of November, due on 1 December
    assert "请求" in said
    assert await rows(yangxi) == [] and await asked(yangxi) == []


async def test_a_unit_is_dropped_by_words(yangxi: Town, office: Person) -> None:
    """去掉烟草局: it is out and nothing is not found; where nothing was named, nothing is said to have been chosen."""
    await office.says("布置任务")
    await office.says(TITLE)
    await office.presses("skip")
    await office.says("烟草局、甲镇、乙镇")
    for words, left in (("去掉烟草局", 2), ("不要甲镇", 1)):
        said = await office.says(words)
        assert "没有找到" not in said and f"已选 {left} 个" in said
    assert "其余的已经选上" not in await office.says("火星局")


async def test_what_else_is_due_tomorrow_counts_beside_what_is_due_today(yangxi: Town, office: Person) -> None:
    """An urgent one for today: the report of the month, due the day after, is no “nothing else”."""
    await yangxi.forward_to(at(11, 30, 9))
    await office.says("布置任务")
    await office.says(TITLE)
    await office.presses("skip")
    await office.says("甲镇")
    await office.presses("done")
    await office.says("今天")
    await office.presses("urgent")
    await office.says("省里今晚督查")
    said = await office.presses("minutes_15")
    assert "甲镇 " in said and "没有别的应办事项" not in said


async def test_silence_climbs_to_whoever_asked_and_no_further(yangxi: Town, office: Person) -> None:
    """Told with the next morning's, reminded the day before and on the day, then the unit's leader, then the office that
    asked; never another office, never the head of the county."""
    heard = {
        "liaison": await yangxi.staff("tobacco", "liaison", "甲"),
        "leader": await yangxi.staff("tobacco", "leader", "乙"),
        "town": await yangxi.staff("town_1", "liaison", "丁"),
        "town_leader": await yangxi.staff("town_1", "leader", "戊"),
        "office": office,
        "other": await yangxi.staff(OTHER, "coordinator", "己"),
        "head": await yangxi.staff("county_gov", "leader", "庚"),
    }
    await made(office, by="12月3日")
    assert {row.unit for row in await rows(yangxi)} == {"tobacco", "town_1"}
    told: dict[str, list[int]] = {who: [] for who in heard}
    for month, day in (
        (11, 24),
        (11, 25),
        (11, 26),
        *((11, n) for n in (27, 30)),
        *((12, n) for n in (1, 2, 3, 4, 7, 8, 9)),
    ):
        await yangxi.forward_to(at(month, day, 9 if day != 24 else 10))
        for who, person in heard.items():
            if TITLE in await person.listens():
                told[who].append(day)
                assert len(person.fresh) == 1, (who, day)
        if day == 25:
            said = heard["town"].text
            assert f"请求：{TITLE}" in said and "15 分钟" in said and f"提示：{TITLE}" in heard["liaison"].text
        if day == 26:  # the town answers, and is asked no more
            await heard["town"].says("应办")
            assert "提出，大约 15 分钟" in await heard["town"].presses(f"go.duty.{(await of(yangxi, 'town_1')).id}")
            await heard["town"].presses("done")
            await heard["town"].says("甲府〔2026〕12号")
            assert (await of(yangxi, "town_1")).ended == "done"
            assert TITLE in await office.listens()
    # due Thursday, 3 December: T-1 and T; +1 is Friday, 4 December; +3 is Tuesday, 8 December
    assert told["liaison"] == [25, 2, 3] and told["leader"] == [4] and told["office"] == [8]
    assert told["town"] == [25] and told["town_leader"] == told["other"] == told["head"] == []
    assert "已超期" in office.text


async def test_whoever_asked_sees_what_came(yangxi: Town, office: Person) -> None:
    """Who has answered and with what, who has not; each one press away."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office)
    await liaison.says("应办")
    await liaison.presses(f"go.duty.{(await of(yangxi, 'tobacco')).id}")
    await liaison.presses("done")
    await liaison.says("烟专〔2026〕7号")
    assert f"{TITLE} · 11月27日 · 已答复 1 家，未答复 1 家" in await office.says("我布置的")
    said = await pressed(office, "go.assigned")
    assert "烟专〔2026〕7号" in said and "甲镇：还没有答复" in said
    assert TITLE in await office.says("谁没报")
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await pressed(office, "go.duty")
    assert {"urge", "take_over", "waive"} <= set(office.ids)


async def test_the_office_that_asked_decides_about_more_time(yangxi: Town, office: Person) -> None:
    """And no other: it is no business of theirs."""
    other, liaison = await yangxi.staff(OTHER, "coordinator", "己"), await yangxi.staff("tobacco", "liaison", "甲")
    await made(office)
    row = await of(yangxi, "tobacco")
    await liaison.says("应办")
    await liaison.presses(f"go.duty.{row.id}")
    await liaison.presses("extend")
    await liaison.says("12月2日")
    await liaison.says("在外地办案")
    assert "申请延期" in await office.listens() and await other.listens() == ""
    await pressed(office, "go.duty")
    await office.presses("allow")
    assert (await of(yangxi, "tobacco")).due_at == at(12, 3, 0)
    assert "12月2日" in await liaison.listens()
    await other.says("我布置的")
    refused = await audited(yangxi, "refused")
    await other.post({"choice": f"go.assigned.{(await asked(yangxi))[0].id}", "prompt": -1})
    await other.listens()
    assert TITLE not in other.text and await audited(yangxi, "refused") == refused + 1


async def test_after_more_time_the_reminders_come_again(yangxi: Town, office: Person) -> None:
    """Of the new day, although the same rungs have been climbed before."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office)
    await yangxi.forward_to(at(11, 26, 10))
    await liaison.listens()
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await office.presses("lengthen")
    await office.says("12月4日")
    await office.says("大家都忙")
    assert "12月4日" in await liaison.listens()
    told = []
    for month, day in ((11, 27), (11, 30), (12, 1), (12, 2), (12, 3), (12, 4)):
        await yangxi.forward_to(at(month, day, 10))
        if TITLE in await liaison.listens():
            told.append(day)
    assert told == [3, 4]


# -- urgent --------------------------------------------------------------------------------------------------------------


async def test_what_is_urgent_needs_a_reason_that_the_units_see(yangxi: Town, office: Person) -> None:
    """Asked at night for tomorrow: the units are called after a minute, by day and night, and read why."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    leader = await yangxi.staff("tobacco", "leader", "乙")
    await yangxi.forward_to(at(11, 24, 22))
    assert "不足 2 个整工作日" in await asks_for(office, units="烟草局", by="明天")
    assert {"more_time", "urgent"} == set(office.ids)
    await office.presses("urgent")
    await office.says("省里今晚督查")
    await office.presses("minutes_5")
    assert "省里今晚督查" in office.text
    await office.presses("submit")
    assert await liaison.listens() == "", "a minute in which it can be taken back"
    await yangxi.forward_to(at(11, 24, 22, 2))
    said = await liaison.listens()
    assert "⚠ 紧急提示" in said and "省里今晚督查" in said
    await yangxi.forward_to(at(11, 24, 23, 5))
    assert TITLE in await leader.listens()
    row = (await asked(yangxi))[0]
    assert row.urgent and (await kept(yangxi, lambda tx: asks.read(tx, yangxi.plan, row))).urgent == "省里今晚督查"


async def test_another_day_may_be_typed_where_one_was_too_near(yangxi: Town, office: Person) -> None:
    """The day that the question itself names, and any later one; a third that is too near is asked about again; and what is
    advised to write is no day that never fits."""
    for day, taken in (("11月26日", "11月26日"), ("下周三", "12月2日")):
        await office.says("菜单")
        await asks_for(office, by="明天")
        assert "urgent" in office.ids
        again = await office.says("今天")
        assert "urgent" in office.ids and "请在下面选一个" not in again
        await office.says(day)
        assert "minutes_15" in office.ids
        assert taken in await office.presses("minutes_15") and "⚠" not in office.text
        await office.presses("discard")
    said = await asks_for(office, by="哪天呢")
    assert "这样写：周五、12月3日、3个工作日内" in said


async def test_what_can_wait_is_never_called_urgent(yangxi: Town, office: Person) -> None:
    """It is offered only where the day is near, and a later day is one press away."""
    await asks_for(office, by="周四")
    assert "minutes_15" not in office.ids and "submit" in office.ids, "Thursday is far enough, so nobody asked"
    await office.presses("change")
    await office.presses("change_by")
    await office.says("周三")
    await office.presses("more_time")
    assert "11月26日" in office.text
    await office.presses("submit")
    assert (await asked(yangxi))[0].day == date(2026, 11, 26) and not (await asked(yangxi))[0].urgent


async def test_a_calm_ask_wakes_nobody(yangxi: Town, office: Person) -> None:
    """Asked in the evening, it comes with the morning's digest."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await yangxi.forward_to(at(11, 24, 21))
    await made(office, by="12月3日")
    await yangxi.forward_to(at(11, 25, 8))
    assert await liaison.listens() == ""
    await yangxi.forward_to(at(11, 25, 9))
    assert TITLE in await liaison.listens()


# -- taken back, moved ---------------------------------------------------------------------------------------------------


async def test_it_can_be_taken_back(yangxi: Town, office: Person) -> None:
    """Whoever has heard of it is told once, however many units they sit in; what was answered stays; nobody is reminded."""
    liaison, town = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("town_1", "liaison", "丁")
    await made(office, units="烟草局、甲镇、乙镇")
    await yangxi.forward_to(at(11, 25))
    assert TITLE in await liaison.listens()
    await town.listens()
    await town.says("应办")
    await town.presses(f"go.duty.{(await of(yangxi, 'town_1')).id}")
    await town.presses("done")
    await town.says("已报县政府")
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await office.presses("take_back")
    await office.says("方案里已经有了")
    await office.presses("submit")
    assert {row.unit: row.ended for row in await rows(yangxi)} == {
        "tobacco": "taken_back", "town_1": "done", "town_2": "taken_back"
    }  # fmt: skip
    said = await liaison.listens()
    assert "收回" in said and "方案里已经有了" in said and len(liaison.fresh) == 1
    assert await town.listens() == "", "whoever has answered need not hear of it"
    await pressed(liaison, "go.duty")
    assert set(liaison.ids) == {"leave"} and "已收回" in liaison.text
    await yangxi.forward_to(at(12, 9))
    assert TITLE not in await liaison.listens()
    assert await audited(yangxi, "duty_assigned") == await audited(yangxi, "duty_taken_back") == 1
    await made(office, units="烟草局、甲镇、乙镇", by="12月18日")
    assert len(await rows(yangxi)) == 6, "taken back, it can be asked anew"


async def test_what_nobody_has_heard_of_is_taken_back_in_silence(yangxi: Town, office: Person) -> None:
    """Within the minute of an urgent one, or before the morning."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office)
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await office.presses("take_back")
    await office.says("写错了单位")
    await office.presses("submit")
    await yangxi.forward_to(at(11, 27, 12))
    assert TITLE not in await liaison.listens()


async def test_the_day_moves_for_all_and_never_below_two_days(yangxi: Town, office: Person) -> None:
    """Who was given a later day keeps it; each is told once; a day that is too near moves nothing."""
    liaison, town = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("town_1", "liaison", "丁")
    await made(office, by="12月3日")
    row = await of(yangxi, "town_1")
    await office.says("应办")
    await office.presses(f"go.duty.{row.id}")
    await office.presses("prolong")
    await office.says("12月18日")
    await office.says("镇里换届")
    await yangxi.forward_to(at(11, 25, 10))  # from here on they know of it
    await town.listens()
    await liaison.listens()
    for day, moved in (("明天", at(12, 4, 0)), ("12月10日", at(12, 11, 0)), ("周五", at(11, 28, 0))):
        await office.says("我布置的")
        await pressed(office, "go.assigned")
        await office.presses("lengthen")
        said = await office.says(day)
        if day == "明天":
            assert "最早 11月27日" in said and "skip" not in office.ids, "no reason is asked for what cannot be"
            await office.says("取消")
        else:
            await office.presses("skip")
        assert (await of(yangxi, "tobacco")).due_at == moved, day
        assert (await of(yangxi, "town_1")).due_at == at(12, 19, 0)
        assert len(await _heard(liaison)) == (day != "明天")
    assert await town.listens() == ""
    assert [one["move"] for one in await kept(yangxi, lambda tx: duty_moves.course(tx, row.id))] == ["extended"]


async def test_a_day_that_is_moved_before_anybody_knows_is_told_with_the_task(yangxi: Town, office: Person) -> None:
    """No change of a day reaches a town before the thing itself; later it names the office that changed it."""
    town = await yangxi.staff("town_1", "liaison", "丁")
    await made(office, units="甲镇", by="12月3日")
    await _moved(office)
    assert TITLE not in await town.listens()
    await yangxi.forward_to(at(11, 25, 10))
    said = await town.listens()
    assert TITLE in said and "12月4日" in said and "把期限改到" not in said
    await _moved(office, "12月10日")
    assert f"{yangxi.plan.units[OFFICE].name.zh}把期限改到" in await town.listens()


async def _heard(person: Person) -> list[Any]:
    await person.listens()
    return person.fresh


async def _moved(office: Person, day: str = "12月4日") -> None:
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await office.presses("lengthen")
    await office.says(day)
    await office.says("大家都忙")


async def test_a_later_day_for_all_answers_who_asked_for_less(yangxi: Town, office: Person) -> None:
    """Nothing is decided any more of a request that is met; whoever has answered anything before the first reminder is told."""
    liaison, town = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("town_1", "liaison", "丁")
    await made(office)
    for person, unit in ((liaison, "tobacco"), (town, "town_1")):
        await person.says("应办")
        await person.presses(f"go.duty.{(await of(yangxi, unit)).id}")
    await liaison.presses("extend")
    await liaison.says("12月2日")
    await liaison.says("在外地办案")
    await town.says("周四报")
    assert (await of(yangxi, "tobacco")).asked_until is not None
    await _moved(office)
    assert (await of(yangxi, "tobacco")).asked_until is None
    for person in (liaison, town):
        assert "12月4日" in await person.listens()


async def test_the_reminders_of_a_new_day_come_though_the_old_are_unread(yangxi: Town, office: Person) -> None:
    """Nobody has opened the page since: the same rung of another day is another push."""
    liaison = await yangxi.staff("market", "liaison", "甲")
    await made(office, units="市场监管局")
    await yangxi.forward_to(at(11, 26, 10))
    await _moved(office)
    await yangxi.forward_to(at(12, 4, 10))
    await liaison.listens()
    assert sum("期限：11月27日" in one["text"] for one in liaison.fresh) == 2
    assert sum("期限：12月4日" in one["text"] for one in liaison.fresh) == 2


async def test_what_is_moved_at_night_rings_with_the_morning(yangxi: Town, office: Person) -> None:
    """As calm as the ask itself; what was asked urgently is moved as soon as it is."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office, by="12月3日")
    await yangxi.forward_to(at(11, 25, 22))
    await liaison.listens()
    await _moved(office)
    assert TITLE in await liaison.listens()  # on the page, which does not ring
    lane = (await yangxi.app.web.known(liaison.token)).chat
    mine = select(outbox.c.calm).where(outbox.c.lane == lane).order_by(outbox.c.id.desc()).limit(1)
    assert await kept(yangxi, lambda tx: tx.execute(mine).scalar_one())
    await asks_for(office, title="另一件事情", units="烟草局", by="明天")
    await office.presses("urgent")
    await office.says("省里今晚督查")
    for press in ("minutes_5", "submit"):
        await office.presses(press)
    await yangxi.forward_to(at(11, 25, 22, 30))
    await liaison.listens()
    await _moved(office, "12月10日")
    assert "12月10日" in await liaison.listens()
    assert not await kept(yangxi, lambda tx: tx.execute(mine).scalar_one())


async def test_whoever_carried_it_and_sits_elsewhere_now_hears_nothing(yangxi: Town, office: Person) -> None:
    """It is its unit's again, and its unit is told."""
    liaison, gone = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("market", "liaison", "乙")
    await made(office, units="烟草局", by="12月3日")
    row, number = await of(yangxi, "tobacco"), await person_of(yangxi, gone)
    await yangxi.forward_to(at(11, 25, 10))  # it is known by then
    await liaison.listens()
    await kept(yangxi, lambda tx: duties.change(tx, row.id, person=number))
    await _moved(office)
    assert TITLE in await liaison.listens() and TITLE not in await gone.listens()


async def test_on_a_provisional_day_nobody_is_called_late(yangxi: Town, office: Person) -> None:
    """Not on the card of whoever asked either, as long as the year's days off are not known."""
    await made(office, units="烟草局", by="2027年1月5日")
    assert (await of(yangxi, "tobacco")).provisional
    await yangxi.forward_to(at(1, 11, 10, year=2027))
    await office.listens()
    await office.says("我布置的")
    assert "已超期" not in await pressed(office, "go.assigned")


# -- exactly once --------------------------------------------------------------------------------------------------------


async def test_a_repeated_confirm_asks_once(yangxi: Town, office: Person) -> None:
    """Pressed twice, pressed at once, or filled in anew word by word: each unit owes it once."""
    await asks_for(office)
    question = next(one for one in reversed(office.messages) if one["choices"])
    await together(*(office.post({"choice": "submit", "prompt": question["prompt"]}) for _ in range(4)))
    await office.listens()
    assert len(await asked(yangxi)) == 1 and len(await rows(yangxi)) == 2
    assert "已经布置过" in await made(office)
    assert len(await asked(yangxi)) == 1 and len(await rows(yangxi)) == 2
    assert "已经布置过" in await made(office, units="甲镇、烟草局")
    await made(office, by="12月10日")
    assert len(await rows(yangxi)) == 4, "by another day it is another thing"
    await _moved(office, "11月27日")
    assert {row.due_at for row in await rows(yangxi)} == {at(11, 28, 0)}, (
        "moved to the day of the first it stays its own"
    )
    await made(office, by="12月18日")
    await office.says("我布置的")
    await pressed(office, "go.assigned")
    await office.presses("take_back")
    await office.says("写错了单位")
    await office.presses("submit")
    await made(office, by="12月18日")
    assert len(await rows(yangxi)) == 8, "taken back, the same can be asked anew"


async def test_two_coordinators_at_once_ask_once(yangxi: Town, office: Person) -> None:
    """The same of the same units by the same day, from two people of one office in the same moment."""
    colleague = await yangxi.staff(OFFICE, "coordinator", "癸")
    for person in (office, colleague):
        await asks_for(person)
    await together(office.presses("submit"), colleague.presses("submit"))
    assert len(await asked(yangxi)) == 1 and len(await rows(yangxi)) == 2
    assert sum("已经布置过" in one.text for one in (office, colleague)) == 1


async def test_what_the_plan_asks_already_is_named(yangxi: Town, office: Person) -> None:
    """It is proposed to wait for it; whoever wants it all the same may."""
    said = await asks_for(office, title="报送信息月报", units="全部乡镇")
    assert "信息月报（2026年11月）" in said and "3 个单位还没报" in said and "12月1日" in said
    await office.presses("discard")
    assert await asked(yangxi) == []


# -- what is refused -----------------------------------------------------------------------------------------------------


async def test_nobody_else_may(yangxi: Town) -> None:
    """A liaison, or the leader of a unit, is told who does; nothing is opened."""
    for unit, seat in (("tobacco", "liaison"), ("tobacco", "leader"), (OFFICE, "intake")):
        person = await yangxi.staff(unit, seat, "甲")
        for words in ("布置任务", "要大家报节前情况", "ask units", "我布置的"):
            assert "召集人" in await person.says(words), (seat, words)
        assert "go.assign" not in person.ids
    assert await asked(yangxi) == []


async def test_the_head_of_the_county_may(yangxi: Town) -> None:
    """Their offices watch what comes, and they see it themselves."""
    head = await yangxi.staff("county_gov", "leader", "庚")
    watching = await yangxi.staff(OFFICE, "coordinator", "丙")
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(head, units="烟草局")
    await liaison.says("应办")
    await liaison.presses(f"go.duty.{(await of(yangxi, 'tobacco')).id}")
    await liaison.presses("done")
    await liaison.says("烟专〔2026〕7号")
    assert TITLE in await watching.listens()
    assert "已答复 1 家" in await head.says("我布置的")


async def test_of_two_offices_it_is_asked_which(yangxi: Town, office: Person) -> None:
    """What comes goes to the one in whose name it was asked, and that one is asked nothing itself."""
    number, now = await person_of(yangxi, office), yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.seat(tx, number, "yangxi", OTHER, "coordinator", now))
    await office.says(f"要大家报{TITLE}")
    assert set(office.ids) == {OFFICE, OTHER}
    await office.presses(OTHER)
    await office.presses("skip")
    assert "自己的单位" in await office.says("打私办、烟草局")
    await office.says("打假办")
    await office.presses("done")
    await office.says("12月3日")
    await office.presses("minutes_5")
    await office.presses("submit")
    assert (await asked(yangxi))[0].office == OTHER
    assert {row.unit for row in await rows(yangxi)} == {"tobacco", OFFICE}


async def test_a_seat_that_is_lost_meanwhile_asks_nothing(yangxi: Town, office: Person) -> None:
    """Who may is asked again when it is confirmed."""
    await asks_for(office)
    number = await person_of(yangxi, office)
    now = yangxi.app.timepiece.now()
    await kept(yangxi, lambda tx: people.seat(tx, number, "yangxi", "tobacco", "liaison", now))
    await kept(yangxi, lambda tx: people.unseat(tx, number, OFFICE, "coordinator", now))
    assert "召集人" in await office.presses("submit")
    assert await asked(yangxi) == []


async def test_a_town_that_is_merged_before_it_is_confirmed_owes_nothing(yangxi: Town, office: Person) -> None:
    """Who may be asked is looked up again; the others are asked as they were."""
    await asks_for(office)
    gone = yangxi.plan.units["town_1"]
    merged = {"abolished": True, "successor": Successor(to="town_2")}
    yangxi.plan.units["town_1"] = gone.model_copy(update=merged)
    await office.presses("submit")
    assert {row.unit for row in await rows(yangxi)} == {"tobacco"}


async def test_before_the_county_goes_live_nothing_is_asked(database_url: str, tmp_path: Path) -> None:
    """And whoever tries reads from when on."""
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=date(2026, 12, 1)) as town:
        office = await town.staff(OFFICE, "coordinator", "丙")
        assert "12月1日" in await office.says("布置任务")
        await office.says(TITLE)
        assert await asked(town) == []


async def test_units_that_cannot_be_meant_are_named(yangxi: Town, office: Person) -> None:
    """One's own unit, an unknown name, none at all: the question stands until somebody is asked."""
    await office.says("布置任务")
    await office.says(TITLE)
    await office.presses("skip")
    assert "自己的单位" in await office.says("打假办")
    assert "没有找到：火星局" in await office.says("火星局")
    assert "done" not in office.ids, "with nobody chosen there is nothing to complete"
    await office.says("火星局、甲镇")
    assert "done" in office.ids and "甲镇" in office.fresh[-1]["text"]
    await office.presses("towns")
    assert "已选 3 个" in office.fresh[-1]["text"]
    await office.presses("towns")
    assert "done" not in office.ids, "pressed again, all of them are taken out"


async def test_a_day_that_is_over_is_asked_anew(yangxi: Town, office: Person) -> None:
    """Nothing is guessed."""
    await office.says("布置任务")
    await office.says(TITLE)
    await office.presses("skip")
    await office.says("甲镇")
    await office.presses("done")
    assert "已经过了" in await office.says("11月20日")
    assert "workdays_2" in office.ids
    await office.says("某天")
    assert "workdays_2" in office.ids


async def test_a_title_is_one_line_and_says_something(yangxi: Town, office: Person) -> None:
    """Empty, too long, or nothing but marks: asked again. What stands below the first line explains it."""
    await office.says("布置任务")
    for words in ("。。。", "很" * 41):
        await office.says(words)
        assert "skip" not in office.ids, words
    await office.says(f"{TITLE}\n每个店写一行，没有的写无。")
    await office.says("甲镇")
    await office.presses("done")
    await office.says("12月3日")
    assert "每个店写一行" in await office.presses("minutes_5")
    await office.presses("submit")
    row = (await asked(yangxi))[0]
    assert (await kept(yangxi, lambda tx: asks.read(tx, yangxi.plan, row))).words == "每个店写一行，没有的写无。"
    assert TITLE.encode() not in row.sealed_words, "not citizens' words, and sealed all the same"


async def test_a_citizens_number_is_warned_of_once(yangxi: Town, office: Person) -> None:
    """Many units read it, in what explains it and in why it is urgent too. Left as it is, it is not asked again; changed, it is
    looked at anew."""
    said = await asks_for(office, title="核实举报人王小明13812345678反映的情况")
    assert "138" in said and "王小明" in said and "submit" not in office.ids
    await office.presses("edit")
    await office.says("核实一件反映的情况")
    assert "submit" in office.ids and "138" not in office.fresh[-1]["text"]
    await office.presses("discard")
    await office.says("布置任务")
    for words in (f"{TITLE}\n结果报13812345678", "甲镇"):
        await office.says(words)
    for press in ("done", "workdays_3", "minutes_15"):
        await office.presses(press)
    assert "138" in office.fresh[-1]["text"] and "submit" not in office.ids


async def test_the_word_brings_its_title(yangxi: Town, office: Person) -> None:
    """要大家报节前检查情况: what was said with the word is not asked again."""
    for words in (f"要大家报{TITLE}", f"布置任务：{TITLE}", f"ask units: {TITLE}"):
        await office.says(words)
        assert "skip" in office.ids, words
        await office.says("取消")
        if "give_up" in office.ids:
            await office.presses("give_up")


# -- the calendar --------------------------------------------------------------------------------------------------------


async def test_a_day_off_is_taken_and_explained(yangxi: Town, office: Person) -> None:
    """民法典 203: it is due on the working day behind it."""
    said = await asks_for(office, by="11月28日")
    assert "11月30日" in said and "第二百零三条" in said
    await office.presses("submit")
    assert (await of(yangxi, "tobacco")).due_at == at(12, 1, 0)


async def test_beyond_the_known_calendar_a_day_is_provisional(yangxi: Town, office: Person) -> None:
    """Until the notice has come: then it is counted again, and told."""
    said = await asks_for(office, by="2027年1月8日")
    assert "暂定" in said
    await office.presses("submit")
    assert (await of(yangxi, "tobacco")).provisional
    rest = (date(2027, 1, 7), date(2027, 1, 8))
    notice = Year("试", date(2026, 12, 1), (rest,), ())
    await kept(yangxi, lambda tx: calendar_years.put(tx, 2027, notice, 1, START))
    await yangxi.settle()
    row = await of(yangxi, "tobacco")
    assert not row.provisional and row.due_at == at(1, 12, 0, year=2027)


# -- many, and elsewhere -------------------------------------------------------------------------------------------------


async def test_a_hundred_units(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message names them all, and each owes it once."""

    def with_many(plan: Plan) -> Plan:
        towns = {
            f"town_{n}": Unit(id=f"town_{n}", name=plan.demo.towns[0].__class__(f"{n}号镇", f"Town {n}"), kind="township",
                              parent="towns", origin=Origin.DEFAULT)
            for n in range(1, 101) if plan.demo
        }  # fmt: skip
        return plan._with(units={**plan.units, **towns})

    monkeypatch.setattr(Plan, "with_demo_towns", with_many)
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as town:
        office = await town.staff(OFFICE, "coordinator", "丙")
        said = await asks_for(office, units="、".join(f"{n}号镇" for n in range(1, 101)), by="12月3日")
        assert "100 个单位 × 15 分钟 ≈ 25 小时" in said
        await office.presses("submit")
        assert len(await rows(town)) == 100


async def test_more_units_than_pieces_of_a_story_are_pressed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of units ends by itself: one more can be named however many were pressed."""
    monkeypatch.setattr(progress, "MAX_PIECES", 2)
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as town:
        office = await town.staff(OFFICE, "coordinator", "丙")
        await office.says("布置任务")
        await office.says(TITLE)
        await office.presses("skip")
        await office.presses("each_unit")
        for unit in ("town_1", "town_2", "town_3"):
            await office.presses(unit)
        await office.says("烟草局")
        await office.presses("done")
        await office.says("12月3日")
        assert "4 个单位" in await office.presses("minutes_15")


async def test_a_worker_that_does_not_know_an_ask_yet_leaves_it_alone(yangxi: Town, office: Person) -> None:
    """Asked between its look at the plans and its look at the rows: no rung is lost."""
    liaison, before = await yangxi.staff("tobacco", "liaison", "甲"), dict(yangxi.app.plans)
    await made(office)
    await kept(yangxi, lambda tx: due.look(tx, before, at(11, 25)))
    assert (await of(yangxi, "tobacco")).step == 0
    await yangxi.forward_to(at(11, 25))
    assert TITLE in await liaison.listens()


async def test_an_ask_that_cannot_be_opened_stops_no_reminder(yangxi: Town, office: Person) -> None:
    """Its key is gone: everybody is reminded all the same, of this too, and whoever asked can be called."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office)
    await kept(yangxi, lambda tx: tx.execute(update(asks_table).values(sealed_words=b"gone")).rowcount)
    yangxi.app.lookout.follows = None
    await yangxi.forward_to(at(11, 25))
    assert UNREADABLE in await liaison.listens()
    await yangxi.forward_to(at(11, 26))
    assert "信息月报" in await liaison.listens()


async def test_every_process_follows(yangxi: Town, office: Person, database_url: str, tmp_path: Path) -> None:
    """One that only answers the page too: what was asked in another is called by its name there within seconds."""
    async with Town.open(database_url, tmp_path, ("yangxi",), START, role="web", live=LIVE) as page:
        await made(office)
        rule = (await rows(yangxi))[0].rule
        await page.app.lookout.follow(START)
        assert page.app.plans["yangxi"].duties[rule].name.zh == TITLE
        assert yangxi.app.plans["yangxi"].duties[rule].owed_by == ("tobacco", "town_1")


async def test_what_is_long_over_is_forgotten_by_the_plans(yangxi: Town, office: Person) -> None:
    """After a year only what nobody has answered is still a demand; its rows stay."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await made(office, units="烟草局")
    await made(office, title="另一件事情", units="甲镇")
    await liaison.says("已报送")
    later = at(12, 30, year=2027)
    row = await of(yangxi, "tobacco")
    await kept(yangxi, lambda tx: duties.end(tx, row, START, "done"))
    found = await kept(yangxi, lambda tx: asks.living(tx, yangxi.app.plans, later))
    assert [one.title for one in found["yangxi"]] == ["另一件事情"]
    both = dict.fromkeys(("yangxi", "luzhai"), yangxi.plan)
    assert (await kept(yangxi, lambda tx: asks.living(tx, both, later)))["luzhai"] == ()
