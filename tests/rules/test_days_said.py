"""The days of forms: behind, ahead, and what is left open."""

from datetime import date

import pytest

from rules.days_said import day_said, latest, weekday_said

MONDAY = date(2026, 11, 23)
SAID = {
    "昨天": 22, "前天": 21, "大前天": 20, "上周五": 20, "上星期天": 22, "上上周三": 11, "本周三": 25, "这周一": 23, "3天前": 20, "两周前": 9,
    "本月5号": 5, "明天": 24, "后天": 25, "三天后": 26, "last Friday": 20, "tomorrow": 24, "3 days ago": 20,
}  # fmt: skip


@pytest.mark.parametrize(("words", "day"), SAID.items(), ids=SAID)
def test_a_day_behind_or_ahead(words: str, day: int) -> None:
    """Counted from the day it is said on."""
    assert day_said(words, MONDAY) == date(2026, 11, day)


def test_the_week_and_the_month_beside() -> None:
    """下周三 is of next week, 上月25日 of last month; a day that month does not have is none."""
    assert day_said("下周三", MONDAY) == date(2026, 12, 2) and day_said("下周五。", MONDAY) == date(2026, 12, 4)
    assert day_said("上月25日", MONDAY) == date(2026, 10, 25) and day_said("下个月3号", MONDAY) == date(2026, 12, 3)
    assert day_said("上月31日", date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    "words", ["周五", "星期天", "Friday", "25号", "下周", "昨晚", "开会那天", "上周五和下周五", "5个工作日后"]
)
def test_what_may_be_two_days_is_none(words: str) -> None:
    """A bare weekday may be the last one or the next; nothing is guessed, nothing is read out of the middle of a sentence."""
    assert day_said(words, MONDAY) is None


def test_of_a_letter_the_last_one_is_meant() -> None:
    """What is behind in any case needs no week."""
    assert (weekday_said("周五"), weekday_said("星期天"), weekday_said("Friday")) == (4, 6, 4)
    assert latest(4, MONDAY) == date(2026, 11, 20) and latest(0, MONDAY) == MONDAY
