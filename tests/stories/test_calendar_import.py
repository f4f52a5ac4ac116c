"""Next year's calendar: what leans on a year nobody has announced yet is provisional and calls nobody late; a coordinator brings
the notice in, duties of every county move with it, and every process counts by it."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import calendar_years, duties, duty_moves
from storage.models import duties as table
from tests.stories.office import kept
from tests.town import HOME, Person, Town, tip_off

LIVE, START = date(2026, 12, 21), datetime(2026, 12, 24, 9, 30, tzinfo=HOME)
# Nobody knows the notice of 2027 yet; this one is made up to the form of the others. New Year's Day is a Friday.
NOTICE = """国务院办公厅关于2027年
部分节假日安排的通知
国办发明电〔2026〕9号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周五）至3日（周日）放假，共3天。
　　二、春节：2月5日（周五）至13日（周六）放假调休，共9天。1月31日（周日）、2月14日（周日）上班。
　　三、清明节：4月3日（周六）至5日（周一）放假，共3天。
　　四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
　　五、端午节：6月9日（周三）放假，共1天。
　　六、中秋节：9月15日（周三）放假，共1天。
　　七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
　　国务院办公厅
　　2026年12月22日
"""
CORRECTED = NOTICE.replace("1月1日（周五）至3日（周日）放假，共3天", "1月1日（周五）至4日（周一）放假，共4天")


def at(month: int, day: int, hour: int = 9, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, 0, tzinfo=HOME)


@pytest.fixture
async def towns(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(towns: Town) -> Person:
    return await towns.staff("anti_smuggling_office", "coordinator", "丙", "yangxi")


@pytest.fixture
async def liaison(towns: Town) -> Person:
    return await towns.staff("tobacco", "liaison", "乙", "yangxi")


async def report(town: Town, unit: str = "tobacco") -> Any:
    rows = await kept(town, lambda tx: duties.of_case(tx, "yangxi", "monthly_report", "2026-12"))
    return next(row for row in rows if row.unit == unit)


async def of_tips(town: Town) -> list[Any]:
    wanted = select(table).where(table.c.county == "luzhai", table.c.tip.is_not(None), table.c.closed_at.is_(None))
    return await kept(town, lambda tx: list(tx.execute(wanted).all()))


def last_day(row: Any) -> date:
    at: datetime = row.due_at.astimezone(HOME) - timedelta(microseconds=1)
    return at.date()


async def imports(office: Person, text: str) -> str:
    """What is shown before it is done."""
    await office.says("导入日历")
    shown = await office.says(text)
    await office.presses("submit")
    return shown


async def test_a_day_nobody_has_announced_is_provisional_and_calls_nobody_late(
    towns: Town, office: Person, liaison: Person
) -> None:
    """The report of December is due on 1 January, or behind the holidays: the earlier reading stands, and is called 暂定."""
    await towns.forward_to(at(12, 31, year=2026))
    assert (await report(towns)).provisional and last_day(await report(towns)) == date(2027, 1, 1)
    assert "暂定" in await liaison.listens()
    await towns.forward_to(at(1, 12))
    told = await liaison.listens() + await office.listens() + await liaison.says("应办") + await office.says("谁没报")
    assert "信息月报" in told and "超期" not in told


async def test_the_notice_moves_what_leaned_on_the_estimate(towns: Town, office: Person, liaison: Person) -> None:
    """Shown first, with what changes and what moves; confirmed, every county's open duties move in that commit, with an entry
    of their course, and their people read one calm line with the next morning's message."""
    await towns.forward_to(at(12, 29, 10, 2026))
    intake = await towns.staff("hq_office", "intake", "丁", "luzhai")
    number, _ = await tip_off(await towns.citizen("luzhai"))
    await intake.says(number)
    await intake.presses("take")
    (triage,) = await of_tips(towns)
    assert triage.provisional and last_day(triage) == date(2027, 1, 5), "five working days, the earlier reading"
    await liaison.listens()
    shown = await imports(office, NOTICE)
    assert "2027 年放假安排" in shown and "国办发明电〔2026〕9号" in shown and "估算" in shown
    assert "信息月报 4 件" in shown and "1月1日 改到 1月4日" in shown and "对不上" not in shown
    moved = await report(towns)
    assert last_day(moved) == date(2027, 1, 4) and not moved.provisional
    (entry,) = await kept(towns, lambda tx: duty_moves.course(tx, moved.id))
    assert entry["move"] == "recounted" and entry["until"] == moved.due_at
    (triage,) = await of_tips(towns)
    assert "其他县有 1 件" in shown and not triage.provisional and last_day(triage) == date(2027, 1, 6)
    assert "重新算过" not in await liaison.listens()
    await towns.forward_to(at(12, 30, year=2026))
    told = await liaison.listens()
    assert told.count("重新算过") == 1 and "1月4日" in told and "超期" not in told
    told = await intake.listens()
    assert number in told and told.count("重新算过") == 1 and "1月6日" in told
    await towns.forward_to(at(12, 31, year=2026))
    assert "重新算过" not in await liaison.listens()


async def test_after_the_notice_one_can_be_late(towns: Town, office: Person, liaison: Person) -> None:
    """The day is known from then on, and counts like any other."""
    await imports(office, NOTICE)
    await towns.forward_to(at(1, 8))
    assert "已超期" in await liaison.says("应办")


async def test_a_corrected_notice_takes_the_place_of_the_first(towns: Town, office: Person) -> None:
    """The preview says that one is there; days by the first move, one that somebody decided does not."""
    await towns.forward_to(at(12, 28, year=2026))
    await imports(office, NOTICE)
    decided = await report(towns, "town_1")
    until = decided.due_at + timedelta(days=4)
    await kept(towns, lambda tx: duties.extend(tx, decided.id, until, until))
    shown = await imports(office, CORRECTED)
    assert "这一年已有安排" in shown and "以贴来的为准" in shown and "1月4日 改到 1月5日" in shown
    assert "对不上" in shown, "the days no longer add up to what the law gives, and that is said"
    assert last_day(await report(towns)) == date(2027, 1, 5)
    assert (await report(towns, "town_1")).due_at == until
    years = await kept(towns, calendar_years.all_)
    assert years[2027].rest[0][1] == date(2027, 1, 4)


async def test_what_is_no_notice_changes_nothing(towns: Town, office: Person) -> None:
    """Neither a chat about holidays nor a year that cannot be; both are told, and the question stands open."""
    await office.says("日历")
    assert "没有读到放假安排" in await office.says("大家元旦好好休息")
    assert "不可能成立" in await office.says("放假 2027-01-01 2027-01-03\n上班 2027-01-04")
    assert await kept(towns, calendar_years.version) == ()


async def test_only_a_coordinator_brings_it_in(towns: Town, liaison: Person) -> None:
    """Others read which years are known."""
    said = await liaison.says("日历")
    assert "2026 年" in said and "协调员" in said and "submit" not in liaison.ids


async def test_of_two_who_confirm_the_second_looks_once_more(towns: Town, office: Person) -> None:
    """What was shown stood on the notices of that moment."""
    other = await towns.staff("hq_office", "coordinator", "戊", "luzhai")
    await other.says("日历")
    await other.says(CORRECTED)
    await imports(office, NOTICE)
    assert "请再看一次" in await other.presses("submit") and "这一年已有安排" in other.text
    assert (await kept(towns, calendar_years.all_))[2027].rest[0][1] == date(2027, 1, 3)


async def test_every_process_counts_by_it(database_url: str, tmp_path: Path) -> None:
    """One takes the notice in, the other follows at its next look, also with what it opened by the old calendar since; one that
    starts later begins with it."""
    counties = ("yangxi", "luzhai")
    async with (
        Town.open(database_url, tmp_path, counties, START, live=LIVE) as first,
        Town.open(database_url, tmp_path, counties, START, live=LIVE) as second,
    ):
        office = await first.staff("anti_smuggling_office", "coordinator", "丙", "yangxi")
        await imports(office, NOTICE)
        await second.forward_to(at(12, 28, year=2026))
        for town in (first, second):
            await town.settle()
            for holder in (town.app.plans, town.app.setting.plans, town.app.renderer.plans):
                assert holder["luzhai"].calendar.known(2027), "everybody holds the same mapping"
        assert not (await report(second)).provisional and last_day(await report(second)) == date(2027, 1, 4)
    async with Town.open(database_url, tmp_path, counties, START, live=LIVE) as third:
        assert third.app.plans["yangxi"].calendar.known(2027)


# -- while it is missing -------------------------------------------------------------------------------------------------


async def test_coordinators_are_asked_for_it_with_the_mornings_message(database_url: str, tmp_path: Path) -> None:
    """Weekly from 1 November, daily from 15 December and the head too; never beside the morning's message, and not after it came."""
    began = datetime(2026, 10, 30, 9, 30, tzinfo=HOME)
    async with Town.open(database_url, tmp_path, ("luzhai",), began, live=began.date()) as town:
        office = await town.staff("hq_office", "coordinator", "丙")
        head = town.plan.head
        leader = await town.staff(head.unit, head.seat, "丁")
        asked: dict[str, list[date]] = {"office": [], "head": []}
        day = date(2026, 10, 31)
        while day < date(2026, 12, 19):
            await town.forward_to(datetime(day.year, day.month, day.day, 9, 0, tzinfo=HOME))
            for name, person in (("office", office), ("head", leader)):
                text = await person.listens()
                mornings = [
                    one["text"] for one in person.fresh if "提醒没有人收到" not in one["text"]
                ]  # vacant seats: its own
                assert len(mornings) <= 1, (day, mornings)
                asked[name] += [day] if "2027 年的放假安排还没有导入" in text else []
            day += timedelta(days=1)
        mondays = [date(2026, 11, 2), *(date(2026, 11, 6) + timedelta(days=7 * n) for n in range(5))]
        daily = [date(2026, 12, one) for one in (15, 16, 17, 18)]
        assert asked == {"office": [*mondays, *daily], "head": daily}
        await imports(office, NOTICE)
        await town.forward_to(at(1, 6))
        assert "还没有导入" not in await office.listens() + await leader.listens()
