"""Which day people mean, said on Monday 2026-11-23 unless the table says another day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import Calendar, Year
from rules.spoken_days import Meant, backwards, day_meant, span_meant

MONDAY = "2026-11-23"


def _calendar() -> Calendar:
    told = yaml.safe_load((Path(__file__).parents[2] / "counties" / "common.yaml").read_text("utf-8"))["calendar"]
    years = {y: Year(n["notice"], n["dated"], tuple(map(tuple, n["rest"])), tuple(n["work"])) for y, n in told.items()}
    return Calendar(years)


CALENDAR = _calendar()


def meant(words: str, today: str = MONDAY) -> Meant:
    return day_meant(words, date.fromisoformat(today), CALENDAR)


# words -> day
DAYS = [
    ("今天", "2026-11-23"), ("今日", "2026-11-23"), ("今晚", "2026-11-23"), ("今天下午", "2026-11-23"),
    ("下班前", "2026-11-23"), ("下班之前", "2026-11-23"),
    ("明天", "2026-11-24"), ("明日", "2026-11-24"), ("明天下班前", "2026-11-24"), ("明早", "2026-11-24"),
    ("后天", "2026-11-25"), ("大后天", "2026-11-26"),
    # a weekday is the next one, today counted; 下 is of next week, Monday to Sunday
    ("周五", "2026-11-27"), ("星期五", "2026-11-27"), ("礼拜五", "2026-11-27"), ("周五下午3点", "2026-11-27"),
    ("周一", "2026-11-23"), ("周日", "2026-11-29"), ("星期天", "2026-11-29"), ("周5", "2026-11-27"),
    ("本周五", "2026-11-27"), ("这周五", "2026-11-27"), ("这个星期五", "2026-11-27"),
    ("下周一", "2026-11-30"), ("下周日", "2026-12-06"), ("下个星期三", "2026-12-02"), ("下下周三", "2026-12-09"),
    # dates
    ("11-25", "2026-11-25"), ("11/25", "2026-11-25"), ("11.25", "2026-11-25"), ("１１－２５", "2026-11-25"),
    ("11月25日", "2026-11-25"), ("11月25号", "2026-11-25"), ("11 月 25 日", "2026-11-25"), ("11月25", "2026-11-25"),
    ("十一月二十五日", "2026-11-25"), ("十二月十二号", "2026-12-12"),
    ("2026-12-01", "2026-12-01"), ("2026年12月1日", "2026-12-01"), ("2026/12/1", "2026-12-01"),
    ("明年1月3日", "2027-01-03"), ("1月5日", "2027-01-05"), ("11月25日（周三）", "2026-11-25"),
    ("25号", "2026-11-25"), ("25日", "2026-11-25"), ("二十五号", "2026-11-25"), ("23号", "2026-11-23"),
    ("20号", "2026-12-20"), ("5号", "2026-12-05"), ("下月5号", "2026-12-05"), ("下个月31号", "2026-12-31"),
    ("本月25日", "2026-11-25"),
    # edges
    ("月底", "2026-11-30"), ("本月底", "2026-11-30"), ("下月底", "2026-12-31"), ("12月底", "2026-12-31"),
    ("下月初", "2026-12-01"), ("月初", "2026-12-01"), ("年底", "2026-12-31"), ("季度末", "2026-12-31"),
    # from today on
    ("三天后", "2026-11-26"), ("3天后", "2026-11-26"), ("3天内", "2026-11-26"), ("两天之内", "2026-11-25"),
    ("十一天后", "2026-12-04"), ("二十天后", "2026-12-13"), ("一周后", "2026-11-30"), ("两个月后", "2027-01-23"),
    ("半个月后", "2026-12-08"), ("3个工作日后", "2026-11-26"), ("三个工作日内", "2026-11-26"), ("5个工作日后", "2026-11-30"),
    ("元旦后", "2027-01-04"),
    # English
    ("today", "2026-11-23"), ("EOD", "2026-11-23"), ("tomorrow", "2026-11-24"), ("Tomorrow morning", "2026-11-24"),
    ("the day after tomorrow", "2026-11-25"), ("Friday", "2026-11-27"), ("by Fri", "2026-11-27"),
    ("this Friday", "2026-11-27"), ("next Monday", "2026-11-30"), ("Monday next week", "2026-11-30"),
    ("Nov 25", "2026-11-25"), ("November 25th", "2026-11-25"), ("25 Nov", "2026-11-25"), ("25th of November", "2026-11-25"),
    ("Dec. 1", "2026-12-01"), ("Nov 25, 2026", "2026-11-25"), ("the 25th", "2026-11-25"),
    ("in 3 days", "2026-11-26"), ("within a week", "2026-11-30"), ("in two weeks", "2026-12-07"),
    ("in 3 working days", "2026-11-26"), ("in three business days", "2026-11-26"), ("5 working days from now", "2026-11-30"),
    ("end of the month", "2026-11-30"), ("the end of next month", "2026-12-31"), ("end of the year", "2026-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "day"), DAYS)
def test_a_day_is_known_by_any_of_its_names(words: str, day: str) -> None:
    """In Chinese and English, any width, with the hour or without."""
    assert str(meant(words).day) == day


# today, words -> day: what turns on the day it is said
TURNING = [
    ("2026-11-28", "周五", "2026-12-04"),  # Saturday: this Friday is over
    ("2026-11-27", "周五", "2026-11-27"),  # on the day itself
    ("2026-11-29", "周一", "2026-11-30"),
    ("2026-11-29", "下周一", "2026-11-30"),  # Sunday is still this week
    ("2026-12-28", "1-4", "2027-01-04"),
    ("2026-12-31", "1号", "2027-01-01"),
    ("2026-12-31", "下月初", "2027-01-01"),
    ("2026-12-01", "月初", "2026-12-01"),
    ("2026-10-31", "31号", "2026-10-31"),
    ("2026-09-30", "3个工作日后", "2026-10-10"),  # a Saturday that is worked
    ("2026-09-28", "节后", "2026-10-08"),
    ("2026-10-03", "节后", "2026-10-08"),
    ("2026-10-03", "国庆后", "2026-10-08"),
    ("2026-09-20", "中秋后", "2026-09-28"),
    ("2026-01-15", "春节后", "2026-02-24"),
    ("2026-01-15", "五一后", "2026-05-06"),
    ("2026-02-10", "节后上班第一天", "2026-02-24"),
    ("2028-02-01", "2月29日", "2028-02-29"),
    ("2027-11-23", "2月29日", "2028-02-29"),  # this year has none, and the coming one is near
    ("2026-12-31", "一个月后", "2027-01-31"),
    ("2026-01-30", "两个月后", "2026-03-30"),
]


@pytest.mark.parametrize(("today", "words", "day"), TURNING)
def test_a_day_that_has_passed_means_the_next_one(today: str, words: str, day: str) -> None:
    """Weeks, months and years turn; 节后 is the first working day behind the coming holiday."""
    assert str(meant(words, today).day) == day


# today, words: a day is named, and is over, or there is none such, or it is two
REFUSED = [
    (MONDAY, "31号"), (MONDAY, "11月31日"), (MONDAY, "2月30日"), (MONDAY, "2月29日"), (MONDAY, "13-40"), (MONDAY, "Nov 31"),
    (MONDAY, "11-20"), (MONDAY, "11月22日"), (MONDAY, "2026-11-22"), (MONDAY, "2025年11月25日"), ("2026-11-28", "本周五"),
    (MONDAY, "上周五"), (MONDAY, "上月25号"), (MONDAY, "last Friday"), (MONDAY, "本月20日"),
    (MONDAY, "每周五"), (MONDAY, "每月25日"), (MONDAY, "every Friday"), (MONDAY, "每月底"),
    (MONDAY, "两三天后"), (MONDAY, "3-4天后"), (MONDAY, "三到五天内"), (MONDAY, "5-8号"),
    (MONDAY, "999天后"), (MONDAY, "节后"), (MONDAY, "春节后"), (MONDAY, "11月25日（周四）"), ("2027-01-30", "29号"),
]  # fmt: skip


@pytest.mark.parametrize(("today", "words"), REFUSED)
def test_a_day_that_is_over_or_does_not_exist_is_refused(today: str, words: str) -> None:
    """The words are kept, so that they can be shown; 节后 far from any holiday, and Spring Festival before its notice, as well."""
    found = meant(words, today)
    assert found.day is None
    assert found.said


# No day is named, though it looks like one
NO_DAY = [
    "", "报了", "西烟〔2026〕12号", "第3号", "3号楼", "一周一次", "以后天天", "涉案11.25万元", "192.168.1.25", "11月25起案件",
    "几天后", "周末", "下周", "马上", "查获12条", "I sat there", "the sun", "we may go", "13800000000", "周报", "月报", "昨天",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_DAY)
def test_what_only_looks_like_a_day_is_none(words: str) -> None:
    """Numbers of papers and houses, amounts, how often, and times without a day."""
    assert meant(words) == Meant(None, words, "")


# words -> the rest
RESTS = [
    ("明天报", "报"),
    ("周五前交", "前交"),
    ("申请延期到周五，因为数据没核完", "申请延期到，因为数据没核完"),
    ("will file tomorrow", "will file"),
    ("file it by Friday afternoon please", "file it by please"),
    ("周一开会，周五交", "开会，周五交"),  # the first day that is named
]


@pytest.mark.parametrize(("words", "rest"), RESTS)
def test_the_rest_of_the_words_is_given_back_as_written(words: str, rest: str) -> None:
    assert meant(words).rest == rest


# -- spans ---------------------------------------------------------------------------------------------------------------

# words -> first, last
SPANS = [
    ("11-25到11-28", "2026-11-25", "2026-11-28"),
    ("请假 11-25到11-28", "2026-11-25", "2026-11-28"),
    ("11月25日至28日", "2026-11-25", "2026-11-28"),
    ("11月25日到11月28日", "2026-11-25", "2026-11-28"),
    ("11月25日（周三）至28日（周六）", "2026-11-25", "2026-11-28"),
    ("11月25日-11月28日 出差", "2026-11-25", "2026-11-28"),
    ("11-25到28", "2026-11-25", "2026-11-28"),
    ("11/25-28", "2026-11-25", "2026-11-28"),
    ("11.25-11.28", "2026-11-25", "2026-11-28"),
    ("11-25~11-28", "2026-11-25", "2026-11-28"),
    ("2026-12-01 至 2026-12-03", "2026-12-01", "2026-12-03"),
    ("25号到28号", "2026-11-25", "2026-11-28"),
    ("25-28号", "2026-11-25", "2026-11-28"),
    ("5-8号", "2026-12-05", "2026-12-08"),
    ("25号下午到26号上午", "2026-11-25", "2026-11-26"),
    ("12月25日至28日", "2026-12-25", "2026-12-28"),
    ("12-30到1-3", "2026-12-30", "2027-01-03"),
    ("明天到周五", "2026-11-24", "2026-11-27"),
    ("周四到周二", "2026-11-26", "2026-12-01"),
    ("下周一到周三", "2026-11-30", "2026-12-02"),
    ("下周一起三天", "2026-11-30", "2026-12-02"),
    ("从明天开始休三天", "2026-11-24", "2026-11-26"),
    ("我明天请假三天", "2026-11-24", "2026-11-26"),
    ("明天起5个工作日", "2026-11-24", "2026-11-30"),
    ("三天，从明天起", "2026-11-24", "2026-11-26"),
    ("今天下午", "2026-11-23", "2026-11-23"),
    ("明天一天", "2026-11-24", "2026-11-24"),
    ("明天下午半天", "2026-11-24", "2026-11-24"),
    ("25号", "2026-11-25", "2026-11-25"),
    ("请假到周五", "2026-11-23", "2026-11-27"),
    ("下周", "2026-11-30", "2026-12-06"),
    ("本周", "2026-11-23", "2026-11-29"),
    ("11月25日到28日，家里有事", "2026-11-25", "2026-11-28"),
    ("明天到周五去南宁培训", "2026-11-24", "2026-11-27"),
    ("Nov 25 to 28", "2026-11-25", "2026-11-28"),
    ("Nov 25-28", "2026-11-25", "2026-11-28"),
    ("25 to 28 Nov", "2026-11-25", "2026-11-28"),
    ("from Nov 25 to Dec 2", "2026-11-25", "2026-12-02"),
    ("tomorrow to Friday", "2026-11-24", "2026-11-27"),
    ("tomorrow for three days", "2026-11-24", "2026-11-26"),
    ("3 days from Monday", "2026-11-23", "2026-11-25"),
    ("I am on leave from Friday until next Tuesday", "2026-11-27", "2026-12-01"),
    ("next week", "2026-11-30", "2026-12-06"),
]


@pytest.mark.parametrize(("words", "first", "last"), SPANS)
def test_a_span_is_read_from_its_first_day_to_its_last(words: str, first: str, last: str) -> None:
    """The month and the 号 may be said once; a weekday at the end is the one behind the beginning."""
    found = span_meant(words, date.fromisoformat(MONDAY), CALENDAR)
    assert found is not None
    assert tuple(map(str, found)) == (first, last)


NO_SPAN = [
    "", "请假", "请假三天", "后天到明天", "11-28到11-25", "11-20到11-22", "11月31日到12月2日", "11-25到31", "11-25-11-28",
    "明天他们到周五报", "明天我检查西镇", "周一周二", "明天，后天", "明天三天后", "11-25到11-28到11-30", "明天起999天", "上周五到今天",
    "西烟〔2026〕12号",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_SPAN)
def test_what_is_no_span_is_none(words: str) -> None:
    """Without a beginning, backwards, over, of days that do not exist, of more than two, or about something else."""
    assert span_meant(words, date.fromisoformat(MONDAY), CALENDAR) is None


# -- any text ------------------------------------------------------------------------------------------------------------

PIECES = ["今天", "明", "后天", "周五", "下周", "下", "一", "31", "号", "日", "月", "2", "29", "-", "/", "到", "至", "三", "天", "个工作日", "后", "底", "初", "节后", "国庆", "起", "请假", "年", "2026", "next ", "Friday", " to ", "Nov ", "in ", "days", "the ", "th", "０", "²", "٣"]  # fmt: skip
ANY_TEXT = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("words", "so"),
    [("12-3到12-1", True), ("12月3日至12月1日", True), ("12-1到12-3", False), ("12-30到1-2", False), ("12-3", False)],
)
def test_a_span_that_ends_before_it_begins_is_known(words: str, so: bool) -> None:
    """So that it can be said what is wrong with it; over the turn of the year nothing is."""
    assert backwards(words, date(2026, 11, 24), CALENDAR) is so


TODAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT, TODAYS)
def test_any_text_is_read_or_not_and_never_into_the_past(words: str, today: date) -> None:
    """What is found is today or later and within about two years; nothing raises."""
    found = day_meant(words, today, CALENDAR)
    assert found.day is None or today <= found.day <= today + timedelta(days=760)
    assert bool(found.said) or found.day is None
    span = span_meant(words, today, CALENDAR)
    assert span is None or today <= span[0] <= span[1] <= span[0] + timedelta(days=366)


@settings(max_examples=200, deadline=None)
@given(TODAYS, st.integers(0, 180))
def test_every_date_within_half_a_year_is_read_back(today: date, ahead: int) -> None:
    """However it is written, without its year."""
    day = today + timedelta(days=ahead)
    for words in (
        f"{day:%m-%d}",
        f"{day.month}月{day.day}日",
        f"{day:%m/%d}",
        f"{day:%b} {day.day}",
        f"{day.day} {day:%B}",
    ):
        assert day_meant(words, today, CALENDAR).day == day
    assert day_meant(day.isoformat(), today, CALENDAR).day == day
