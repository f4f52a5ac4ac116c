"""From process start to the line that says it is ready, on an existing database, and the memory taken then."""

from collections.abc import Iterator
from compileall import compile_dir
from pathlib import Path
from typing import Any

from bench.figures import Figure, by_turns, median
from bench.process import ROOT, House, Process, start

CODE = ("bot", "handlers", "storage", "reminders", "rules")
BARE = "import aiohttp.web, sqlalchemy; print('ready', flush=True); input()"


def _started(arguments: list[str], folder: Path) -> dict[str, Any]:
    process: Process = start(arguments, folder)
    try:
        return {"seconds": process.seconds} | process.memory()
    finally:
        process.stop()


def measure(folder: Path) -> Iterator[Figure]:
    """On bytecode, as set-up leaves it: with PYTHONDONTWRITEBYTECODE every start compiles again what was edited since."""
    for name in CODE:
        compile_dir(ROOT / name, quiet=1)
    house = House.make(folder)
    house.migrate()
    bare, run = ["-c", BARE], house.arguments()
    _started(run, folder)
    floors, ours = by_turns(lambda: _started(bare, folder), lambda: _started(run, folder))
    told = {"floor": "python -c 'import aiohttp.web, sqlalchemy'", "starts": len(ours), "database": "sqlite, migrated"}
    for name, key, unit in (
        ("start.seconds", "seconds", "s"),
        ("start.rss", "VmRSS", "MiB"),
        ("start.rss_peak", "VmHWM", "MiB"),
    ):
        yield Figure(name, median([one[key] for one in ours]), unit, median([one[key] for one in floors]), told)
