"""Whether what a notice on days off says fits together: its weekdays, its counted days, and the days the law gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rules.calendar import ONE_DAY, SATURDAY
from rules.terms import Text

Span = tuple[date, date]

# 全国年节及纪念日放假办法 art. 2: eleven days off, thirteen since the revision in force from 2025. What falls on a weekend is made
# up for, so weekdays off less weekend days worked come to this in every notice (2022-2026 checked); a line lost does not.
OFF_BY_LAW = {True: 13, False: 11}
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")


class Named(NamedTuple):
    """One date as it stands: the weekday beside it, if any."""

    day: date
    words: str
    weekday: str


def lengths(sentence: str, spans: list[Span]) -> Iterator[Text]:
    """共3天 against the dates; 与周末连休 is said of a Monday or a Friday."""
    days = sum((last - first).days + 1 for first, last in spans)
    for said in _COUNT.finditer(sentence):
        if int(said[1]) != days:
            yield Text(
                f"“{sentence}”：写{said[1]}天，起止日期却是{days}天。",
                f"“{sentence}”: {said[1]} days are said, {days} counted.",
            )
    if "与周末连休" in sentence and all(one[0].weekday() not in (0, 4) for one in spans):
        yield Text(f"“{sentence}”：不与周末相连。", f"“{sentence}”: that day does not adjoin a weekend.")


def weekdays(named: Iterable[Named], year: int) -> Iterator[Text]:
    """One that differs is a typo; if most do, it is another year's notice."""
    said = [(one, found[1].replace("天", "日")) for one in named if (found := _WEEKDAY.search(one.weekday))]
    wrong = [(one, word) for one, word in said if "一二三四五六日"[one.day.weekday()] != word]
    if len(wrong) > 2 and len(wrong) * 2 > len(said):
        yield Text(
            f"{len(said)}处星期中有{len(wrong)}处与{year}年的日期不符：年份可能不对。",
            f"{len(wrong)} of {len(said)} weekdays do not fit the dates of {year}: the year may be wrong.",
        )
        return
    for one, _ in wrong:
        right = one.day.weekday()
        yield Text(
            f"“{one.words}”：{one.day}是周{'一二三四五六日'[right]}。", f"“{one.words}”: {one.day} is a {one.day:%A}."
        )


def impossible(rest: Sequence[Span], work: Sequence[date], year: int) -> Iterator[Text]:
    """What no notice can say: a weekday worked as a make-up day, a day both off and worked, holidays upon each other."""
    for day in work:
        if day.weekday() < SATURDAY:
            yield Text(
                f"{day}不是周末，不会是调休上班日。", f"{day} is no weekend day; a make-up working day always is."
            )
        if any(first <= day <= last for first, last in rest):
            yield Text(f"{day}既放假又上班。", f"{day} is both off and worked.")
    spans = sorted(rest)
    for (_, last), (first, _) in zip(spans, spans[1:], strict=False):
        if first <= last:
            yield Text(f"{first}在两个假期里。", f"{first} lies in two holidays.")
    for first, last in spans:
        if last < first:
            yield Text(f"{first}至{last}：止日早于起日。", f"{first} to {last} ends before it begins.")
        if not date(year - 1, 12, 1) <= first <= date(year, 12, 31):
            yield Text(f"{first}不在{year}年。", f"{first} is not in {year}.")


def far_away(rest: Sequence[Span], work: Sequence[date]) -> Iterator[Text]:
    """A make-up day stands at most eleven days from its holiday (2022-2026): 1月8日 under 国庆节 has lost a figure."""
    for day in work:
        if rest and all(min(abs((day - first).days), abs((day - last).days)) > 14 for first, last in rest):
            yield Text(f"{day}上班：离所调的假期太远。", f"{day} is worked: too far from its holiday.")


def balance(year: int, rest: Iterable[Span], work: Sequence[date]) -> Iterator[Text]:
    off = {first + n * ONE_DAY for first, last in rest for n in range((last - first).days + 1)}
    days, law = sum(day.weekday() < SATURDAY for day in off) - len(work), OFF_BY_LAW[year >= 2025]
    if days != law:
        yield Text(
            f"工作日放假减去周末上班是{days}天，法定是{law}天：可能少了或多了一句。",
            f"Weekdays off less weekend days worked make {days}, by law {law}: a line may be missing or doubled.",
        )
