"""A start pays for what it uses: the old computer in the office is up within a second and has memory left."""

import sys
from pathlib import Path

import pytest

from bench.process import House, spawn, wait_ready

UNUSED = {
    "alembic": "an up-to-date database",
    "PIL": "no picture yet",
    "pikepdf": "no document yet",
    "httpx": "no channel that calls out",
    "telegram": "no Telegram bot",
    "aiogram": "no Telegram bot",
    "openpyxl": "no table yet",
    "prometheus_client": "nobody watches yet",
    "asyncpg": "another database",
}


@pytest.fixture
def imported(tmp_path: Path) -> set[str]:
    """Everything the real process has imported when it says it is ready, on a database that is up to date."""
    house = House.make(tmp_path)
    house.migrate()
    process = wait_ready(spawn(["-X", "importtime", *house.arguments()], tmp_path), 0)
    process.stop()
    written = process.errors.read_text("utf-8")
    return {line.rpartition("|")[2].strip() for line in written.splitlines() if line.startswith("import time:")}


def test_nothing_is_imported_for_nothing(imported: set[str]) -> None:
    """What the configuration does not ask for is imported at first use, never at the start."""
    assert {"aiohttp.web", "sqlalchemy", "handlers.reception"} <= imported, "the list itself is not what it seems"
    roots = {name.partition(".")[0] for name in imported}
    assert {name: why for name, why in UNUSED.items() if name in roots} == {}


def test_the_list_is_of_this_world() -> None:
    """Each library named above can be imported here, else its absence would prove nothing."""
    from importlib.util import find_spec

    missing = [name for name in UNUSED if name not in sys.modules and find_spec(name) is None]
    assert missing == []
