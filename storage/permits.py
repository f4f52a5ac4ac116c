"""Permits to make a request to a platform: one row per bot, shared by every process.

The row is a timetable, not a purse: it says when the next request may begin. Taking a lot moves it on in one statement, so
that two processes never hold the same moment, and no window of a second holds more than its share, wherever it begins (a
purse that is full lets twice its rate through). A refusal for flooding is written into the row, and everybody obeys.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, case, select, update

from storage.database import Tx, now_ms
from storage.models import permits

NEW = {"next_ms": 0, "banned_until_ms": 0, "day": 0, "people": 0}
DAY_MS, CHINA_MS = 24 * 3_600_000, 8 * 3_600_000  # a platform's day begins at its own midnight
JUMP_MS = 60_000  # further ahead than this nobody books: a clock was set back


@dataclass(frozen=True)
class Lot:
    """Moments of machine time at which one request each may begin, and until when none may."""

    moments: tuple[int, ...]
    banned_until: int


def moments(following: int, count: int, step: int) -> tuple[int, ...]:
    """Those that were booked, from the moment that follows them."""
    return tuple(following - step * left for left in range(count, 0, -1))


_AT = bindparam("at", type_=BigInteger)
_FREE = case((permits.c.next_ms.between(_AT, bindparam("horizon")), permits.c.next_ms), else_=_AT)
_TAKE = (
    update(permits)
    .where(permits.c.bot == bindparam("whose"))
    .values(next_ms=_FREE + bindparam("span", type_=BigInteger))
    .returning(permits.c.next_ms, permits.c.banned_until_ms)
)


def take(tx: Tx, bot: str, count: int, step: int) -> Lot:
    """Book so many moments, `step` milliseconds apart. Unused ones lapse."""
    at = now_ms()
    values = {"whose": bot, "at": at, "horizon": at + JUMP_MS, "span": count * step}
    row = tx.execute(_TAKE, values).first()
    if row is None:
        tx.add_unless_known(permits, {"bot": bot, **NEW})
        row = tx.execute(_TAKE, values).one()
    return Lot(moments(row.next_ms, count, step), row.banned_until_ms)


_BANNED = select(permits.c.banned_until_ms).where(permits.c.bot == bindparam("whose"))


def banned_until(tx: Tx, bot: str) -> int:
    """Machine time until which nothing may be sent; in the past, or 0, when it may."""
    return int(tx.peek(_BANNED, {"whose": bot}).scalar_one_or_none() or 0)


def ban(tx: Tx, bot: str, until_ms: int) -> None:
    """The later of two refusals counts."""
    tx.add_unless_known(permits, {"bot": bot, **NEW})
    later = (permits.c.bot == bot, permits.c.banned_until_ms < until_ms)
    tx.execute(update(permits).where(*later).values(banned_until_ms=until_ms))


# -- so many people a day ------------------------------------------------------------------------------------------------


def _today() -> int:
    return (now_ms() + CHINA_MS) // DAY_MS


def count(tx: Tx, bot: str, people: int) -> None:
    """These were sent something today."""
    tx.add_unless_known(permits, {"bot": bot, **NEW})
    day = _today()
    so_far = case((permits.c.day == day, permits.c.people), else_=0)
    tx.execute(update(permits).where(permits.c.bot == bot).values(day=day, people=so_far + people))


def counted(tx: Tx, bot: str) -> int:
    """How many were, today."""
    today = (permits.c.bot == bot, permits.c.day == _today())
    return int(tx.execute(select(permits.c.people).where(*today)).scalar_one_or_none() or 0)
