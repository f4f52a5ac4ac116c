"""From the outbox to people's chats: claimed, rendered, paced, sent, gone.

    storage.sending.claim (one reply and one push of a conversation) -> bot.render -> channel.send -> Sent
    ok: row gone · retry: later, with what has gone out of it · never: dead, and the person told · gone: passed on

Each door has up to `AT_ONCE` messages under way and one small commit a round, shared with whatever else waits for one: what
became of those that are back, and the next. After a kill at most those under way are said twice.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bot.channels.base import Attachment, Channel, Outgoing, Sent, degraded
from bot.files import Uploads
from bot.log import cause
from bot.render import Renderer
from bot.timepiece import Timepiece
from handlers.disclosure import veiled
from storage import queue, said, sending
from storage.database import Database, Tx, Unavailable, now_ms
from storage.said import Wanted
from storage.sending import Parcel

log = structlog.get_logger()
AT_ONCE, FOR_REPLIES = 32, 8  # under way in one door; of these, places no push takes
LOOK = 1.0  # seconds: other processes write to the outbox, too
HELD_UP = 0.25  # seconds: what is due waits behind something that was put off
FIRST_MS, LONGEST_MS = 1_000, 300_000  # back-off
MARGIN_MS = 10_000  # of a lease: with less left nothing is begun
STARTS = 3  # of a message, without anybody learning what became of it: then it is set aside
DRAIN = 6.0  # seconds for what is under way when told to stop

Outcome = Callable[[Tx], Any]


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


class Sender:
    """All doors of this process."""

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        doors: Mapping[str, Channel],
        timepiece: Timepiece,
        uploads: Uploads | None = None,
    ) -> None:
        self.database, self.renderer, self.timepiece, self.uploads = database, renderer, timepiece, uploads
        self.lines = {name: Line(self, channel) for name, channel in doors.items() if not channel.can.pull}

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop; what is under way then is waited for."""
        if not self.lines:
            await stopping.wait()
            return
        if self.database.embedded:
            await self.database.run(partial(sending.release, channels=list(self.lines)))
        async with asyncio.TaskGroup() as group:
            for line in self.lines.values():
                group.create_task(line.run(stopping))

    def wake(self) -> None:
        """Something was written to the outbox: look now."""
        for line in self.lines.values():
            line.bell.set()

    async def outgoing(self, parcel: Parcel, channel: Channel) -> Outgoing:
        """Words are chosen now, in the language the row was written in. Raises what rendering raises."""
        assert parcel.message is not None
        message = veiled(parcel.message, channel.can.disclosure)
        text, files = self.renderer.text(message), list[Attachment]()
        for file in message.get("files", ()):
            found = await self._attached(file, parcel, channel)
            if found is not None:
                files.append(found)
            else:
                degraded[channel.name, "file left on the page"] += 1
                number = {"n": file.get("n", "")}
                text += "\n" + self.renderer.block(
                    "common:left_on_page", number, message["language"], message["county"]
                )
        offered = () if parcel.stale else self.renderer.choices(message)
        return Outgoing(
            parcel.lane,
            parcel.address,
            text,
            tuple((key, label) for key, label, _ in offered),
            message["prompt"],
            tuple(files),
            tuple(message.get("deletes", ())),
            parcel.parts,
            parcel.spoken_ms,
            parcel.bulk,
        )

    async def _attached(self, file: dict[str, Any], parcel: Parcel, channel: Channel) -> Attachment | None:
        if self.uploads is None or parcel.message is None:
            return None
        return await self.uploads.attached(file, parcel.lane, parcel.message["language"], channel.can.max_file)


@dataclass
class Line:
    """One door's messages on their way."""

    sender: Sender
    channel: Channel
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    back: list[Back] = field(default_factory=list)
    changed: list[tuple[Wanted, Sent]] = field(default_factory=list)
    pushes: int = 0  # of those under way
    lapsed: int = 0  # of those under way, begun before by a process that never learnt what became of them
    quiet_until: int = 0  # machine time: the platform wants to hear nothing

    @property
    def database(self) -> Database:
        return self.sender.database

    async def run(self, stopping: asyncio.Event) -> None:
        stopped = asyncio.create_task(self._ring_when(stopping))
        try:
            while not stopping.is_set():
                self.bell.clear()
                await self._pause(await self._round())
        finally:
            stopped.cancel()
            await self._drain()

    async def _ring_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self.bell.set()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.bell.wait(), seconds)
        except TimeoutError:
            return

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
            if not settles and (idle := await self._idle()):
                return idle
            _, begun = await asyncio.gather(self._settle(), self._begin())
            if begun:
                return LOOK
            return (settles and await self._idle()) or HELD_UP
        except Unavailable as fault:
            log.warning("database unavailable", reason=fault.reason)
            return LOOK

    # -- out -----------------------------------------------------------------------------------------------------------

    async def _idle(self) -> float:
        """How many seconds nothing can be begun; 0 when something may be."""
        if (quiet := self.quiet_until - now_ms()) > 0:
            return min(quiet / 1000, LOOK)
        if len(self.tasks) >= AT_ONCE:
            return LOOK
        due = await self.database.read(partial(sending.next_due, channel=self.channel.name))
        if due is None:
            return LOOK
        left = due - now_ms()
        return min(LOOK, (left + 1) / 1000) if left > 0 else 0

    async def _begin(self) -> bool:
        room = AT_ONCE - len(self.tasks)
        if room <= 0 or self.quiet_until > now_ms():
            return False
        parcels, wanted = await self.database.together(partial(self._claim, room))
        for parcel in parcels:
            self._start(self._carry(parcel), push=parcel.bulk, lapsed=parcel.lapses > 1)
        for one in wanted:
            self._start(self._change(one), push=True)
        return bool(parcels or wanted)

    def _claim(self, room: int, tx: Tx) -> tuple[list[Parcel], list[Wanted]]:
        name, for_pushes = self.channel.name, AT_ONCE - FOR_REPLIES - self.pushes
        parcels = sending.claim(tx, name, room, for_pushes, max(0, 1 - self.lapsed))
        left = min(room - len(parcels), for_pushes - sum(one.bulk for one in parcels))
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
        if parcel.lapses > STARTS:
            back = Back(parcel, Sent("never", code="never came back"))
        elif parcel.message is None:
            back = Back(parcel, Sent("never", code=queue.UNOPENED))
        elif not parcel.address:
            back = Back(parcel, Sent("gone", code="no address"))
        else:
            try:
                back = await self._sent(parcel)
            except asyncio.CancelledError:  # told to stop: that is no fault of the message's
                self.back.append(Back(parcel, Sent("retry", FIRST_MS, "stopped", costs=False)))
                raise
        self.back.append(back)  # not in one expression with the await: a round in between takes the list away

    async def _sent(self, parcel: Parcel) -> Back:
        try:
            outgoing = await self.sender.outgoing(parcel, self.channel)
        except Unavailable:
            return Back(parcel, Sent("retry", FIRST_MS, "database", costs=False))
        except Exception as fault:
            return Back(parcel, Sent("never", code=cause(fault)))
        sent = await self.channel.send(outgoing)
        if sent.code == "flood":
            self.quiet_until = max(self.quiet_until, now_ms() + sent.after_ms)
        return Back(parcel, sent, bool(outgoing.choices))

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
            vanished = await self.database.together(partial(self._written, back, changed))
        except Unavailable:
            self.back, self.changed = back + self.back, changed + self.changed
            raise
        except Exception as fault:
            if len(back) + len(changed) == 1:
                log.error("left to its lease", channel=self.channel.name, cause=cause(fault))
                return
            await self._settle_apart(back, changed)
            return
        for one in vanished:
            self._start(self._unsaid(one), push=True)

    async def _settle_apart(self, back: list[Back], changed: list[tuple[Wanted, Sent]]) -> None:
        for parcel in back:
            self.back.append(parcel)
            await self._settle()
        for one in changed:
            self.changed.append(one)
            await self._settle()

    def _written(self, back: list[Back], changed: list[tuple[Wanted, Sent]], tx: Tx) -> list[Back]:
        ok = [one for one in back if one.sent.result == "ok"]
        missing = sending.sent(tx, [(one.parcel, one.sent.ext_ids, one.buttons) for one in ok])
        for one in back:
            if one.sent.result != "ok":
                self._put_off(tx, one)
        for wanted, sent in changed:
            self._tried(tx, wanted, sent)
        return [one for one in ok if one.parcel.id in missing]

    def _put_off(self, tx: Tx, one: Back) -> None:
        parcel, sent = one.parcel, one.sent
        if sent.result == "retry":
            wait = sent.after_ms or back_off(parcel.attempts)
            sending.later(tx, parcel, wait, costs=sent.costs, parts=sent.parts, ext_ids=sent.ext_ids)
            return
        log.warning("message not sent", outbox=parcel.id, channel=parcel.channel, cause=sent.code)
        if sent.result == "never":
            sending.never(tx, parcel, sent.code, sent.ext_ids)
        else:
            sending.lost(tx, parcel.lane, self.sender.renderer.plans)

    def _tried(self, tx: Tx, one: Wanted, sent: Sent) -> None:
        if sent.result == "retry" and (one.want == "erase" or one.attempts < said.GIVE_UP):
            said.later(tx, one, sent.after_ms or back_off(one.attempts), costs=sent.costs)
            return
        if sent.result != "ok":
            log.warning("message not changed", want=one.want, channel=self.channel.name, cause=sent.code)
        said.done(tx, one)

    async def _unsaid(self, one: Back) -> None:
        """Taken back, or said by another process whose lease followed ours, while it was on its way."""
        await self.channel.delete(one.parcel.address, one.sent.ext_ids)
