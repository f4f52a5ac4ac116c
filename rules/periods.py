"""Months, quarters, half-years and years of the calendar, each with the key a duty of it is known by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.calendar import ONE_DAY
from rules.deadlines import add_months

Kind = Literal["month", "quarter", "half_year", "year"]

MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Period:
    """`key` sorts as the periods of its kind follow each other: 2026-11, 2026-Q4, 2026-H2, 2026."""

    kind: Kind
    key: str
    start: date
    end: date

    @property
    def next(self) -> Period:
        return period_of(self.kind, self.end + ONE_DAY)

    @property
    def before(self) -> Period:
        return period_of(self.kind, self.start - ONE_DAY)


def period_of(kind: Kind, day: date) -> Period:
    """The period `day` lies in."""
    months = MONTHS[kind]
    start = date(day.year, day.month - (day.month - 1) % months, 1)
    return Period(kind, _key(kind, start), start, add_months(start, months) - ONE_DAY)


def named(kind: Kind, key: str) -> Period:
    """The period with that key."""
    n = int(key[5:].lstrip("QH") or 1)
    return period_of(kind, date(int(key[:4]), (n - 1) * MONTHS[kind] + 1, 1))


def touching(kind: Kind, first: date, last: date) -> Iterator[Period]:
    """The periods that share a day with the span from `first` to `last`, both included, in order."""
    period = period_of(kind, first)
    while period.start <= last:
        yield period
        period = period.next


def _key(kind: Kind, start: date) -> str:
    n = (start.month - 1) // MONTHS[kind] + 1
    written = {"month": f"-{n:02}", "quarter": f"-Q{n}", "half_year": f"-H{n}", "year": ""}
    return f"{start.year}{written[kind]}"


_PARTS = {
    "Q1": ("第1季度", "Q1"), "Q2": ("第2季度", "Q2"), "Q3": ("第3季度", "Q3"), "Q4": ("第4季度", "Q4"),
    "H1": ("上半年", "first half"), "H2": ("下半年", "second half"),
}  # fmt: skip
_MATTER = re.compile(r"[A-Z]{2,4}-SX-\d{8}")  # the clock of a matter has its number for a period
_KEY = re.compile(r"(\d{4})(?:-(?:(\d\d)|([QH]\d)))?")


def spoken(key: str, language: str) -> str:
    """2026-11 -> 2026年11月; 2026-Q4 -> 2026年第4季度; 2026-H2 -> 2026年下半年. Empty for what comes once, or runs from the
    last one: its date says enough. Of a matter, its number."""
    found = _KEY.fullmatch(key)
    if found is None:
        return key if _MATTER.fullmatch(key) else ""
    (year, month, part), english = found.groups(), language.startswith("en")
    if month:
        return f"{date(int(year), int(month), 1):%b} {year}" if english else f"{year}年{int(month)}月"
    if part:
        return f"{_PARTS[part][1]} of {year}" if english else f"{year}年{_PARTS[part][0]}"
    return year if english else f"{year}年"
