"""When something is to be, as people write it: 下周三下午三点, 12月3日 9:00-11:00, tomorrow 2:30 pm to 4 pm. Pure; what names no day or
no time of day is left open and never guessed."""

import re
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

from rules.calendar import Calendar
from rules.named_days import NUM, narrow
from rules.spoken_days import day_meant
from rules.spoken_times import time_meant


class Hours(NamedTuple):
    """From when to when on one day; `ends` may be open."""

    begins: time
    ends: time | None = None

    def __str__(self) -> str:
        return "/".join(f"{one:%H:%M}" for one in self if one is not None)

    @classmethod
    def loads(cls, kept: str) -> "Hours":
        return cls(*(time.fromisoformat(one) for one in kept.split("/")))


class Said(NamedTuple):
    """`rest`: the words without both. `amiss`: a day that is over, or a time that no day has."""

    day: date | None
    hours: Hours | None
    rest: str
    amiss: str = ""


# Days that are over: where they are all that is said of a day, what is meant lies behind.
_OVER = re.compile(
    r"昨[天日晚早]|前天(?!起)|上个?(?:周|星期|礼拜)[一二三四五六日天]?|\byesterday\b|\blast (?:week|\w+day)\b",
    re.IGNORECASE,
)
_FORE = r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里)"
_CLOCK = r"\d{1,2}\s*[:：]\s*\d{2}(?:\s*[apAP]\.?[mM]\b\.?)?"
_SPOKEN = rf"{NUM}\s*(?:点钟|点|时)\s*(?:半|[一二三123]刻|(?:过|零|0)?{NUM}分?|整)?"
_ENGLISH = r"\d{1,2}\s*[apAP]\.?[mM]\b\.?"
_ONE = rf"{_FORE}?\s*(?:{_CLOCK}|{_SPOKEN}|{_ENGLISH})"
_TO = r"\s*开?(?:到|至|[-~—–]+|\bto\b|\buntil\b)\s*"
_HOURS = re.compile(rf"({_ONE})(?:{_TO}({_ONE}))?")
_EDGES = " \t,，。.;；:：、在于的"
_AT = re.compile(r"(?<![a-z])(?:at|on|from|in)(?![a-z])|^(?:改到|改在|改为|改成|定在|推迟到|提前到)|召开$|开$")
_MORNING = re.compile(r"[今明后]$|^[今明后](?= )")  # what 明早八点 leaves of its day


def said(words: str, today: date, calendar: Calendar) -> Said:
    """The time of day is taken out first: names of days hold some of its words."""
    text = narrow(words)
    found = _HOURS.search(text)
    hours = _hours(found[1], found[2] or "") if found else None
    left = f"{text[: found.start()]} {text[found.end() :]}" if found else text
    day, rest, named = day_meant(left, today, calendar)
    if day is None and not named and found:
        day, rest = day_meant(text, today, calendar).day, _MORNING.sub("", left)
    amiss = "day" if day is None and (named or _OVER.search(left)) else "time" if found and hours is None else ""
    return Said(day, hours, _bare(rest), amiss)


def _bare(rest: str) -> str:
    return " ".join(_AT.sub(" ", rest).split()).strip(_EDGES)


def _hours(first: str, last: str) -> Hours | None:
    begins = time_meant(first)
    ends = time_meant(last) if last else None
    if not isinstance(begins, time) or isinstance(ends, str):
        return None
    if ends is not None and ends <= begins and ends.hour < 12 <= begins.hour:
        ends = _later(ends)  # 下午三点到五点
    return Hours(begins, ends) if ends is None or ends > begins else None


def by_day(hours: Hours) -> Hours:
    """三点, said of something to which people come, is in the afternoon."""
    begins, ends = hours
    if begins.hour >= EARLY:
        return hours
    return Hours(_later(begins), _later(ends) if ends and ends.hour <= EARLY else ends)


EARLY = 7  # o'clock


def _later(at: time) -> time:
    return at.replace(hour=at.hour + 12)


def moments(day: date, hours: Hours, tz: tzinfo) -> tuple[datetime, datetime | None]:
    begins, ends = hours
    return datetime.combine(day, begins, tz), datetime.combine(day, ends, tz) if ends else None
