"""A simulated year of each county, whatever breaks in it, the process that sends killed twenty times: how much of what must hold
did not (`xiezhi simulate`)."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.process import ROOT
from bot import log
from bot.simulate import simulate
from rules import county

COUNTIES, DAYS, SEED = ("yangxi", "luzhai"), 365, 1


def measure(folder: Path, database: str | None = None, counties: tuple[str, ...] = COUNTIES) -> Iterator[Figure]:
    log.set_up("CRITICAL")  # what goes wrong here is made to
    for name in counties:
        plan, since = county.load([ROOT / f"counties/{name}.yaml"])[name], time.perf_counter()
        outcome = asyncio.run(simulate(plan, DAYS, SEED, database or ""))
        total = sum(outcome.tallies.values(), Counter[str]())
        told = {"days": DAYS, "seed": SEED, "seconds": round(time.perf_counter() - since), **outcome.figures}
        told |= {key: total[key] for key in ("opened", "merged", "missed", "doubled")}
        yield Figure(f"year.{name}.wrong", len(outcome.faults), "", None, told | {"wrong": outcome.faults[:10]})
