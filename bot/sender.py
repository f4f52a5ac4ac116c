"""From the outbox to people's chats: claimed, rendered, paced, sent, gone.

    storage.sending.claim (one reply and one push of a conversation) -> bot.render -> channel.send -> Sent
    ok: row gone · retry: later, with what has gone out of it · never: dead, and the person told · gone: passed on

The doors are served by a `Line` each.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.channels.base import Attachment, Channel, Outgoing, degraded, numbered
from bot.files import Uploads
from bot.line import Line
from bot.render import Renderer
from bot.timepiece import Timepiece, resting
from handlers.disclosure import veiled
from storage import delivery, sending, tips
from storage.database import Database, Unavailable
from storage.parcels import Parcel
from storage.queue import Message

KEPT = 64  # renderings of what is said to many


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
        self._many: dict[tuple[Any, ...], Outgoing] = {}
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

    def resting(self) -> tuple[str, ...]:
        """Counties whose people hear nothing now that was held up and can wait."""
        return resting(self.renderer.plans, self.timepiece.now())

    def wake(self) -> None:
        """Something was written to the outbox: look now."""
        for line in self.lines.values():
            line.bell.set()

    async def outgoing(self, parcel: Parcel, channel: Channel) -> tuple[Outgoing, list[Parcel]]:
        """Words are chosen now, in the language the row was written in; of a bundle as much as one message holds, and what
        it does not. Raises what rendering raises."""
        whole, last, left = await self._said(parcel, channel), parcel, list[Parcel]()
        for other in parcel.rest:
            more = None if left else await self._with(whole, last, other, channel)
            if more is None:
                left.append(other)
            else:
                whole, last = more, other
        return whole, left

    async def _with(self, whole: Outgoing, last: Parcel, other: Parcel, channel: Channel) -> Outgoing | None:
        """Both as one message; None where that can't be: too long, not to be opened, or each with something to press."""
        try:
            more = await self._said(other, channel)
        except Unavailable:
            raise
        except Exception:
            return None  # it is said alone, and its fault is named then
        if more.files or (more.prompt < 0 and more.choices and whole.choices not in ((), more.choices)):
            return None
        before = whole.says[:-1] if _superseded(last, other) else whole.says
        offers = more if more.prompt >= 0 or more.choices else whole
        both = replace(
            whole,
            says=(*(one for one in before if one not in more.says), *more.says),
            choices=offers.choices,
            subject=offers.subject,
            prompt=max(whole.prompt, more.prompt),
            tells=whole.tells or more.tells,
            draft=whole.draft and more.draft,
        )
        fits = channel.can.size(numbered(both.text, both.choices, both.prompt)) <= channel.can.max_text
        return both if fits else None

    async def _said(self, parcel: Parcel, channel: Channel) -> Outgoing:
        """What is said to many is rendered once for each language."""
        assert parcel.message is not None
        if parcel.broadcast is None:
            return await self._rendered(parcel, channel)
        alike = (parcel.broadcast, parcel.message["language"], parcel.stale, channel.name, self.renderer.site)
        if (known := self._many.get(alike)) is None:
            if len(self._many) >= KEPT:
                self._many.clear()
            known = self._many[alike] = await self._rendered(parcel, channel)
        return replace(
            known,
            lane=parcel.lane,
            address=parcel.address,
            key=str(parcel.id),
            gone=parcel.parts,
            spoken_ms=parcel.spoken_ms,
            ticket=parcel.ticket,
            room=parcel.room,
        )

    async def _rendered(self, parcel: Parcel, channel: Channel) -> Outgoing:
        assert parcel.message is not None
        message = veiled(parcel.message, channel.can.disclosure)
        tells = bool(message.get("about")) and message is parcel.message
        says, files = self.renderer.says(message), list[Attachment]()
        for file in message.get("files", ()):
            found = await self._attached(file, parcel, channel)
            if found is not None:
                files.append(found)
            else:
                says = [*says[:-1], "\n".join([*says[-1:], self._on_the_page(file, message, channel)])]
        offered = () if parcel.stale else self.renderer.choices(message)
        return Outgoing(
            parcel.lane,
            parcel.address,
            tuple(says),
            tuple((key, label) for key, label, _ in offered),
            message["prompt"],
            str(parcel.id),
            tuple(files),
            tuple(str(one) for one in message.get("deletes", ())),
            parcel.parts,
            parcel.spoken_ms,
            parcel.bulk,
            tells or bool(delivery.earlier_calls(parcel)),
            parcel.ticket,
            message["language"],
            bool(message.get("draft")),
            await self._subject(message) if tells and offered and message["prompt"] >= 0 else "",
            parcel.room,
        )

    async def _subject(self, message: Message) -> str:
        """The number of the one matter that was looked at for this answer: those merged into it are not what is acted on."""
        rows = await self.database.read(lambda tx: tips.by_ids(tx, message["about"]))
        numbers = [row.number for row in rows.values() if row.merged_into not in rows]
        return numbers[0] if len(numbers) == 1 else ""

    def _on_the_page(self, file: dict[str, Any], message: Message, channel: Channel) -> str:
        degraded[channel.name, "file left on the page"] += 1
        number = {"n": file.get("n", "")}
        return self.renderer.block("common:left_on_page", number, message["language"], message["county"])

    async def _attached(self, file: dict[str, Any], parcel: Parcel, channel: Channel) -> Attachment | None:
        if self.uploads is None or parcel.message is None:
            return None
        return await self.uploads.attached(file, parcel.lane, parcel.message["language"], channel.can.max_file)


def _superseded(one: Parcel, by: Parcel) -> bool:
    """Whether the question that one puts is put anew, or the next of its form is: of something unfinished. What else ends a
    message may be an answer, which is not left out."""
    asks, next_ = one.payload or {}, by.payload or {}
    return bool(asks.get("draft") and by.prompt >= 0) and _form(asks) == _form(next_)


def _form(message: Mapping[str, Any]) -> str:
    return str(message["says"][-1][0]).partition(":")[0]
