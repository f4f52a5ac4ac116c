"""Duties of the plan: what opens by itself, who is reminded, what is answered in the chat, what is handed in, who hears of
silence. Yangxi, which went live in November 2026; today is Tuesday, 24 November."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handlers.desk import NOTHING
from storage import duties, filings, people
from storage.models import outbox
from tests.bot.attachments import pdf
from tests.stories.duties import (
    LIVE,
    REPORT,
    START,
    chooses,
    duty,
    fills_in,
    hands_back,
    hands_in,
    has_nothing,
    morning,
    pressed,
    reminded,
)
from tests.stories.office import kept, person_of
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    return await yangxi.staff("tobacco", "liaison")


# -- what opens by itself ------------------------------------------------------------------------------------------------


async def test_nothing_is_late_on_launch_day(yangxi: Town) -> None:
    """Duties open from the day the county went live; what was over before stands as history and is asked of nobody."""
    await yangxi.settle()
    rows = await kept(yangxi, lambda tx: duties.of_rules(tx, "yangxi", list(yangxi.plan.duties)))
    assert rows and all(row.due_at > START for row in rows)
    before = await kept(yangxi, lambda tx: duties.of_case(tx, "yangxi", "monthly_report", "2026-10"))
    assert before == [], "a plan that was issued today asks for nothing of last month"


async def test_each_unit_owes_each_period_once(yangxi: Town) -> None:
    """Every town and the tobacco bureau, a report a month, also when the server was away for weeks."""
    await yangxi.forward_to(morning(12, 28))
    for period in ("2026-11", "2026-12"):
        rows = await kept(yangxi, lambda tx, one=period: duties.of_case(tx, "yangxi", "monthly_report", one))
        assert sorted(row.unit for row in rows) == ["tobacco", "town_1", "town_2", "town_3"], period


# -- reminders -----------------------------------------------------------------------------------------------------------


async def test_silence_climbs_from_the_liaison_to_the_coordinators(yangxi: Town, liaison: Person) -> None:
    """YX-3.4b, due on 1 December 24:00: one calm message a working morning, then the leader, the offices, the county."""
    leader = await yangxi.staff("tobacco", "leader", "乙")
    for town in ("town_1", "town_2", "town_3"):
        for seat in ("liaison", "leader"):
            await yangxi.staff(town, seat, "丁")
    offices = [
        await yangxi.staff(unit, "coordinator", "丙") for unit in ("anti_counterfeit_office", "anti_smuggling_office")
    ]
    told: dict[str, list[int]] = {"liaison": [], "leader": [], "coordinator": []}
    for day in range(25, 36):
        month, local = (11, day) if day < 31 else (12, day - 30)
        await yangxi.forward_to(morning(month, local))
        for who, person in (("liaison", liaison), ("leader", leader), ("coordinator", offices[0])):
            if "信息月报" in await person.listens():
                told[who].append(local)
                assert len(person.fresh) == 1, (who, local)
        assert ("信息月报" in await offices[1].listens()) == (local in told["coordinator"])
    # due 1 December (Tuesday): T-3 = 26 November (Thursday), T-1 = 30 November, T, +1 = 2 December, +3 = 4 December
    assert told == {"liaison": [26, 30, 1], "leader": [2], "coordinator": [4]}


async def test_a_reminder_is_answered_with_the_thing_itself(yangxi: Town, liaison: Person) -> None:
    """Pasted as a list, looked at once, handed in once: both offices get it, each with a receipt number of its own."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    assert "信息月报" in await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty_fill")
    await liaison.says(REPORT)
    assert "done" in liaison.ids, liaison.text
    await liaison.presses("done")
    assert "5.5" in liaison.text
    said = await liaison.presses("submit")
    row = await duty(yangxi)
    assert row.ended == "filed" and row.look_at is None
    filing = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    receipts = await kept(yangxi, lambda tx: filings.receipts(tx, filing.id))
    assert {one.unit for one in receipts} == {"anti_counterfeit_office", "anti_smuggling_office"}
    assert all(one.number in said for one in receipts)
    assert "信息月报" in await office.listens()
    await pressed(office, "go.duty")
    assert "案值" in office.text and "take_note" in office.ids


async def test_step_by_step_a_bare_figure_answers_what_is_missing(yangxi: Town, liaison: Person) -> None:
    """Whoever writes one figure after another gets there too; what cannot be is refused with what to do instead."""
    await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty_fill")
    for figure in ("3", "2", "1", "5.5"):
        await liaison.says(figure)
    assert "负数" in await liaison.says("-4") or "不能" in liaison.fresh[-1]["text"]
    for figure in ("6", "40", "120"):
        await liaison.says(figure)
    await liaison.presses("done")
    await liaison.presses("submit")
    assert (await duty(yangxi)).ended == "filed"


async def test_figures_that_contradict_each_other_are_not_handed_in(yangxi: Town, liaison: Person) -> None:
    """Cases are administrative and criminal ones together: 完成 is offered when they are."""
    await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty_fill")
    await liaison.says(REPORT.replace("行政案件：2", "行政案件：1"))
    assert "done" not in liaison.ids
    await liaison.says("行政案件：2")
    assert "done" in liaison.ids


async def test_nothing_to_report_is_one_press_and_a_last_look(yangxi: Town, liaison: Person) -> None:
    """本月无."""
    await reminded(yangxi, liaison)
    row = await duty(yangxi)
    await has_nothing(liaison)
    filing = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert filing.nil and (await duty(yangxi)).ended == "filed"


# -- answers -------------------------------------------------------------------------------------------------------------


async def test_a_promise_is_silence_until_then_and_never_past_the_day(yangxi: Town, liaison: Person) -> None:
    """明天报: nothing rings that day; the law's day stays."""
    await reminded(yangxi, liaison)
    due = (await duty(yangxi)).due_at
    await liaison.says("11月30日报")
    await chooses(liaison, await duty(yangxi))
    assert "11月30日" in liaison.fresh[-1]["text"]
    assert "信息月报" not in await reminded(yangxi, liaison, morning(11, 27))
    assert "信息月报" in await reminded(yangxi, liaison, morning(11, 30))
    assert (await duty(yangxi)).due_at == due


async def test_more_time_is_asked_for_and_decided_by_who_receives_it(yangxi: Town, liaison: Person) -> None:
    """申请延期到周五，因为…: the clock goes on until somebody says yes; then the day moves, once."""
    office = await yangxi.staff("anti_smuggling_office", "coordinator", "丙")
    await reminded(yangxi, liaison, morning(11, 30))
    due = (await duty(yangxi)).due_at
    await liaison.says("申请延期到12月4日，因为数据还没核完")
    await chooses(liaison, await duty(yangxi))
    asked = await duty(yangxi)
    assert asked.due_at == due and asked.asked_until is not None
    assert "延期" in await office.listens()
    await pressed(office, "go.duty")
    await office.presses("allow")
    moved = await duty(yangxi)
    assert moved.due_at == asked.asked_until and moved.asked_until is None and moved.extended
    assert "12月4日" in await liaison.listens()


async def test_a_reason_that_comes_with_the_day_is_kept(yangxi: Town, liaison: Person) -> None:
    """到12月20日，因为…, where the day is asked for: both are taken. Of a day alone the reason is asked, and 确认 is none."""
    await reminded(yangxi, liaison, morning(11, 30))
    await liaison.says("申请延期")
    await chooses(liaison, await duty(yangxi))
    await liaison.says("到12月20日，因为台账要从头建")
    asked = await duty(yangxi)
    assert asked.asked_until is not None and "为什么" not in liaison.fresh[-1]["text"]


async def test_no_button_is_a_reason(yangxi: Town, liaison: Person) -> None:
    """Asked why, 确认 is no reason: nothing is asked for in its name."""
    await reminded(yangxi, liaison, morning(11, 30))
    await liaison.says("申请延期到12月20日")
    await chooses(liaison, await duty(yangxi))
    await liaison.says("确认")
    assert (await duty(yangxi)).asked_until is None
    await liaison.says("台账要从头建")
    assert (await duty(yangxi)).asked_until is not None


async def test_of_two_who_answer_the_second_is_told_of_the_first(yangxi: Town, liaison: Person) -> None:
    """An old card answers 已有记录, by whom and when, and changes nothing."""
    other = await yangxi.staff("tobacco", "liaison", "乙")
    await reminded(yangxi, liaison, morning(11, 30))
    await other.listens()
    await liaison.says("已报送，文号西烟〔2026〕12号")
    row = await duty(yangxi)
    await chooses(liaison, row)
    row = await duty(yangxi)
    assert row.ended == "done"
    await pressed(other, "go.duty_fill")
    assert "已有记录" in other.text and "甲" in other.text


async def test_handed_back_it_is_handed_in_again_and_nobody_is_late(yangxi: Town, liaison: Person) -> None:
    """Remarks go to the unit; the second filing has a revision and receipts of its own."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await reminded(yangxi, liaison, morning(11, 30))
    row = await duty(yangxi)
    await has_nothing(liaison)
    await hands_back(office, "上月有两起案件，请补报")
    assert "两起案件" in await liaison.listens() or "退回" in liaison.text
    again = await duty(yangxi)
    assert again.closed_at is None and duties.suggested(again)
    await pressed(liaison, "go.duty")
    await liaison.presses("file")
    await hands_in(liaison)
    latest = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert latest.revision == 2 and (await duty(yangxi)).ended == "filed"
    receipts = await kept(yangxi, lambda tx: filings.receipts(tx, latest.id))
    assert {one.unit for one in receipts} == {"anti_counterfeit_office", "anti_smuggling_office"}


async def test_the_offices_see_who_has_answered_and_who_has_not(yangxi: Town, liaison: Person) -> None:
    """谁还没报: facts by due day and name, one press to each."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await yangxi.forward_to(morning(12, 4))
    await office.listens()
    said = await office.says("谁还没报")
    assert "甲镇" in said and "县烟草专卖局" in said and "未答复 4" in said
    assert (await duty(yangxi)).closed_at is None
    await pressed(office, "go.duty")
    await office.presses("urge")
    assert "信息月报" in await liaison.listens()
    await office.presses("urge")
    assert "已有记录" in office.text


async def test_an_urge_at_night_rings_with_the_morning(yangxi: Town, liaison: Person) -> None:
    """Quiet hours hold for what a colleague presses too: nothing about a monthly report wakes anybody."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await yangxi.forward_to(morning(12, 4).replace(hour=22))
    await office.listens()
    await office.says("谁还没报")
    await pressed(office, "go.duty")
    await office.presses("urge")
    mine = select(outbox.c.calm).order_by(outbox.c.id.desc()).where(outbox.c.lane == await lane_of(yangxi, liaison))
    assert await kept(yangxi, lambda tx: tx.execute(mine.limit(1)).scalar_one())


async def lane_of(town: Town, person: Person) -> int:
    return (await town.app.web.known(person.token)).chat


async def test_a_plan_is_filed_with_its_document(yangxi: Town, liaison: Person) -> None:
    """YX-3.5d: the document and a telephone of the office; whoever receives it opens the cleaned copy, nobody else."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    stranger = await yangxi.staff("police", "liaison", "戊")
    await yangxi.settle()
    await fills_in(liaison, yangxi, "plan_filing", period="once")
    await liaison.says("单位电话：0662-1234567")
    await liaison.presses("done")
    status, _ = await liaison.sends("方案.pdf", pdf())
    assert status == 202
    await liaison.presses("done")
    await liaison.presses("submit")
    assert (await duty(yangxi, "plan_filing", period="once")).ended == "filed"
    await office.listens()
    await pressed(office, "go.duty")
    files = [file for message in office.messages for file in message["files"]]
    assert len(files) == 1
    answer = await yangxi.http.get(files[0]["url"])
    assert answer.status == 200 and (await answer.read()).startswith(b"%PDF")
    await stranger.listens()
    assert not any(message["files"] for message in stranger.messages)


# -- what a reviewer broke ---------------------------------------------------------------------------------------------


async def test_what_was_handed_back_goes_to_both_offices_again(yangxi: Town, liaison: Person) -> None:
    """By a proposed day nobody is late on, and still to whoever receives it, each with a receipt."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await reminded(yangxi, liaison, morning(11, 30))
    row = await duty(yangxi)
    await has_nothing(liaison)
    await hands_back(office, "上月有两起案件，请补报")
    await liaison.listens()
    await pressed(liaison, "go.duty")
    await liaison.presses("done")
    await liaison.says("已用公文补报")
    assert "信息月报" in await office.listens()
    await pressed(office, "go.duty")
    assert (await kept(yangxi, lambda tx: duties.by_id(tx, row.id))).ended == "done"


async def test_a_promise_silences_what_is_late_for_two_working_days(yangxi: Town, liaison: Person) -> None:
    """Nobody silences what is late for themselves: the offices hear of it all the same."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await reminded(yangxi, liaison, morning(12, 2))
    await pressed(liaison, "go.duty_promise")
    await liaison.says("2027-11-01")
    await yangxi.forward_to(morning(12, 7))
    assert "信息月报" in await office.listens()


async def test_who_promised_is_reminded_on_that_day(yangxi: Town, liaison: Person) -> None:
    """Promised on the last day for the next: whoever promised hears of it, though the ladder's next step is for others."""
    await reminded(yangxi, liaison, morning(12, 1))
    await pressed(liaison, "go.duty_promise")
    await liaison.says("明天")
    assert "信息月报" in await reminded(yangxi, liaison, morning(12, 2))
    assert "信息月报" not in await reminded(yangxi, liaison, morning(12, 3))


async def test_figures_given_after_nil_are_what_is_handed_in(yangxi: Town, liaison: Person) -> None:
    """零报告, then changed: the figures count, and the filing is none of nothing."""
    await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty")
    await liaison.presses("nil")
    await liaison.presses("change")
    if "change_values" in liaison.ids:
        await liaison.presses("change_values")
    await hands_in(liaison)
    row = await duty(yangxi)
    filing = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert not filing.nil and (await kept(yangxi, lambda tx: filings.content(tx, filing)))["values"]


async def test_a_form_that_changed_meanwhile_asks_for_what_is_new(
    yangxi: Town, liaison: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft lives for days: what the county's form asks by now is asked, and nothing incomplete is handed in."""
    await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty_fill")
    await liaison.says(REPORT)
    await liaison.presses("done")
    plan = yangxi.app.plans["yangxi"]
    form = plan.forms["monthly_report"]
    first = form.parts[0]
    asked = tuple(replace(one, optional=one.optional and one.code != "dens") for one in first.fields)
    changed = {"monthly_report": replace(form, parts=(replace(first, fields=asked), *form.parts[1:]))}
    now = plan.model_copy(update={"forms": {**plan.forms, **changed}})
    monkeypatch.setitem(yangxi.app.plans._now, "yangxi", now)
    await liaison.presses("submit")
    assert (await duty(yangxi)).closed_at is None and "捣毁窝点" in liaison.fresh[-1]["text"]
    await hands_in(liaison, "捣毁窝点：1")
    assert (await duty(yangxi)).ended == "filed"


async def test_whoever_moved_elsewhere_carries_it_no_more(yangxi: Town, liaison: Person) -> None:
    """Handed to a colleague who then leaves: it is the unit's again."""
    other = await yangxi.staff("tobacco", "liaison", "乙")
    await reminded(yangxi, liaison)
    await pressed(liaison, "go.duty")
    await liaison.presses("other")
    await liaison.presses("delegate")
    carrier = await person_of(yangxi, other)
    await liaison.presses(str(carrier))
    assert (await duty(yangxi)).person == carrier
    now = yangxi.app.timepiece.now()
    await yangxi.app.database.run(lambda tx: people.unseat(tx, carrier, "tobacco", "liaison", now))
    await yangxi.app.database.run(lambda tx: people.seat(tx, carrier, "yangxi", "police", "liaison", now))
    assert "信息月报" in await liaison.says("应办")
    await other.listens()
    assert "信息月报" not in await other.says("应办")


async def test_a_county_that_cannot_be_opened_stops_no_alert(yangxi: Town, liaison: Person, monkeypatch: Any) -> None:
    """What a file asks never stands in the way of what is due."""
    await yangxi.settle()

    def broken(*_: Any) -> int:
        raise ValueError("a fault of the file")

    monkeypatch.setattr("reminders.periods.open_due", broken)
    assert "信息月报" in await reminded(yangxi, liaison)


async def test_where_duties_are_not_shown_no_word_of_them_is_answered(yangxi: Town, liaison: Person) -> None:
    """收到, 明天报 in a chat that may not say what is owed: as if nothing were."""
    await reminded(yangxi, liaison)
    door = yangxi.app.setting.entrance("web")
    yangxi.app.setting.doors["web"] = replace(door, disclosure=NOTHING)
    assert "信息月报" not in await liaison.says("收到")
    assert "信息月报" not in await liaison.says("明天报")


async def test_the_way_back_in_a_sheet_drops_the_latest_line_alone(yangxi: Town, liaison: Person) -> None:
    """What stands is shown, and is what is handed in; without any line it is blank again."""
    await fills_in(liaison, yangxi)
    for line in REPORT.splitlines():
        await liaison.says(line)
    said = await liaison.says("返回")
    assert "开展行动：6" in said and "检查经营户：120" not in said and "还要填：检查经营户" in said
    assert "nil" not in liaison.ids
    for _ in range(6):
        said = await liaison.says("返回")
    assert "查处案件：3" not in said and "nil" in liaison.ids
