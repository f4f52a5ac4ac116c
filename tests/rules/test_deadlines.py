"""When things are due: golden tables, each row with the article it follows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.county import Plan
from rules.deadlines import Clock, Extension, Holiday, Span, add_months, due, on_day
from rules.terms import Origin, Text

CN = ZoneInfo("Asia/Shanghai")


def clock(n: int, unit: Span, extend: Extension | None = None) -> Clock:
    return Clock(Text("某时限", "some clock"), n, unit, "received", Origin.DEFAULT, extend=extend)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


# start (local), n, unit, last day, provisional
GOLDEN: list[tuple[str, int, Span, str, bool]] = [
    # 民法典 201: the day of the start is not counted; working days with 调休 (YX-3.4d: 3 working days)
    ("2026-02-13 10:00", 3, "workday", "2026-02-25", False),  # across Spring Festival; Sat 14 is worked
    ("2026-09-30 17:59", 3, "workday", "2026-10-10", False),  # ends on a Saturday that is worked
    ("2026-01-01 09:00", 3, "workday", "2026-01-06", False),  # started on a holiday; Sun 4 is worked
    ("2026-09-24 23:59", 3, "workday", "2026-09-30", False),  # Mid-Autumn on the way
    ("2026-11-20 00:00", 3, "workday", "2026-11-25", False),
    ("2025-01-25 12:00", 1, "workday", "2025-01-26", False),  # from a Saturday to a Sunday that is worked
    ("2025-09-30 12:00", 1, "workday", "2025-10-09", False),
    ("2024-04-30 12:00", 6, "workday", "2024-05-11", False),  # a Saturday that is worked
    ("2022-12-30 12:00", 1, "workday", "2023-01-03", False),
    # 民法典 201, 203: calendar days (YX-3.5d: 30 days; tobacco: 7 days)
    ("2022-03-03 10:00", 30, "day", "2022-04-02", False),  # a Saturday, but worked: not moved (LZ-0f)
    ("2026-03-02 10:00", 7, "day", "2026-03-09", False),
    ("2026-03-07 10:00", 7, "day", "2026-03-16", False),  # Saturday 14 moves to Monday
    ("2026-02-10 10:00", 7, "day", "2026-02-24", False),  # 17 lies in Spring Festival: first day after it
    ("2026-09-24 10:00", 7, "day", "2026-10-08", False),  # National Day
    ("2026-10-03 10:00", 7, "day", "2026-10-10", False),  # Saturday 10 is worked: stays
    # 民法典 202: months end on the corresponding day, or the month's last
    ("2026-01-31 10:00", 1, "month", "2026-02-28", False),  # a Saturday that is worked
    ("2024-01-31 10:00", 1, "month", "2024-02-29", False),
    ("2026-05-31 10:00", 6, "month", "2026-11-30", False),
    ("2024-02-29 10:00", 1, "year", "2025-02-28", False),
    # a year whose notice is not loaded: says so, and the earlier of two readings stands (01-01 off, or Monday to Friday)
    ("2026-12-31 10:00", 1, "workday", "2027-01-01", True),  # not 01-04
    ("2026-12-30 10:00", 3, "workday", "2027-01-04", True),  # not 01-05
    ("2026-12-24 10:00", 7, "day", "2026-12-31", False),
    ("2026-12-25 10:00", 7, "day", "2027-01-01", True),  # not 01-04
    ("2026-12-26 10:00", 7, "day", "2027-01-04", True),  # a Saturday by either reading
]


@pytest.mark.parametrize(("start", "n", "unit", "last", "provisional"), GOLDEN)
def test_last_days(calendar: Calendar, start: str, n: int, unit: Span, last: str, provisional: bool) -> None:
    """民法典 201-203: start not counted, rest days at the end passed over, the last day whole until 24:00."""
    found = due(clock(n, unit), at(start), calendar, CN)
    assert (found.day, found.provisional) == (date.fromisoformat(last), provisional)
    assert found.at == at(last + " 00:00") + timedelta(days=1)
    assert found.at.tzinfo is UTC


# start (local), n, unit, moment (local): 民法典 201 para. 2, from the moment itself and through every rest day
MOMENTS: list[tuple[str, int, Span, str]] = [
    ("2026-02-14 23:50", 30, "minute", "2026-02-15 00:20"),
    ("2026-10-01 10:00", 24, "hour", "2026-10-02 10:00"),
    ("2026-10-01 10:00", 2, "hour", "2026-10-01 12:00"),
]


@pytest.mark.parametrize(("start", "n", "unit", "moment"), MOMENTS)
def test_moments(calendar: Calendar, start: str, n: int, unit: Span, moment: str) -> None:
    """民法典 201 para. 2: hours run from the moment, holidays or not."""
    assert due(clock(n, unit), at(start), calendar, CN).at == at(moment)


def test_the_local_day_counts_not_utc(calendar: Calendar) -> None:
    """A tip at 07:00 on Tuesday in China is Monday 23:00 UTC; its day is Tuesday (民法典 201)."""
    start = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert due(clock(1, "workday"), start, calendar, CN).day == date(2026, 3, 4)


def test_a_start_without_zone_is_refused(calendar: Calendar) -> None:
    """Nobody knows which day it means."""
    with pytest.raises(ValueError, match="time zone"):
        due(clock(1, "day"), datetime(2026, 3, 2, 10), calendar, CN)  # noqa: DTZ001


# clock of the plan, unit, dispatched, times prolonged, last day
OF_A_TIP = [
    ("receive", None, "2026-02-13 16:00", 0, "2026-02-14"),  # 1 working day, default: the Saturday is worked
    ("sign", "tobacco", "2026-09-30 16:00", 0, "2026-10-08"),  # 1 working day, default
    ("decide", "tobacco", "2026-03-02 10:00", 0, "2026-03-09"),  # 烟草专卖行政处罚程序规定 33: 7 days
    ("decide", "market", "2026-03-02 10:00", 0, "2026-03-23"),  # 市场监督管理行政处罚程序规定 18: 15 working days
    ("decide", "market", "2026-03-02 10:00", 1, "2026-04-14"),  # and once more 15
    ("decide", "transport", "2026-03-02 10:00", 0, "2026-03-23"),  # suggested: 15 working days
    ("tell_filing", None, "2026-03-02 10:00", 0, "2026-03-09"),  # 5 working days
]


@pytest.mark.parametrize("county", ["luzhai", "yangxi"])
@pytest.mark.parametrize(("name", "unit", "start", "extended", "last"), OF_A_TIP)
def test_clocks_of_a_tip(
    plans: dict[str, Plan], county: str, name: str, unit: str | None, start: str, extended: int, last: str
) -> None:
    """The figures both counties work by, from dispatch, with the law where there is one."""
    plan = plans[county]
    found = due(plan.clock(name, unit), at(start), plan.calendar, plan.tz, extended)
    assert found.day == date.fromisoformat(last)


# start, n, unit, pauses, last day: appraisal time is not counted (市场监督管理行政处罚程序规定 18); a pause begins on the day after
PAUSED: list[tuple[str, int, Span, list[tuple[str, str]], str]] = [
    ("2026-03-02 10:00", 15, "workday", [], "2026-03-23"),
    ("2026-03-02 10:00", 15, "workday", [("2026-03-04 09:00", "2026-03-06 17:00")], "2026-03-25"),  # Thu, Fri
    (
        "2026-03-02 10:00",
        15,
        "workday",
        [("2026-03-06 09:00", "2026-03-08 17:00")],
        "2026-03-23",
    ),  # a weekend costs none
    (
        "2026-03-02 10:00",
        15,
        "workday",
        [("2026-03-04 09:00", "2026-03-04 17:00")],
        "2026-03-23",
    ),  # begun and ended on a day
    ("2026-03-02 10:00", 7, "day", [("2026-03-04 09:00", "2026-03-07 09:00")], "2026-03-12"),
    ("2026-03-02 10:00", 7, "day", [("2026-03-04 09:00", "2026-03-06 09:00")] * 2, "2026-03-11"),  # counted once
    ("2026-03-02 10:00", 7, "day", [("2026-03-10 09:00", "2026-03-20 09:00")], "2026-03-09"),  # after the end: nothing
    (
        "2026-03-02 10:00",
        90,
        "day",
        [("2026-05-20 09:00", "2026-06-19 09:00")],
        "2026-06-30",
    ),  # 行政处罚法 60, 30 days on
    ("2026-01-31 10:00", 1, "month", [("2026-02-10 09:00", "2026-02-12 09:00")], "2026-03-02"),
]


@pytest.mark.parametrize(("start", "n", "unit", "pauses", "last"), PAUSED)
def test_what_is_not_counted(
    calendar: Calendar, start: str, n: int, unit: Span, pauses: list[tuple[str, str]], last: str
) -> None:
    """检测、鉴定时间不计入: the days of a pause are added, each once, and days off within it are not given twice."""
    paused = tuple((at(a), at(b)) for a, b in pauses)
    assert due(clock(n, unit), at(start), calendar, CN, paused=paused).day == date.fromisoformat(last)


def test_hours_stand_still_in_a_pause(calendar: Calendar) -> None:
    """Two pauses that overlap take their common time once; one before the start takes nothing."""
    paused = tuple(
        (at(f"2026-03-02 {a}"), at(f"2026-03-02 {b}"))
        for a, b in (("08:00", "10:30"), ("11:00", "12:00"), ("11:30", "12:30"))
    )
    found = due(clock(2, "hour"), at("2026-03-02 10:00"), calendar, CN, paused=paused)
    assert (found.at, found.provisional) == (at("2026-03-02 14:00"), False)


def test_pause_and_prolonging_together(luzhai: Plan) -> None:
    """15 working days, 15 more with a reason, and three working days at the laboratory (程序规定 18)."""
    paused = ((at("2026-03-03 09:00"), at("2026-03-06 09:00")),)
    found = due(luzhai.clock("decide", "market"), at("2026-03-02 10:00"), luzhai.calendar, CN, 1, paused)
    assert found.day == date(2026, 4, 17)


# a fixed day, the county's choice, the last day, provisional
FIXED_DAYS: list[tuple[str, Holiday, str, bool]] = [
    ("2026-10-01", "later", "2026-10-08", False),  # 民法典 203
    ("2026-10-01", "earlier", "2026-09-30", False),
    ("2026-10-01", "none", "2026-10-01", False),
    ("2026-10-10", "earlier", "2026-10-10", False),  # a Saturday that is worked
    ("2027-01-01", "later", "2027-01-01", True),  # two readings: it, or 01-04
    ("2027-01-01", "earlier", "2026-12-31", True),
    ("2027-01-01", "none", "2027-01-01", False),
    ("2027-05-01", "later", "2027-05-03", True),  # a Saturday
    ("2027-05-01", "earlier", "2027-04-30", True),
]


@pytest.mark.parametrize(("day", "holiday", "last", "provisional"), FIXED_DAYS)
def test_fixed_days(calendar: Calendar, day: str, holiday: Holiday, last: str, provisional: bool) -> None:
    """The county chooses what happens to a day nobody works; in an unknown year the earlier reading stands."""
    found = on_day(date.fromisoformat(day), holiday, calendar, CN)
    assert (found.day, found.provisional) == (date.fromisoformat(last), provisional)
    assert found.at == at(last + " 00:00") + timedelta(days=1)


def test_prolonging_stops_where_the_law_stops(luzhai: Plan) -> None:
    """Market regulation may prolong once (程序规定 18), tobacco not at all."""
    start = at("2026-03-02 10:00")
    for unit, times in (("market", 2), ("tobacco", 1)):
        with pytest.raises(ValueError, match="prolonged"):
            due(luzhai.clock("decide", unit), start, luzhai.calendar, CN, times)


@given(
    start=st.datetimes(datetime(2022, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    n=st.integers(1, 90),
    unit=st.sampled_from(["workday", "day", "month"]),
)
def test_nobody_gets_less_than_the_days_named(calendar: Calendar, start: datetime, n: int, unit: Span) -> None:
    """Whatever the calendar: due after the start, on a working day by the reading that stands, and never sooner for a
    longer clock."""
    found = due(clock(n, unit), start, calendar, CN)
    assert found.at > start
    assert (calendar.plainly if found.provisional else calendar).is_workday(found.day)
    assert due(clock(n + 1, unit), start, calendar, CN).at >= found.at
    if unit == "day":
        assert found.day - start.astimezone(CN).date() >= timedelta(days=n)


def test_months_do_not_drift() -> None:
    """民法典 202: the last day of a short month stands in for a day it lacks."""
    assert add_months(date(2026, 10, 31), 4) == date(2027, 2, 28)
    assert add_months(date(2026, 1, 15), 12) == date(2027, 1, 15)
