"""Working days of China with make-up days (调休), read from the State Council's yearly notices."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from rules.terms import STRICT

ONE_DAY = timedelta(days=1)
SATURDAY = 5

# Days off whose date is the same every year (全国年节及纪念日放假办法, 2024 revision, art. 2). Spring Festival,
# Qingming, Dragon Boat and Mid-Autumn move with the moon or the sun and are not guessed.
FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True)
class Year:
    """One year's notice: first and last day of every holiday, and the weekend days that are worked instead."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    notice: str
    dated: date
    rest: tuple[tuple[date, date], ...]
    work: tuple[date, ...]

    def __post_init__(self) -> None:
        for first, last in self.rest:
            if last < first:
                raise ValueError(f"the holiday {first} to {last} ends before it begins")
        for day in self.work:
            if day.weekday() < SATURDAY:
                raise ValueError(f"{day} is no weekend day; a make-up working day (调休) always is")
            if any(first <= day <= last for first, last in self.rest):
                raise ValueError(f"{day} is both off and worked")

    def days_off(self) -> Iterator[date]:
        for first, last in self.rest:
            for n in range((last - first).days + 1):
                yield first + timedelta(days=n)

    def dumps(self) -> str:
        rest = [[first.isoformat(), last.isoformat()] for first, last in self.rest]
        work = [day.isoformat() for day in self.work]
        told = {"notice": self.notice, "dated": self.dated.isoformat(), "rest": rest, "work": work}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def loads(kept: str) -> Year:
        raw = json.loads(kept)
        rest = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in raw["rest"])
        work = tuple(date.fromisoformat(day) for day in raw["work"])
        return Year(raw["notice"], date.fromisoformat(raw["dated"]), rest, work)


class Day(NamedTuple):
    """A day that was computed. `provisional`: some day on the way lies in a year whose notice is not loaded."""

    date: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    A year without a notice is estimated from weekends and the holidays of fixed date, and every result that
    leaned on the estimate says `provisional`. A notice may speak of days of the year before (2022-12-31 did).
    `plain`: a year without a notice is read as Monday to Friday instead, holidays of fixed date included.
    """

    years: Mapping[int, Year]
    plain: bool = False
    _off: frozenset[date] = field(init=False, repr=False, compare=False)
    _work: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        notices = self.years.values()
        object.__setattr__(self, "_off", frozenset(day for year in notices for day in year.days_off()))
        object.__setattr__(self, "_work", frozenset(day for year in notices for day in year.work))

    def known(self, year: int) -> bool:
        return year in self.years

    def is_workday(self, day: date) -> bool:
        if day in self._work:
            return True
        if day in self._off or day.weekday() >= SATURDAY:
            return False
        return self.plain or self.known(day.year) or (day.month, day.day) not in FIXED

    @cached_property
    def plainly(self) -> Calendar:
        """The same notices, with the plain reading of the years that have none."""
        return replace(self, plain=True)

    def with_years(self, imported: Mapping[int, Year]) -> Calendar:
        """With notices a coordinator has imported, which stand before those that came with the program."""
        return replace(self, years={**self.years, **imported})

    def changed(self, other: Calendar, year: int) -> tuple[date, ...]:
        """The days, from December before `year` to its end, that are worked here and not in `other`, or the reverse: what
        importing a notice changes."""
        first = date(year - 1, 12, 1)
        days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
        return tuple(day for day in days if self.is_workday(day) != other.is_workday(day))

    def add_workdays(self, start: date, n: int, skip: Container[date] = ()) -> Day:
        """The n-th working day after `start`, which is not counted itself (民法典 201); before it if n is negative. Days of
        `skip` do not count."""
        step = ONE_DAY if n >= 0 else -ONE_DAY
        day, provisional, left = start, False, abs(n)
        while left:
            day += step
            provisional = provisional or not self.known(day.year)
            left -= self.is_workday(day) and day not in skip
        return Day(day, provisional)

    def on_or_after(self, day: date) -> Day:
        """`day` itself if it is worked, else the first working day behind it (民法典 203)."""
        return self.add_workdays(day - ONE_DAY, 1)

    def on_or_before(self, day: date) -> Day:
        """`day` itself if it is worked, else the last working day ahead of it."""
        return self.add_workdays(day + ONE_DAY, -1)
