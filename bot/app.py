"""The only place that builds things. Reads top to bottom as a list of parts; every verb of the console starts from here."""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from bot import plain
from bot.channels.web import WebChannel
from bot.cleaner import Cleaner
from bot.config import Config
from bot.files import Uploads
from bot.inbox import Inbox
from bot.log import cause
from bot.mailroom import Bell
from bot.render import Renderer
from bot.server import Pages, application
from bot.timepiece import Timepiece
from bot.watch import Watch
from handlers.desk import Setting
from handlers.files import may_open
from reminders import due, sweep
from reminders.clock import Clock
from rules import county
from rules.county import Plan
from storage import migrate
from storage.database import Database, Tx, Unavailable
from storage.files import FileStore
from storage.sealed import Keyring

log = structlog.get_logger()
TEMPLATES = Path(__file__).parent.parent / "templates"
DRAIN_SECONDS = 8.0


def open_keys(folder: Path) -> Keyring:
    """The office's keys; the first process makes them, others that start with it use the same."""
    with contextlib.suppress(FileExistsError):
        if not (folder / Keyring.FILE).exists():
            return Keyring.make(folder)
    return Keyring.open(folder)


class App:
    """One process: web, worker, or both."""

    def __init__(
        self,
        config: Config,
        plans: dict[str, Plan],
        keys: Keyring,
        timepiece: Timepiece | None = None,
        role: str = "all",
    ) -> None:
        self.config, self.role, self.plans = config, role, plans
        self.timepiece = timepiece or Timepiece()
        self.bell, self.look_now, self.clean_now = Bell(), asyncio.Event(), asyncio.Event()
        self.database = Database(config.database, keys, on_commit=self._committed)
        self.renderer = Renderer(TEMPLATES, plans)
        self.setting = Setting(plans, self.renderer)
        self.inbox = Inbox(self.database, self.setting, self.timepiece, self.look_now.set)
        self.inbox.paused = role == "web"
        self.store = FileStore(config.data / "files", floor=config.min_free_mb * 1_000_000)
        self.uploads = Uploads(
            self.database,
            self.store,
            lambda *ask: may_open(self.setting, self.timepiece.now(), *ask),
            kept=self.clean_now.set,
        )
        self.cleaner = Cleaner(self.database, self.store)
        self.web = WebChannel(self.database, self.inbox, self.renderer, self.timepiece, self.uploads, self.bell)
        self.clock = Clock(self.look, self.sweep)
        self.stopping, self._looking = asyncio.Event(), asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._site: web.AppRunner | None = None
        self.port = config.server.port

    def _committed(self, touched: set[int]) -> None:
        self.bell.ring(touched)

    def application(self) -> web.Application:
        pages = Pages(self.renderer, self.config.language)
        watch = Watch(self.database, self.inbox)
        plainly = plain.Plain(self.web, pages)
        return application([*self.web.routes(), *watch.routes(), *plainly.routes(), *pages.routes()], self.renderer)

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self, *, migrated: bool = False) -> None:
        """Ready when it returns. Raises `Unavailable` or OSError (port in use)."""
        if not migrated:
            await self.ready_database()
        await self._listen()
        jobs: list[Callable[[], Awaitable[None]]] = [lambda: self.inbox.run(self.stopping)]
        if self.role != "web":
            jobs += [
                lambda: self.clock.run(self.stopping),
                self._look_when_told,
                lambda: self.cleaner.run(self.stopping, self.clean_now),
            ]
        self._tasks = [asyncio.create_task(_kept_alive(job, self.stopping)) for job in jobs]
        gc.freeze()

    async def ready_database(self) -> None:
        """A process that is the only one migrates; others wait until somebody has."""
        if self.role == "all":
            await migrate.bring_up(self.database)
            return
        while await self.database.run(migrate.version) != migrate.HEAD:
            log.info("waiting for the database to be migrated", remedy="xiezhi migrate")
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        if self.role == "worker":
            return
        self._site = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2)
        await self._site.setup()
        site = web.TCPSite(self._site, self.config.server.host, self.config.server.port)
        await site.start()
        self.port = self._site.addresses[0][1]
        self.renderer.site = (
            self.config.server.public_url.rstrip("/") or f"http://{self.config.server.host}:{self.port}"
        )

    async def stop(self) -> None:
        """Take in nothing new, finish what was acknowledged, close. Well within ten seconds."""
        self.stopping.set()
        self.web.closing.set()
        self.look_now.set()
        self.clean_now.set()
        if self._site is not None:
            await self._site.cleanup()
        self.inbox.wake()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
        await self.database.close()

    # -- time ----------------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        await self.looked()

    async def looked(self) -> int:
        """Climb every rung that is due now. One look at a time: whoever waits for it finds all of it done."""
        async with self._looking:
            now, handled = self.timepiece.now(), 0
            while True:
                batch = await self._look_at_batch(now)
                handled += batch
                if batch < due.BATCH:
                    return handled

    async def _look_at_batch(self, now: datetime) -> int:
        """If a batch fails, its duties are looked at one by one; the one at fault is named in the log and put off."""
        try:
            return await self.database.run(lambda tx: due.look(tx, self.plans, now))
        except Unavailable:
            raise
        except Exception:
            numbers = await self.database.run(lambda tx: due.waiting(tx, self.plans, now))
            for number in numbers:
                await self._look_at_one(number, now)
            return len(numbers)

    async def _look_at_one(self, number: int, now: datetime) -> None:
        try:
            await self.database.run(lambda tx: due.look(tx, self.plans, now, number))
        except Unavailable:
            raise
        except Exception as fault:
            log.error("duty put off", duty=number, cause=cause(fault))
            await self.database.run(lambda tx: due.put_off(tx, number, now))

    async def sweep(self) -> None:
        now = self.timepiece.now()
        for one in sweep.SWEEPS:
            await self.database.run(partial(one, now))
        await asyncio.to_thread(self._sweep_files, await self.database.read(_named_files))

    def _sweep_files(self, known: set[str]) -> None:
        before = datetime.now(UTC) - timedelta(hours=24)
        for name in list(self.store.orphans(known, before)):
            self.store.remove(name)
        self.store.drop_partials(before)

    async def _look_when_told(self) -> None:
        """A duty whose first rung is due at once is not left to the next tick."""
        while not self.stopping.is_set():
            await self.look_now.wait()
            self.look_now.clear()
            await self.look()


def _named_files(tx: Tx) -> set[str]:
    from storage import attachments

    return attachments.stored_names(tx)


async def _kept_alive(job: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    """A loop that fails is named in the log and started again: nobody has to notice that reminders stopped."""
    while not stopping.is_set():
        try:
            await job()
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)
        except Exception as fault:
            log.error("loop failed", cause=cause(fault))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 0.5)


def plans_of(config: Config, root: Path) -> dict[str, Plan]:
    """Raises `rules.problems.PlanError` with every fault of every file."""
    return county.load(root / one.plan for one in config.counties.values())
