"""From a clock in the plan to the moment something is due, by the counting rules of the Civil Code (民法典 200-204)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar, Literal

from rules.calendar import ONE_DAY, Calendar, Day
from rules.terms import STRICT, Origin, Text

Span = Literal["minute", "hour", "day", "workday", "month", "year"]
Since = Literal["received", "taken", "dispatched", "decided", "found", "known", "issued", "closed", "last"]
"""`known`: when the unit learnt of it; `last`: the day the same duty last ended."""

Holiday = Literal["earlier", "later", "none"]
"""What a county has chosen for a fixed day that nobody works: the working day before it, behind it (民法典 203), or as is."""

Pauses = tuple[tuple[datetime, datetime], ...]
"""Times that are not counted, such as an appraisal (检测、鉴定时间不计入): the moment each began and ended."""


@dataclass(frozen=True)
class Extension:
    """How far a clock may be prolonged, and how often; the reason is the office's to give."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    n: int
    times: int
    origin: Origin
    clause: str | None = None
    law: str | None = None


@dataclass(frozen=True)
class Clock:
    """How long one may take, counted from what, and who says so (clause of the plan or entry of `laws`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Text
    n: int
    unit: Span
    since: Since
    origin: Origin
    clause: str | None = None
    law: str | None = None
    note: str | None = None
    extend: Extension | None = None

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"n is {self.n}; a clock runs for at least 1 {self.unit}")


@dataclass(frozen=True)
class Due:
    """When something is due at the latest.

    `at` is the end of the last moment, in UTC: for days that is 24:00 of `day`, written as 00:00 of the next one, so
    show `day` to people. `provisional`: the year's calendar is not loaded and the day may still move; until then the
    earlier of two readings stands, holidays of fixed date off or every day from Monday to Friday worked, so that a
    reminder never comes too late, and nobody is called late.
    """

    at: datetime
    day: date
    provisional: bool


def due(clock: Clock, start: datetime, calendar: Calendar, tz: tzinfo, extended: int = 0, paused: Pauses = ()) -> Due:
    """When `clock` ends, started at the aware moment `start`, prolonged `extended` times and stopped while `paused`."""
    if start.tzinfo is None:
        raise ValueError("start has no time zone")
    length = clock.n + _prolonged(clock, extended)
    if clock.unit in ("minute", "hour"):
        minutes = length * (60 if clock.unit == "hour" else 1)
        at = _resumed(start, start.astimezone(UTC) + timedelta(minutes=minutes), paused)
        return Due(at, at.astimezone(tz).date(), provisional=False)
    first, skip = start.astimezone(tz).date(), _not_counted(paused, tz)
    return _ends(_sooner(calendar, lambda one: _last_day(clock.unit, first, length, one, skip)), tz)


def on_day(day: date, holiday: Holiday, calendar: Calendar, tz: tzinfo) -> Due:
    """A fixed day, such as the 1st or the end of a quarter, with the county's choice for days off."""
    if holiday == "none":
        return _ends(Day(day, provisional=False), tz)
    moved = Calendar.on_or_after if holiday == "later" else Calendar.on_or_before
    return _ends(_sooner(calendar, lambda one: moved(one, day)), tz)


def at_least(clock: Clock) -> timedelta:
    """No run of this clock is shorter; for finding what may have ended."""
    days = {"minute": 1 / 1440, "hour": 1 / 24, "month": 28, "year": 365}
    return timedelta(days=clock.n * days.get(clock.unit, 1))


def end_of(day: date, tz: tzinfo) -> datetime:
    """24:00 of a local day (民法典 203 para. 2), in UTC."""
    return datetime.combine(day + ONE_DAY, time(), tz).astimezone(UTC)


def days_past(at: datetime, now: datetime, tz: tzinfo) -> int:
    """How many days ago the day was on which something was due; 0 on that day and before it."""
    last = (at.astimezone(tz) - timedelta(microseconds=1)).date()
    return max(0, (now.astimezone(tz).date() - last).days)


def _prolonged(clock: Clock, extended: int) -> int:
    allowed = clock.extend.times if clock.extend else 0
    if not 0 <= extended <= allowed:
        raise ValueError(f"this clock may be prolonged {allowed} times, not {extended}")
    return extended * clock.extend.n if clock.extend else 0


def _ends(last: Day, tz: tzinfo) -> Due:
    return Due(end_of(last.date, tz), last.date, last.provisional)


def _sooner(calendar: Calendar, reckon: Callable[[Calendar], Day]) -> Day:
    """The day reckoned; where it leans on a year without a notice, the earlier of the two readings of that year."""
    found = reckon(calendar)
    return min(found, reckon(calendar.plainly)) if found.provisional else found


def _last_day(unit: Span, start: date, n: int, calendar: Calendar, skip: frozenset[date]) -> Day:
    if unit == "workday":
        return calendar.add_workdays(start, n, skip)
    last = start + timedelta(days=n) if unit == "day" else add_months(start, n * (12 if unit == "year" else 1))
    left, day = (last - start).days, start
    while left:
        day += ONE_DAY
        left -= day not in skip
    return calendar.add_workdays(day - ONE_DAY, 1, skip)


def _not_counted(paused: Pauses, tz: tzinfo) -> frozenset[date]:
    """The days of the pauses. As any period they begin on the next day (民法典 201), so one of n days costs n days."""
    days: set[date] = set()
    for began, ended in paused:
        first, last = (one.astimezone(tz).date() for one in (began, ended))
        days.update(first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return frozenset(days)


def _resumed(start: datetime, at: datetime, paused: Pauses) -> datetime:
    """`at` put off by as long as the pauses took, each moment counted once."""
    counted = start
    for began, ended in sorted(paused):
        if began < at and ended > counted:
            at += ended - max(began, counted)
            counted = ended
    return at


def add_months(start: date, n: int) -> date:
    """The same day n months on, or that month's last day where it has none (民法典 202)."""
    month = start.month - 1 + n
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
