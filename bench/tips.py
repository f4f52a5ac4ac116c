"""Whole tip-offs per second: five typed messages each, every step durable and sealed, receipt seen."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench import floor, load, town
from bench.figures import Figure, by_turns, latencies, measured, median, rates
from bench.process import ROOT, House, on_standard_loop, running
from rules import county

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


def measure(folder: Path, database: str | None = None, *, standard: bool = False) -> Iterator[Figure]:
    """Somebody holds the intake seat and is alerted of every tip."""
    house = House.make(folder, database)
    house.migrate()
    plan = county.load([ROOT / "counties/luzhai.yaml"])["luzhai"]
    code = house.invite(plan.intake.unit, "intake")
    bodies = [text.encode() for text in town.TIP_OFF] * TIPS
    ours = on_standard_loop(house.arguments()) if standard else house.arguments()
    with running(ours, folder) as own:
        town.office(own.port, code)
        _told(own.port, TIPS // 4)
        floors, results = by_turns(
            lambda: floor.commit_loop(folder / "floor.db", bodies), lambda: _told(own.port, TIPS)
        )
        told = {"floor": "plain SQLite loop, one insert and commit per message, five a tip", "in_flight": IN_FLIGHT}
        told |= {"event_loop": "asyncio" if standard else "uvloop"} | measured(floors, results, TIPS) | own.memory()
    told["fetches_per_tip"] = round(median([one["fetches"] for one in results]) / TIPS, 1)
    name = f"tips.{'postgres' if database else 'sqlite'}{'.asyncio' if standard else ''}"
    yield Figure(name, median(rates(results, TIPS)), "1/s", median(rates(floors, TIPS)), told)
    yield from latencies(name, floors, results)
