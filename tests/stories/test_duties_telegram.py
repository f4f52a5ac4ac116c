"""A month turns, on Telegram: reminder, silence, the leader, the office's alert, one press, answered."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import duties
from tests.simulators.telegram import Simulator
from tests.stories.office import kept
from tests.stories.phones import official, on_telegram
from tests.town import HOME, Town

LIVE = date(2026, 11, 23)
OPERATIONS = "每月治理情况"  # LZ-3.5b, within the month: due on Monday, 30 November


def morning(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, 0, tzinfo=HOME)


async def everything(phone: Any) -> str:
    """All that has come so far, however it was on its way."""
    await phone.listens()
    return str(phone.text)


@pytest.fixture
async def town(tmp_path: Path, sim: Simulator) -> AsyncIterator[Town]:
    async with on_telegram(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, sim, disclosure="full", live=LIVE) as opened:
        yield opened


async def test_the_month_turns(town: Town, sim: Simulator) -> None:
    """Nobody looks for anything: each is told when it is their turn, and one press reaches whoever owes it."""
    liaison = await official(town, sim, "market", "liaison", "甲")
    leader = await official(town, sim, "market", "leader", "乙")
    office = await official(town, sim, "hq_office", "coordinator", "丙")
    await town.forward_to(morning(11, 30))
    assert OPERATIONS in await everything(liaison)
    await town.forward_to(morning(12, 1))
    assert OPERATIONS in await everything(leader) and "超期" in leader.text
    await town.forward_to(morning(12, 3))
    assert OPERATIONS in await everything(office)
    row = next(
        one
        for one in await kept(town, lambda tx: duties.of_case(tx, "luzhai", "monthly_operation", "2026-11"))
        if one.unit == "market"
    )
    await office.says("谁还没报")
    await office.presses(f"go.duty.{row.id}")
    await office.presses("urge")
    assert "在等这一件" in await everything(liaison)
    await liaison.presses(f"go.duty.{row.id}")
    await liaison.presses("nil")
    await liaison.presses("submit")
    ended = await kept(town, lambda tx: duties.by_id(tx, row.id))
    assert ended.ended == "filed"
    assert OPERATIONS in await everything(office)
