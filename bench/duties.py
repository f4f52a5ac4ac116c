"""A morning's sweep: of 100,000 open duties 1,000 are due, each for another person. By turns with APScheduler's own
SQLAlchemyJobStore, which fires 1,000 of 100,000 date jobs that do nothing: same machine, same disk, WAL, synchronous FULL.

Ours is one look with its commit, from `reminders.due`: who is told what, sealed and in the outbox. Beside the time it takes
stands the longest time for which the event loop stood still meanwhile, and what a sweep costs that finds nothing.
"""

import asyncio
import gc
import pickle
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event

from bench.figures import ROUNDS, Figure, median
from bench.process import ROOT
from reminders import due
from rules import county, demands
from rules.county import Plan
from storage import chats, migrate, people
from storage.database import Database, Tx, new_id
from storage.models import duties
from storage.sealed import Keyring

OPEN, DUE, IDLE = 100_000, 1_000, 200
RULE, PERIOD = "monthly_operation", "2026-11"
LIVE = datetime(2026, 11, 2, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, 53, tzinfo=UTC)  # 8:53 of the working day on which its first reminder is due
LAST = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
FAR = timedelta(days=400)
_FIRED = count()
Told = dict[str, float]


# -- the event loop meanwhile --------------------------------------------------------------------------------------------


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
        await database.run(
            lambda tx, first=first: [tx.add(duties, row) for row in rows[first : first + 10_000]] and None
        )
    return database


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
    from sqlalchemy import delete, update

    from storage.models import outbox

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


# -- APScheduler ---------------------------------------------------------------------------------------------------------


def nothing() -> None:
    next(_FIRED)


def _same_durability(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


async def fired(file: Path, jobs: int) -> Told:
    """All that is due, by its own scheduler on its own store. `jobs`: how many are stored first, those that were
    fired before among them."""
    from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _same_durability)
    store, done, left = SQLAlchemyJobStore(engine=engine), asyncio.Event(), DUE
    scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults={"misfire_grace_time": None}, timezone=UTC)

    def counts(_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    scheduler.add_listener(counts, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
    scheduler.start(paused=True)
    _stored(engine, store, scheduler, jobs)

    async def fires() -> None:
        scheduler.resume()
        await done.wait()

    told = await watched(fires)
    scheduler.shutdown(wait=False)
    engine.dispose()
    return told


def _stored(engine: Any, store: Any, scheduler: Any, jobs: int) -> None:
    """As `add_job` would write them, in one commit."""
    from apscheduler.job import Job
    from apscheduler.triggers.date import DateTrigger

    now, rows = datetime.now(UTC), []
    for n in range(jobs):
        at = now - timedelta(seconds=1) if n < DUE else now + FAR + timedelta(minutes=n % 10_000)
        told = {"trigger": DateTrigger(at), "executor": "default", "args": (), "kwargs": {}, "name": "nothing"}
        told |= {"misfire_grace_time": None, "coalesce": True, "max_instances": 1, "next_run_time": at}
        job = Job(scheduler, id=f"job-{n}", func="bench.duties:nothing", **told)
        state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
        rows.append({"id": job.id, "next_run_time": at.timestamp(), "job_state": state})
    with engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)


# -- side by side --------------------------------------------------------------------------------------------------------


def measure(folder: Path, database: str | None = None) -> Iterator[Figure]:
    gc.freeze()  # as `xiezhi run` does, for both
    gc.set_threshold(50_000, 20, 20)
    ours, theirs, idles = asyncio.run(_by_turns(folder, database))
    name = "duties.postgres" if database else "duties"
    shared = {"open": OPEN, "due": DUE, "rounds": len(ours)}
    floor = "APScheduler 3.11, SQLAlchemyJobStore on SQLite, 1,000 of 100,000 date jobs that do nothing"
    for what, key in (("sweep", "seconds"), ("stall", "stall")):
        own, other = [one[key] * 1000 for one in ours], [one[key] * 1000 for one in theirs]
        told = shared | {"floor": floor, "ours": _plain(own), "theirs": _plain(other)}
        told["times_faster"] = round(median(other) / median(own), 1)
        yield Figure(f"{name}.{what}", median(own), "ms", median(other), told)
    yield Figure(f"{name}.idle", median(idles) * 1000, "ms", None, shared | {"sweeps": IDLE})


def _plain(values: list[float]) -> list[float]:
    return [round(value, 1) for value in values]


async def _by_turns(folder: Path, url: str | None) -> tuple[list[Told], list[Told], list[float]]:
    plan = plan_of_the_bench()
    database = await filled(url or f"sqlite:///{folder / 'xiezhi.db'}", folder, plan)
    ours: list[Told] = []
    theirs: list[Told] = []
    idles = []
    await swept(database, plan)
    for n in range(ROUNDS):
        theirs.append(await fired(folder / "jobs.db", DUE if n else OPEN))
        await again(database)
        idles.append(await idle(database, plan))
        ours.append(await swept(database, plan))
    await database.close()
    return ours, theirs, idles
