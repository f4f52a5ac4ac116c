"""值班表 as people write it: `11-25 甲, 乙`, `11月25日至27日 甲`, a line for each day or span. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from rules.calendar import Calendar
from rules.named_days import find_day, narrow
from rules.spoken_days import span_meant

MOST = 62  # days that one line may set
_APART = re.compile(r"[,，、/&+\s]+|\band\b")
_AND = re.compile(r"[和与及]")
_CALLED = re.compile(r"(?:由|值班|带班|当班|在岗|班|on|duty)+")
_ENDS = re.compile(r"[\s:：,，、—–-]*$")
_MARKS = re.compile(r"[:：,，。]")  # behind which a span may have its reason, and a line has its names
_NUMBER = re.compile(r"\d")


class Shifts(NamedTuple):
    """`unknown`: names that nobody here has, their lines set nothing; `unread`: lines in which no day is named, or nobody."""

    days: dict[date, list[int]]
    unknown: tuple[str, ...]
    unread: tuple[str, ...]


def shifts_meant(text: str, names: Mapping[str, int], today: date, calendar: Calendar) -> Shifts:
    """`names`: who can have a shift. A day that is named twice has everybody who was named for it."""
    days: dict[date, list[int]] = {}
    unknown: list[str] = []
    unread: list[str] = []
    for line in filter(None, map(str.strip, re.split(r"[\n;；。]+", text))):
        found = _parted(line, names, today, calendar)
        if found is None:
            unread.append(line)
        elif strangers := [name for name in found[2] if name not in names]:
            unknown += strangers
        else:
            _put(days, found, names)
    return Shifts(days, tuple(dict.fromkeys(unknown)), tuple(unread))


def _put(days: dict[date, list[int]], found: tuple[date, date, list[str]], names: Mapping[str, int]) -> None:
    first, last, said = found
    for n in range((last - first).days + 1):
        known = days.setdefault(first + timedelta(days=n), [])
        known += [one for one in dict.fromkeys(names[name] for name in said) if one not in known]


def _parted(
    line: str, known: Mapping[str, int], today: date, calendar: Calendar
) -> tuple[date, date, list[str]] | None:
    """The longest beginning that is a day or a span of days, and the names behind it."""
    for at in filter(lambda one: _may_end(line, one), range(len(line), 0, -1)):
        span = _span(line[:at], today, calendar)
        names = _names(line[at:], known)
        if span is not None and names and (span[1] - span[0]).days < MOST:
            return span[0], span[1], names
    return None


def _may_end(line: str, at: int) -> bool:
    """Between a day and a name, not within a number or a word of letters."""
    before, after = line[at - 1], line[at : at + 1]
    return bool(after) and not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())


def _span(words: str, today: date, calendar: Calendar) -> tuple[date, date] | None:
    bare = _ENDS.sub("", words)
    if not bare or _MARKS.search(bare):
        return None
    if (span := span_meant(bare, today, calendar)) is not None:
        return span
    found = find_day(bare, today, calendar)
    whole = found is not None and found.day is not None and not narrow(bare)[: found.start].strip()
    return (found.day, found.day) if found and found.day and whole and found.end == len(bare) else None


def _names(words: str, known: Mapping[str, int]) -> list[str]:
    """和 stands between two names, or in one."""
    pieces = [
        bare for one in _APART.split(words) if (bare := one.strip(" :：-—–()（）")) and not _CALLED.fullmatch(bare)
    ]
    names = [name for one in pieces for name in ([one] if one in known else filter(None, _AND.split(one)))]
    return [] if any(_NUMBER.search(one) for one in names) else names
