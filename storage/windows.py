"""When a citizen may be written to, on a platform that counts: so many messages after each of theirs, within so many hours.

One row per conversation, kept as long as its window may stand open. Their moment is rounded down to the hour: no finer one of
a citizen's is kept, and so a window closes up to an hour early.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, and_, bindparam, delete, literal, select, update

from storage.among import among
from storage.database import Tx, now_ms
from storage.models import windows
from storage.sealed import Unsealable

HOUR_MS = 3600 * 1000
KEEP_MS = 7 * 24 * HOUR_MS


@dataclass(frozen=True)
class Window:
    """`messages` after each of theirs, for `ms`."""

    messages: int
    ms: int

    @property
    def hours(self) -> int:
        return self.ms // HOUR_MS


@dataclass(frozen=True)
class Ticket:
    """Good for one message outside the count, until a moment of machine time."""

    code: str
    until_ms: int


def heard(tx: Tx, lane: int, at_ms: int) -> None:
    """They have written: the count begins anew. What they wrote earlier changes nothing."""
    row = {"lane": lane, "heard_ms": at_ms - at_ms % HOUR_MS, "used": 0}
    known = (windows.c.lane == lane, windows.c.heard_ms <= row["heard_ms"])
    if not tx.execute(update(windows).where(*known).values(row | {"turn": windows.c.turn + 1})).rowcount:
        tx.add_unless_known(windows, row | {"ticket_ms": 0, "turn": 1})


def ticket(tx: Tx, lane: int, one: Ticket) -> None:
    tx.add_unless_known(windows, {"lane": lane, "heard_ms": 0, "used": 0, "turn": 0, "ticket_ms": 0})
    kept = {"sealed_ticket": tx.keys.seal("transit", one.code.encode()), "ticket_ms": one.until_ms}
    tx.execute(update(windows).where(windows.c.lane == lane).values(kept))


def is_open(window: Window) -> ColumnElement[bool]:
    """At the moment bound as `at`; of rows of this table."""
    at = bindparam("at", type_=BigInteger)
    return and_(windows.c.heard_ms > at - literal(window.ms, BigInteger), windows.c.used < window.messages)


def lets_through(tx: Tx, lane: int, window: Window) -> bool:
    """Whether this conversation may be written to at this moment."""
    wanted = select(windows.c.lane).where(windows.c.lane == lane, is_open(window))
    return tx.execute(wanted, {"at": now_ms()}).first() is not None


def has_ticket() -> ColumnElement[bool]:
    return windows.c.ticket_ms > bindparam("at", type_=BigInteger)


_OF = select(windows).where(among(windows.c.lane, "lanes"))


@dataclass(frozen=True)
class Standing:
    """How one conversation stands: `turn` tells whether they have written since; `ticket` is empty where there is none."""

    turn: int
    ticket: str


def standing(tx: Tx, lanes: Iterable[int]) -> Mapping[int, Standing]:
    at, rows = now_ms(), tx.execute(_OF, {"lanes": list(lanes)})
    return {row.lane: Standing(row.turn, _opened(tx, row) if row.ticket_ms > at else "") for row in rows}


def _opened(tx: Tx, row: Row[Any]) -> str:
    try:
        return tx.keys.open_("transit", row.sealed_ticket).decode() if row.sealed_ticket else ""
    except Unsealable:
        return ""


def used(tx: Tx, lane: int, messages: int) -> None:
    if messages:
        tx.execute(update(windows).where(windows.c.lane == lane).values(used=windows.c.used + messages))


def spent(tx: Tx, lane: int) -> None:
    """The ticket is used, or was no longer good."""
    tx.execute(update(windows).where(windows.c.lane == lane).values(sealed_ticket=None, ticket_ms=0))


def shut(tx: Tx, lane: int, turn: int | None = None) -> None:
    """The platform says that it is: until they write again, unless they have since that turn."""
    now = (windows.c.lane == lane, *(() if turn is None else (windows.c.turn == turn,)))
    tx.execute(update(windows).where(*now).values(heard_ms=0))


def drop_lane(tx: Tx, lane: int) -> None:
    tx.execute(delete(windows).where(windows.c.lane == lane))


def sweep(tx: Tx) -> None:
    at = now_ms()
    lapsed = (windows.c.ticket_ms > 0, windows.c.ticket_ms < at)
    tx.execute(update(windows).where(*lapsed).values(sealed_ticket=None, ticket_ms=0))
    tx.execute(delete(windows).where(windows.c.heard_ms < at - KEEP_MS, windows.c.ticket_ms < at))
