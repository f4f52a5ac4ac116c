"""The names of days: 周五, 25号, 三天后, 节后, next Monday, and the day each of them is, counted from today."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from rules.calendar import ONE_DAY, Calendar
from rules.deadlines import add_months
from rules.expressions import expression

FAR = 366  # days; nobody promises beyond a year, and a passed date is not next year's beyond half of it
_SOON = timedelta(days=30)


class Found(NamedTuple):
    """Where in the words the day stands. `floating`: 周二 and 25号 are the next ones from wherever one counts, 明天 is not."""

    day: date | None
    start: int
    end: int
    floating: bool


Reader = Callable[["re.Match[str]", date, Calendar], date | None]
_READERS: list[tuple[re.Pattern[str], Reader, bool]] = []


def _reads(pattern: str, floating: bool = False) -> Callable[[Reader], Reader]:
    def enter(reader: Reader) -> Reader:
        _READERS.append((expression(pattern), reader, floating))
        return reader

    return enter


def narrow(text: str) -> str:
    """Of one width and case, every character in its place."""
    folded = (unicodedata.normalize("NFKC", one).lower() for one in text.replace("’", "'"))
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


# -- numbers and dates -----------------------------------------------------------------------------------------------------

_DIGITS = {word: n for n, word in enumerate("零一二三四五六七八九")} | {"两": 2}
_WORDS = {
    w: n for n, w in enumerate(["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
} | {"an": 1, "one": 1}
NUM = r"(?:\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_FEW = r"(?<![一二两三四五六七八九十百千半几数多\d.~、-])"  # before a number that is the whole number
_ENUM = rf"(?:\d{{1,3}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_MONTHS = {
    w: n for n, w in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
ENGLISH_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TH = r"(?:st|nd|rd|th)?"


def number(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in _WORDS:
        return _WORDS[word]
    tens, ten, ones = word.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _real(year: int, month: int, day: int) -> date | None:
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _not_past(day: date | None, today: date) -> date | None:
    return day if day is not None and day >= today else None


def _coming(today: date, month: int, day: int) -> date | None:
    """A passed 11-20 is next year's only if that is near: 1月5日 said in November is, 11-20 said on the 23rd is an error."""
    this = _real(today.year, month, day)
    if this is not None and this >= today:
        return this
    found = _real(today.year + 1, month, day)
    return found if found is not None and (found - today).days <= FAR // 2 else None


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _after(today: date, n: int, unit: str, calendar: Calendar) -> date | None:
    if "工作" in unit or "work" in unit or "business" in unit:
        return calendar.add_workdays(today, n).date if 0 < n <= FAR else None
    if "月" in unit or "month" in unit:
        return add_months(today, n) if n <= 12 else None
    days = n * (1 if unit.endswith(("天", "日", "day", "days")) else 7)
    return today + timedelta(days=days) if days <= FAR else None


@_reads(rf"(?<![\d.])(20\d\d|今年|明年)的?\s*[-/.年]?\s*({NUM})\s*[-/.月]\s*({NUM})(?!\d)\s*[日号]?")
def _full(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    year = int(m[1]) if m[1].isdigit() else today.year + (m[1] == "明年")
    return _not_past(_real(year, number(m[2]), number(m[3])), today)


@_reads(
    rf"(?<![\d年./〕-])({NUM})\s*月\s*({NUM})\s*(?:[日号]|(?!\d)(?=\s*(?:$|[到至前之~—–,，。;；\s-])))", floating=True
)
@_reads(r"(?<![\d./:-])(\d{1,2})-(\d{1,2})(?!\d|[./:%]|-\d|\s*[日号])", floating=True)
@_reads(r"(?<![\d./:-])(\d{1,2})/(\d{1,2})(?!\d|[./:%])\s*[日号]?", floating=True)
@_reads(r"(?<![\d./:-])(\d{1,2})\.(\d{1,2})(?=$|[\s,，。;；前到至之~—–-])", floating=True)
def _month_day(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    return _coming(today, number(m[1]), number(m[2]))


@_reads(rf"({ENGLISH_MONTH})\s*(\d{{1,2}}){_TH}(?!\d)(?:,?\s+(20\d\d)\b)?", floating=True)
@_reads(
    rf"(?<![\d./-])(?:the\s+)?(?P<d>\d{{1,2}}){_TH}(?:\s+of)?\s+({ENGLISH_MONTH})(?:,?\s+(20\d\d)\b)?", floating=True
)
def _english_date(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    groups = [one for one in m.groups() if one]
    month = next(_MONTHS[one[:3]] for one in groups if one[:3] in _MONTHS)
    day = next(int(one) for one in groups if one.isdigit())
    year = next((int(one) for one in groups if len(one) == 4 and one.isdigit()), None)
    return _not_past(_real(year, month, day), today) if year else _coming(today, month, day)


@_reads(rf"(下下|下|本|这|当|上|每)个?月(?:份)?的?\s*({NUM})\s*[日号]")
def _day_of_that_month(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    if m[1] in "上每":
        return None
    first = add_months(today.replace(day=1), m[1].count("下"))
    return _not_past(_real(first.year, first.month, number(m[2])), today)


# 西烟〔2026〕12号, 第3号, 3号楼 are no days; 5-8号 is two of them.
@_reads(rf"(?:{NUM}[-~～—–、])({NUM})\s*[日号]")
@_reads(
    r"(?<![百千\d./-])[一二三四五六七八九十两\d]{1,2}\s*[到至~、-]?\s*[二三四五六七八九十两\d]{1,2}\s*个?(?:工作日|天|日|周)(?:之|以)?[后内]"
)
def _two_of_them(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    """十一天后 is one number, 两三天后 is two."""
    one = re.match(rf"({NUM})\s*个?(工作日|天|日|周)", m[0])
    return _after(today, number(one[1]), one[2], calendar) if one else None


@_reads(
    rf"(?<![\d月第号.:/#〕\])）】一二三四五六七八九十周期拜-])({NUM})\s*[日号](?![楼线店桌车机房码文令院门栋库仓])",
    floating=True,
)
@_reads(rf"\bthe\s+(\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+of\b|\s+{ENGLISH_MONTH})", floating=True)
def _day_of_month(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    """The one to come; where that month has no such day it is not moved to another."""
    day = number(m[1])
    month = today if day >= today.day else add_months(today.replace(day=1), 1)
    return _real(month.year, month.month, day)


# -- weekdays --------------------------------------------------------------------------------------------------------------

_WEEK = r"(?:周|星期|礼拜)"
_ENGLISH_DAYS = {w: n for n, w in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
# sat and sun are other words as well
_ENGLISH_DAY = r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|saturday|sunday)\b"


@_reads(
    rf"(?<![一二两三四五六七八九十半几多\d上下本这每个]){_WEEK}([一二三四五六日天]|[1-7](?!\d|天|个|次|人))",
    floating=True,
)
def _weekday(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    return today + timedelta(days=(_weekday_of(m[1]) - today.weekday()) % 7)


@_reads(rf"(上上|下下|上|下|本|这|每)一?个?{_WEEK}([一二三四五六日天]|[1-7](?!\d|天|个|次|人))")
def _weekday_of_that_week(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    if m[1][0] in "上每":
        return None
    monday = today + timedelta(days=7 * m[1].count("下") - today.weekday())
    return _not_past(monday + timedelta(days=_weekday_of(m[2])), today)


def _weekday_of(word: str) -> int:
    return int(word) - 1 if word.isdigit() else "一二三四五六日".find(word.replace("天", "日"))


@_reads(rf"\b(?:(?:this|coming)\s+)?{_ENGLISH_DAY}(?!\s+(?:next|last) week)", floating=True)
@_reads(rf"\b(?P<which>next|last|every)\s+{_ENGLISH_DAY}")
@_reads(rf"\b{_ENGLISH_DAY}\s+(?P<which>next|last)\s+week\b")
def _english_weekday(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    """next Friday is the one of next week, as 下周五 is."""
    which = m.groupdict().get("which")
    day = next(_ENGLISH_DAYS[one[:3]] for one in m.groups() if one and one[:3] in _ENGLISH_DAYS)
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + day)
    return None if which else today + timedelta(days=(day - today.weekday()) % 7)


# -- from today on ---------------------------------------------------------------------------------------------------------

_FROM_TODAY = {"今": 0, "明": 1, "后": 2, "大": 3}


@_reads(r"今[天日晚早儿]|下班(?:之|以)?前|明[天日晚早儿](?!确)|(?<![以之然今前先随落])后[天日](?!常)|大后[天日]")
def _near(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    return today + timedelta(days=_FROM_TODAY.get(m[0][0], 0))


@_reads(
    r"\b(?:today|tonight|eod|cob|(?:the\s+)?end of (?:the\s+|this\s+)?day|(?:the\s+)?day after tomorrow|tomorrow|tmrw|tmr)\b"
)
def _english_near(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    return today + timedelta(days=2 if "after" in m[0] else 1 if m[0].startswith(("tom", "tm")) else 0)


@_reads(rf"{_FEW}({NUM})\s*(个?工作日|[天日]|个?周|个?星期|个?礼拜|个月)(?:之|以)?[后内](?![天日])")
@_reads(rf"\b(?:in|within)\s+({_ENUM})\s+((?:(?:working|business|work)\s+)?(?:day|week|month))s?\b")
@_reads(rf"\b({_ENUM})\s+((?:(?:working|business|work)\s+)?(?:day|week|month))s?\s+from\s+(?:now|today)\b")
@_reads(r"(半)(个月)(?:之|以)?[后内]")
def _later(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    return _after(today, *((number(m[1]), m[2]) if m[1] != "半" else (15, "天")), calendar)


@_reads(rf"(下个?|本|这个?|当|上个?|每个?|{NUM})?月(?:份)?的?([底末初])")
def _edge_of_month(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    which, first = m[1] or "", today.replace(day=1)
    if which[:1] in ("上", "每") and which:
        return None
    if which and re.fullmatch(NUM, which):
        day = _coming(_month_end(today) if m[2] != "初" else today, number(which), 1)
        return None if day is None else day if m[2] == "初" else _month_end(day)
    if m[2] == "初":
        return today if today == first and which[:1] != "下" else add_months(first, 1)
    return _month_end(add_months(first, 1) if which[:1] == "下" else today)


@_reads(r"(明)?年[底末]|(?:本季度?|季度?)[底末]")
def _edge_of_year(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    if "季" in m[0]:
        return _month_end(today.replace(day=1, month=(today.month + 2) // 3 * 3))
    return date(today.year + bool(m[1]), 12, 31)


@_reads(r"\b(?:the\s+)?(end|beginning|start|first) of (?:(?:the|this|next)\s+)?month\b|\b(month[- ]end|eom)\b")
@_reads(r"\b(?:the\s+)?(end) of (?:the\s+|this\s+)?(year)\b")
def _english_edge(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    if m[2] == "year":
        return date(today.year, 12, 31)
    if m[1] in ("beginning", "start", "first"):
        return add_months(today.replace(day=1), 1)
    return _month_end(add_months(today.replace(day=1), 1) if "next" in m[0] else today)


# -- after the holiday -----------------------------------------------------------------------------------------------------

# Within which dates (MMDD) the first day of each one's days off can fall.
_BEGINS = {
    "元旦": (1230, 101), "春节": (115, 220), "清明": (402, 406), "五一": (427, 501), "劳动节": (427, 501),
    "端午": (528, 626), "中秋": (907, 1001), "国庆": (928, 1001), "十一": (928, 1001),
}  # fmt: skip
_FIXED = ((1, 1, 1), (5, 1, 2), (10, 1, 3))  # month, day, days; where the year's notice is not known


def _holidays(today: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
    known = [span for year in calendar.years.values() for span in year.rest]
    for year in (today.year, today.year + 1):
        if not calendar.known(year):
            known += [(date(year, m, d), date(year, m, d + n - 1)) for m, d, n in _FIXED]
    return (span for span in sorted(known) if span[1] >= today)


@_reads(
    rf"({'|'.join(_BEGINS)}|(?<![季环细情关章])节假日|(?<![季环细情关章])节|长假|假期)(?:节|小?长假|假期)?(?:之后|以后|过后|后)"
    r"(?:的?第一(?:个工作日|天)|上班(?:第一天)?)?(?!天)"
)
def _after_holiday(m: re.Match[str], today: date, calendar: Calendar) -> date | None:
    """The first working day behind it. 节后 alone is the holiday everybody has in mind: of the next thirty days."""
    window = _BEGINS.get(m[1])
    for first, last in _holidays(today, calendar):
        begins = first.month * 100 + first.day
        fits = first - today <= _SOON
        if window is not None:
            low, high = window
            fits = low <= begins <= high if low < high else begins >= low or begins <= high
        if fits:
            return calendar.on_or_after(last + ONE_DAY).date
    return None


# -- found in what was said ------------------------------------------------------------------------------------------------

# The hour of the day says nothing more about which day.
_HOUR = expression(
    r"\s*(?:(?:一大?早|早上|上午|中午|下午|傍晚|晚上|夜里)?\d{1,2}(?:[点时]半?|:\d\d)|一大?早|早上|上午|中午|下午|傍晚|晚上|夜里"
    r"|(?:的)?下班(?:之|以)?前|(?:by )?(?:morning|afternoon|evening|night|noon)\b)+"
)
# 11月25日（周三）: the weekday beside it is checked, and where it differs one of the two is an error.
_BESIDE = expression(rf"\s*\({_WEEK}([一二三四五六日天])\)")


def find_day(words: str, today: date, calendar: Calendar) -> Found | None:
    """The first day that is named; the longest reading of it."""
    text = narrow(words)
    found = ((m, reader, floating) for p, reader, floating in _READERS if (m := p.search(text)))
    best = min(found, key=lambda one: (one[0].start(), -one[0].end()), default=None)
    if best is None:
        return None
    m, reader, floating = best
    day, end = reader(m, today, calendar), m.end()
    if hour := _HOUR.match(text, end):
        end = hour.end()
    if beside := _BESIDE.match(text, end):
        day = day if day is not None and day.weekday() == _weekday_of(beside[1]) else None
        end = beside.end()
    return Found(day, m.start(), end, floating)
