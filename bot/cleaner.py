"""The slow work on attachments: a copy without metadata for officers. Under a lease, outside any transaction.

Only the file waits; its conversation goes on. A process killed here leaves the row to the next; one that dies three times
over the same file withholds it.
"""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Row

from bot.clean import Cleaned, Refused, Withheld, clean, kind_of
from storage import attachments
from storage.database import Database, Unavailable
from storage.files import DiskFull, FileMissing, FileStore
from storage.sealed import Unsealable, new_key

log = structlog.get_logger()


class Cleaner:
    def __init__(self, database: Database, store: FileStore) -> None:
        self.database, self.store = database, store

    async def run(self, stopping: asyncio.Event, wake: asyncio.Event) -> None:
        while not stopping.is_set():
            wake.clear()
            try:
                busy = await self.once()
            except (Unavailable, DiskFull) as fault:
                log.warning("cleaning waits", reason=str(fault))
                busy = False
            if not busy:
                try:
                    await asyncio.wait_for(wake.wait(), 2.0)
                except TimeoutError:
                    continue

    async def once(self) -> bool:
        """Clean what waits; True when there was something."""
        if not await self.database.read(attachments.any_new):
            return False
        rows = await self.database.run(attachments.claim)
        for place, row in enumerate(rows):
            try:
                await self._clean(row)
            except (Unavailable, DiskFull):
                await self._give_back(rows[place:])
                raise
        return bool(rows)

    async def _clean(self, row: Row[Any]) -> None:
        about = await self.database.read(lambda tx: attachments.about(tx, row))
        state, reason, more = await asyncio.to_thread(self._cleaned, about)
        await self.database.run(lambda tx: attachments.cleaned(tx, row.id, state, reason, more))

    async def _give_back(self, rows: Sequence[Row[Any]]) -> None:
        """No room, or no database: these files are not at fault, and no try is counted."""
        await self.database.run(lambda tx: attachments.release(tx, [row.id for row in rows]))

    def _cleaned(self, about: dict[str, Any]) -> tuple[str, str | None, dict[str, Any]]:
        try:
            data = self.store.read_all(about["store"], base64.urlsafe_b64decode(about["key"] + "=="))
        except (FileMissing, Unsealable):
            return "refused", "damaged", {}
        kind = kind_of(data)
        verdict = kind if isinstance(kind, Refused) else clean(kind, data)
        if isinstance(verdict, Cleaned):
            return "ready", None, self._kept(verdict)
        return ("withheld" if isinstance(verdict, Withheld) else "refused"), verdict.reason, {}

    def _kept(self, verdict: Cleaned) -> dict[str, Any]:
        key = new_key()
        stored = self.store.keep(key, verdict.data)
        encoded = base64.urlsafe_b64encode(key).decode().rstrip("=")
        mime, ext = verdict.mime, verdict.extension
        return {"clean_store": stored.name, "clean_key": encoded, "clean_mime": mime, "clean_ext": ext}
