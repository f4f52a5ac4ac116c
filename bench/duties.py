"""A morning's sweep: of 100,000 open duties 1,000 are due, each for another person. By turns with APScheduler's own job store
(`bench.date_jobs`), whose jobs do nothing, or do one at a time what the sweep does.

Ours is one look with its commit, from `reminders.due`: who is told what, sealed and in the outbox. Beside the time it takes
stands the longest time for which the event loop stood still meanwhile, and what a sweep costs that finds nothing.
"""

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

from bench import date_jobs
from bench.date_jobs import FAR
from bench.figures import ROUNDS, Figure, Told, median, watched
from bench.process import ROOT
from reminders import due
from rules import county, demands
from rules.county import Plan
from storage import chats, migrate, people
from storage.database import Database, Tx, new_id
from storage.models import duties, outbox
from storage.sealed import Keyring

OPEN, DUE, IDLE = 100_000, 1_000, 200
RULE, PERIOD = "monthly_operation", "2026-11"
LIVE = datetime(2026, 11, 2, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, 53, tzinfo=UTC)  # 8:53 of the working day on which its first reminder is due
LAST = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


# -- ours ----------------------------------------------------------------------------------------------------------------


def plan_of_the_bench() -> Plan:
    plan = county.load([ROOT / "counties/luzhai.yaml"])["luzhai"]
    return plan.with_demo_towns().going_live(LIVE.date())


async def filled(url: str, folder: Path, plan: Plan) -> Database:
    """A thousand people, each with a conversation and a duty that is due; and all the duties that are not."""
    database = Database(url, Keyring.make(folder / "keys"))
    await migrate.bring_up(database)
    units = demands.owing(plan, plan.duties[RULE])
    persons = await database.run(lambda tx: [_person(tx, plan, units[n % len(units)], n) for n in range(DUE)])
    rows = [_row(plan, units[n % len(units)], n, persons[n] if n < DUE else None) for n in range(OPEN)]
    for first in range(0, OPEN, 10_000):
        await database.run(partial(_kept, rows[first : first + 10_000]))
    return database


def _kept(rows: list[dict[str, Any]], tx: Tx) -> None:
    for row in rows:
        tx.add(duties, row)


def _person(tx: Tx, plan: Plan, unit: str, n: int) -> int:
    person = people.add(tx, plan.id, f"甲{n}", LIVE)
    people.seat(tx, person, plan.id, unit, "liaison", LIVE)
    chats.start(tx, "bench", str(n), plan.id, "zh", person, address=True)
    return person


def _row(plan: Plan, unit: str, n: int, person: int | None) -> dict[str, Any]:
    ladder = demands.ladder_of(plan.duties[RULE], plan.ladders).dumps()
    look_at = MORNING if person is not None else MORNING + FAR + timedelta(minutes=n % 10_000)
    told = {"id": new_id(), "county": plan.id, "once": f"bench:{n}", "kind": "asked", "unit": unit, "seat": "liaison"}
    told |= {"opened_at": LIVE, "due_at": LAST, "origin": "seed", "ladder": ladder, "step": 0, "look_at": look_at}
    return told | {"rule": RULE, "period": PERIOD, "provisional": False, "extended": False, "person": person}


async def again(database: Database) -> None:
    """As before the sweep."""

    def undo(tx: Tx) -> None:
        tx.execute(delete(outbox))
        mine = update(duties).where(duties.c.person.is_not(None))
        tx.execute(mine.values(look_at=MORNING, step=0, reached=None))

    await database.run(undo)


async def swept(database: Database, plan: Plan) -> Told:
    plans, looked = {plan.id: plan}, 0

    async def look() -> None:
        nonlocal looked
        looked = await database.run(lambda tx: due.look(tx, plans, MORNING))

    told = await watched(look)
    assert looked == DUE
    return told


async def idle(database: Database, plan: Plan) -> float:
    """Seconds of a sweep that finds nothing, with the way to the database and back."""
    plans, before = {plan.id: plan}, MORNING - timedelta(minutes=1)
    since = time.perf_counter()
    for _ in range(IDLE):
        await database.run(lambda tx: due.look(tx, plans, before))
    return (time.perf_counter() - since) / IDLE


# -- side by side --------------------------------------------------------------------------------------------------------

PEER = "APScheduler 3.11, SQLAlchemyJobStore on SQLite, 1,000 of 100,000 date jobs"
PEERS = {"nothing": f"{PEER} that do nothing", "reminds": f"{PEER} that each remind one person in a transaction"}


def measure(folder: Path, database: str | None = None) -> Iterator[Figure]:
    gc.freeze()  # as `xiezhi run` does, for both
    gc.set_threshold(50_000, 20, 20)
    rounds = asyncio.run(_by_turns(folder, database))
    name = "duties.postgres" if database else "duties"
    shared: dict[str, Any] = {"open": OPEN, "due": DUE, "rounds": ROUNDS}
    for calls, floor in PEERS.items():
        for what, key in (("sweep", "seconds"), ("stall", "stall")):
            own, other = ([one[key] * 1000 for one in rounds[which]] for which in ("ours", calls))
            told = shared | {"floor": floor, "times_faster": round(median(other) / median(own), 1)}
            told |= {"ours": _plain(own), "theirs": _plain(other)}
            yield Figure(f"{name}.{what}.beside_{calls}", median(own), "ms", median(other), told)
    idles = [one["seconds"] * 1000 for one in rounds["idle"]]
    yield Figure(f"{name}.idle", median(idles), "ms", None, shared | {"sweeps": IDLE})


def _plain(values: list[float]) -> list[float]:
    return [round(value, 1) for value in values]


async def _by_turns(folder: Path, url: str | None) -> dict[str, list[Told]]:
    plan = plan_of_the_bench()
    database = await filled(url or f"sqlite:///{folder / 'xiezhi.db'}", folder, plan)
    date_jobs.stands_at(database)
    due_now = await database.run(_due)
    rounds: dict[str, list[Told]] = {"ours": [], "idle": [], **{calls: [] for calls in PEERS}}
    await swept(database, plan)
    for n in range(ROUNDS):
        for calls in PEERS:
            await again(database)
            jobs = date_jobs.Jobs(folder / f"{calls}.db", calls, due_now)
            rounds[calls].append(await jobs.fired(DUE if n else OPEN))
        assert await database.run(_said) == DUE
        await again(database)
        rounds["idle"].append({"seconds": await idle(database, plan)})
        rounds["ours"].append(await swept(database, plan))
        assert await database.run(_said) == DUE
    await database.close()
    return rounds


def _due(tx: Tx) -> list[int]:
    return list(tx.execute(select(duties.c.id).where(duties.c.person.is_not(None)).order_by(duties.c.id)).scalars())


def _said(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(outbox)).scalar_one())
