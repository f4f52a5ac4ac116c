"""A platform's access token, one row for each app, shared by all processes: sealed, with its end in machine time.

The row is bound to whom it was given (`whose`, a digest of the credentials): after the secret was changed the old row says
nothing, neither its token nor that it was refused. Whoever fetches a new token holds the lease `token:<name>`.
"""

from dataclasses import dataclass

from sqlalchemy import select

from storage import leases
from storage.database import Tx, now_ms
from storage.models import access
from storage.sealed import Unsealable


@dataclass(frozen=True)
class Access:
    """`token` is empty where there is none; `refused` is why nobody is to ask before `expires_ms`, 0 otherwise."""

    token: str = ""
    expires_ms: int = 0
    refused: int = 0

    @classmethod
    def granted(cls, token: str, ms: int) -> "Access":
        return cls(token, now_ms() + ms)

    @classmethod
    def denied(cls, code: int, ms: int) -> "Access":
        return cls("", now_ms() + ms, code)

    @property
    def good(self) -> bool:
        return bool(self.token) and self.expires_ms > now_ms()

    @property
    def barred(self) -> bool:
        return bool(self.refused) and self.expires_ms > now_ms()


NONE = Access()


def read(tx: Tx, name: str, whose: str) -> Access:
    row = tx.execute(select(access).where(access.c.name == name)).first()
    if row is None:
        return NONE
    try:
        plain = tx.keys.open_("secret", row.sealed_token, _bound(name, whose))
    except Unsealable:
        return NONE
    return Access(plain.decode(), row.expires_ms, int(row.refused or 0))


def keep(tx: Tx, name: str, whose: str, held: Access) -> None:
    """In place of what was there."""
    sealed = tx.keys.seal("secret", held.token.encode(), _bound(name, whose))
    refused = str(held.refused) if held.refused else ""
    row = {"name": name, "sealed_token": sealed, "expires_ms": held.expires_ms, "refused": refused}
    tx.upsert(access, row, ["name"])


def turn(tx: Tx, name: str, whose: str, stale: str, holder: str, ms: int) -> Access | None:
    """Before asking for another one than `stale`: what somebody has got meanwhile; else none, and for `ms` it is our turn
    to ask; None while it is somebody else's."""
    found = read(tx, name, whose)
    if found.barred or (found.good and found.token != stale):
        return found
    return NONE if leases.take(tx, _lease(name), holder, ms) else None


def settle(tx: Tx, name: str, whose: str, held: Access | None, holder: str) -> None:
    """The turn is over, with or without something to keep."""
    if held is not None:
        keep(tx, name, whose, held)
    leases.give_up(tx, _lease(name), holder)


def _lease(name: str) -> str:
    return f"token:{name}"


def _bound(name: str, whose: str) -> bytes:
    return f"access:{name}:{whose}".encode()
