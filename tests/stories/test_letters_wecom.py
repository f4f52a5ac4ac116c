"""A letter where a chat shows titles only: on WeCom as it is set up, the way to the page."""

from pathlib import Path

from tests.simulators.wecom import Simulator
from tests.stories.office import LIVE
from tests.stories.test_letters import PLACE, button
from tests.stories.test_matters import begins, the_matter
from tests.stories.wecom_phones import on_wecom


async def test_wecom_shows_the_way_to_the_page(tmp_path: Path, sim: Simulator) -> None:
    """By title: no file in the chat, a link good for five minutes; there it can be taken."""
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, live=LIVE, county="yangxi") as corp:
        page = await corp.town.staff("market", "liaison", "甲")
        await begins(page, PLACE)
        assert button(page, "letter")
        phone = await corp.official("market", "liaison", "li", "乙")
        await phone.says((await the_matter(corp.town)).number)
        await phone.presses(next(one for one in phone.ids if one.startswith("letter.")))
        assert "go=go.matter." in phone.text and "docx" not in phone.text
        assert sim.journal.dropped == [] and sim.journal.refused == []
