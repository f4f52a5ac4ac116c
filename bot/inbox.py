"""From durable to done: every message has one effect, in one commit with all it leads to.

    channel -> receive: raw row, group-committed, only then acknowledged
            -> claim: the oldest rows of free conversations, attempts counted and committed before the work
            -> handlers.reception: pure decisions, replies, rows
            -> done: payload blanked, all of that in ONE COMMIT

If a batch fails, its rows run again one by one; the one at fault is set aside with its cause, its author is told, and the
conversation goes on. A row that has killed the process three times is set aside unread.
"""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.timepiece import Timepiece
from handlers import reception
from handlers.desk import Desk, Setting
from handlers.forms import Heard, Say
from storage import chats, people, queue
from storage.database import Database, Tx, Unavailable
from storage.queue import Waiting

log = structlog.get_logger()
STARTS = 3
BATCH = 64


@dataclass(frozen=True)
class Incoming:
    """One thing somebody did on a channel. `ext_id` is the channel's own name for it: the same one has one effect."""

    channel: str
    ext_id: str
    lane: int
    heard: dict[str, Any]


class Inbox:
    def __init__(
        self, database: Database, setting: Setting, timepiece: Timepiece, due_now: Callable[[], None] = lambda: None
    ) -> None:
        self.database, self.setting, self.timepiece, self.due_now = database, setting, timepiece, due_now
        self.paused = False
        self._arrived: list[tuple[Incoming, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()

    async def receive(self, incoming: Incoming) -> None:
        """Returns once it is on the disk. Raises `Unavailable`; then nothing was taken."""
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.append((incoming, durable))
        self.idle.clear()
        self._wake.set()
        await durable

    async def run(self, stopping: asyncio.Event, poll: float = 1.0) -> None:
        """Cycles until told to stop; what has arrived by then is still taken."""
        while not stopping.is_set() or self._arrived:
            try:
                busy = await self.cycle()
            except Unavailable as fault:
                log.warning("database unavailable", reason=fault.reason)
                await _pause(self._wake, 0.5)
                continue
            if not busy and not self._arrived:
                self.idle.set()
                await _pause(self._wake, poll)

    async def cycle(self) -> bool:
        """Take in, acknowledge, work. True when there was something to do."""
        self._wake.clear()
        arrived, self._arrived = self._arrived, []
        claimed = await self._take_in(arrived)
        if claimed:
            await self._work_off(claimed)
        return bool(arrived or claimed)

    async def _take_in(self, arrived: Sequence[tuple[Incoming, asyncio.Future[None]]]) -> list[Waiting]:
        rows = [(one.channel, one.ext_id, one.lane, one.heard) for one, _ in arrived]
        try:
            claimed = await self.database.run(lambda tx: self._keep_and_claim(tx, rows))
        except Exception as fault:
            for _, durable in arrived:
                if not durable.done():
                    durable.set_exception(fault)
            raise
        for _, durable in arrived:
            if not durable.done():
                durable.set_result(None)
        return claimed

    def _keep_and_claim(self, tx: Tx, rows: list[tuple[str, str, int, dict[str, Any]]]) -> list[Waiting]:
        queue.accept(tx, rows)
        return [] if self.paused else queue.claim_inbox(tx, BATCH)

    async def _work_off(self, claimed: list[Waiting]) -> None:
        fatal = [row for row in claimed if row.attempts > STARTS]
        for row in fatal:
            await self._bury(row, "killed the process")
        rest = [row for row in claimed if row.attempts <= STARTS]
        try:
            self._told(await self._patiently(lambda tx: self._work(tx, rest)))
        except Exception:
            for row in rest:
                await self._alone(row)

    def _told(self, due_now: bool) -> None:
        if due_now:
            self.due_now()

    async def _alone(self, row: Waiting) -> None:
        try:
            self._told(await self._patiently(lambda tx: self._work(tx, [row])))
        except Exception as fault:
            await self._bury(row, cause(fault))

    async def _patiently(self, fn: Callable[[Tx], Any]) -> Any:
        """A database that is locked or full is waited for: the rows are ours and the people have been told 202."""
        wait = 0.1
        while True:
            try:
                return await self.database.run(fn)
            except Unavailable as fault:
                log.warning("database unavailable", reason=fault.reason)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)

    def _work(self, tx: Tx, rows: Sequence[Waiting]) -> bool:
        open_chats = chats.load(tx, {row.lane for row in rows})
        changed = {}
        for row in rows:
            chat = open_chats.get(row.lane)
            if chat is None or chat.ended:
                continue
            seats = people.seats_of(tx, chat.person) if chat.person else frozenset()
            desk = Desk(tx, self.timepiece.now(), self.setting, chat, seats)
            reception.receive(desk, Heard(**row.payload))
            changed[chat.id] = chat
        chats.save(tx, list(changed.values()))
        queue.done(tx, [row.id for row in rows])
        return tx.due_now

    async def _bury(self, row: Waiting, why: str) -> None:
        log.error("message set aside", inbox=row.id, channel=row.channel, cause=why)
        await self._patiently(lambda tx: self._set_aside(tx, row, why))

    def _set_aside(self, tx: Tx, row: Waiting, why: str) -> None:
        queue.bury(tx, "inbox", row, why)
        chat = chats.load(tx, [row.lane]).get(row.lane)
        if chat is not None and not chat.ended:
            Desk(tx, self.timepiece.now(), self.setting, chat).reply([Say("common:broken")])
            chats.save(tx, [chat])


def cause(fault: BaseException) -> str:
    """The kind of fault and where it happened; never its message, which may hold somebody's words."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}"


async def _pause(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
