"""One's own morning: which time is meant, when what a morning brings is heard, from which day a choice holds."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rules import mornings
from rules.calendar import Calendar
from rules.escalation import QUIET, Days
from rules.spoken_times import time_meant

HOME = ZoneInfo("Asia/Shanghai")
DAYS = Days(Calendar({}), HOME, QUIET)  # Saturdays and Sundays are off


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


# fmt: off
SAID: tuple[tuple[str, time | str], ...] = (
    ("9点半",            time(9, 30)),
    ("九点半",           time(9, 30)),
    ("14:05",           time(14, 5)),
    ("１４：０５",        time(14, 5)),
    ("9.30",            time(9, 30)),
    ("1405",            time(14, 5)),
    ("上午十点一刻",      time(10, 15)),
    ("下午2点",          time(14, 0)),      # a full hour that is typed is what somebody wants
    ("下午两点零五分",    time(14, 5)),
    ("下午14:05",        time(14, 5)),
    ("晚上8点",          time(20, 0)),
    ("中午12点半",       time(12, 30)),
    ("中午1点",          time(13, 0)),
    ("十三点四十",        time(13, 40)),
    ("改到9点20吧",      time(9, 20)),
    ("2:05 pm",         time(14, 5)),
    ("9am",             time(9, 0)),
    ("12:10 am",        time(0, 10)),
    ("3:00",            time(3, 0)),       # at night: a time, and refused by whoever knows the county's day
    ("25点",            "no_such_time"),
    ("9:75",            "no_such_time"),
    ("24:00",           "no_such_time"),
    ("9",               "no_time"),       # no hour alone: it may be the number of a choice
    ("早一点",           "no_time"),
    ("11-25",           "no_time"),
    ("9点半报月报",       "no_time"),       # about something else
)
# fmt: on


@pytest.mark.parametrize(("words", "meant"), SAID, ids=[one[0] for one in SAID])
def test_a_time_of_day_in_words(words: str, meant: time | str) -> None:
    """Read as people write it, and never guessed."""
    assert time_meant(words) == meant


# fmt: off
HEARD = (
    # now          own            due of what is told       heard at
    (at(24, 8, 53), time(13, 40), (),                      at(24, 13, 40)),   # later the same day
    (at(24, 8, 53), time(13, 40), (at(25, 0),),            at(24, 13, 40)),   # due today: still said today
    (at(24, 8, 53), time(13, 40), (at(24, 12),),           at(24, 8, 53)),    # over by then: said now
    (at(24, 8, 53), time(13, 40), (at(23, 12),),           at(24, 13, 40)),   # late already: not later by it
    (at(24, 8, 53), time(8, 53),  (),                      at(24, 8, 53)),    # the county's
    (at(24, 8, 10), time(8, 53),  (),                      at(24, 8, 53)),    # somebody else is early
    (at(24, 8, 53), time(13, 40), (at(24, 13, 40),),       at(24, 8, 53)),    # over at that very moment: now
    (at(24, 8, 53), time(13, 40), (at(24, 8, 53),),        at(24, 13, 40)),   # over in this moment: not later by it either
    (at(24, 15),    time(13, 40), (),                      at(24, 15)),       # after an outage: now
)
# fmt: on


@pytest.mark.parametrize(("now", "own", "due", "heard"), HEARD)
def test_what_a_morning_brings_is_heard_on_its_day(
    now: datetime, own: time, due: tuple[datetime, ...], heard: datetime
) -> None:
    """At the time that was chosen, on that day, and never after what it tells of."""
    assert mornings.hears_at(now, own, DAYS, due) == heard


# fmt: off
SINCE = (
    # now           before        after         from
    (at(24, 7),     time(8, 53),  time(13, 40), date(2026, 11, 24)),   # today's has not begun
    (at(24, 8, 20), time(8, 53),  time(8, 10),  date(2026, 11, 25)),   # the new one is past
    (at(24, 9, 30), time(8, 53),  time(13, 40), date(2026, 11, 25)),   # today's has come
    (at(24, 9, 30), time(13, 40), time(15, 5),  date(2026, 11, 25)),   # today's is held, and stays
    (at(27, 9, 30), time(8, 53),  time(9, 30),  date(2026, 11, 30)),   # a Friday: from Monday on
    (at(28, 7),     time(8, 53),  time(9, 30),  date(2026, 11, 30)),   # a day off
)
# fmt: on


@pytest.mark.parametrize(("now", "before", "after", "day"), SINCE)
def test_a_choice_holds_from_the_next_morning(now: datetime, before: time, after: time, day: date) -> None:
    """Nobody hears twice on a day because of it, and on no day nothing."""
    assert mornings.since(now, before, after, DAYS) == day


def test_the_quiet_hours_of_the_county_go_before_a_choice() -> None:
    """20:00 to 08:00 cannot be chosen, and what was chosen before the county changed its hours no longer holds."""
    assert [hour for hour in range(24) if mornings.allowed(time(hour), QUIET)] == list(range(8, 20))
    assert mornings.of(mornings.Choice(time(21)), QUIET) == QUIET.morning
    assert mornings.of(mornings.Choice(time(13, 40)), QUIET) == time(13, 40)
    assert all(mornings.allowed(one, QUIET) and one.minute % 30 for one in mornings.OFFERED)


@pytest.mark.parametrize(
    ("now", "earliest", "moment"),
    [
        (at(24, 8, 10), time(8, 10), at(24, 8, 53)),
        (at(24, 8, 9), time(8, 10), None),  # nobody yet
        (at(24, 8, 53), time(8, 10), None),  # it has come
        (at(28, 8, 30), time(8, 10), None),  # a day off
        (at(24, 8, 30), None, None),
    ],
)
def test_the_countys_morning_is_climbed_early_for_whoever_hears_it_early(
    now: datetime, earliest: time | None, moment: datetime | None
) -> None:
    """Between the first one's time and the county's, on working days."""
    assert mornings.brought_forward(now, earliest, DAYS) == moment


def test_the_morning_before() -> None:
    """Of the last working day: on a Monday Friday's."""
    assert mornings.last_one(at(30, 8, 53), time(8, 53), DAYS) == at(27, 8, 53)
    assert mornings.next_one(at(27, 21), time(13, 40), DAYS) == at(30, 13, 40)
    assert mornings.next_one(at(27, 8), time(13, 40), DAYS) == at(27, 13, 40)
    assert mornings.next_one(at(27, 13, 40), time(13, 40), DAYS) == at(30, 13, 40)  # after it, not it
