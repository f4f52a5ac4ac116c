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


async def test_the_directory_has_posts_and_no_names(liaison: Person) -> None:
    """Seats and units' duty numbers, no private ones: nobody's name stands in it, one's own neither."""
    told = await liaison.says("通讯录")
    assert "值班电话" in told and "联络员" in told and "县公安局" in told
    assert "甲某" not in told


async def test_one_unit_is_found_by_what_people_call_it(liaison: Person) -> None:
    """通讯录 公安: that unit alone. A name that nobody has shows everybody."""
    told = await liaison.says("通讯录 公安")
    assert "县公安局" in told and "县交通局" not in told
    assert "县交通局" in await liaison.says("通讯录 没有这个单位")


async def test_a_citizen_has_neither(yangxi: Town) -> None:
    """What is said to a citizen names no post: the words are theirs, for a story."""
    citizen = await yangxi.citizen()
    for words in ("我的职责", "通讯录", "通讯录 公安"):
        assert "联络员" not in await citizen.says(words)
