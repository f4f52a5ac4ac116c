"""More time on the clock of a matter: who answers is named, what is opened shows the reason, and a limit of the law moves for nobody."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import duties
from tests.stories.office import kept
from tests.stories.test_matters import begins, makes, opens, the_matter, yangxi
from tests.town import HOME, Person, Town

__all__ = ["yangxi"]  # a fixture
START = datetime(2026, 6, 1, 9, 30, tzinfo=HOME)  # a Monday


@pytest.fixture
async def luzhai(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("luzhai",), START, live=date(2026, 6, 1)) as town:
        yield town


async def put(person: Person, word: str, form: str) -> None:
    await person.says(word)
    await person.says(form)
    while "submit" not in person.ids:
        wanted = ("skip", "at_once", "done")
        await person.presses(next(one for one in wanted if one in person.ids))
    await person.presses("submit")


async def clock(town: Town) -> Any:
    row = await the_matter(town)
    found = await kept(town, lambda tx: duties.of_matters(tx, [row.number]))
    return next(one for one in found[row.number] if one.closed_at is None)


async def pages(person: Person) -> str:
    """From the matter's card to the page of its day."""
    await opens(person)
    return await person.presses(next(one for one in person.ids if one.startswith("clock.")))


async def criminal(town: Town) -> Person:
    agency = await town.staff("tobacco", "liaison")
    await put(agency, "移送公安", "案件代号：刑一\n接到移送报告日期：6月1日\n货物品种：烟草\n简要案情：数额较大")
    await opens(agency)
    await makes(agency, "approve")
    await agency.says("鹿烟批〔2026〕6号")
    return agency


async def test_no_office_moves_a_limit_of_the_law(luzhai: Town) -> None:
    """国务院令310号第5条, 24 hours from the approval: the agency finds no button for more time and is told why when it asks in
    words; the headquarters office can give none, late or not; the day stays."""
    hq = await luzhai.staff("hq_office", "coordinator", "乙")
    agency = await criminal(luzhai)
    owed = await clock(luzhai)
    assert owed.rule == "criminal_send"
    said = await pages(agency)
    assert "extend" not in agency.ids and "310号" in said
    assert "县公安局" in said and "不用报出去" not in said  # where it goes: the move that ends it says so
    said = await agency.says("申请延期到6月5日，因为领导出差")
    assert "法律规定" in said and "第5条" in said
    await luzhai.forward_to(datetime(2026, 6, 8, 9, 30, tzinfo=HOME))
    await hq.says("应办")
    await hq.presses(next(one for one in hq.ids if one.startswith("go.duty.")))
    assert not {"prolong", "allow"} & set(hq.ids)
    assert (await clock(luzhai)).due_at == owed.due_at and (await clock(luzhai)).asked_until is None


@pytest.mark.parametrize("named", [True, False], ids=["a day of the office", "our proposal"])
async def test_a_day_that_an_office_named_is_moved_by_the_office(luzhai: Town, named: bool) -> None:
    """LZ-3.5c, 督导写明日期的，按督导: the unit asks, the office that named the day answers; where it named none, ours is only a
    proposal and the unit moves it itself."""
    hq, unit = await luzhai.staff("hq_office", "coordinator"), await luzhai.staff("town_1", "liaison", "乙")
    other = await luzhai.staff("anti_smuggling_office", "coordinator", "丙")
    await hq.says("督导问题")
    await hq.says("检查日期：6月1日\n发现问题：台账不全" + "\n整改期限：6月12日" * named)
    for one in ("done", "at_once", "inspected.town_1", "done", "skip", "submit"):
        await hq.presses(one)
    await opens(unit)
    await makes(unit, "sign")
    owed = await clock(luzhai)
    for one in (hq, other):
        await one.listens()
    await pages(unit)
    await unit.presses("extend")
    said = await unit.says("6月30日")
    assert ("指挥部办公室" in said) is named
    await unit.says("台账要从县里调")
    assert ((await clock(luzhai)).due_at == owed.due_at) is named
    assert not [one for one in other.ids if one.startswith("go.duty.")] and "延期" not in await other.listens()
    heard = await hq.listens()
    assert ("延期" in heard) is named
    if named:
        assert "等您答复" in await hq.says("待办")
        await hq.presses(next(one for one in hq.ids if one.startswith("go.duty.")))
        assert "台账要从县里调" in hq.text
        await hq.presses("allow")
        assert (await clock(luzhai)).due_at > owed.due_at


async def test_the_office_opens_the_reason_and_answers_it_there(yangxi: Town) -> None:
    """YX-3.4d, a date of the plan: who will answer is named when more time is asked for; what they hear opens the page with the
    reason and both answers; allowed, the day moves once."""
    office = await yangxi.staff("anti_smuggling_office", "coordinator", "乙")
    finder = await yangxi.staff("market", "liaison")
    await begins(finder, how="write_down")
    owed = await clock(yangxi)
    await pages(finder)
    await finder.presses("extend")
    said = await finder.says("12月4日")
    assert "县海防打私办" in said and "接收单位答复" not in said
    await finder.says("清点还没有做完")
    await office.listens()
    said = await office.presses(next(one for one in office.ids if one.startswith("go.duty.")))
    assert "清点还没有做完" in said and {"allow", "refuse"} <= set(office.ids)
    await office.presses("allow")
    assert (await clock(yangxi)).due_at > owed.due_at
