"""The day that a form means, lying ahead or behind: 上周五, 下周三, 明天, 三天前, 上月25日. The whole of what is written must be the day.

A bare 周五 may be the last one or the next: which is for whoever reads it to know.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from rules.amounts import number as figure
from rules.amounts import spelt
from rules.calendar import Calendar
from rules.deadlines import add_months
from rules.expressions import expression
from rules.named_days import NUM, find_day, narrow, number

_PLAIN = Calendar({}, plain=True)  # no day of a form is counted in working days
_AGO = {"今": 0, "昨": 1, "前": 2, "大": 3}
_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
_DAY_NAMES = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BARE = expression(
    r"(?:周|星期|礼拜)([一二三四五六日天])|(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
)

_Reader = Callable[[re.Match[str], date], date | None]


def weekday_said(words: str) -> int | None:
    """周五 and nothing else: no week is named."""
    found = _BARE.fullmatch(_plainly(words))
    if found is None:
        return None
    return _DAY_NAMES.index(found[1].replace("天", "日")) if found[1] else _ENGLISH.index(found[2][:3])


def day_said(words: str, on: date) -> date | None:
    text = _plainly(words)
    for pattern, reader in _READERS:
        if found := pattern.fullmatch(text):
            return reader(found, on)
    ahead = find_day(text, on, _PLAIN) if "工作" not in text and "work" not in text else None
    whole = ahead is not None and (ahead.start, ahead.end) == (0, len(text)) and not ahead.floating
    return ahead.day if whole and ahead is not None else None


def latest(weekday: int, on: date) -> date:
    """The last one that was, today's included."""
    return on - timedelta(days=(on.weekday() - weekday) % 7)


def coming(weekday: int, on: date) -> date:
    """The next one, today's included."""
    return on + timedelta(days=(weekday - on.weekday()) % 7)


# -- a day as it is written into a form ----------------------------------------------------------------------------------

Lies = Literal["", "behind", "ahead"]
_NEAR = {"today": 0, "yesterday": 1}
_PIECE = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_WRITTEN = re.compile(rf"(?:(\d{{4}})\s*[-年./]\s*)?({_PIECE})\s*[-月./]\s*({_PIECE})\s*[日号]?(?:\s+0?0:00(?::00)?)?")


def day_read(words: str, on: date | None, lies: Lies = "") -> date | str:
    """The day, or why it is none. Without a year it is the one nearest to `on`; what lies ahead was not held yesterday, and
    nothing was found tomorrow."""
    found = _read(words, on, lies)
    if isinstance(found, str) or on is None or found == on or not lies or (found > on) is (lies == "ahead"):
        return found
    return f"day_not_{lies}"


def _read(words: str, on: date | None, lies: Lies) -> date | str:
    bare = spelt(words)
    if on is not None and bare in _NEAR:
        return on - timedelta(days=_NEAR[bare])
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", bare) or _WRITTEN.fullmatch(bare)
    if found is None:
        return (_spoken(words, on, lies) if on is not None else None) or "want_day"
    year, month, day = (figure(one) if one else None for one in found.groups())
    if year is None and on is None:
        return "want_year"
    near = (int(year),) if year is not None else (on.year - 1, on.year, on.year + 1) if on else ()
    days = [one for one in (_date(y, month, day) for y in near) if one is not None]
    return min(days, key=lambda one: abs((one - on).days) if on else 0) if days else "no_such_day"


def _spoken(words: str, on: date, lies: Lies) -> date | str | None:
    weekday, said = weekday_said(words), day_said(words, on)
    if said is not None or weekday is None:
        return said
    if not lies:
        return "want_which_week"
    return coming(weekday, on) if lies == "ahead" else latest(weekday, on)


def _date(year: int, month: Decimal | None, day: Decimal | None) -> date | None:
    try:
        return date(year, int(month or 0), int(day or 0)) if 2000 <= year <= 2100 else None
    except ValueError:
        return None


# -- a day as it is said ---------------------------------------------------------------------------------------------------


def _plainly(words: str) -> str:
    return re.sub(r"[ \t]+", " ", narrow(words)).strip(" 。.,，")


def _near(m: re.Match[str], on: date) -> date:
    return on - timedelta(days=_AGO[m[0][0]])


def _of_a_week(m: re.Match[str], on: date) -> date:
    monday = on + timedelta(days=7 * _WEEKS[m[1]] - on.weekday())
    return monday + timedelta(days=_DAY_NAMES.index(m[2].replace("天", "日")))


def _english_week(m: re.Match[str], on: date) -> date:
    monday = on + timedelta(days=7 * {"last": -1, "this": 0, "next": 1}[m[1]] - on.weekday())
    return monday + timedelta(days=_ENGLISH.index(m[2][:3]))


def _ago(m: re.Match[str], on: date) -> date:
    return on - timedelta(days=number(m[1]) * (7 if m[2] in ("周", "星期", "礼拜") or m[2].startswith("week") else 1))


def _of_a_month(m: re.Match[str], on: date) -> date | None:
    first = add_months(on.replace(day=1), {"上": -1, "本": 0, "这": 0, "当": 0, "下": 1}[m[1]])
    try:
        return first.replace(day=number(m[2]))
    except ValueError:
        return None


_READERS: tuple[tuple["re.Pattern[str]", _Reader], ...] = (
    (expression(r"[今昨][天日]|大?前[天日]"), _near),
    (expression(r"(上上|下下|上|下|本|这)一?个?(?:周|星期|礼拜)([一二三四五六日天])"), _of_a_week),
    (
        expression(r"(last|this|next) (mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"),
        _english_week,
    ),
    (expression(rf"({NUM})\s*个?(天|日|周|星期|礼拜)(?:之|以)?前"), _ago),
    (expression(r"(\d{1,2}|one|two|three|four|five|six|seven) (day|week)s? ago"), _ago),
    (expression(rf"(上|本|这|当|下)个?月({NUM})[日号]?"), _of_a_month),
)
