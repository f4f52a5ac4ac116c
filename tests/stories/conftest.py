"""Who is in most stories: somebody at intake, and a tip they have taken; a county on the Monday that it went live."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.office import LIVE, OFFICE, START, takes, tells
from tests.town import Person, Town


@pytest.fixture
async def officer(town: Town) -> Person:
    return await town.staff(OFFICE, "intake")


@pytest.fixture
async def told(town: Town, officer: Person) -> tuple[str, str]:
    """(number, password)"""
    receipt = await tells(await town.citizen())
    await takes(officer, receipt[0])
    return receipt


async def _county(name: str, folder: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{folder / 'x.db'}", folder, (name,), START, live=LIVE) as town:
        yield town


@pytest.fixture
async def luzhai(tmp_path: Path) -> AsyncIterator[Town]:
    async for town in _county("luzhai", tmp_path):
        yield town


@pytest.fixture
async def yangxi(tmp_path: Path) -> AsyncIterator[Town]:
    async for town in _county("yangxi", tmp_path):
        yield town
