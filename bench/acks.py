"""Durable acknowledgements per second over loopback at 32 connections, with processing paused and under processing."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench import load, town
from bench.figures import Figure, by_turns, latencies, median, percentiles, rates
from bench.process import House, running

CONNECTIONS, MESSAGES = 32, 6400
_ROUND = count()


def _sent(port: int, tokens: list[str], messages: int) -> dict[str, object]:
    """Each connection says its share in its own conversation."""
    name, share = f"round-{next(_ROUND)}", (town.STORY,) * (messages // len(tokens))
    talks = [(token, town.messages(f"{name}-{number}", share)) for number, token in enumerate(tokens)]
    result = load.run(port, talks, len(tokens))
    assert len(result["times"]) == len(tokens) * len(share)
    return result


def measure(folder: Path, role: str, database: str | None, messages: int = MESSAGES) -> Iterator[Figure]:
    """`role` web takes in and leaves the work to others: processing is paused. `all` does both."""
    house = House.make(folder, database)
    house.migrate()
    with (
        running(["-m", "bench.floor", str(folder / "floor.db")], folder) as bare,
        running(house.arguments(role), folder) as ours,
    ):
        nobody, tokens = ["nobody"] * CONNECTIONS, town.opened(ours.port, CONNECTIONS)

        def own() -> dict[str, object]:
            result = _sent(ours.port, tokens, messages)
            if role == "all":
                town.drained(ours.port)
            return result

        _sent(bare.port, nobody, messages // 4)
        _sent(ours.port, tokens, messages // 4)
        floors, results = by_turns(lambda: _sent(bare.port, nobody, messages), own)
        memory = ours.memory()
    kind = "postgres" if database else "sqlite"
    name = f"acks.{'paused' if role == 'web' else 'processing'}.{kind}"
    told = {
        "floor": "bare aiohttp, one group-committed SQLite insert",
        "connections": CONNECTIONS,
        "messages": messages,
        "rounds": len(results),
        "client_share": round(median([one["cpu"] / one["seconds"] for one in results]), 2),
        "rounds_ours": [round(one) for one in rates(results, messages)],
        "rounds_floor": [round(one) for one in rates(floors, messages)],
        **percentiles(results),
        **memory,
    }
    yield Figure(name, median(rates(results, messages)), "1/s", median(rates(floors, messages)), told)
    yield from latencies(name, floors, results, {"of": "one acknowledgement"})
