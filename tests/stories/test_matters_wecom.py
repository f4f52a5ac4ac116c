"""An incident in the night, on WeCom as it is set up: kind, number and telephone in the chat, what happened on the page."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tests.simulators.wecom import Simulator
from tests.stories.test_matters import OFFICES, stages, the_matter
from tests.stories.wecom_phones import Corp, on_wecom

LIVE = date(2026, 11, 23)


@pytest.fixture
async def corp(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, live=LIVE, county="yangxi") as one:
        yield one


async def test_an_incident(corp: Corp) -> None:
    """By title: each office is rung and takes it in the chat; what is written is written on the page, one link away."""
    scene = await corp.official("town_1", "liaison", "li", "甲")
    offices = [
        await corp.official(unit, "coordinator", user, name)
        for unit, user, name in zip(OFFICES, ("wang", "zhang"), "乙丙", strict=True)
    ]
    await scene.says("突发情况")
    assert "go=go.put.incident" in scene.text
    page = await corp.town.staff("town_1", "liaison", "丁")
    await page.says("突发情况 暴力抗法")
    await page.says("城西市场")
    await page.presses("submit")
    number = (await the_matter(corp.town)).number
    for office in offices:
        await office.listens()
        assert number in office.text and "先打电话" in office.text
        await office.says("接报")
        assert "城西市场" not in office.text
    assert await stages(corp.town) == {"town_1": "handling", **dict.fromkeys(OFFICES, "taken")}
    assert corp.sim.journal.dropped == [] and corp.sim.journal.refused == []
