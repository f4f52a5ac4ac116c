"""The only place that builds things. Reads top to bottom as a list of parts; every verb of the console starts from here."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from bot import fonts, plain
from bot.auditor import Auditor
from bot.channels.web import NAME as WEB
from bot.channels.web import WebChannel
from bot.cleaner import Cleaner
from bot.config import Config
from bot.doors import Doors, House
from bot.files import Uploads
from bot.heartbeat import Heartbeat
from bot.inbox import Inbox
from bot.log import cause
from bot.lookout import Lookout
from bot.mailroom import Bell
from bot.papers import Papers
from bot.plans import Plans
from bot.render import Renderer
from bot.server import Pages, application
from bot.timepiece import Timepiece
from bot.watch import Watch
from handlers.desk import Entrance, Setting
from handlers.files import may_open
from reminders import sweep
from reminders.clock import Clock
from reminders.forget import forget
from rules.county import Plan
from storage import migrate, queue
from storage.database import Database, Tx, Unavailable
from storage.files import FileStore
from storage.sealed import Keyring

log = structlog.get_logger()
TEMPLATES = Path(__file__).parent.parent / "templates"
DRAIN_SECONDS, LAST_SECONDS = 7.0, 1.0  # to finish what was begun; to give back what was not


def open_keys(folder: Path) -> Keyring:
    """The office's keys; the first process makes them, others that start with it use the same."""
    with contextlib.suppress(FileExistsError):
        if not (folder / Keyring.FILE).exists():
            return Keyring.make(folder)
    return Keyring.open(folder)


class App:
    """One process: web, worker, or both."""

    _tasks: Sequence[asyncio.Task[None]] = ()
    _site: web.AppRunner | None = None

    def __init__(
        self,
        config: Config,
        plans: Mapping[str, Plan],
        keys: Keyring,
        timepiece: Timepiece | None = None,
        role: str = "all",
    ) -> None:
        self.config, self.role, self.plans = config, role, Plans(plans)
        self.timepiece = timepiece or Timepiece()
        self.look_now = asyncio.Event()
        self.database = Database(config.database, keys, on_commit=self._committed)
        self.bell = Bell(self.database)
        self.renderer = _renderer(config, self.plans, self.timepiece)
        self.setting = Setting(self.plans, self.renderer, _page(config) | entrances(config), fonts.any_chinese)
        self.inbox = Inbox(self.database, self.setting, self.timepiece, self.look_now.set)
        self.inbox.paused = role == "web"
        self.store = FileStore(config.data / "files", floor=config.min_free_mb * 1_000_000, seal=keys.seal_with)
        self.cleaner = Cleaner(self.database, self.store)
        papers = Papers(self.setting, self.renderer, self.timepiece.now)
        self.uploads = Uploads(self.database, self.store, self._may_open, kept=self.cleaner.wake, papers=papers)
        self.web = self._web()
        self.doors = Doors(House(self.database, self.inbox, self.renderer), self.uploads, self.timepiece)
        self.auditor = Auditor(self.database, self.timepiece, self.plans, partial(self.doors.terms, config))
        self.lookout = Lookout(self.database, self.plans, self.timepiece)
        self.clock = Clock(self.look, self.sweep, Heartbeat(config.server.heartbeat_url, self.auditor).beat)
        self.stopping = asyncio.Event()
        self.port = config.server.port

    def _web(self) -> WebChannel:
        counties = tuple(self.setting.served(WEB))
        return WebChannel(self.database, self.inbox, self.renderer, self.timepiece, self.uploads, self.bell, counties)

    def _may_open(self, tx: Tx, chat: int, file: int, which: str) -> bool:
        return may_open(self.setting, self.timepiece.now(), tx, chat, file, which)

    def _committed(self, touched: set[int]) -> None:
        self.bell.ring(touched)
        self.doors.wake()

    def application(self) -> web.Application:
        pages = Pages(self.renderer, self.config.language, self.web.counties)
        watch = Watch(self.auditor, self.config.server)
        plainly = plain.Plain(self.web, pages)
        routes = [*self.web.routes(), *self.doors.routes(), *watch.routes(), *plainly.routes(), *pages.routes()]
        return application(routes, self.renderer)

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self, *, migrated: bool = False) -> None:
        """Ready when it returns. Raises `Unavailable` or OSError (port in use)."""
        self.doors.open_all(self.config, works=self.role != "web")
        if not migrated:
            await self.ready_database()
        await self.lookout.follow(self.timepiece.now())
        await self._listen()
        if self.database.embedded and self.role != "web":
            await self.database.run(queue.release)  # one of us works beside an embedded database; a console is a guest
        self._tasks = [asyncio.create_task(_kept_alive(job, self.stopping)) for job in self._jobs()]

    def _jobs(self) -> list[Callable[[], Awaitable[None]]]:
        inbox = partial(self.inbox.run, self.stopping)
        if self.role == "web":
            return [inbox, partial(self.lookout.follow_along, self.stopping)]
        return [
            inbox,
            partial(self.clock.run, self.stopping),
            self._look_when_told,
            partial(self.cleaner.run, self.stopping),
            *self.doors.jobs(self.stopping),
        ]

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
        self.bell.close()
        self.look_now.set()
        self.cleaner.wake()
        if self._site is not None:
            await self._site.cleanup()
        self.inbox.wake()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=LAST_SECONDS)
        await self.doors.close()
        await self.database.close()

    # -- time ----------------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        await self.looked()

    async def looked(self) -> int:
        """Climb every rung that is due now; how many were."""
        return await self.lookout.looked()

    async def sweep(self) -> None:
        now = self.timepiece.now()
        for one in sweep.SWEEPS:
            while await self.database.run(partial(one, now)):
                pass
        while await self.database.run(lambda tx: forget(tx, self.plans, now)):
            pass
        await self.database.shred()
        await asyncio.to_thread(self._sweep_files, await self.database.read(_named_files))

    def _sweep_files(self, known: set[str]) -> None:
        before = datetime.now(UTC) - timedelta(hours=24)
        for name in list(self.store.orphans(known, before)):
            self.store.remove(name)
        self.store.drop_partials(before)

    async def fetched(self) -> None:
        """Until everything that came in has been worked off, files at their platforms too."""
        await self.inbox.idle.wait()
        while self.doors and not self.doors.fetcher.idle.is_set():
            await self.doors.fetcher.idle.wait()
            await self.inbox.idle.wait()

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


def _renderer(config: Config, plans: Mapping[str, Plan], timepiece: Timepiece) -> Renderer:
    made = Renderer(TEMPLATES, plans)
    made.now = timepiece.now
    made.site = config.server.public_url.rstrip("/")  # a worker has no address of its own
    return made


def _page(config: Config) -> dict[str, Entrance]:
    shown = {key for key, one in config.counties.items() if one.channels.web.enabled}
    return {WEB: Entrance(frozenset(shown), stays="page")}


def entrances(config: Config) -> dict[str, Entrance]:
    """What may pass through each bot: one of citizens takes tips only where that is switched on (PIPL art. 36), one of
    staff shows of them what is configured."""
    return {
        door.name: Entrance(
            frozenset((door.county,)),
            not bot.for_staff,
            bot.takes_tips,
            bot.shown,
            bot.stays,
            bot.window,
            bot.documents,
            bot.groups,
        )
        for door, bot in config.bots().items()
        if bot.hears
    }
