"""Months, quarters, half-years and years: their keys, their ends, and which of them a span of days touches."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import Kind, Period, named, period_of, spoken, touching


def d(text: str) -> date:
    return date.fromisoformat(text)


# kind, a day, key, first and last day
PERIODS: list[tuple[Kind, str, str, str, str]] = [
    ("month", "2026-11-23", "2026-11", "2026-11-01", "2026-11-30"),  # YX-3.4b, LZ-3.5b
    ("month", "2026-02-28", "2026-02", "2026-02-01", "2026-02-28"),
    ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),  # a leap year
    ("month", "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
    ("quarter", "2026-01-01", "2026-Q1", "2026-01-01", "2026-03-31"),  # LZ-3.5c
    ("quarter", "2026-06-30", "2026-Q2", "2026-04-01", "2026-06-30"),
    ("quarter", "2026-07-01", "2026-Q3", "2026-07-01", "2026-09-30"),
    ("quarter", "2026-11-23", "2026-Q4", "2026-10-01", "2026-12-31"),
    ("half_year", "2026-06-30", "2026-H1", "2026-01-01", "2026-06-30"),  # LZ-3.5d
    ("half_year", "2026-07-01", "2026-H2", "2026-07-01", "2026-12-31"),
    ("year", "2026-11-23", "2026", "2026-01-01", "2026-12-31"),  # LZ-3.6c
]


@pytest.mark.parametrize(("kind", "day", "key", "start", "end"), PERIODS)
def test_the_period_of_a_day(kind: Kind, day: str, key: str, start: str, end: str) -> None:
    """每月、每季度、每半年、每年 are those of the calendar."""
    assert period_of(kind, d(day)) == named(kind, key) == Period(kind, key, d(start), d(end))


def test_the_periods_a_span_touches() -> None:
    """A day shared is enough, at either end; a span of one day touches one."""
    found = touching("month", d("2026-10-31"), d("2027-01-01"))
    assert [one.key for one in found] == ["2026-10", "2026-11", "2026-12", "2027-01"]
    assert [one.key for one in touching("quarter", d("2026-10-01"), d("2026-10-01"))] == ["2026-Q4"]
    assert not list(touching("year", d("2026-01-01"), d("2025-12-31")))


@given(
    kind=st.sampled_from(["month", "quarter", "half_year", "year"]), day=st.dates(date(2000, 1, 1), date(2090, 1, 1))
)
def test_periods_follow_each_other_without_gap(kind: Kind, day: date) -> None:
    """Every day lies in exactly one period of a kind, and keys sort as time does."""
    one = period_of(kind, day)
    assert one.start <= day <= one.end
    assert one.next.start == one.end + timedelta(days=1)
    assert one.next.before == one
    assert named(kind, one.key) == one
    assert one.before.key < one.key < one.next.key
    assert len(one.key) <= 16  # duties.period


SPOKEN = [
    ("2026-11", "2026年11月", "Nov 2026"),
    ("2026-Q4", "2026年第4季度", "Q4 of 2026"),
    ("2026-H2", "2026年下半年", "second half of 2026"),
    ("2026", "2026年", "2026"),
    ("once", "", ""),  # what comes once
    ("2026-11-23", "", ""),  # what runs from the last one
]


@pytest.mark.parametrize(("key", "zh", "en"), SPOKEN)
def test_a_period_as_people_say_it(key: str, zh: str, en: str) -> None:
    """On buttons and in reminders; what has no period of the calendar is not given one."""
    assert (spoken(key, "zh"), spoken(key, "en")) == (zh, en)
