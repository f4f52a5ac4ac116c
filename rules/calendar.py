"""Working days of China with make-up days (调休), read from the State Council's yearly notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
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


class Day(NamedTuple):
    """A day that was computed. `provisional`: some day on the way lies in a year whose notice is not loaded."""

    date: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    A year without a notice is estimated from weekends and the holidays of fixed date, and every result that
    leaned on the estimate says `provisional`. A notice may speak of days of the year before (2022-12-31 did).
    """

    years: Mapping[int, Year]
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
        return self.known(day.year) or (day.month, day.day) not in FIXED

    def add_workdays(self, start: date, n: int) -> Day:
        """The n-th working day after `start`, which is not counted itself (民法典 201); before it if n is negative."""
        step = ONE_DAY if n >= 0 else -ONE_DAY
        day, provisional, left = start, False, abs(n)
        while left:
            day += step
            provisional = provisional or not self.known(day.year)
            left -= self.is_workday(day)
        return Day(day, provisional)

    def on_or_after(self, day: date) -> Day:
        """`day` itself if it is worked, else the first working day behind it (民法典 203)."""
        found = self.add_workdays(day - ONE_DAY, 1)
        return Day(found.date, found.provisional)
