"""Working days, held against the State Council's notices 国办发明电〔2021〕11号 to 〔2025〕7号."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, Day, Year


def d(text: str) -> date:
    return date.fromisoformat(text)


# Working days in each month, as the package chinesecalendar 1.11.0 has them (compared with ours day by day)
WORKDAYS = {
    2022: (21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22),
    2023: (18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21),
    2024: (22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22),
    2025: (19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23),
    2026: (21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23),
}


@pytest.mark.parametrize("year", WORKDAYS)
def test_months_have_as_many_working_days_as_the_notice_leaves(calendar: Calendar, year: int) -> None:
    """A wrong holiday or make-up day changes the count of its month; 2026 has 248 in all."""
    counted = [0] * 12
    day = date(year, 1, 1)
    while day.year == year:
        counted[day.month - 1] += calendar.is_workday(day)
        day += timedelta(days=1)
    assert tuple(counted) == WORKDAYS[year]
    if year == 2026:
        assert sum(counted) == 248


# The days people get wrong: day, worked?
TELLING = [
    ("2022-04-02", True),  # Saturday before Qingming, made up
    ("2022-12-31", False),  # off by the next year's notice
    ("2024-02-09", True),  # New Year's Eve 2024 was not off by law
    ("2024-02-10", False),
    ("2024-02-18", True),  # Sunday, made up
    ("2024-06-08", False),  # plain Saturday before Dragon Boat
    ("2025-01-01", False),
    ("2025-01-02", True),  # one day only, 不调休
    ("2025-01-26", True),  # Sunday, made up
    ("2025-01-28", False),  # New Year's Eve, off since 2025
    ("2025-10-08", False),
    ("2026-01-04", True),  # Sunday, made up
    ("2026-02-14", True),
    ("2026-02-28", True),
    ("2026-05-09", True),
    ("2026-09-20", True),
    ("2026-10-10", True),
    ("2026-10-08", True),
]


@pytest.mark.parametrize(("day", "worked"), TELLING)
def test_days_that_are_easily_wrong(calendar: Calendar, day: str, worked: bool) -> None:
    """调休: some weekends are worked, some weekdays are not."""
    assert calendar.is_workday(d(day)) is worked


# The first of each month of 2026: worked?, last working day up to it, first from it (YX-3.4b turns on these)
FIRSTS = [
    ("2026-01-01", "2025-12-31", "2026-01-04"),
    ("2026-02-01", "2026-01-30", "2026-02-02"),
    ("2026-03-01", "2026-02-28", "2026-03-02"),
    ("2026-04-01", "2026-04-01", "2026-04-01"),
    ("2026-05-01", "2026-04-30", "2026-05-06"),
    ("2026-06-01", "2026-06-01", "2026-06-01"),
    ("2026-07-01", "2026-07-01", "2026-07-01"),
    ("2026-08-01", "2026-07-31", "2026-08-03"),
    ("2026-09-01", "2026-09-01", "2026-09-01"),
    ("2026-10-01", "2026-09-30", "2026-10-08"),
    ("2026-11-01", "2026-10-30", "2026-11-02"),
    ("2026-12-01", "2026-12-01", "2026-12-01"),
]


@pytest.mark.parametrize(("first", "earlier", "later"), FIRSTS)
def test_firsts_of_2026(calendar: Calendar, first: str, earlier: str, later: str) -> None:
    """每月1日 falls on a rest day seven times in 2026; both neighbours must be right (YX-3.4b)."""
    assert calendar.on_or_after(d(first)) == Day(d(later), provisional=False)
    assert calendar.on_or_before(d(first)) == Day(d(earlier), provisional=False)


def test_a_year_without_notice_is_estimated_and_says_so(calendar: Calendar) -> None:
    """2027: weekends and the holidays of fixed date (全国年节及纪念日放假办法 2), marked provisional."""
    assert not calendar.known(2027)
    assert not calendar.is_workday(date(2027, 1, 1))  # Friday
    assert not calendar.is_workday(date(2027, 10, 1))
    assert calendar.add_workdays(date(2026, 12, 31), 1) == Day(date(2027, 1, 4), provisional=True)
    assert calendar.add_workdays(date(2026, 12, 30), 1) == Day(date(2026, 12, 31), provisional=False)


def test_the_other_reading_of_a_year_without_notice(calendar: Calendar) -> None:
    """Monday to Friday and nothing else: what a holiday of fixed date might still have been. Known years do not change."""
    plain = calendar.plainly
    assert plain.is_workday(date(2027, 1, 1))
    assert not plain.is_workday(date(2027, 1, 2))
    assert not plain.is_workday(date(2026, 10, 1))
    assert plain.is_workday(date(2026, 10, 10))
    assert plain.add_workdays(date(2026, 12, 31), 1) == Day(date(2027, 1, 1), provisional=True)


# Made up for this test: nobody knows the notice for 2027 yet
NOTICE_2027 = Year(
    "国办发明电〔2026〕某号",
    date(2026, 11, 4),
    ((date(2026, 12, 31), date(2027, 1, 2)), (date(2027, 2, 5), date(2027, 2, 11))),
    (date(2026, 12, 27),),
)


def test_what_importing_a_notice_changes(calendar: Calendar) -> None:
    """A preview before it is done: every day whose meaning changes, the last days of the old year among them (the notices
    for 2007 and 2018 made a 12-31 a day off)."""
    imported = calendar.with_years({2027: NOTICE_2027})
    assert imported.changed(calendar, 2027)[:3] == (d("2026-12-27"), d("2026-12-31"), d("2027-02-05"))
    assert d("2027-01-02") not in imported.changed(calendar, 2027)  # a Saturday was off anyway
    assert imported.known(2027)
    assert not calendar.known(2027)
    assert imported.add_workdays(d("2026-12-30"), 1) == Day(d("2027-01-04"), provisional=False)


def test_days_that_do_not_count_are_passed_over(calendar: Calendar) -> None:
    """A pause takes its days out of the count."""
    pause = {d("2026-03-04"), d("2026-03-05")}
    assert calendar.add_workdays(d("2026-03-02"), 3, pause) == Day(d("2026-03-09"), provisional=False)


@given(start=st.dates(date(2022, 1, 1), date(2028, 12, 31)), n=st.integers(1, 60))
def test_adding_and_taking_away(calendar: Calendar, start: date, n: int) -> None:
    """民法典 201: the start is not counted, so exactly n working days lie in (start, end], the end among them."""
    end = calendar.add_workdays(start, n).date
    days = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert sum(map(calendar.is_workday, days)) == n
    assert calendar.is_workday(end)
    if calendar.is_workday(start):
        assert calendar.add_workdays(end, -n).date == start


# A notice copied wrongly must not pass: rest, work, part of the sentence
WRONG = [
    ([("2027-02-10", "2027-02-04")], [], "ends before it begins"),
    ([], ["2027-02-10"], "no weekend day"),
    ([("2027-02-06", "2027-02-08")], ["2027-02-07"], "both off and worked"),
]


@pytest.mark.parametrize(("rest", "work", "sentence"), WRONG)
def test_a_notice_that_contradicts_itself_is_refused(
    rest: list[tuple[str, str]], work: list[str], sentence: str
) -> None:
    """The yearly notice is typed in by hand each November."""
    with pytest.raises(ValueError, match=sentence):
        Year("〔…〕", date(2026, 11, 1), tuple((d(a), d(b)) for a, b in rest), tuple(map(d, work)))
