"""A letter is handed out where all may be shown: on Telegram by its disclosure."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulators.telegram import Simulator
from tests.stories.office import LIVE
from tests.stories.phones import official, on_telegram
from tests.stories.test_letters import PLACE
from tests.stories.test_matters import begins, the_matter
from tests.town import Town


@pytest.fixture
async def town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with on_telegram(url, tmp_path, sim, disclosure="full", live=LIVE, county="yangxi") as opened:
        yield opened


async def test_telegram_carries_it_where_all_is_shown(town: Town, sim: Simulator) -> None:
    """disclosure: full: a document in the chat, a Word file."""
    page = await town.staff("market", "liaison", "甲")
    await begins(page, PLACE)
    phone = await official(town, sim, "market", "liaison", "乙")
    await phone.says((await the_matter(town)).number)
    await phone.presses(next(one for one in phone.ids if one.startswith("letter.")))
    sent = [one.content["document"] for one in phone.user.sees(phone.bot) if "document" in one.content]
    assert [one["file_name"].endswith(".docx") for one in sent] == [True]
