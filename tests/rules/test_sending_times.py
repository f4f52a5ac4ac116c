"""When something is to go out, as people say it. Tuesday, 24 November 2026, half past nine."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules import sending_times
from rules.county import Plan

HOME = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HOME)


# what is said: when it goes
SAID = {
    "现在": "now",
    "马上发": "now",
    "right away": "now",
    "明天": at(11, 25, 8, 30),
    "明早8点发": at(11, 25, 8),
    "明天上午9点再发": at(11, 25, 9),
    "周五下午三点": at(11, 27, 15),
    "12月3日8:45": at(12, 3, 8, 45),
    "下午4点": at(11, 24, 16),
    "今晚11点": at(11, 24, 23),
    "tomorrow 2:30 pm": at(11, 25, 14, 30),
    "Friday": at(11, 27, 8, 30),
    # over, or no such day
    "今天早上8点": "send_past",
    "9点": "send_past",
    "11月31日": "send_past",
    # no time at all
    "看情况": "want_send",
    "随便": "want_send",
}


@pytest.mark.parametrize("words", SAID)
def test_when_it_goes(words: str, yangxi: Plan) -> None:
    """A day alone is its morning; what is over or does not exist is refused, and nothing is guessed."""
    assert sending_times.meant(words, NOW, yangxi) == SAID[words]


# when: whether it rings only later
RINGS_LATER = {
    at(11, 25, 8, 30): False,
    at(11, 25, 19, 59): False,
    at(11, 25, 20): True,
    at(11, 25, 7, 59): True,
    at(11, 28, 10): True,
}


@pytest.mark.parametrize("moment", RINGS_LATER)
def test_at_night_and_on_days_off_it_rings_later(moment: datetime, yangxi: Plan) -> None:
    """Which whoever sets the time is told."""
    assert sending_times.at_night(moment, yangxi) is RINGS_LATER[moment]
