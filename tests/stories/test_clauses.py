"""方案 and 条款 (issue 6): the plan's own words, on every channel, for the staff; a citizen is told its title."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rules.clauses import Clauses
from tests.simulators.telegram import Simulator
from tests.stories.phones import official, on_telegram
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",)) as opened:
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    return await yangxi.staff("town_1", "liaison")


@pytest.fixture
def clauses(yangxi: Town) -> Clauses:
    return yangxi.plan.clauses


@pytest.mark.parametrize(
    "words", ["条款 3.4d", "条款 YX-3.4d", "条款：yx3.4D", "条款第3.4d条", "YX-3.4d", "clause 3.4d"]
)
async def test_a_clause_word_for_word(liaison: Person, clauses: Clauses, words: str) -> None:
    """However its id is written: its own words, and what stands here for it."""
    told = await liaison.says(words)
    assert clauses["YX-3.4d"].text in told and "线索通报" in told
    assert "go.clause.YX-3.4c" in liaison.ids and "go.clause.YX-3.5a" in liaison.ids


async def test_who_has_the_task_stands_beside_it(liaison: Person) -> None:
    """YX-2.4a: the transport office leads, two assist."""
    told = await liaison.says("条款 2.4a")
    assert told.index("县交通局") < told.index("配合：县公安局、县烟草专卖局")


async def test_by_what_stands_in_it(liaison: Person, clauses: Clauses) -> None:
    """One that has the word is opened; several are listed and opened by a press; none says so."""
    assert clauses["YX-3.1e"].text in await liaison.says("条款 案件协查")
    listed = await liaison.says("条款 督办")
    assert "YX-3.2b" in listed and "YX-3.3c" in listed and clauses["YX-3.3c"].text not in listed
    assert clauses["YX-3.3c"].text in await liaison.presses("go.clause.YX-3.3c")
    assert "没有“走廊”" in await liaison.says("条款 走廊")
    assert "没有“LZ-3.3b”" in await liaison.says("条款 LZ-3.3b"), "another county's plan is none of this one's"


async def test_the_contents_open_each_part(liaison: Person, clauses: Clauses) -> None:
    """方案: the headings in their order; each opens what stands beneath it. 3.5 has no heading in the plan, and stands under 3."""
    told = await liaison.says("方案")
    headings = [one.text for one in clauses.values() if one.heading]
    assert headings == sorted(headings, key=told.index)
    under = await liaison.presses("go.clause.YX-3.4a")
    assert "YX-3.4b" in under and "YX-3.5a" not in under
    assert clauses["YX-3.4c"].text in await liaison.presses("go.clause.YX-3.4c")
    whole = await liaison.says("条款 3")
    assert "YX-3.4a" in whole and "YX-3.4b" not in whole and "YX-3.5d" in whole


async def test_the_contents_are_leafed_through(database_url: str, tmp_path: Path) -> None:
    """Thirty-three headings: twenty and the rest."""
    async with Town.open(database_url, tmp_path, ("luzhai",)) as luzhai:
        officer = await luzhai.staff("police", "leader")
        first = await officer.says("方案")
        second = await officer.presses("go.plan_more.20")
        headings = [one.id for one in luzhai.plan.clauses.values() if one.heading]
        lines = [line.rpartition("　")[2] for line in f"{first}\n{second}".splitlines()]
        assert [one for one in lines if one in headings] == headings


async def test_from_ones_duties_to_the_plan(liaison: Person) -> None:
    """我的职责 is in short words; the plan's own are one press away."""
    await liaison.says("我的职责")
    assert "YX-3" in await liaison.presses("go.plan")


async def test_in_a_form_the_words_are_an_answer(liaison: Person) -> None:
    """What is being filled in may well speak of the plan."""
    await liaison.says("线索通报")
    assert "一、工作目标" not in await liaison.says("方案")


async def test_a_citizen_is_told_the_title(yangxi: Town, clauses: Clauses) -> None:
    """关于: by which plan it works. 条款 is nobody's word there: no clause is shown, by word or by button."""
    citizen = await yangxi.citizen()
    assert "阳西县推进涉烟打假打私工作方案" in await citizen.says("关于")
    await citizen.post({"choice": "go.clause.YX-3.4d", "prompt": -1})
    assert clauses["YX-3.4d"].text not in await citizen.listens() + await citizen.says("条款 3.4d")


async def test_where_nothing_of_tips_is_shown_the_plan_is(tmp_path: Path, sim: Simulator) -> None:
    """It is a published paper: a chat that shows the staff neither tips nor duties shows it."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as town:
        officer = await official(town, sim, "police", "liaison", "甲")
        assert town.plan.clauses["LZ-4.8f"].text in await officer.says("条款 4.8f")
        assert "LZ-4.8f" in await officer.says("条款 4.8")
