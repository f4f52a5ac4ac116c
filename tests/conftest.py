"""Every story runs on both databases; nothing here sleeps, and nothing depends on order."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.town import Town

pytest_plugins = ["tests.servers"]


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'xiezhi.db'}"
    return request.getfixturevalue("postgres_database")


@pytest.fixture
async def sim(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """The platform whose `Simulator` the test's module speaks of."""
    async with request.module.Simulator.open() as one:
        yield one


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def sqlite_town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{tmp_path / 'xiezhi.db'}", tmp_path) as opened:
        yield opened
