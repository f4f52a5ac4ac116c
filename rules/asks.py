"""What an office asks of units beyond the plan: what it costs them, how much time that leaves, and what it is once asked: a
demand like any other. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rules.calendar import Calendar
from rules.demands import Demand, first_day
from rules.due_days import Asked
from rules.terms import Origin, Text, UnitId

if TYPE_CHECKING:
    from rules.county import Plan

FULL_DAYS = 2  # working days that whoever is asked has at least, the day of asking not counted
BUSY = 3  # things due in the same days: a unit with as many is named before more is asked of it
CALM, URGENT = "asked_by_office", "asked_urgently"  # ladders
SEAT = "liaison"
PERIOD = "once"


@dataclass(frozen=True)
class Ask:
    """`by`: the day as it was said; `minutes`: 0 where nobody said how long it takes; `urgent`: why there is less time than
    `FULL_DAYS`; `on`: the local day it was asked."""

    number: int
    office: UnitId
    on: date
    by: date
    minutes: int
    units: tuple[UnitId, ...]
    title: str
    words: str = ""
    urgent: str = ""

    @property
    def rule(self) -> str:
        """The name of its demand: unlike any key of a county's file (`rules.part.Key`)."""
        return f"A{self.number}"


def number_of(rule: str) -> int | None:
    """Of which ask it is the name; None for a line of the plan."""
    return int(rule[1:]) if rule.startswith("A") and rule[1:].isdigit() else None


def demand(ask: Ask) -> Demand:
    """Its day is the county's own word, so that one may be late on it; it leaves the unit only to whoever asked."""
    return Demand(
        id=ask.rule,
        name=Text(ask.title, ask.title),
        every="event",
        ladder=URGENT if ask.urgent else CALM,
        minutes=ask.minutes,
        origin=Origin.DEFAULT,
        owed_by=ask.units,
        to=(ask.office,),
        seat=SEAT,
        asked=Asked(ask.by, ask.words, ask.urgent),
        confirmed=ask.on,
    )


def earliest(today: date, calendar: Calendar) -> date:
    """The first day by which something may be asked for that is not urgent. Beyond the known calendar the reading counts that
    gives more time."""
    return calendar.add_workdays(today, FULL_DAYS).date


def too_near(ask_by: date, today: date, plan: Plan) -> bool:
    """Counted to the day on which it is due indeed: one that nobody works has moved."""
    return Asked(ask_by).due(plan.calendar, plan.tz).day < earliest(today, plan.calendar)


def may_be_asked(plan: Plan, office: UnitId, today: date) -> tuple[UnitId, ...]:
    """The units that an office may ask: where people can answer from today on, and not itself."""
    able = (unit for unit in plan.units if unit != office and plan.seat_exists(unit, SEAT))
    return tuple(unit for unit in able if (first := first_day(plan, unit)) is not None and first <= today)


def busy(due_soon: Mapping[UnitId, int]) -> int:
    """How many of them have much to do in the same days already."""
    return sum(count >= BUSY for count in due_soon.values())


def alike(one: str, other: str) -> bool:
    """Whether two names mean the same thing to whoever reads them: 报送信息月报 holds 信息月报. One or two characters mean
    anything."""
    shorter, longer = sorted((_bare(one), _bare(other)), key=len)
    return len(shorter) > 2 and shorter in longer


def _bare(words: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))


# 举报人王某某的材料: whom a title should not name. A name is known by the word in front of it and what follows.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚"
    "谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文韦覃莫农"
)
_PERSON = re.compile(
    rf"(?:举报人|报案人|群众|村民|市民|居民|店主|当事人|嫌疑人)[:： ]?[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?(?=的|反映|举报|等|一案|[，。、,.\s]|$)"
    r"|[\u4e00-\u9fff]{1,3}(?:先生|女士)|\b(?:informant|citizen|villager|mr|ms|mrs)\.? [A-Z][a-z]+",
    re.IGNORECASE,
)


def persons(text: str) -> tuple[str, ...]:
    """Where a text seems to name a citizen, each place once and three at most."""
    return tuple(dict.fromkeys(one[0] for one in _PERSON.finditer(text)))[:3]
