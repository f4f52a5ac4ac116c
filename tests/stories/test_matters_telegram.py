"""An incident in the night, on Telegram: first word in the chat, both offices rung at once, one press takes it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tests.simulators.telegram import Simulator
from tests.stories.phones import official, on_telegram
from tests.stories.test_matters import OFFICES, stages, the_matter
from tests.stories.test_matters_of_tips import WORDS, of_county, put, recall
from tests.town import Town

LIVE = date(2026, 11, 23)


@pytest.fixture
async def town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim, disclosure="full", live=LIVE, county="yangxi") as opened:
        yield opened


@pytest.fixture
async def silent(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'y.db'}"
    async with on_telegram(url, tmp_path, sim, live=LIVE, county="yangxi") as opened:
        yield opened


async def test_an_incident(town: Town, sim: Simulator) -> None:
    """Three messages; the alert says of what kind and where, and each office presses 接报 under it."""
    scene = await official(town, sim, "town_1", "liaison", "甲")
    offices = [await official(town, sim, one, "coordinator", name) for one, name in zip(OFFICES, "乙丙", strict=True)]
    await scene.says("突发情况 暴力抗法")
    await scene.says("城西市场")
    await scene.presses("submit")
    for office in offices:
        await office.listens()
        assert "先打电话" in office.text and "暴力抗法 · 城西市场" in office.text
        await office.presses("接报")
    assert await stages(town) == {"town_1": "handling", **dict.fromkeys(OFFICES, "taken")}


async def test_nothing_is_said_where_nothing_may_be(silent: Town, sim: Simulator) -> None:
    """As Telegram is set up: that something urgent waits, and the way to the page; no kind, no number, no unit."""
    office = await official(silent, sim, OFFICES[0], "coordinator", "乙")
    scene = await silent.staff("town_1", "liaison")
    await scene.says("突发情况 暴力抗法")
    await scene.says("城西市场")
    await scene.presses("submit")
    row = await the_matter(silent)
    await office.listens()
    assert "急办" in office.text
    for word in ("突发", row.number, "甲镇", "城西"):
        assert word not in office.ever


async def test_what_a_chat_shows_of_a_tip_s_matter_leaves_it(town: Town, sim: Simulator) -> None:
    """Its copy was taken back: the card goes from the chat as well, whose cards of other matters stay."""
    police = await official(town, sim, "police", "liaison", "乙")
    await town.staff("market", "liaison", "丙")
    await put(town, "police")
    officer, number = await put(town, "police")
    first, second = await of_county(town, "yangxi")
    for row in (first, second):
        await police.says(row.number)
        assert WORDS in police.text
    await recall(officer, number)
    await town.settle()
    stand = [one.text for one in police.user.chat(police.bot).seen if one.mine and not one.gone and WORDS in one.text]
    assert stand and all(first.number in text and second.number not in text for text in stand)
