"""kill -9 in the middle of what is said to many: nobody is missed, at most what was in flight arrives once more, and it is exactly
known who has it.

A process of its own tells 5,000 people, from the first row on, through a platform that takes its time; what arrives there is written
to a file before it is acknowledged. `python -m bench.told FOLDER DATABASE` is that process.
"""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.fanout import DAYTIME, DOOR, NUMBERS, UNIT, _crowd
from bench.figures import Figure
from bench.process import ROOT, Process, spawn
from bot.app import TEMPLATES
from bot.channels.base import AT_ONCE, Can, Outgoing, Sent
from bot.render import Renderer
from bot.sender import Sender
from bot.timepiece import Lever
from handlers.desk import EVERYTHING
from handlers.notices.asking_again import push
from rules import county
from rules.notices import Notice
from storage import broadcasts, migrate
from storage.broadcasts import Progress
from storage.database import Database, Tx
from storage.models import chats, dead, notice_receipts, outbox
from storage.sealed import Keyring

PEOPLE, KILLS, PORTION = 5_000, 25, 500
NUMBER, WAY = NUMBERS[0], 0.01  # seconds there, and back, at the most
LEAST = 2 * AT_ONCE  # arrivals in a life: one that was in hand at three kills is set aside (`bot.line.STARTS`)
WIDTH = 20  # bytes of a line: the conversation
PATIENCE = 240.0  # seconds: on PostgreSQL what a killed process held is free after a minute


@dataclass
class Slow:
    """What has arrived survives the process that sent it."""

    file: int
    can: Can = Can(4096, "utf16", erase=True, pull=False, disclosure=EVERYTHING)
    name: str = DOOR

    async def send(self, message: Outgoing) -> Sent:
        await asyncio.sleep(random.random() * WAY)
        os.write(self.file, f"{message.lane:{WIDTH - 1}d}\n".encode())
        await asyncio.sleep(random.random() * WAY)
        return Sent("ok", ext_ids=(message.key,), parts=1)

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")


async def tell(folder: Path, url: str) -> None:
    """Until everybody has it, going on where the one before was killed."""
    broadcasts.PORTION = PORTION
    plans = county.load([ROOT / "counties/luzhai.yaml"])
    database = Database(url, Keyring.open(folder / "keys"))
    file = os.open(_arrivals(folder), os.O_WRONLY | os.O_APPEND)
    sender, stopping = Sender(database, Renderer(TEMPLATES, plans), {DOOR: Slow(file)}, Lever(DAYTIME)), asyncio.Event()
    database.on_commit = lambda touched: sender.wake()
    persons = await database.run(_persons)
    told = push(plans["luzhai"], Notice(NUMBER, UNIT, "节前检查安排", "", "read"))
    going = asyncio.create_task(sender.run(stopping))
    await database.run(partial(broadcasts.begin, number=NUMBER, push=told, persons=persons))
    while await database.run(broadcasts.go_on):
        pass
    while await database.run(lambda tx: tx.execute(select(outbox.c.id).limit(1)).first()):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    stopping.set()
    await going
    await database.close()


def _persons(tx: Tx) -> list[int]:
    return list(tx.execute(select(notice_receipts.c.person).where(notice_receipts.c.notice == NUMBER)).scalars())


def _arrivals(folder: Path) -> Path:
    return folder / "arrived"


# -- whoever kills ---------------------------------------------------------------------------------------------------------


def _lives(folder: Path, url: str, draw: random.Random, kills: int, people: int) -> list[int]:
    """How many had arrived when each of them ended; the last ends by itself."""
    ends = list[int]()
    for left in range(kills, -1, -1):
        process = spawn(["-m", "bench.told", str(folder), url], folder)
        so_far = ends[-1] if ends else 0
        if left:
            share = (people - so_far) // (left + 1)
            _until(folder, process, so_far + draw.randint(min(LEAST, share), share))
            process.kill()
        elif process.popen.wait(PATIENCE):
            raise RuntimeError(process.errors.read_text()[-2000:])
        ends.append(_arrivals(folder).stat().st_size // WIDTH)
    return ends


def _until(folder: Path, process: Process, arrived: int) -> None:
    until = time.monotonic() + PATIENCE
    while _arrivals(folder).stat().st_size < arrived * WIDTH:
        if process.popen.poll() is not None or time.monotonic() > until:
            raise RuntimeError(process.errors.read_text()[-2000:])
        time.sleep(0.002)


def _once_more(folder: Path, ends: list[int]) -> Counter[int]:
    """By kill: how many had arrived before it and arrived again."""
    lines, last, again, first = _arrivals(folder).read_text().split(), dict[str, int](), Counter[int](), 0
    for life, end in enumerate(ends):
        for lane in lines[first:end]:
            if lane in last:
                again[last[lane]] += 1
            last[lane] = life
        first = end
    return again


async def _made(folder: Path, url: str, people: int) -> set[int]:
    """Everybody's conversation."""
    database = Database(url, Keyring.make(folder / "keys"))
    await migrate.bring_up(database)
    await _crowd(database, people)
    lanes = await database.run(lambda tx: set(tx.execute(select(chats.c.id)).scalars()))
    await database.close()
    _arrivals(folder).touch()
    return lanes


async def _known(folder: Path, url: str) -> tuple[Progress, int]:
    database = Database(url, Keyring.open(folder / "keys"))
    found = await database.run(
        lambda tx: (broadcasts.progress(tx, NUMBER), len(tx.execute(select(dead.c.id)).scalars().all()))
    )
    await database.close()
    return found


def measure(
    folder: Path, url: str | None = None, kills: int = KILLS, people: int = PEOPLE, seed: int = 20261124
) -> Iterator[Figure]:
    kind, database = "postgres" if url else "sqlite", url or f"sqlite:///{folder / 'xiezhi.db'}"
    lanes = asyncio.run(_made(folder, database, people))
    ends = _lives(folder, database, random.Random(seed), kills, people)
    again, (known, buried) = _once_more(folder, ends), asyncio.run(_known(folder, database))
    missed = len(lanes - {int(one) for one in _arrivals(folder).read_text().split()})
    wrong = missed + buried + abs(known.out - people) + known.waiting + sum(one > AT_ONCE for one in again.values())
    told: dict[str, Any] = {"people": people, "kills": kills, "seed": seed, "missed": missed, "set_aside": buried}
    told |= {
        "known_to_have_it": known.out,
        "once_more": again.total(),
        "at_most_at_one_kill": max(again.values(), default=0),
    }
    yield Figure(f"kill.told.{kind}", wrong, "", None, told | {"in_flight_at_most": AT_ONCE})


if __name__ == "__main__":
    asyncio.run(tell(Path(sys.argv[1]), sys.argv[2]))
