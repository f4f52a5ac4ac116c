"""From durable to done: every message has one effect, in one commit with all it leads to.

    channel -> receive: raw row, group-committed, only then acknowledged
            -> claim: the oldest rows of free conversations, attempts counted and committed before the work
            -> handlers.reception: pure decisions, replies, rows
            -> done: payload blanked, all of that in ONE COMMIT

If a batch fails, its rows run again one by one; the one at fault is set aside with its cause, its author is told, and the
conversation goes on. A row that has killed the process three times is set aside unread; those that were beside it are worked
off, one at a time.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.log import cause
from bot.rings import rings
from bot.timepiece import Timepiece
from handlers import reception
from handlers.desk import Desk, Setting
from handlers.forms import Heard, Say
from storage import chats, queue, said
from storage.awaited import answer
from storage.database import Database, Tx, Unavailable
from storage.queue import Arrival, Waiting

log = structlog.get_logger()
T = TypeVar("T")
STARTS = 3
BATCH = 64
BUSY = 3  # times that a lock or a deadlock is met before those who come meanwhile are refused


@dataclass(frozen=True)
class Incoming:
    """One thing somebody did on a channel. `ext_id` is the channel's own name for it: the same one has one effect."""

    channel: str
    ext_id: str
    lane: int
    heard: dict[str, Any]


class Ended(Exception):
    """The conversation is over; nothing is taken in it any more."""


Arrived = tuple[Arrival, "asyncio.Future[None]"]


class Inbox:
    def __init__(
        self,
        database: Database,
        setting: Setting,
        timepiece: Timepiece,
        due_now: Callable[[], None] = lambda: None,
        to_fetch: Callable[[], None] = lambda: None,
    ) -> None:
        self.database, self.setting, self.timepiece, self.due_now = database, setting, timepiece, due_now
        self.to_fetch = to_fetch  # called when a file came in that is still at its platform
        self.paused = self._closed = False
        self._arrived: list[Arrived] = []
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()

    async def receive(self, incoming: Incoming) -> None:
        """Returns once it is on the disk. Raises `Unavailable` or `Ended`; then nothing was taken."""
        if self._closed:
            raise Unavailable("down")
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        row = queue.arrival(self.database.keys, incoming.channel, incoming.ext_id, incoming.lane, incoming.heard)
        self._arrived.append((row, durable))
        self.idle.clear()
        self._wake.set()
        await durable

    def wake(self) -> None:
        """Look now, not at the next poll."""
        self.idle.clear()
        self._wake.set()

    async def run(self, stopping: asyncio.Event, poll: float = 1.0) -> None:
        """Cycles until told to stop; what has arrived by then is still taken."""
        while not stopping.is_set() or self._arrived:
            try:
                busy = await self.cycle()
            except Unavailable as fault:
                log.warning("database unavailable", reason=fault.reason)
                await rings(self._wake, 0.5)
                continue
            if not busy and not self._arrived:
                self.idle.set()
                await rings(self._wake, poll)
        self._closed = True

    async def cycle(self) -> bool:
        """Take in, acknowledge, work. True when there was something to do."""
        self._wake.clear()
        await self._gathered()
        arrived, self._arrived = self._arrived, []
        try:
            claimed = await self._take_in(arrived)
        except BaseException as fault:
            _settle(arrived, fault)
            raise
        if claimed:
            await self._work_off(claimed)
        return bool(arrived or claimed)

    async def _gathered(self) -> None:
        """While each look at the network brings somebody more, they share the commit: it costs as much for one as for all."""
        before = 0
        while before < len(self._arrived) < BATCH:
            before = len(self._arrived)
            await asyncio.sleep(0)

    # -- in ------------------------------------------------------------------------------------------------------------

    async def _take_in(self, arrived: Sequence[Arrived]) -> list[Waiting]:
        try:
            over, claimed = await self.database.run(partial(self._keep_and_claim, [one for one, _ in arrived]))
        except Unavailable:
            raise
        except Exception as fault:
            return await self._take_apart(arrived, fault)
        if any(one["remote"] for one, _ in arrived):
            self.to_fetch()
        for one in arrived:
            _settle([one], Ended() if one[0]["lane"] in over else None)
        return claimed

    def _keep_and_claim(self, arrived: Sequence[Arrival], tx: Tx) -> tuple[set[int], list[Waiting]]:
        over = chats.over(tx, {one["lane"] for one in arrived}) if arrived else set()
        queue.accept(tx, [one for one in arrived if one["lane"] not in over])
        return over, [] if self.paused else queue.claim_inbox(tx, BATCH)

    async def _take_apart(self, arrived: Sequence[Arrived], fault: Exception) -> list[Waiting]:
        """One of these cannot be kept as it is; the others do not pay for it."""
        if not arrived:
            raise fault
        if len(arrived) == 1:
            log.error("message refused", channel=arrived[0][0]["channel"], cause=cause(fault))
            _settle(arrived, fault)
            return []
        return [row for one in arrived for row in await self._take_in([one])]

    # -- work ----------------------------------------------------------------------------------------------------------

    async def _work_off(self, claimed: list[Waiting]) -> None:
        fit = [row for row in claimed if not _unfit(row)]
        for row in claimed:
            if why := _unfit(row):
                await self._bury(row, why)
        try:
            self._told(await self._patiently(partial(self._work, fit)))
        except Exception:
            for row in fit:
                await self._alone(row)

    async def _alone(self, row: Waiting) -> None:
        try:
            self._told(await self._patiently(partial(self._work, [row])))
        except Exception as fault:
            await self._bury(row, cause(fault))

    def _told(self, due_now: bool) -> None:
        if due_now:
            self.due_now()

    async def _patiently(self, fn: Callable[[Tx], T]) -> T:
        """A database that is locked or full is waited for: the rows are ours and the people have been told 202. Those who
        come meanwhile are told why not, unless the same again is likely to work: two workers may lock the same tips in
        another order, and one of them is sent back at once."""
        wait, busy = 0.1, 0
        while True:
            try:
                return await self.database.run(fn)
            except Unavailable as fault:
                log.warning("database unavailable", reason=fault.reason)
                busy += 1
                if fault.reason != "busy" or busy > BUSY:
                    arrived, self._arrived = self._arrived, []
                    _settle(arrived, fault)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)

    def _work(self, claimed: Sequence[Waiting], tx: Tx) -> bool:
        rows = queue.held(tx, claimed)
        open_chats = chats.hold(tx, {row.lane for row in rows})
        changed = {}
        for row in rows:
            chat = open_chats.get(row.lane)
            if chat is None or chat.ended:  # since it was taken in
                continue
            payload = dict(row.payload or {})
            if peer := payload.pop("peer", None):
                chats.can_be_reached(tx, chat, peer)
            if stands := payload.pop("stands", None):
                said.renamed(tx, row.lane, *stands)
            album = payload.pop("album", "")
            # when its author acted: whatever kept us from working it off makes nobody late
            desk = Desk(tx, self.timepiece.now() - queue.waited(row), self.setting, chat)
            desk.sit()
            heard = _heard(payload)
            desk.album = album if heard[0].kind == "file" else ""
            reception.receive(desk, *heard)
            changed[chat.id] = chat
        chats.save(tx, list(changed.values()))
        queue.done(tx, [row.id for row in rows])
        return tx.due_now

    async def _bury(self, row: Waiting, why: str) -> None:
        """Its author is told; where that fails too it goes without a word, or its lane would stand still for ever."""
        log.error("message set aside", inbox=row.id, channel=row.channel, cause=why)
        try:
            await self._patiently(partial(self._set_aside, row, why))
        except Exception as fault:
            log.error("its author could not be told", inbox=row.id, channel=row.channel, cause=cause(fault))
            await self._patiently(partial(self._put_away, row, why))

    def _put_away(self, row: Waiting, why: str, tx: Tx) -> bool:
        """Whether it was still ours."""
        ours = bool(queue.held(tx, [row]))
        if ours:
            queue.bury(tx, "inbox", row, why)
        return ours

    def _set_aside(self, row: Waiting, why: str, tx: Tx) -> None:
        if not self._put_away(row, why, tx):
            return
        chat = chats.hold(tx, [row.lane]).get(row.lane)
        if chat is not None and not chat.ended:
            Desk(tx, self.timepiece.now(), self.setting, chat).reply([Say("common:broken")])
            chats.save(tx, [chat])


def _heard(payload: dict[str, Any]) -> list[Heard]:
    """A caption is said after its file."""
    if payload["kind"] not in ("file", "unfetched"):
        return [Heard(**payload)]
    caption = payload.get("text")
    file = Heard(
        payload["kind"], text=payload.get("why", ""), file=payload.get("file"), message=payload.get("message", 0)
    )
    return [file, Heard("said", caption, message=payload.get("message", 0))] if caption else [file]


def _unfit(row: Waiting) -> str:
    """Why a row is not even tried."""
    if row.attempts > STARTS:
        return "killed the process"
    return queue.UNOPENED if row.payload is None else ""


def _settle(arrived: Sequence[Arrived], fault: BaseException | None) -> None:
    answer((durable for _, durable in arrived), fault)
