"""打开, typed in a chat of a platform: the newest alert there is what is meant."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulators.telegram import Simulator
from tests.stories.office import OFFICE, takes, tells
from tests.stories.phones import official, on_telegram
from tests.town import Town


@pytest.fixture
async def open_town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    """Where all is said."""
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full") as town:
        yield town


async def test_of_several_the_one_whose_alert_came_last_is_opened(open_town: Town, sim: Simulator) -> None:
    """Both wait; nobody is asked which of them, until what was told last waits no more."""
    officer = await official(open_town, sim, OFFICE, "intake", "甲")
    first, _ = await tells(await open_town.citizen())
    await officer.listens()
    second, _ = await tells(await open_town.citizen(), "码头夜里卸下成箱的东西", "城西码头")
    assert second in await officer.listens()
    said = await officer.says("打开")
    assert second in said and first not in said
    other = await open_town.staff(OFFICE, "intake", "乙")
    await takes(other, second)
    await officer.says("菜单")
    assert second in await officer.says("打开"), "taken by somebody, it still waits for its end"
