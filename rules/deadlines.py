"""From a clock in the plan to the moment something is due, by the counting rules of the Civil Code (民法典 200-204)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar, Literal

from rules.calendar import ONE_DAY, Calendar, Day
from rules.terms import STRICT, Origin, Text

Span = Literal["minute", "hour", "day", "workday", "month", "year"]
Since = Literal["received", "taken", "dispatched", "decided", "found", "issued", "closed"]


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
    show `day` to people. `provisional`: the year's calendar is not loaded and the day may still move.
    """

    at: datetime
    day: date
    provisional: bool


def due(clock: Clock, start: datetime, calendar: Calendar, tz: tzinfo, extended: int = 0) -> Due:
    """When `clock` ends, started at the aware moment `start` and prolonged `extended` times."""
    if start.tzinfo is None:
        raise ValueError("start has no time zone")
    length = clock.n + _prolonged(clock, extended)
    if clock.unit in ("minute", "hour"):
        minutes = length * (60 if clock.unit == "hour" else 1)
        at = start.astimezone(UTC) + timedelta(minutes=minutes)
        return Due(at, at.astimezone(tz).date(), provisional=False)
    last = _last_day(clock.unit, start.astimezone(tz).date(), length, calendar)
    return Due(end_of(last.date, tz), last.date, last.provisional)


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


def _last_day(unit: Span, start: date, n: int, calendar: Calendar) -> Day:
    if unit == "workday":
        return calendar.add_workdays(start, n)
    if unit == "day":
        last = start + timedelta(days=n)
    else:
        last = add_months(start, n * (12 if unit == "year" else 1))
    return calendar.on_or_after(last)


def add_months(start: date, n: int) -> date:
    """The same day n months on, or that month's last day where it has none (民法典 202)."""
    month = start.month - 1 + n
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
