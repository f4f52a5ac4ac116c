"""A channel nobody reads but us: it keeps what it receives, and refuses what real ones refuse.

What is counted is counted here, where messages arrive, not where they are written.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select

from bot.channels.base import FLOOD, Can, Door, Outgoing, Sent, numbered
from bot.fetching import Part
from bot.timepiece import Timepiece
from handlers.desk import EVERYTHING
from storage import messages
from storage.database import Database, Tx
from storage.models import outbox

CAN = Can(max_text=4096, unit="utf16", erase=False, pull=False, disclosure=EVERYTHING)
AFTER_MS = 2  # machine time: a refusal costs the run next to nothing
RUNGS = frozenset({"alert", "again", "untaken", "due_soon", "due_today", "overdue", "passed_on"})
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Received:
    """One message as it arrived: when, by the clock of the house; whose; and what it was made of."""

    at: datetime
    peer: str
    message: Outgoing
    says: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The duties of the plan it reminds of; none: it is something else."""
        return tuple(item for block, data in self.says for item in _reminded(block, data))

    @property
    def reminds(self) -> bool:
        """It comes from a ladder: of a duty, or of a clock of ours."""
        blocks = (block.removeprefix("reminders:") for block, _ in self.says)
        return any(one in ("morning", "calendar") or one.partition("_")[2] in RUNGS for one in blocks)

    @property
    def vacancies(self) -> tuple[tuple[str, str], ...]:
        """The seats it says nobody hears at."""
        told = (seat for block, data in self.says if block == "reminders:vacant" for seat in data["seats"])
        return tuple((seat["unit"], seat["seat"]) for seat in told)

    def offers(self, choice: str) -> str | None:
        """The button that is this one, or begins so."""
        ids = (key for key, _ in self.message.choices)
        return next((key for key in ids if key == choice or key.startswith(f"{choice}.")), None)


def _reminded(block: str, data: Mapping[str, Any]) -> Iterator[Item]:
    kind, _, template = block.removeprefix("reminders:").partition("_")
    if block == "reminders:morning":
        yield from (one for one in data["items"] if one["kind"] == "asked")
    elif kind == "duty" and template in RUNGS:
        yield data


@dataclass
class Platform:
    """Stands for one: nobody sends files there, and whatever was said there may be changed."""

    door: Door
    can: ClassVar[Can] = CAN

    @property
    def name(self) -> str:
        return self.door.name

    async def send(self, message: Outgoing) -> Sent:
        raise NotImplementedError

    async def plain(self, address: str, ext_id: str) -> Sent:
        return Sent("ok")

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        return Sent("ok")

    def fetch(self, remote: Mapping[str, Any]) -> AbstractAsyncContextManager[Part]:
        raise LookupError("no files")


@dataclass
class Simulated(Platform):
    """`members`: whom the platform knows; `down`: it answers nobody; `floods`: whether this is one too many."""

    timepiece: Timepiece
    heard: Callable[[Received], None]
    floods: Callable[[str], bool] = lambda peer: False
    members: set[str] = field(default_factory=set)
    database: Database | None = None
    down: bool = False
    refused: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)

    async def send(self, message: Outgoing) -> Sent:
        sent = self._refuses(message)
        if sent is not None:
            self.refused[sent.code] += 1
            return sent
        says = await self._made_of(int(message.key))
        self.arrived[message.key] += 1
        self.heard(Received(self.timepiece.now(), message.address, message, says))
        return Sent("ok", ext_ids=(message.key,), parts=1)

    def _refuses(self, message: Outgoing) -> Sent | None:
        if self.down:
            return Sent("retry", 10 * AFTER_MS, "down", costs=False)
        if message.address not in self.members:
            return Sent("gone", code="unknown")
        if self.can.size(numbered(message.text, message.choices, message.prompt)) > self.can.max_text:
            return Sent("never", code="too long")
        if self.floods(message.address):
            return Sent("retry", AFTER_MS, FLOOD, costs=False)
        return None

    async def _made_of(self, number: int) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        assert self.database is not None

        def read(tx: Tx) -> Any:
            rows = tx.peek(select(outbox).where(outbox.c.id == number)).all()
            return messages.of_rows(tx, rows).get(number)

        payload = await self.database.read(read)
        return tuple((block, data) for block, data in payload["says"]) if payload else ()
