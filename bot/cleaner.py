"""The slow work on attachments: a copy without metadata for officers. Under a lease, outside any transaction.

Only the file waits; its conversation goes on. Each is read in a process of its own (`bot.clean.apart`). A process of ours
that is killed here leaves the row to the next; one that dies three times over the same file withholds it.
"""

import asyncio
import base64
import contextlib
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Row

from bot.clean import Cleaned, Refused, Withheld, kind_of
from bot.clean.apart import Unstartable, clean_apart
from storage import attachments
from storage.database import Database, Unavailable
from storage.files import DiskFull, FileMissing, FileStore
from storage.sealed import Unsealable, new_key

log = structlog.get_logger()
NOT_NOW = (Unavailable, DiskFull, Unstartable)  # no fault of the file


class Cleaner:
    def __init__(self, database: Database, store: FileStore) -> None:
        self.database, self.store = database, store
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()

    def wake(self) -> None:
        """Look now, not at the next poll."""
        self.idle.clear()
        self._wake.set()

    async def run(self, stopping: asyncio.Event, poll: float = 2.0) -> None:
        while not stopping.is_set():
            self._wake.clear()
            if await self._patiently():
                continue
            if not self._wake.is_set():
                self.idle.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), poll)

    async def _patiently(self) -> bool:
        try:
            return await self.once()
        except NOT_NOW as fault:
            log.warning("cleaning waits", reason=str(fault))
            return False

    async def once(self) -> bool:
        """Clean what waits; True when there was something."""
        if not await self.database.read(attachments.any_new):
            return False
        rows = await self.database.run(attachments.claim)
        for place, row in enumerate(rows):
            try:
                await self._clean(row)
            except (*NOT_NOW, asyncio.CancelledError):
                await self._give_back(rows[place:])
                raise
        return bool(rows)

    async def _clean(self, row: Row[Any]) -> None:
        about = await self.database.read(lambda tx: attachments.about(tx, row))
        state, reason, more = await self._cleaned(about)
        await self.database.run(lambda tx: attachments.cleaned(tx, row.id, state, reason, more))

    async def _give_back(self, rows: Sequence[Row[Any]]) -> None:
        """No room, no database, no process, or we stop: these files are not at fault, and no try is counted."""
        await self.database.run(lambda tx: attachments.release(tx, [row.id for row in rows]))

    async def _cleaned(self, about: dict[str, Any]) -> tuple[str, str | None, dict[str, Any]]:
        try:
            data = await asyncio.to_thread(self._read, about)
        except (FileMissing, Unsealable):
            return "refused", "damaged", {}
        kind = await asyncio.to_thread(kind_of, data)
        verdict = kind if isinstance(kind, Refused) else await clean_apart(kind, data)
        if isinstance(verdict, Cleaned):
            return "ready", None, await asyncio.to_thread(self._kept, verdict)
        return ("withheld" if isinstance(verdict, Withheld) else "refused"), verdict.reason, {}

    def _read(self, about: dict[str, Any]) -> bytes:
        return self.store.read_all(about["store"], base64.urlsafe_b64decode(about["key"] + "=="))

    def _kept(self, verdict: Cleaned) -> dict[str, Any]:
        key = new_key()
        stored = self.store.keep(key, verdict.data)
        encoded = base64.urlsafe_b64encode(key).decode().rstrip("=")
        mime, ext = verdict.mime, verdict.extension
        return {"clean_store": stored.name, "clean_key": encoded, "clean_mime": mime, "clean_ext": ext}
