"""Durable acknowledgements per second over loopback at 32 connections, with processing paused and under processing."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench import load, town
from bench.figures import Figure, by_turns, latencies, measured, median, rates
from bench.process import House, on_standard_loop, running

CONNECTIONS, MESSAGES = 32, 6400
_ROUND = count()


def _sent(port: int, tokens: list[str], messages: int) -> dict[str, Any]:
    """Each connection says its share in its own conversation."""
    name, share = f"round-{next(_ROUND)}", (town.STORY,) * (messages // len(tokens))
    talks = [(token, town.messages(f"{name}-{number}", share)) for number, token in enumerate(tokens)]
    result = load.run(port, talks, len(tokens))
    assert len(result["times"]) == len(tokens) * len(share)
    return result


def measure(folder: Path, role: str, database: str | None = None, *, standard: bool = False) -> Iterator[Figure]:
    """`role` web takes in and leaves the work to others: processing is paused. `all` does both."""
    house = House.make(folder, database)
    house.migrate()
    bare, ours = ["-m", "bench.floor", str(folder / "floor.db")], house.arguments(role)
    if standard:
        bare, ours = on_standard_loop(bare), on_standard_loop(ours)
    with running(bare, folder) as low, running(ours, folder) as own:
        nobody, tokens = ["nobody"] * CONNECTIONS, town.opened(own.port, CONNECTIONS)
        _sent(low.port, nobody, MESSAGES // 4)
        _sent(own.port, tokens, MESSAGES // 4)

        def ours_once() -> dict[str, Any]:
            result = _sent(own.port, tokens, MESSAGES)
            if role == "all":
                town.drained(own.port)
            return result

        floors, results = by_turns(lambda: _sent(low.port, nobody, MESSAGES), ours_once)
        told = {"floor": "bare aiohttp, one group-committed SQLite insert", "connections": CONNECTIONS}
        told |= {"event_loop": "asyncio" if standard else "uvloop"} | measured(floors, results, MESSAGES) | own.memory()
    name = ".".join(["acks", "paused" if role == "web" else "processing", "postgres" if database else "sqlite"])
    name += ".asyncio" if standard else ""
    yield Figure(name, median(rates(results, MESSAGES)), "1/s", median(rates(floors, MESSAGES)), told)
    yield from latencies(name, floors, results)
