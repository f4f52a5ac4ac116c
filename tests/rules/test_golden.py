"""Golden dates: law by law and choice by choice, computed by hand from the notices and not by the code.

Calendar: 国办发明电〔2025〕7号. Counting: 民法典 201 (the day of the start is not counted), 203 (a day off at the end is passed over).
"""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Calendar
from rules.county import Plan
from rules.deadlines import Clock, Holiday, Span, due, on_day
from rules.demands import cases
from rules.due_days import DayOfMonth, EndOfPeriod
from rules.periods import Kind, Period, period_of, touching
from rules.terms import Origin, Text

CN = ZoneInfo("Asia/Shanghai")


def d(text: str) -> date:
    return date.fromisoformat(text)


# start, n, unit, last day
VECTORS: list[tuple[str, int, Span, str]] = [
    ("2026-02-13", 3, "workday", "2026-02-25"),  # Spring Festival 15 to 23; Saturday 14 is worked
    ("2026-09-30", 3, "workday", "2026-10-10"),  # a Saturday, worked; YX-3.4d: notice of a lead within 3 working days
    ("2026-01-01", 3, "workday", "2026-01-06"),  # from a holiday; Sunday 4 is worked
    ("2026-09-24", 3, "workday", "2026-09-30"),  # Mid-Autumn 25 to 27
    ("2026-11-20", 3, "workday", "2026-11-25"),
    ("2022-03-03", 30, "day", "2022-04-02"),  # LZ-0f; a Saturday, worked: not moved
]


@pytest.mark.parametrize(("start", "n", "unit", "last"), VECTORS)
def test_vectors(calendar: Calendar, start: str, n: int, unit: Span, last: str) -> None:
    """The vectors of the county facts, each found again."""
    clock = Clock(Text("时限", "a clock"), n, unit, "issued", Origin.SEED)
    assert due(clock, datetime.fromisoformat(start).replace(tzinfo=CN), calendar, CN).day == d(last)


# The monthly report (YX-3.4b 每月1日前): month reported, due with the choice earlier, none, later
FIRSTS = [
    ("2025-12", "2025-12-31", "2026-01-01", "2026-01-04"),  # New Year; Sunday 4 is worked
    ("2026-01", "2026-01-30", "2026-02-01", "2026-02-02"),  # a Sunday
    ("2026-02", "2026-02-28", "2026-03-01", "2026-03-02"),  # a Sunday; Saturday 28 is worked
    ("2026-03", "2026-04-01", "2026-04-01", "2026-04-01"),
    ("2026-04", "2026-04-30", "2026-05-01", "2026-05-06"),  # Labour Day to 5
    ("2026-05", "2026-06-01", "2026-06-01", "2026-06-01"),
    ("2026-06", "2026-07-01", "2026-07-01", "2026-07-01"),
    ("2026-07", "2026-07-31", "2026-08-01", "2026-08-03"),  # a Saturday
    ("2026-08", "2026-09-01", "2026-09-01", "2026-09-01"),
    ("2026-09", "2026-09-30", "2026-10-01", "2026-10-08"),  # National Day to 7
    ("2026-10", "2026-10-30", "2026-11-01", "2026-11-02"),  # a Sunday
    ("2026-11", "2026-12-01", "2026-12-01", "2026-12-01"),
]


@pytest.mark.parametrize(("month", "earlier", "none", "later"), FIRSTS)
def test_the_twelve_firsts_of_2026(calendar: Calendar, month: str, earlier: str, none: str, later: str) -> None:
    """One row for each choice a county may make."""
    period = period_of("month", d(f"{month}-01"))
    choices: list[tuple[Holiday, str]] = [("earlier", earlier), ("none", none), ("later", later)]
    for holiday, last in choices:
        first = DayOfMonth(1, holiday).last_day(period)
        assert on_day(first, holiday, calendar, CN).day == d(last), holiday


def test_seven_of_the_twelve_are_days_off(calendar: Calendar) -> None:
    """Why the choice matters."""
    assert sum(not calendar.is_workday(date(2026, month, 1)) for month in range(1, 13)) == 7


# The period, the day and months after, whether that day itself still counts: the last day
DAYS: list[tuple[Kind, str, DayOfMonth, str]] = [
    ("month", "2026-11-30", DayOfMonth(5, "none"), "2026-12-05"),  # LZ-4.1e: by the 5th, default
    ("month", "2026-11-30", DayOfMonth(1, "none", inclusive=False), "2026-11-30"),  # 1日前 read without the 1st
    ("month", "2026-12-31", DayOfMonth(1, "none"), "2027-01-01"),
    ("month", "2026-01-31", DayOfMonth(31, "none"), "2026-02-28"),  # 民法典 202: the last of a short month
    ("month", "2026-11-01", DayOfMonth(25, "none", months_after=0), "2026-11-25"),
    ("quarter", "2026-11-01", DayOfMonth(10, "none"), "2027-01-10"),
    ("year", "2026-11-01", DayOfMonth(31, "none"), "2027-01-31"),
]


@pytest.mark.parametrize(("kind", "day", "rule", "last"), DAYS)
def test_days_after_a_period(kind: Kind, day: str, rule: DayOfMonth, last: str) -> None:
    """Counted from the period's last month, whatever its length."""
    assert rule.last_day(period_of(kind, d(day))) == d(last)


# Ends of periods in 2026 (LZ-3.5b 每月, 3.5c 每季度, 3.5d 每半年, 3.6c 每年): period, earlier, none, later
ENDS: list[tuple[Kind, str, str, str, str]] = [
    ("month", "2026-01", "2026-01-30", "2026-01-31", "2026-02-02"),  # a Saturday
    ("month", "2026-02", "2026-02-28", "2026-02-28", "2026-02-28"),  # a Saturday, worked
    ("month", "2026-05", "2026-05-29", "2026-05-31", "2026-06-01"),  # a Sunday
    ("month", "2026-10", "2026-10-30", "2026-10-31", "2026-11-02"),  # a Saturday
    ("quarter", "2026-Q1", "2026-03-31", "2026-03-31", "2026-03-31"),
    ("quarter", "2026-Q4", "2026-12-31", "2026-12-31", "2026-12-31"),
    ("half_year", "2026-H1", "2026-06-30", "2026-06-30", "2026-06-30"),
    ("half_year", "2022-H2", "2022-12-30", "2022-12-31", "2023-01-03"),  # off by the notice for 2023
    ("year", "2026", "2026-12-31", "2026-12-31", "2026-12-31"),
    ("year", "2023", "2023-12-29", "2023-12-31", "2024-01-02"),  # a Sunday
]


@pytest.mark.parametrize(("kind", "key", "earlier", "none", "later"), ENDS)
def test_ends_of_periods(calendar: Calendar, kind: Kind, key: str, earlier: str, none: str, later: str) -> None:
    """当月内 as the plan has it (none), and what a county may choose instead."""
    (period,) = (one for one in touching(kind, d("2022-01-01"), d("2026-12-31")) if one.key == key)
    choices: list[tuple[Holiday, str]] = [("earlier", earlier), ("none", none), ("later", later)]
    for holiday, last in choices:
        rule = EndOfPeriod(holiday)
        assert on_day(rule.last_day(period), rule.holiday, calendar, CN).day == d(last), holiday


# Issued, 30 days on (YX-3.5d; LZ-5.4a by its example)
ISSUED = [
    ("2022-03-03", "2022-04-02"),  # LZ-0f; a Saturday, worked
    ("2026-10-09", "2026-11-09"),  # 11-08 is a Sunday
    ("2026-09-03", "2026-10-08"),  # 10-03 lies in National Day
    ("2026-01-16", "2026-02-24"),  # 02-15 lies in Spring Festival
    ("2026-11-23", "2026-12-23"),
]


@pytest.mark.parametrize(("issued", "last"), ISSUED)
def test_thirty_days_from_the_day_of_issue(yangxi: Plan, issued: str, last: str) -> None:
    """印发30日内: calendar days from the day after, moved behind days off."""
    asked = yangxi.duties["plan_filing"]
    (case,) = cases(asked, ("police",), d(issued), d(issued), yangxi.calendar, CN, d(issued))
    assert (case.period, case.opens, case.due.day, case.history) == ("once", d(issued), d(last), False)


# What runs from an event: county, demand, from when, until when (local), said of the moment
EVENTS = [
    (
        "yangxi",
        "lead_notice",
        "2026-09-30 17:00",
        "2026-10-11 00:00",
    ),  # YX-3.4d: 3 working days, to 24:00 of Saturday 10
    ("yangxi", "incident_card", "2026-10-01 02:00", "2026-10-01 02:30"),  # YX-3.4c: 30 minutes, holiday or not
    ("yangxi", "incident_report", "2026-10-01 23:00", "2026-10-02 01:00"),
    ("yangxi", "two_law_entry", "2026-02-13 10:00", "2026-02-28 00:00"),  # YX-2.10a: 14, 24, 25, 26, 27
    ("yangxi", "destruction", "2026-07-03 10:00", "2026-10-09 00:00"),  # YX-3.2d: 90 days after closing is 10-01
    ("luzhai", "station_report", "2026-05-01 22:00", "2026-05-02 02:00"),  # LZ-4.18c: 4 hours
    ("luzhai", "school_lead", "2026-11-20 10:00", "2026-11-26 00:00"),  # LZ-4.7b
]


@pytest.mark.parametrize(("county", "name", "start", "end"), EVENTS)
def test_what_runs_from_an_event(plans: dict[str, Plan], county: str, name: str, start: str, end: str) -> None:
    """Minutes and hours run on through days off; working days and days do not end on one."""
    plan = plans[county]
    began = datetime.fromisoformat(start).replace(tzinfo=CN)
    found = due(plan.duties[name].clock, began, plan.calendar, plan.tz)
    assert found.at == datetime.fromisoformat(end).replace(tzinfo=CN)
    assert not found.provisional


def test_the_plans_choices_are_rows_of_these_tables(yangxi: Plan, luzhai: Plan) -> None:
    """Otherwise the tables above would hold while the counties do something else."""
    assert yangxi.duties["monthly_report"].due == DayOfMonth(1, "later", months_after=1, inclusive=True)
    assert luzhai.duties["monthly_operation"].due == EndOfPeriod("none")
    month = Period("month", "2026-09", d("2026-09-01"), d("2026-09-30"))
    assert replace(month, key="2026-09") == period_of("month", d("2026-09-15"))
