"""At what time of a working day somebody hears what waits for the morning: the county's, or one of their own. Pure.

The county's ladders go by the county's morning. What they have for somebody who hears later is held until then, all of it
together; where somebody wants to hear earlier the county's rungs of that morning are climbed then, and held for the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from rules.calendar import ONE_DAY
from rules.escalation import Days, Quiet

EVERYWHERE, LAST = "", "last"
# No full or half hour: then every system pushes at once.
OFFERED = (time(8, 10), time(8, 53), time(9, 20), time(13, 40))


@dataclass(frozen=True)
class Choice:
    """`morning`: None for the county's. `where`: every conversation, the one used last, or those on one platform."""

    morning: time | None = None
    where: str = EVERYWHERE


DEFAULT = Choice()


def allowed(at: time, quiet: Quiet) -> bool:
    return quiet.ends <= at < quiet.begins


def of(choice: Choice, quiet: Quiet) -> time:
    """A county whose quiet hours have changed since goes before what was chosen."""
    own = choice.morning
    return own if own is not None and allowed(own, quiet) else quiet.morning


def on(day: date, at: time, days: Days, like: datetime) -> datetime:
    return datetime.combine(day, at, days.tz).astimezone(like.tzinfo)


def hears_at(now: datetime, own: time, days: Days, due: Iterable[datetime] = ()) -> datetime:
    """When they hear what a morning brings: on that day, and while what it tells of is not over. It is never said late because
    of a choice: if one of these is due before, it is said now."""
    moment = on(now.astimezone(days.tz).date(), own, days, now)
    over_by_then = any(now < one <= moment for one in due)
    return now if moment <= now or over_by_then else moment


def next_one(now: datetime, own: time, days: Days) -> datetime:
    """The first of theirs on a working day after `now`."""
    today = now.astimezone(days.tz).date()
    moment = on(today, own, days, now)
    if days.calendar.is_workday(today) and moment > now:
        return moment
    return on(days.calendar.add_workdays(today, 1).date, own, days, now)


def last_one(now: datetime, own: time, days: Days) -> datetime:
    """The one of the working day before."""
    yesterday = now.astimezone(days.tz).date() - ONE_DAY
    return on(days.calendar.on_or_before(yesterday).date, own, days, now)


def since(now: datetime, before: time, after: time, days: Days) -> date:
    """From which day a new choice holds: today's morning is divided between two of them for nobody."""
    first = min(before, after, days.quiet.morning)
    return next_one(now, first, days).astimezone(days.tz).date()


def brought_forward(now: datetime, earliest: time | None, days: Days) -> datetime | None:
    """The county's morning of today, when it is still to come and somebody hears it already."""
    local = now.astimezone(days.tz)
    early = earliest is not None and earliest <= local.time() < days.quiet.morning
    return days.morning(now, 0) if early and days.calendar.is_workday(local.date()) else None
