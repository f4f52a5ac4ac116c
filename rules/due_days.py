"""When a line of a plan is due, as values: a day of a month, the end of a period, a day of the year, so long after something,
the very day that an office asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any, ClassVar, Literal

from rules.calendar import ONE_DAY, Calendar
from rules.deadlines import Due, Holiday, Since, Span, add_months, on_day
from rules.periods import Period
from rules.terms import STRICT


@dataclass(frozen=True)
class DayOfMonth:
    """每月1日前: a day of the `months_after`-th month after the period. Not `inclusive`: the day before it is the last."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    day: int
    holiday: Holiday
    months_after: int = 1
    inclusive: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31 or self.months_after < 0:
            raise ValueError("day is a day of a month, and months_after counts months from 0")

    def last_day(self, period: Period) -> date:
        first = add_months(period.end.replace(day=1), self.months_after)
        following = add_months(first, 1)
        day = min(first + timedelta(days=self.day - 1), following - ONE_DAY)
        return day if self.inclusive else day - ONE_DAY


@dataclass(frozen=True)
class EndOfPeriod:
    """每季度、每半年: within the period, until its last day ends."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    holiday: Holiday

    def last_day(self, period: Period) -> date:
        return period.end


@dataclass(frozen=True)
class YearDay:
    """A fixed day of the year."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    month: int
    day: int
    holiday: Holiday

    def __post_init__(self) -> None:
        date(2026, self.month, self.day)

    def last_day(self, period: Period) -> date:
        return date(period.start.year, self.month, self.day)


@dataclass(frozen=True)
class Within:
    """So long after something: the plan was issued, the same duty last ended, a case was closed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    n: int
    unit: Span
    since: Since


@dataclass(frozen=True)
class Asked:
    """By one day, once, because an office asks for it (`rules.asks`). A day that nobody works moves to the working day behind
    it (民法典 203). `words`: what it explains; `urgent`: why there is so little time, for those who are asked."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    by: date
    words: str = ""
    urgent: str = ""

    def due(self, calendar: Calendar, tz: tzinfo) -> Due:
        return on_day(self.by, "later", calendar, tz)


@dataclass(frozen=True)
class Before:
    """So long before the due day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    n: int
    unit: Literal["day", "workday"]

    def the(self, due: date, calendar: Calendar) -> date:
        if self.unit == "workday":
            return calendar.add_workdays(due, -self.n).date
        return due - timedelta(days=self.n)
