"""我的职责 and 通讯录 (issue 6): what a unit has to do by the plan, and how the others are reached."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.town import HOME, Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    start = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
    async with Town.open(database_url, tmp_path, ("yangxi",), start, live=date(2026, 11, 24)) as opened:
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    return await yangxi.staff("tobacco", "liaison", "甲某")


async def test_a_unit_sees_its_tasks_with_their_clauses(liaison: Person) -> None:
    """What it leads (YX-2.1, 2.2), what it assists with (YX-2.4), what it hands in (YX-3.4b)."""
    told = await liaison.says("我的职责")
    leads, assists, hands_in = told.index("牵头"), told.index("配合"), told.index("要报的")
    assert leads < told.index("YX-2.2a") < assists < told.index("YX-2.4a") < hands_in < told.index("YX-3.4b")


async def test_a_task_is_not_headed_by_the_units_own_name(tmp_path: Path) -> None:
    """Luzhai's plan heads each list of tasks with the unit that has it (LZ-4): its own people read the tasks alone."""
    start = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
    async with Town.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, ("luzhai",), start) as town:
        told = await (await town.staff("transport", "liaison")).says("我的职责")
    name = town.plan.units["transport"].name.zh
    leads = told[told.index("牵头") :]
    assert not any(line.lstrip("· ") == name for line in leads.splitlines()) and "LZ-4" in leads


async def test_the_directory_has_posts_and_no_names(liaison: Person) -> None:
    """Seats and units' duty numbers, no private ones: nobody's name stands in it, one's own neither."""
    told = await liaison.says("通讯录")
    assert "值班电话" in told and "联络员" in told and "县公安局" in told
    assert "甲某" not in told


async def test_one_unit_is_found_by_what_people_call_it(liaison: Person) -> None:
    """通讯录 公安: that unit alone. A name that no unit has finds nothing, a person's neither, and says so."""
    told = await liaison.says("通讯录 公安")
    assert "县公安局" in told and "县交通局" not in told
    for words in ("没有这个单位", "甲某"):
        told = await liaison.says(f"通讯录 {words}")
        assert f"没有“{words}”" in told and "县交通局" not in told
        assert "县交通局" in await liaison.presses("go.directory")


async def test_the_directory_says_once_what_many_lack(liaison: Person) -> None:
    """Units without a telephone stand in one line, and so do the empty seats of one kind: among them every seat that a regime
    waits for (YX-3.4c: both offices' coordinators)."""
    told = await liaison.says("通讯录")
    assert told.count("值班电话") <= 3 and len(told.splitlines()) < 25
    empty = told[told.index("现在空缺") :]
    assert any("协调员" in line and "县海防打私办" in line for line in empty.splitlines())
    assert not any("联络员" in line and "县烟草专卖局" in line for line in empty.splitlines())


async def test_a_citizen_has_neither(yangxi: Town) -> None:
    """What is said to a citizen names no post: the words are theirs, for a story."""
    citizen = await yangxi.citizen()
    for words in ("我的职责", "通讯录", "通讯录 公安"):
        assert "联络员" not in await citizen.says(words)
