"""The peer of a morning's sweep: APScheduler's own SQLAlchemyJobStore, which fires 1,000 of 100,000 date jobs, on the same disk,
WAL, synchronous FULL. They do nothing; or each does what a job has to do that reminds one person of one duty, in a transaction
of its own: find them, compose and seal the message, put it into the outbox, move the duty on.
"""

import asyncio
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event

from bench.figures import Told, watched
from rules.escalation import Next
from storage import duties, pushes
from storage.database import Database, Tx
from storage.pushes import Push

FAR = timedelta(days=400)
_FIRED = count()
_STANDS: dict[str, Database] = {}  # where a job finds the database: what it is given must go into the store


def nothing(_: int) -> None:
    next(_FIRED)


async def reminds(duty: int) -> None:
    await _STANDS["database"].run(partial(_reminds, duty))


def _reminds(duty: int, tx: Tx) -> None:
    row = duties.by_id(tx, duty, lock=True)
    assert row is not None and row.closed_at is None
    told = {"rule": row.rule, "period": row.period, "provisional": row.provisional, "tone": "notice", "asked": False}
    told |= {"kind": row.kind, "due": row.due_at.isoformat(), "audience": "liaison", "unit": row.unit, "empty": None}
    told |= {"suggested": duties.suggested(row), "template": "due_soon", "days": 0, "first": False}
    acts = (f"go.duty.{row.id}.{row.rule}", *(f"go.duty_{act}.{row.id}" for act in ("fill", "promise", "extend")))
    options = [[act, None, "", None] for act in acts]
    live = pushes.of_people(tx, [row.person])
    heard = pushes.to_lanes(
        tx, live, Push(row.county, "reminders:duty_due_soon", told, options, f"job:{row.id}", owes=1)
    )
    duties.looked(tx, [(row.id, Next((), 1, row.look_at + FAR), len(heard), False)])


@dataclass(frozen=True)
class Jobs:
    """Those in one store. `due`: what each of those that are fired is given; `calls`: what it does."""

    file: Path
    calls: str
    due: Sequence[int]

    async def fired(self, stored: int) -> Told:
        """All that is due, by its own scheduler on its own store. `stored`: how many are put into it first, those that were
        fired before among them."""
        from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
        from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        engine = create_engine(f"sqlite:///{self.file}", connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _same_durability)
        store, done, left, failed = SQLAlchemyJobStore(engine=engine), asyncio.Event(), len(self.due), 0
        patience = {"misfire_grace_time": None}
        scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults=patience, timezone=UTC)

        def counts(one: Any) -> None:
            nonlocal left, failed
            left, failed = left - 1, failed + (one.code != EVENT_JOB_EXECUTED)
            if not left:
                done.set()

        scheduler.add_listener(counts, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        scheduler.start(paused=True)
        self._stored(engine, store, scheduler, stored)

        async def fires() -> None:
            scheduler.resume()
            await done.wait()

        told = await watched(fires)
        scheduler.shutdown(wait=False)
        engine.dispose()
        assert not failed, f"{failed} jobs failed"
        return told

    def _stored(self, engine: Any, store: Any, scheduler: Any, stored: int) -> None:
        """As `add_job` would write them, in one commit."""
        from apscheduler.job import Job
        from apscheduler.triggers.date import DateTrigger

        now, rows = datetime.now(UTC), []
        for n in range(stored):
            soon = n < len(self.due)
            at = now - timedelta(seconds=1) if soon else now + FAR + timedelta(minutes=n % 10_000)
            told = {"trigger": DateTrigger(at), "executor": "default", "kwargs": {}, "name": self.calls}
            told |= {"args": (self.due[n] if soon else n,), "misfire_grace_time": None, "coalesce": True}
            told |= {"max_instances": 1, "next_run_time": at}
            job = Job(scheduler, id=f"job-{n}", func=f"bench.date_jobs:{self.calls}", **told)
            state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
            rows.append({"id": job.id, "next_run_time": at.timestamp(), "job_state": state})
        with engine.begin() as connection:
            connection.execute(store.jobs_t.insert(), rows)


def stands_at(database: Database) -> None:
    """Where those that remind somebody do so."""
    _STANDS["database"] = database


def _same_durability(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
