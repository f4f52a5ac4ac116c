"""Who is in most stories: somebody at intake, and a tip they have taken."""

import pytest

from tests.stories.office import OFFICE, takes, tells
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
