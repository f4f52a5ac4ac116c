"""Permits to make a request to a platform: each bot has so many, one row each, shared by every process (`rules.pacing`).

The bot's own row says when its next request may begin, so that they don't come at once, and is locked by whoever books: no
two processes hold one permit. A permit that is not given back, since its process was killed, is good again when its time is up. A
refusal for flooding is written into the bot's row, and everybody obeys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, case, or_, select, update

from rules.pacing import HOLD_MS, SECOND_MS, booked
from storage.database import Tx, now_ms
from storage.models import permits

NEW = {"next_ms": 0, "banned_until_ms": 0, "day": 0, "people": 0}
DAY_MS, CHINA_MS = 24 * 3_600_000, 8 * 3_600_000  # a platform's day begins at its own midnight


@dataclass(frozen=True)
class Permit:
    """For one request from then on; ours until its time is up."""

    number: int
    at_ms: int
    until_ms: int


@dataclass(frozen=True)
class Lot:
    """In the order of their moments; and until when no request may be made."""

    permits: tuple[Permit, ...]
    banned_until: int


_BOT = select(permits.c.next_ms, permits.c.banned_until_ms).where(permits.c.bot == bindparam("whose")).with_for_update()
_THEIRS = select(permits.c.bot, permits.c.next_ms).where(permits.c.bot.in_(bindparam("names", expanding=True)))
_GOOD = (
    update(permits).where(permits.c.bot == bindparam("name")).values(next_ms=bindparam("good", type_=BigInteger))
)  # whoever holds it, or the bot's row
_BACK = _GOOD.where(permits.c.next_ms == bindparam("held"))


def _name(bot: str, number: int) -> str:
    return f"{bot}#{number}"


def exchange(  # noqa: PLR0913  # what is given for what
    tx: Tx, bot: str, back: Sequence[tuple[Permit, int]], count: int, most: int, step: int
) -> Lot:
    """Give back permits, each with when it is good again, and book so many others of the bot's `most`, if there are as many
    that are good soon; `step` milliseconds apart."""
    row = _locked(tx, bot, most)
    if back:
        tx.execute(_BACK, [{"name": _name(bot, one.number), "good": good, "held": one.until_ms} for one, good in back])
    lot = _booked(tx, bot, row.next_ms, count, most, step) if count else ()
    return Lot(lot, row.banned_until_ms)


def _locked(tx: Tx, bot: str, most: int) -> Row[Any]:
    """The bot's row. Its permits are there, too."""
    last = select(permits.c.bot).where(permits.c.bot == _name(bot, most - 1))
    if tx.execute(last).first() is None:
        for name in (bot, *(_name(bot, number) for number in range(most))):
            tx.add_unless_known(permits, {"bot": name, **NEW})
    return tx.execute(_BOT, {"whose": bot}).one()


def _booked(tx: Tx, bot: str, following: int, count: int, most: int, step: int) -> tuple[Permit, ...]:  # noqa: PLR0913
    names = {_name(bot, number): number for number in range(most)}
    good = {names[row.bot]: row.next_ms for row in tx.execute(_THEIRS, {"names": list(names)})}
    moments = booked(good, following, now_ms(), count, step)
    lot = tuple(Permit(number, moment, moment + HOLD_MS) for number, moment in moments.items())
    if lot:
        held = [{"name": _name(bot, one.number), "good": one.until_ms} for one in lot]
        tx.execute(_GOOD, [*held, {"name": bot, "good": lot[-1].at_ms + step}])
    return lot


def release(tx: Tx, bots: Iterable[str]) -> None:
    """For a process that knows itself to be the only one: what the one before it held is good again in a second."""
    good = now_ms() + SECOND_MS
    theirs = or_(*(permits.c.bot.startswith(f"{bot}#", autoescape=True) for bot in bots))
    tx.execute(update(permits).where(theirs, permits.c.next_ms > good).values(next_ms=good))


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
