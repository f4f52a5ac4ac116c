"""Where an app's token is kept: in the database, for all processes of the house, or by one caller who is soon gone."""

import hashlib
import secrets
from typing import Protocol

from storage import access
from storage.access import Access
from storage.database import Database

LEASE_MS = 20_000  # longer than gettoken is waited for


class Kept(Protocol):
    async def turn(self, stale: str) -> Access | None:
        """What there is, but not `stale`; none, where it is our turn to ask; None while it is somebody else's."""
        ...

    async def settle(self, held: Access | None) -> None:
        """The turn is over, with or without something to keep."""
        ...


class Shared:
    """One row for each app, bound to its credentials: see `storage.access`."""

    def __init__(self, database: Database, name: str, corp_id: str, secret: str) -> None:
        self.database = database
        self.name, self._holder = name, secrets.token_hex(16)
        self._whose = hashlib.sha256(f"{corp_id}\0{secret}".encode()).hexdigest()

    async def turn(self, stale: str) -> Access | None:
        return await self.database.run(
            lambda tx: access.turn(tx, self.name, self._whose, stale, self._holder, LEASE_MS)
        )

    async def settle(self, held: Access | None) -> None:
        await self.database.run(lambda tx: access.settle(tx, self.name, self._whose, held, self._holder))


class Alone:
    """For `xiezhi check`, which needs no database, and asks anew what was refused before."""

    def __init__(self) -> None:
        self._held = access.NONE

    async def turn(self, stale: str) -> Access | None:
        return self._held if self._held.barred or (self._held.good and self._held.token != stale) else access.NONE

    async def settle(self, held: Access | None) -> None:
        self._held = held or self._held
