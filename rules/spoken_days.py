"""Which day or days a person means: read out of what is typed, never guessed.

What is found lies on or after today. Words that name a day that is over, or that does not exist, are refused: the words are
kept in `said` so that they can be shown, and there is no day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from rules.calendar import ONE_DAY, Calendar
from rules.expressions import expression
from rules.named_days import ENGLISH_MONTH, FAR, NUM, Found, find_day, narrow, number


class Meant(NamedTuple):
    """`said` without a `day`: a day was named that is over or does not exist (31号 in November)."""

    day: date | None
    rest: str
    said: str = ""


def day_meant(words: str, today: date, calendar: Calendar) -> Meant:
    """The first day named in these words, and the words without it."""
    found = find_day(words, today, calendar)
    if found is None:
        return Meant(None, words.strip())
    rest = re.sub(r"[ \t]+", " ", words[: found.start] + words[found.end :])
    return Meant(found.day, rest.strip(), words[found.start : found.end])


# -- from a day to a day ---------------------------------------------------------------------------------------------------

_TO = r"(?:到|至|直到|[-~—–]+|\bto\b|\buntil\b|\btill?\b|\bthrough\b)"
_LEAVE = (
    r"(?:我|本人|想|要|需要|打算|申请|请假|请|休假|休|放假|年休假|年假|病假|事假|产假|婚假|公休假?|出差|外出|学习|培训|开会|不在岗?|离岗"
    r"|\b(?:i|i'm|i'll|am|will|be|on|off|away|out|leave|of|office|holiday|vacation|sick|annual|absent|for|take|taking)\b)"
)
_LEAD = expression(rf"(?:{_LEAVE}|从|自|于|将|在|\b(?:from|starting|between)\b|[,，:：\s])*")
_MARK = r"[,，.。;；、!！:：(（\n]"
_DAYS = r"(?:(工作日|天|日|周|星期|礼拜)(?:时间)?|\s*((?:working|business|work)\s+days?|days?|weeks?)\b)"
_SMALL = "|".join(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
_LONG = rf"({NUM}|\b(?:{_SMALL})\b)\s*个?{_DAYS}"
# 明天起请假三天, 下周一起三天, tomorrow for three days
_LENGTH = expression(rf"\s*(?:起|开始)?{_MARK}?\s*(?:{_LEAVE}|共|一共|连续|\s)*{_LONG}(?![后内前])")
_ONE = expression(r"\s*(?:请假|休假|休|请)?(?:一整天|整天|全天|半天)")
_AHEAD = expression(rf"{_LONG}\s*{_MARK}?\s*(?:从|自|\b(?:from|starting)\b)?\s*$")
_TAIL = expression(rf"\s*(?:止|之间|期间|起|开始|{_LEAVE}|的|\s)*(?:{_MARK}.*|\bbecause\b.*|因.*|去.*)?", re.DOTALL)
_WHOLE_WEEK = expression(r"(下|本|这)(?:一|个)?(?:周|星期|礼拜)(?![一二三四五六日天\d末])|\b(next|this) week\b")
_BARE = expression(r"\s*(\d{1,2})(?:st|nd|rd|th)?(?!\d|\s*[月日号./-]|\s*(?:个|天|工作日|days?|weeks?))")
# 25-28号 and 25 to 28 Nov say the month or the 号 once for both.
_ONCE = (
    (expression(rf"(?<![\d./-])(\d{{1,2}})\s*{_TO}\s*(\d{{1,2}})\s*([日号])"), r"\1\3到\2\3"),
    (
        expression(rf"(?<![\d./-])(\d{{1,2}})\s*{_TO}\s*(\d{{1,2}})(?:th|st|nd|rd)?\s+{ENGLISH_MONTH}"),
        r"\1 \3 to \2 \3",
    ),
)


class _Said(NamedTuple):
    """What has been read so far of a span, and where the words go on."""

    first: date
    last: date
    start: int
    end: int


def span_meant(words: str, today: date, calendar: Calendar) -> tuple[date, date] | None:
    """From which day to which somebody is away. Besides the days only words of leave may stand there, and a reason at the
    end: a sentence about something else is no span."""
    text = narrow(words)
    for pattern, both in _ONCE:
        text = pattern.sub(both, text)
    said = _span(text, today, calendar)
    if said is None or not today <= said.first <= said.last or (said.last - said.first).days >= FAR:
        return None
    tail = text[said.end :]
    if not _LEAD.fullmatch(text[: said.start]) or not _TAIL.fullmatch(tail) or find_day(tail, today, calendar):
        return None
    return said.first, said.last


def backwards(words: str, today: date, calendar: Calendar) -> bool:
    """12-3到12-1: two days that lie ahead, of which the second is the earlier one."""
    text = narrow(words)
    first = find_day(text, today, calendar)
    to = re.compile(rf"\s*{_TO}\s*").match(text, first.end) if first is not None else None
    last = find_day(text[to.end() :], today, calendar) if to else None
    return bool(first and first.day and last and last.day and last.start == 0 and last.day < first.day)


def _span(text: str, today: date, calendar: Calendar) -> _Said | None:
    found = find_day(text, today, calendar)
    if found is None:
        return _whole_week(text, today)
    if found.day is None:
        return None
    if to := re.search(rf"(?:^|(?<=[^\d])){_TO}\s*$", text[: found.start]):
        return _Said(today, found.day, to.start(), found.end)
    if ahead := _AHEAD.search(text[: found.start]):
        return _long(found.day, ahead, ahead.start(), found.end, calendar)
    if to := re.compile(rf"\s*(?:起|开始)?\s*{_TO}\s*").match(text, found.end):
        return _last(text, found, to.end(), today, calendar)
    if length := _LENGTH.match(text, found.end):
        return _long(found.day, length, found.start, length.end(), calendar)
    one = _ONE.match(text, found.end)
    return _Said(found.day, found.day, found.start, one.end() if one else found.end)


def _last(text: str, found: Found, at: int, today: date, calendar: Calendar) -> _Said | None:
    """周四到周二 ends on the Tuesday behind that Thursday; 28 alone is in the month it began in."""
    first = found.day or today
    rest = text[at:]  # what stands before it is no part of its number
    last = find_day(rest, today, calendar)
    if last is not None and last.start == 0:
        if last.floating:
            last = find_day(rest, first, calendar) or last
        return None if last.day is None else _Said(first, last.day, found.start, at + last.end)
    bare = _BARE.match(text, at)
    if bare is None or not first.day <= int(bare[1]) <= monthrange(first.year, first.month)[1]:
        return None
    return _Said(first, first.replace(day=int(bare[1])), found.start, bare.end())


def _long(first: date, said: re.Match[str], start: int, end: int, calendar: Calendar) -> _Said | None:
    n, unit = number(said[1]), said[2] or said[3]
    if not 0 < n <= FAR:
        return None
    if "工作" in unit or "work" in unit or "business" in unit:
        return _Said(first, calendar.add_workdays(first - ONE_DAY, n).date, start, end)
    days = n if unit.startswith(("天", "日", "day")) else 7 * n
    return _Said(first, first + timedelta(days=days - 1), start, end)


def _whole_week(text: str, today: date) -> _Said | None:
    said = _WHOLE_WEEK.search(text)
    if said is None:
        return None
    sunday = today + timedelta(days=6 - today.weekday())
    if "下" in said[0] or "next" in said[0]:
        return _Said(sunday + ONE_DAY, sunday + timedelta(days=7), said.start(), said.end())
    return _Said(today, sunday, said.start(), said.end())
