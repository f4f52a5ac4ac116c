"""What citizens write in 微信客服 is fetched: a callback only says that something waits (path/94670).

    callback -> knock, durable -> one process pulls, by a lease: sync_msg from the cursor on
             -> messages, windows, tickets and the next cursor in ONE COMMIT -> inbox

A callback that was lost is made up for by the next pull, which comes by itself. Killed between the answer and the commit,
the same is fetched again; what was taken in before is known by its `msgid`.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from bot.channels.base import Door
from bot.channels.wecom import kf_ears
from bot.channels.wecom.api import Api, Refused, Unreachable
from bot.channels.wecom.kf_mouth import row_of
from bot.channels.wecom.noticed import Failed, Noticed
from bot.channels.wecom.noticed import Pull as Knock
from bot.doors import House
from bot.log import cause
from storage import chats, cursors, delivery, leases, queue, windows
from storage.database import Tx, Unavailable, now_ms
from storage.windows import Ticket

log = structlog.get_logger()
LEASE_MS = 20_000  # longer than one call is waited for
LOOK = 1.0  # seconds: another process may have been called
UNCALLED = 120.0  # seconds: without a callback's token pulls are limited, "strictly"
LONGEST = 60.0  # seconds between tries that fail
KNOCK_MS = 600_000  # a callback's token is good for ten minutes
WELCOME_MS = 18_000  # of 20 s: the answer has to arrive, too
GONE = frozenset({1, 10})  # fail_type: the account is deleted, or refuses to be written to
SHUT = frozenset({4, 5, 6})  # too late, over, too many
OPERATORS = frozenset({2, 8, 11})  # the app is closed, the corp not verified, no member has logged in
HOUR_MS = 3_600_000


def knocked(open_kfid: str) -> str:
    return f"knock:{open_kfid}"[:64]


async def knock(house: House, what: Knock) -> None:
    """Something waits at an account. On the disk when it returns, whichever process pulls."""
    name, said = knocked(what.open_kfid), f"{secrets.token_hex(4)} {what.token}"[:200]
    await house.database.together(lambda tx: cursors.move(tx, name, said))
    house.bells[name].set()


class Pull:
    """Of one account."""

    def __init__(self, door: Door, open_kfid: str, api: Api, house: House) -> None:
        self.door, self.open_kfid, self.api = door, open_kfid, api
        self.database, self.inbox, self.renderer = house.database, house.inbox, house.renderer
        self.name, self.holder = f"pull:{door.name}", secrets.token_hex(8)
        self.knocked, self._bell = knocked(open_kfid), house.bells[knocked(open_kfid)]
        self.answered = f"answered:{door.name}"

    async def run(self, stopping: asyncio.Event) -> None:
        """Answers each knock, and looks by itself now and then."""
        wait, uncalled = LOOK, 0.0
        if self.database.embedded:  # nobody else can hold it: a process that was killed did
            await self.database.run(lambda tx: leases.release(tx, self.name))
        while not stopping.is_set():
            self._bell.clear()
            try:
                knock, answered = await self.database.read(self._knocks)
                now = asyncio.get_running_loop().time()
                if (knock != answered or now >= uncalled) and await self._mine():
                    await self._pulled(knock.partition(" ")[2])
                    await self.database.together(lambda tx, knock=knock: cursors.move(tx, self.answered, knock))  # type: ignore[misc]
                    uncalled = now + UNCALLED
                wait = LOOK
            except (Refused, Unreachable) as fault:
                log.warning("messages not pulled", channel=self.door.name, reason=str(fault), remedy="xiezhi check")
                wait = min(wait * 2, LONGEST)
            except Unavailable as fault:
                log.warning("database unavailable", reason=fault.reason)
            except Exception as fault:
                log.error("messages not pulled", channel=self.door.name, cause=cause(fault))
                wait = min(wait * 2, LONGEST)
            await _rest(stopping, self._bell, wait)
        await self._give_up()

    def _knocks(self, tx: Tx) -> tuple[str, str]:
        """The latest, and the latest that somebody has answered."""
        return cursors.read(tx, self.knocked, KNOCK_MS) or "", cursors.read(tx, self.answered, KNOCK_MS) or ""

    async def _mine(self) -> bool:
        return await self.database.together(lambda tx: leases.take(tx, self.name, self.holder, LEASE_MS))

    async def _give_up(self) -> None:
        with contextlib.suppress(Unavailable):
            await self.database.together(lambda tx: leases.give_up(tx, self.name, self.holder))

    # -- one pull ------------------------------------------------------------------------------------------------------

    async def _pulled(self, token: str) -> None:
        """All there is, page by page; the lease is kept as long as it takes."""
        more = True
        while more:
            answer = await self._page(token)
            await self._taken(answer)
            self.inbox.wake()
            self.inbox.to_fetch()
            more = bool(answer.get("has_more")) and await self._mine()

    async def _taken(self, answer: Mapping[str, Any]) -> None:
        """In one commit; or, where one item is at fault, each in its own, and that one kept aside: an account does not stand
        still for what nobody understands."""
        try:
            await self.database.run(partial(self._take, answer))
        except Unavailable:
            raise
        except Exception as fault:
            log.error("messages taken one by one", channel=self.door.name, cause=cause(fault))
            for item in answer.get("msg_list") or ():
                await self._taken_alone(item)
            await self.database.run(partial(self._take, {"next_cursor": answer.get("next_cursor")}))

    async def _taken_alone(self, item: Any) -> None:
        try:
            await self.database.run(partial(self._take, {"msg_list": [item]}))
        except Unavailable:
            raise
        except Exception as fault:
            name, raw, why = secrets.token_hex(8), json.dumps(item).encode(), cause(fault)
            await self.database.run(lambda tx: queue.keep_aside(tx, self.door.name, name, raw, why))

    async def _page(self, token: str) -> dict[str, Any]:
        cursor = await self.database.read(lambda tx: cursors.read(tx, self.name, now_ms()))
        body: dict[str, Any] = {"open_kfid": self.open_kfid, "limit": 1000, "voice_format": 0}
        body |= {"cursor": cursor} if cursor else {}
        try:
            return await self.api.call("kf/sync_msg", body | ({"token": token} if token else {}))
        except Refused as fault:
            if fault.code != TOKEN_OVER or not token:
                raise
        return await self.api.call("kf/sync_msg", body)

    def _take(self, answer: Mapping[str, Any], tx: Tx) -> None:
        """Everything a page holds, and how far it goes, or nothing of it."""
        noticed = [(item, kf_ears.hear(item)) for item in answer.get("msg_list") or () if isinstance(item, Mapping)]
        for item, one in noticed:
            if one.aside:
                queue.keep_aside(tx, self.door.name, one.ext_id, json.dumps(item).encode(), "message not understood")
            if one.failed:
                self._undelivered(tx, one.failed)
        self._accept(tx, [(item, one) for item, one in noticed if one.heard])
        cursor = answer.get("next_cursor")
        if isinstance(cursor, str) and cursor:
            cursors.move(tx, self.name, cursor)

    def _accept(self, tx: Tx, told: Sequence[tuple[Mapping[str, Any], Noticed]]) -> None:
        lanes: dict[str, int] = {}
        for peer in sorted({one.peer for _, one in told}):
            lanes[peer] = chats.reach(tx, self.door.name, peer, self.door.county, "zh").id
        arrivals = []
        for item, one in told:
            heard, lane = dict(one.heard or {}), lanes[one.peer]
            sent_ms = _sent_ms(item)
            if heard["kind"] == "recalled" and queue.unheard(tx, self.door.name, heard["message"]):
                continue
            if not self._may_answer(tx, lane, heard, sent_ms):
                continue
            if heard["kind"] == "said" or "remote" in heard:
                heard["message"] = one.ext_id
            arrivals.append(queue.arrival(tx.keys, self.door.name, one.ext_id, lane, {**heard, "peer": one.peer}))
        queue.accept(tx, arrivals)

    def _may_answer(self, tx: Tx, lane: int, heard: dict[str, Any], sent_ms: int) -> bool:
        """What they say opens the window. Entering alone does not: there is one welcome, by its ticket, or none."""
        code = heard.pop("welcome", "")
        if heard["kind"] not in ("opened", "started", "recalled"):
            windows.heard(tx, lane, sent_ms)
        elif code:
            windows.ticket(tx, lane, Ticket(code, min(sent_ms, now_ms()) + WELCOME_MS))
        return heard["kind"] != "opened" or bool(code)

    def _undelivered(self, tx: Tx, failed: Failed) -> None:
        row = row_of(tx.keys, self.door.name, failed.ext_id)
        if row is None:
            return
        if failed.kind in OPERATORS:
            log.error(
                "citizens can't be written to", channel=self.door.name, fail_type=failed.kind, remedy="xiezhi check"
            )
        result = "gone" if failed.kind in GONE else "retry" if failed.kind in SHUT | OPERATORS else "never"
        after = HOUR_MS if failed.kind in OPERATORS else 0
        if failed.kind in SHUT:
            delivery.shut_since(tx, row)
        delivery.undelivered(tx, row, result, f"fail_type {failed.kind}", after, self.renderer.plans)


TOKEN_OVER = 95007


def _sent_ms(item: Mapping[str, Any]) -> int:
    """Machine time; of a message that says nothing, now."""
    seconds = item.get("send_time")
    return min(seconds * 1000, now_ms()) if isinstance(seconds, int) else now_ms()


async def _rest(stopping: asyncio.Event, bell: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(one.wait()) for one in (stopping, bell)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
