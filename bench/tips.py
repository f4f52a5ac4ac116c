"""Whole tip-offs per second: five typed messages each, every step durable and sealed, receipt seen."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench import floor, load, town
from bench.figures import Figure, by_turns, median, percentiles, rates
from bench.process import House, running

IN_FLIGHT, TIPS = 64, 640
_ROUND = count()


def _told(port: int, tips: int) -> dict[str, Any]:
    """Conversations are opened beforehand; the clock runs from the first message to the last receipt."""
    tokens, name = town.opened(port, tips), f"round-{next(_ROUND)}"
    town.drained(port)
    talks = [(token, town.messages(f"{name}-{number}", town.TIP_OFF)) for number, token in enumerate(tokens)]
    result = load.run(port, talks, IN_FLIGHT, fetch=True)
    assert len(set(result["receipts"])) == tips
    return result


def measure(folder: Path, database: str | None, tips: int = TIPS) -> Iterator[Figure]:
    house = House.make(folder, database)
    house.migrate()
    bodies = [f"{text}".encode() for text in town.TIP_OFF] * tips
    with running(house.arguments(), folder) as ours:
        _told(ours.port, tips // 4)
        floors, results = by_turns(
            lambda: {"seconds": floor.commit_loop(folder / "floor.db", bodies)}, lambda: _told(ours.port, tips)
        )
        memory = ours.memory()
    name = f"tips.{'postgres' if database else 'sqlite'}"
    told = {
        "floor": "plain SQLite loop, one insert and commit per message, five a tip",
        "in_flight": IN_FLIGHT,
        "tips": tips,
        "rounds": len(results),
        "fetches_per_tip": round(median([one["fetches"] for one in results]) / tips, 1),
        "client_share": round(median([one["cpu"] / one["seconds"] for one in results]), 2),
        "rounds_ours": [round(one) for one in rates(results, tips)],
        "rounds_floor": [round(one) for one in rates(floors, tips)],
        **percentiles(results),
        **memory,
    }
    yield Figure(name, median(rates(results, tips)), "1/s", median(rates(floors, tips)), told)
