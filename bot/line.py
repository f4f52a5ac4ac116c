"""One door's messages on their way: claimed, said, and what became of them written down.

Each has up to `can.at_once` of them under way and one small commit a round, shared with whatever else waits for one: what
became of those that are back, and the next. After a kill at most those under way are said twice.
"""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot.channels.base import FLOOD, FULL, SHUT, TICKET, Channel, Sent
from bot.log import cause
from bot.rings import rings
from storage import delivery, queue, said, sending, windows
from storage.database import Database, Tx, Unavailable, now_ms
from storage.delivery import Out
from storage.parcels import Parcel
from storage.said import Wanted

if TYPE_CHECKING:
    from bot.sender import Sender

log = structlog.get_logger()
FOR_REPLIES = 8  # of the places in one door, those that no push takes
LOOK = 1.0  # seconds: other processes write to the outbox, too
HELD_UP = 0.25  # seconds: what is due waits behind something that was put off
FIRST_MS, LONGEST_MS = 1_000, 300_000  # back-off
MARGIN_MS = 10_000  # of a lease: with less left nothing is begun
RENEW = 20.0  # seconds: what is under way is ours as long as we are
STARTS = 3  # of a message, without anybody learning what became of it: then it is set aside
DRAIN = 6.0  # seconds for what is under way when told to stop


def back_off(attempts: int, draw: Callable[[], float] = random.random) -> int:
    """Milliseconds: doubled each time, and half of it drawn, so that those who failed together don't come back together."""
    whole = min(FIRST_MS << min(attempts - 1, 20), LONGEST_MS)
    return round(whole / 2 + whole / 2 * draw())


@dataclass(frozen=True)
class Back:
    """A parcel that came back."""

    parcel: Parcel
    sent: Sent
    buttons: bool = False
    left: tuple[Parcel, ...] = ()  # claimed with it, and not begun


def _alone(parcel: Parcel, why: str) -> Back:
    """It can't be said; those that were to be said with it can."""
    return Back(replace(parcel, rest=()), Sent("never", code=why), left=parcel.rest)


@dataclass
class Line:
    """One door's messages on their way."""

    sender: "Sender"
    channel: Channel
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    back: list[Back] = field(default_factory=list)
    changed: list[tuple[Wanted, Sent]] = field(default_factory=list)
    pushes: int = 0  # of those under way
    lapsed: int = 0  # of those under way, begun before by a process that never learnt what became of them
    quiet_until: int = 0  # machine time: the platform wants to hear nothing
    hand: dict[int, Parcel] = field(default_factory=dict)  # under way
    renewed: float = field(default_factory=time.monotonic)

    @property
    def database(self) -> Database:
        return self.sender.database

    async def run(self, stopping: asyncio.Event) -> None:
        stopped = asyncio.create_task(self._ring_when(stopping))
        try:
            while not stopping.is_set():
                self.bell.clear()
                await rings(self.bell, await self._round())
        finally:
            stopped.cancel()
            await self._drain()

    async def _ring_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self.bell.set()

    async def _drain(self) -> None:
        """What is under way is waited for, and what became of it is written down; the rest is left to its lease."""
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._settle()
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)

    async def _round(self) -> float:
        """Write down and claim, in one commit; begin. Returns how many seconds there is nothing to do."""
        settles = bool(self.back or self.changed)
        try:
            await self._renew()
            if not settles and (idle := await self._idle()):
                return idle
            results = await asyncio.gather(self._settle(), self._begin(), return_exceptions=True)
            for one in results:  # only when both are over: neither goes on behind our back
                if isinstance(one, BaseException):
                    raise one
            if results[1]:
                return LOOK
            return (settles and await self._idle()) or HELD_UP
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)
            return LOOK

    # -- out -----------------------------------------------------------------------------------------------------------

    async def _renew(self) -> None:
        """A long message takes longer than a lease, and must not be begun again by whoever finds it free."""
        if self.hand and time.monotonic() - self.renewed > RENEW:
            self.renewed = time.monotonic()
            await self.database.together(partial(sending.renew, parcels=list(self.hand.values())))

    async def _idle(self) -> float:
        """How many seconds nothing can be begun; 0 when something may be."""
        if (quiet := self.quiet_until - now_ms()) > 0:
            return min(quiet / 1000, LOOK)
        if len(self.tasks) >= self.channel.can.at_once:
            return LOOK
        due = await self.database.read(
            partial(
                sending.next_due,
                channel=self.channel.name,
                terms=self.channel.can.terms,
                resting=self.sender.resting(),
            )
        )
        if due is None:
            return LOOK
        left = due - now_ms()
        return min(LOOK, (left + 1) / 1000) if left > 0 else 0

    async def _begin(self) -> bool:
        room = self.channel.can.at_once - len(self.tasks)
        if room <= 0 or self.quiet_until > now_ms():
            return False
        parcels, wanted = await self.database.together(partial(self._claim, room))
        for parcel in parcels:
            self._start(self._carry(parcel), push=parcel.bulk, lapsed=parcel.lapses > 1)
        for one in wanted:
            self._start(self._change(one), push=True)
        return bool(parcels or wanted)

    def _claim(self, room: int, tx: Tx) -> tuple[list[Parcel], list[Wanted]]:
        """At the minutes a platform asks to be spared, what is not urgent waits; what is to go from a chat doesn't."""
        name, can = self.channel.name, self.channel.can
        places = can.at_once - FOR_REPLIES - self.pushes
        for_pushes = 0 if time.gmtime().tm_min in can.shy else places
        resting = self.sender.resting()
        parcels = sending.claim(tx, name, room, for_pushes, max(0, 1 - self.lapsed), terms=can.terms, resting=resting)
        left = min(room - len(parcels), places - sum(one.bulk for one in parcels))
        return parcels, said.claim(tx, name, left) if left > 0 else []

    def _start(self, doing: Coroutine[Any, Any, None], *, push: bool, lapsed: bool = False) -> None:
        task = asyncio.create_task(doing)
        self.tasks.add(task)
        self.pushes, self.lapsed = self.pushes + push, self.lapsed + lapsed
        task.add_done_callback(partial(self._ended, push, lapsed))

    def _ended(self, push: bool, lapsed: bool, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.pushes, self.lapsed = self.pushes - push, self.lapsed - lapsed
        self.bell.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("left to its lease", channel=self.channel.name, cause=cause(fault))

    async def _carry(self, parcel: Parcel) -> None:
        if parcel.until_ms - now_ms() < MARGIN_MS:
            return
        self.hand[parcel.id] = parcel
        try:
            await self._carried(parcel)
        finally:
            del self.hand[parcel.id]

    async def _carried(self, parcel: Parcel) -> None:
        if parcel.lapses > STARTS:
            back = _alone(parcel, "never came back")
        elif parcel.message is None:
            back = _alone(parcel, queue.UNOPENED)
        elif not parcel.address:
            back = Back(parcel, Sent("gone", code="no address"))
        else:
            try:
                back = await self._sent(parcel)
            except asyncio.CancelledError:  # it counts, since it may have been heard: a bundle is repeated as it was
                self.back.append(Back(parcel, Sent("retry", FIRST_MS, "stopped")))
                raise
        self.back.append(back)  # not in one expression with the await: a round in between takes the list away

    async def _sent(self, parcel: Parcel) -> Back:
        try:
            outgoing, left = await self.sender.outgoing(parcel, self.channel)
        except Unavailable:
            return Back(parcel, Sent("retry", FIRST_MS, "database", costs=False))
        except Exception as fault:
            return _alone(parcel, cause(fault))
        sent = await self.channel.send(outgoing)
        if sent.code == FLOOD:
            self.quiet_until = max(self.quiet_until, now_ms() + sent.after_ms)
        rest = tuple(one for one in parcel.rest if one not in left)
        if sent.result == "never" and rest:  # whichever of them it is: each is tried by itself
            return Back(replace(parcel, rest=()), Sent("retry", 1, sent.code), left=parcel.rest)
        return Back(replace(parcel, rest=rest), sent, bool(outgoing.choices), tuple(left))

    async def _change(self, one: Wanted) -> None:
        if one.want == "erase":
            sent = await self.channel.delete(one.address, (one.ext_id,))
        else:
            sent = await self.channel.plain(one.address, one.ext_id)
        self.changed.append((one, sent))

    # -- what became of it ---------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """One commit for all that is back. If it fails, one by one; whoever is at fault is left to its lease."""
        back, self.back = self.back, []
        changed, self.changed = self.changed, []
        if not back and not changed:
            return
        try:
            await self.database.together(partial(self._written, back, changed))
        except Unavailable:
            self.back, self.changed = back + self.back, changed + self.changed
            raise
        except Exception as fault:
            if len(back) + len(changed) > 1:
                await self._settle_apart(back, changed)
            else:
                log.error("left to its lease", channel=self.channel.name, cause=cause(fault))

    async def _settle_apart(self, back: list[Back], changed: list[tuple[Wanted, Sent]]) -> None:
        try:
            while back:
                self.back.append(back.pop(0))
                await self._settle()
            while changed:
                self.changed.append(changed.pop(0))
                await self._settle()
        except Unavailable:
            self.back, self.changed = self.back + back, self.changed + changed
            raise

    def _written(self, back: list[Back], changed: list[tuple[Wanted, Sent]], tx: Tx) -> None:
        out = [one for one in back if one.sent.result == "ok"]
        gone = [Out(one.parcel, one.sent.ext_ids, one.sent.parts, one.buttons) for one in out]
        delivery.sent(tx, gone, self.channel.can.terms, self.sender.timepiece.now())
        if self.channel.can.terms.confirms:
            delivery.settle(tx)
        for one in back:
            if one.left:
                sending.unbundle(tx, one.left)
            if one.sent.result != "ok":
                self._put_off(tx, one)
        for wanted, sent in changed:
            self._tried(tx, wanted, sent)

    def _put_off(self, tx: Tx, one: Back) -> None:
        parcel, sent, terms = one.parcel, one.sent, self.channel.can.terms
        if sent.code == SHUT:
            windows.shut(tx, parcel.lane, parcel.turn)
        if sent.code == TICKET:
            windows.spent(tx, parcel.lane)
        if sent.code == FULL:
            delivery.crowded(tx, parcel, sent.needs, terms)
            return
        if sent.result == "retry":
            wait = sent.after_ms or back_off(parcel.attempts)
            delivery.later(tx, parcel, wait, costs=sent.costs, parts=sent.parts, ext_ids=sent.ext_ids, terms=terms)
            return
        log.warning("message not sent", outbox=parcel.id, channel=parcel.channel, cause=sent.code)
        if sent.result == "never":
            delivery.never(tx, parcel, sent.code, sent.ext_ids)
        else:
            delivery.lost(tx, parcel.lane, self.sender.renderer.plans)

    def _tried(self, tx: Tx, one: Wanted, sent: Sent) -> None:
        if sent.result == "retry" and (one.want == "erase" or one.attempts < said.GIVE_UP):
            said.later(tx, one, sent.after_ms or back_off(one.attempts), costs=sent.costs)
            return
        if sent.result != "ok":
            log.warning("message not changed", want=one.want, channel=self.channel.name, cause=sent.code)
            if one.want == "erase":
                said.stays(tx, one)
                return
        said.done(tx, one, counts=bool(self.channel.can.terms.buckets))
