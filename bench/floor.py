"""What can't be undercut: a bare aiohttp application with one group-committed insert before its 202, and a plain commit
loop of SQLite. Both with the same durability as the house (WAL, synchronous=FULL).

    python -m bench.floor PATH     prints its address when it is ready
"""

import asyncio
import json
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.loops import fastest

TABLE = "CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, ext_id TEXT NOT NULL UNIQUE, body BLOB NOT NULL)"
INSERT = "INSERT INTO inbox (ext_id, body) VALUES (?, ?) ON CONFLICT DO NOTHING"


def connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)
    return connection


class Group:
    """While one commit is under way, the next rows gather."""

    def __init__(self, path: str) -> None:
        self.connection = connect(path)
        self.writer = ThreadPoolExecutor(1)
        self.arrived: list[tuple[tuple[str, bytes], asyncio.Future[None]]] = []
        self.wake = asyncio.Event()

    async def say(self, request: web.Request) -> web.Response:
        body = await request.read()
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.arrived.append(((json.loads(body)["id"], body), durable))
        self.wake.set()
        await durable
        return web.json_response({"ok": True}, status=202)

    async def run(self) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            group, self.arrived = self.arrived, []
            rows = [row for row, _ in group]
            await asyncio.get_running_loop().run_in_executor(self.writer, self._commit, rows)
            for _, durable in group:
                if not durable.done():
                    durable.set_result(None)

    def _commit(self, rows: list[tuple[str, bytes]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(INSERT, rows)
        self.connection.execute("COMMIT")


async def serve(path: str) -> None:
    group = Group(path)
    app = web.Application()
    app.add_routes([web.post("/chat/say", group.say)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await group.run()


def commit_loop(path: Path, bodies: list[bytes]) -> dict[str, Any]:
    """One insert and one commit per message, nothing else."""
    connection, times = connect(path), []
    at = time.time_ns()
    for number, body in enumerate(bodies):
        since = time.perf_counter()
        connection.execute(INSERT, (f"{at}:{number}", body))
        times.append(time.perf_counter() - since)
    connection.close()
    return {"seconds": sum(times), "times": times}


def main() -> None:
    """On the same event loop as the house: uvloop where it is installed."""
    fastest()
    asyncio.run(serve(sys.argv[1]))


if __name__ == "__main__":
    main()
