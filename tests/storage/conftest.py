"""A migrated database of each engine, without anything around it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database
from storage.sealed import Keyring


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring.make(tmp_path / "keys")


@pytest.fixture
async def database(database_url: str, keys: Keyring) -> AsyncIterator[Database]:
    opened = Database(database_url, keys)
    await migrate.bring_up(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path, keys: Keyring) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'xiezhi.db'}", keys)
    await migrate.bring_up(opened)
    yield opened
    await opened.close()
