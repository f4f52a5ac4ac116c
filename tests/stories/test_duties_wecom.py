"""A month turns, on WeCom: reminder, silence, the leader, the office's alert, one press, answered."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import duties
from tests.simulators.wecom import Simulator
from tests.stories.office import kept
from tests.stories.wecom_phones import Corp, on_wecom
from tests.town import HOME

LIVE = date(2026, 11, 23)
OPERATIONS = "每月治理情况"  # LZ-3.5b, within the month: due on Monday, 30 November


def morning(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, 0, tzinfo=HOME)


async def everything(phone: Any) -> str:
    """All that has come so far, however it was on its way."""
    await phone.listens()
    return str(phone.text)


@pytest.fixture
async def corp(tmp_path: Path, sim: Simulator) -> AsyncIterator[Corp]:
    async with on_wecom(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, live=LIVE) as one:
        yield one


async def test_the_month_turns(corp: Corp) -> None:
    """As WeCom is set up, duties by title: each is told by name and day when it is their turn; one press reaches whoever owes
    it, and a word in the chat answers."""
    liaison = await corp.official("market", "liaison", "li", "甲")
    leader = await corp.official("market", "leader", "wang", "乙")
    office = await corp.official("hq_office", "coordinator", "zhang", "丙")
    await corp.town.forward_to(morning(11, 30))
    assert OPERATIONS in await everything(liaison)
    await corp.town.forward_to(morning(12, 1))
    assert OPERATIONS in await everything(leader) and "超期" in leader.text
    await corp.town.forward_to(morning(12, 3))
    assert OPERATIONS in await everything(office)
    rows = await kept(corp.town, lambda tx: duties.of_case(tx, "luzhai", "monthly_operation", "2026-11"))
    row = next(one for one in rows if one.unit == "market")
    await office.says("谁还没报")
    listed = re.findall(rf"(\d+)\. 县市场监管局 · {OPERATIONS}", await everything(office))
    await office.says(listed[-1])
    await office.presses("urge")
    assert "在等这一件" in await everything(liaison)
    await liaison.says("已报送，文号鹿市监〔2026〕7号")
    if f"{row.id}" in liaison.ids:
        await liaison.presses(f"{row.id}")
    ended = await kept(corp.town, lambda tx: duties.by_id(tx, row.id))
    assert ended.ended == "done"
    assert corp.sim.journal.dropped == [] and corp.sim.journal.refused == []


async def test_a_long_list_is_leafed_through_by_number(corp: Corp) -> None:
    """A card holds ten choices at most: a page of the board comes as numbers in a text, and the last of them is the next
    page, until everybody who is still waited for has been named once."""
    office = await corp.official("hq_office", "coordinator", "zhang", "丙")
    await corp.town.forward_to(morning(12, 3))
    await everything(office)
    await office.says("谁还没报")
    total = int(re.findall(r"第 1 至 20 项，共 (\d+) 项", await everything(office))[-1])
    named = lines(office)
    for _ in range((total - 1) // 20):
        before = await everything(office)
        await office.says(re.findall(r"(\d+)\. 更多", before)[-1])
        await everything(office)
        named += [one for one in lines(office) if one not in named]
    assert len(named) == total > 20
    assert corp.sim.journal.dropped == [] and corp.sim.journal.refused == []


def lines(phone: Any) -> list[str]:
    """Whose what, of all the pages so far."""
    return list(dict.fromkeys(re.findall(r"\d+\. (\S+ · .+)", phone.text)))
