"""A notice to many through a bot of Telegram's, at its pace, while others write to the same bot and are answered.

The platform is the tests' strict simulator on loopback; what it counts is when a request begins there. `step_ms` is the time between
two requests (`pace.RATES`). Beside the rate stand the busiest second, refusals, and how long a reply waited from its commit until it
began.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bot.channels.telegram.pace import RATES
from handlers.notices.asking_again import push
from rules.notices import Notice
from storage import broadcasts, people
from storage.database import Tx

LIMIT, SECONDS, ASKERS, EVERY = 30, 60, 60, 0.2
STEPS = (RATES.bot,)
NUMBER, UNIT = 1, "tobacco_bureau"


async def _paced(folder: Path, step: int, seconds: float) -> dict[str, Any]:
    from tests.mail import COUNTY, Office, plans  # it names the simulator, which not every checkout carries
    from tests.simulators.telegram import Simulator

    def add(tx: Tx) -> int:
        return people.add(tx, COUNTY, "甲", datetime.now(UTC))

    url = f"sqlite:///{folder / f'{step}.db'}"
    async with Simulator.open() as sim, Office.open(url, folder, sim, replace(RATES, bot=step)) as office:
        readers = round(seconds * 1000 / step)
        persons = [await office.database.run(add) for _ in range(readers)]
        for person in persons:
            await office.chat(sim.user("甲"), person)
        lanes = [await office.chat(sim.user("乙")) for _ in range(ASKERS)]
        told = push(plans()[COUNTY], Notice(NUMBER, UNIT, "节前检查安排", "", "read"))
        await office.database.run(partial(broadcasts.begin, number=NUMBER, push=told, persons=persons))
        async with office.running():
            while not sim.journal.sent():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            asked = await _asked(office, lanes, seconds)
            await office.empty(within=4 * seconds)
        return _told(sim.journal, asked)


async def _asked(office: Any, lanes: list[int], seconds: float) -> list[float]:
    """Somebody is answered every so often, one after the other: when."""
    asked, until = list[float](), time.monotonic() + seconds - 2
    while time.monotonic() < until:
        asked.append(time.monotonic())
        number = len(asked) - 1
        await office.put(lanes[number % len(lanes)], f"答复{number}", prompt=number + 1)
        await asyncio.sleep(EVERY)
    return asked


def _told(journal: Any, asked: list[float]) -> dict[str, Any]:
    sends = journal.sent()
    replies = {one.fields.get("text"): one.at for one in sends if str(one.fields.get("text")).startswith("答复")}
    waits = sorted(replies[f"答复{number}"] - at for number, at in enumerate(asked))
    took = sends[-1].at - sends[0].at
    return {
        "per_second": (len(sends) - 1) / took,
        "sent": len(sends),
        "refused": len(journal.refused),
        "busiest_second": journal.busiest(),
        "replies": len(waits),
        "reply_p50_ms": round(1000 * waits[len(waits) // 2]),
        "reply_p99_ms": round(1000 * waits[min(len(waits) - 1, len(waits) * 99 // 100)]),
    }


def measure(folder: Path, steps: tuple[int, ...] = STEPS, seconds: float = SECONDS) -> Iterator[Figure]:
    for step in steps:
        told = asyncio.run(_paced(folder, step, seconds))
        told |= {"step_ms": step, "floor": "30 a second"}
        yield Figure(f"paced.{step}", told.pop("per_second"), "1/s", LIMIT, told)
