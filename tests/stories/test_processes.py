"""Several processes on one PostgreSQL: the same code, nothing but the database between them."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from tests.town import ROOT, Person, Town, receipt, tip_off


class Outside:
    """A town whose processes are not ours: what is said is worked off by somebody else, so one waits for the answer."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def settle(self) -> None:
        return None


class Patient(Person):
    async def listens(self, wait: float = 10) -> str:
        return await super().listens(max(wait, 10))


@contextlib.asynccontextmanager
async def process(*verb: str, config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    command = (sys.executable, "-m", "bot", *verb, "--config", str(config))
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=dict(os.environ), stdout=pipe, stderr=pipe)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
        await asyncio.wait_for(started.communicate(), 20)


def settings(folder: Path, database: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(
        f"database: {database}\ndata: {folder}\nmin_free_mb: 0\nserver: {{port: 0}}\n"
        "counties: {luzhai: {plan: counties/luzhai.yaml}}\n",
        "utf-8",
    )
    return path


async def address(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    line = await asyncio.wait_for(started.stdout.readline(), 30)
    return line.decode().strip().rstrip("/")


async def test_web_and_worker_share_the_work(postgres_database: str, tmp_path: Path) -> None:
    """A web process takes messages in, a worker answers them; both wait until somebody has migrated; both end with 0."""
    config = settings(tmp_path, postgres_database)
    async with process("run", "--role", "web", config=config) as web:
        async with process("migrate", config=config) as migrating:
            assert await migrating.wait() == 0
        url = await address(web)
        async with process("run", "--role", "worker", config=config) as worker, aiohttp.ClientSession(url) as http:
            answer = await http.post("/chat/start", json={"language": "zh"})
            citizen = Patient(Outside(http), (await answer.json())["token"])  # type: ignore[arg-type]
            await citizen.listens()
            number, password = await tip_off(citizen)
            assert (number, password) == receipt(citizen)
        assert worker.returncode == 0
    assert web.returncode == 0


async def test_a_tip_outlives_its_process(tmp_path: Path) -> None:
    """Stopped and started again on the same database and keys, everything is where it was."""
    url = f"sqlite:///{tmp_path / 'xiezhi.db'}"
    async with Town.open(url, tmp_path) as town:
        number, password = await tip_off(await town.citizen())
    async with Town.open(url, tmp_path) as town:
        citizen = await town.citizen()
        await citizen.presses("go.mine")
        await citizen.says(number)
        assert number in await citizen.says(password)
