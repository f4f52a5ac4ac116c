"""What waits for one bot: fetched by getUpdates and acknowledged by the next offset, or carried to its webhook."""

import asyncio
import itertools
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.bell import Bell, Clock

from .rules import HAS_WEBHOOK, POLLED_ELSEWHERE, Limits, Refused

# What a bot gets that doesn't say `allowed_updates`: everything but these.
ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class Delivery:
    """How updates reach a bot; the first three are what Telegram promises not to do often.

    `apart` gives presses a lane of their own beside the messages of the same chat. Telegram's open server does that:
    with more than one connection a press may overtake the text before it.
    """

    copies: int = 1  #                    times each update is delivered
    shuffle: random.Random | None = None  # which chat is next is drawn by lot
    together: bool = False  #             copies at the same time
    apart: bool = False
    backoff: float = 0.05  #              before a webhook is tried again; Telegram begins with a second
    patience: float = 60.0  #             how long a webhook may take to answer


@dataclass(eq=False)
class Update:
    id: int
    kind: str
    body: Any
    lane: Any
    until: int
    answers: list[int] = field(default_factory=list)  # a status for each delivery, 0 for none

    def json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    def __init__(self, clock: Clock, delivery: Delivery) -> None:
        self.clock, self.delivery = clock, delivery
        self.bell = Bell()
        self.waiting: dict[int, Update] = {}
        self.lanes: dict[Any, deque[Update]] = {}
        self.past: list[Update] = []
        self.allowed: frozenset[str] | None = None
        self.webhook = False
        self.listening = asyncio.Event()  # while a poll waits
        self._numbers = itertools.count(random.randrange(10**8, 10**9))
        self._polls = itertools.count(1)
        self._poll = 0
        self._ended = HAS_WEBHOOK

    def push(self, kind: str, body: Any, chat: int, keep: int) -> Update | None:
        if kind in ASKED_FOR if self.allowed is None else kind not in self.allowed:
            return None
        lane = (chat, kind == "callback_query") if self.delivery.apart else chat
        update = Update(next(self._numbers), kind, body, lane, self.clock.now() + keep)
        self.waiting[update.id] = update
        self.lanes.setdefault(lane, deque()).append(update)
        self.bell.ring()
        return update

    def allow(self, asked: list[str] | None) -> None:
        """Absent: as before. Empty: the default again."""
        if asked is not None:
            self.allowed = frozenset(asked) or None

    def done(self, update: Update) -> None:
        """Delivered as often as it should be."""
        if self.waiting.pop(update.id, None) is None:
            return
        lane = self.lanes[update.lane]
        lane.remove(update)
        if not lane:
            del self.lanes[update.lane]
        self.past.append(update)
        self.bell.ring()

    def clear(self) -> None:
        for update in list(self.waiting.values()):
            self.done(update)

    def expire(self) -> None:
        now = self.clock.now()
        for update in [one for one in self.waiting.values() if one.until <= now]:
            self.done(update)

    # -- getUpdates ----------------------------------------------------------------------------------------------------

    async def poll(self, offset: int, limit: int, seconds: float, limits: Limits) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refused(409, HAS_WEBHOOK)
        self.expire()
        self._acknowledge(offset)
        self._poll = number = next(self._polls)
        limit = min(max(limit or limits.poll_answer, 1), limits.poll_answer)
        self.bell.ring()  # whoever polls already is told to go
        found = self._pick(offset, limit)
        if not found and seconds > 0:
            found = await self._wait(number, offset, limit, min(seconds, limits.poll_seconds))
        for update in found:
            update.answers.append(200)
        return [update.json() for update in found]

    def interrupt(self) -> None:
        """setWebhook ends a poll under way."""
        self._poll, self._ended = 0, "Conflict: terminated by setWebhook request"
        self.bell.ring()

    async def _wait(self, number: int, offset: int, limit: int, seconds: float) -> list[Update]:
        def look() -> list[Update] | None:
            if self._poll != number:
                raise Refused(409, POLLED_ELSEWHERE if self._poll else self._ended)
            return self._pick(offset, limit) or None

        self.listening.set()
        try:
            return await self.bell.until(look, seconds)
        except TimeoutError:
            return []
        finally:
            self.listening.clear()

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:  # "retrieve updates starting from -offset update from the end; all previous will be forgotten"
            for update in list(self.waiting.values())[:offset]:
                self.done(update)
        for update in [one for one in self.waiting.values() if one.id < offset and self._enough(one)]:
            self.done(update)

    def _enough(self, update: Update) -> bool:
        """Telegram forgets whatever is below the offset; an adversity on demand keeps what it hasn't shown yet."""
        return len(update.answers) >= self.delivery.copies if self._adverse else True

    @property
    def _adverse(self) -> bool:
        return self.delivery.copies > 1 or self.delivery.shuffle is not None

    def _pick(self, offset: int, limit: int) -> list[Update]:
        if not self._adverse:
            return [one for one in itertools.islice(self.waiting.values(), limit) if one.id >= offset]
        order: list[Update] = []
        lanes = [list(lane) for lane in self.lanes.values()]
        while lanes and len(order) < limit:
            lane = (
                self.delivery.shuffle.choice(lanes) if self.delivery.shuffle else min(lanes, key=lambda one: one[0].id)
            )
            order.append(lane.pop(0))
            lanes = [one for one in lanes if one]
        return order
