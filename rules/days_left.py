"""What a text that was put right still says of a day that was moved: the deadline is Monday now, and below it reads 周五前."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rules.calendar import Calendar
from rules.named_days import find_day, narrow


class Written(NamedTuple):
    """Texts, each with the day on which it was written: 周五 is counted from there. `until`: a day that is no text."""

    texts: Sequence[tuple[str, date]]
    until: date | None = None


def days_in(words: str, on: date, calendar: Calendar) -> dict[date, str]:
    """Every day that is named, and how it is named first."""
    text, found = narrow(words), dict[date, str]()
    at = 0
    while (one := find_day(text[at:], on, calendar)) is not None:
        if one.day is not None:
            found.setdefault(one.day, words[at + one.start : at + one.end].strip())
        at += one.end
    return found


def left_over(before: Written, after: Written, calendar: Calendar) -> list[str]:
    """How the texts name days that one of them, or the deadline, named before and names no more; and where the title or the
    deadline has a day that is new, the days of the texts that nobody has touched."""
    was, now = ([days_in(*text, calendar) for text in one.texts] for one in (before, after))
    gone = {before.until} - {after.until} - {None}
    gone |= {day for old, new in zip(was, now, strict=True) for day in old.keys() - new.keys()}
    known = {before.until, *(day for one in was for day in one)}
    if not gone and (new_ := {after.until, *now[0]} - {None} - known):
        gone = {day for old, new in zip(was, now, strict=True) if old == new for day in old.keys() - new_}
    return list(dict.fromkeys(how for one in now for day, how in one.items() if day in gone))
