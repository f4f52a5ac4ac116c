"""条款 on WeCom, whose cards hold ten buttons: a clause is opened by its number in the list."""

from pathlib import Path

from tests.simulators.wecom import Simulator
from tests.stories.wecom_phones import on_wecom


async def test_the_plan_in_wecom(tmp_path: Path, sim: Simulator) -> None:
    """Found by a word, opened from the list; as WeCom is set up, with nothing of tips shown there."""
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim) as corp:
        officer = await corp.official("police", "liaison", "li")
        assert "LZ-3.4c" in await officer.says("条款 督办")
        assert corp.town.plan.clauses["LZ-3.4c"].text in await officer.presses("go.clause.LZ-3.4c")
        await officer.says("方案")
        assert "LZ-2" in officer.text
