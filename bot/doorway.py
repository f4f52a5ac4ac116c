"""Where a platform's messages come in: from an account to its conversation, and into the inbox.

A conversation is found once and then known to this process; the inbox says when it is over, and the next one begins.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Door
from bot.inbox import Ended, Inbox, Incoming
from storage import chats, queue
from storage.database import Database, Tx

KNOWN, TRIES = 20_000, 3


@dataclass(frozen=True)
class Told:
    """One message as its platform delivered it: `ext_id` is the platform's name for it, `peer` the account."""

    ext_id: str
    peer: str
    language: str
    heard: Mapping[str, Any]


class Doorway:
    def __init__(self, door: Door, database: Database, inbox: Inbox) -> None:
        self.door, self.database, self.inbox = door, database, inbox
        self._lanes: OrderedDict[str, int] = OrderedDict()

    async def take_in(self, told: Sequence[Told]) -> None:
        """Returns once all of it is on the disk, in this order within each conversation. Raises `Unavailable`; then some of
        it may have been taken, and is known when it comes again."""
        for _ in range(TRIES):
            lanes = await self._reached(told)
            taken = [self._receive(lanes[one.peer], one) for one in told]
            results = await asyncio.gather(*taken, return_exceptions=True)
            over = [one for one, result in zip(told, results, strict=True) if isinstance(result, Ended)]
            for one in over:
                self._lanes.pop(one.peer, None)
            for result in results:
                if isinstance(result, BaseException) and not isinstance(result, Ended):
                    raise result
            if not over:
                return
            told = over
        raise Ended

    async def _receive(self, lane: int, one: Told) -> None:
        heard = dict(one.heard)
        if heard["kind"] != "blocked":
            heard["peer"] = one.peer  # who writes can be written to
        await self.inbox.receive(Incoming(self.door.name, one.ext_id, lane, heard))

    async def _reached(self, told: Sequence[Told]) -> dict[str, int]:
        strangers = {one.peer: one.language for one in told if one.peer not in self._lanes}
        if strangers:
            self._lanes |= await self.database.together(lambda tx: self._find(tx, strangers))
        lanes = {one.peer: self._lanes[one.peer] for one in told}
        while len(self._lanes) > KNOWN:
            self._lanes.popitem(last=False)
        return lanes

    def _find(self, tx: Tx, strangers: Mapping[str, str]) -> dict[str, int]:
        door = self.door
        return {
            peer: chats.reach(tx, door.name, peer, door.county, language).id
            for peer, language in sorted(strangers.items())
        }

    async def keep_aside(self, name: str, raw: bytes | None, cause: str) -> None:
        """What nobody here understands is answered all the same, or it would come again for ever with all that is behind
        it. `raw` is None where nothing may be kept."""
        await self.database.together(lambda tx: queue.keep_aside(tx, self.door.name, name, raw, cause))
