"""A figure beside its floor: floor and ours by turns, five times, medians of both, and the ratio."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

ROUNDS = 5
Told = dict[str, float]


@dataclass(frozen=True)
class Figure:
    """One line of the result. `ratio`: how much of the floor is reached (rates), or how many times the floor (costs)."""

    name: str
    value: float
    unit: str
    floor: float | None
    conditions: dict[str, Any]

    def line(self) -> dict[str, Any]:
        ratio = round(self.value / self.floor, 3) if self.floor else None
        kept = {"name": self.name, "value": _plain(self.value), "unit": self.unit}
        return kept | {"floor": _plain(self.floor), "ratio": ratio, "conditions": self.conditions}


def _plain(value: float | None) -> float | None:
    return value if value is None else round(value, 3 if abs(value) < 10 else 1)


def by_turns(floor: Callable[[], Any], ours: Callable[[], Any], rounds: int = ROUNDS) -> tuple[list[Any], list[Any]]:
    """The floor itself jumps, so the two are never measured minutes apart."""
    floors, results = [], []
    for _ in range(rounds):
        floors.append(floor())
        results.append(ours())
    return floors, results


async def watched(doing: Callable[[], Awaitable[Any]]) -> Told:
    """How long it took, and the longest time in between in which nothing else had its turn."""
    longest, over = 0.0, asyncio.Event()

    async def ticks() -> None:
        nonlocal longest
        before = time.perf_counter()
        while not over.is_set():
            await asyncio.sleep(0.001)
            longest, before = max(longest, time.perf_counter() - before - 0.001), time.perf_counter()

    ticking = asyncio.create_task(ticks())
    await asyncio.sleep(0.02)
    longest, since = 0.0, time.perf_counter()
    await doing()
    seconds = time.perf_counter() - since
    await asyncio.sleep(0.005)
    over.set()
    await ticking
    return {"seconds": seconds, "stall": longest}


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def rates(results: Sequence[dict[str, Any]], count: int) -> list[float]:
    return [count / one["seconds"] for one in results]


def measured(floors: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]], count: int) -> dict[str, Any]:
    """What stands beside every rate: each round, and how busy the client was (near 1 it would be what is measured)."""
    return {
        "rounds": len(ours),
        "each": count,
        "ours": [round(one) for one in rates(ours, count)],
        "floors": [round(one) for one in rates(floors, count)],
        "client_busy": round(median([one["cpu"] / one["seconds"] for one in ours]), 2),
    }


def latencies(name: str, floors: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    """p50 and p99 of one acknowledgement, medians over the rounds."""
    for percent in (50, 99):
        low, own = (median([_at(one["times"], percent) for one in results]) for results in (floors, ours))
        yield Figure(f"{name}.p{percent}", 1000 * own, "ms", 1000 * low, {"of": "one acknowledgement"})


def _at(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]
