"""What a plan demands: who owes what to whom, how often and by when; and which cases of it are open on a day.

A demand is a line of the county's file. Nothing is late on the day a county goes live: what was due before it, and what was
complete before it, is history. A date that is only proposed is never called late and never leaves its unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rules import deadlines
from rules.calendar import ONE_DAY, Calendar
from rules.deadlines import Clock, Due
from rules.due_days import Asked, Before, DayOfMonth, EndOfPeriod, Within, YearDay
from rules.escalation import Ladder
from rules.periods import MONTHS, Kind, Period, named, period_of, touching
from rules.terms import STRICT, Origin, Text, UnitId
from rules.unit_sets import members, unlisted

if TYPE_CHECKING:
    from rules.county import Plan

Every = Literal["month", "quarter", "half_year", "year", "once", "last", "event"]
"""`last`: so long after the same duty last ended; `event`: whenever something happens, opened by what happened."""


@dataclass(frozen=True)
class Demand:
    """One line of a plan. It is due by exactly one of `day_of_month`, `end_of_period`, `year_day` and `within`; what an office
    asks beyond the plan, by `asked`.

    `owed_by`, `to`: units, groups or unit sets; `to` empty: kept in the unit that owes. `seat`: who is meant where a ladder
    says liaison. `opens`: left out, where the period or the time begins. `minutes`: what one answer costs a unit. `by_post`: within
    what instead, where it goes out on paper to a body that nobody sits for here.
    `confirmed`: the day the county made a proposed date (origin default or practice) its own.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    every: Every
    ladder: str
    minutes: int
    origin: Origin
    owed_by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    seat: str = "liaison"
    day_of_month: DayOfMonth | None = None
    end_of_period: EndOfPeriod | None = None
    year_day: YearDay | None = None
    within: Within | None = None
    by_post: Within | None = None
    asked: Asked | None = None
    opens: Before | None = None
    form: str | None = None
    clause: str | None = None
    law: str | None = None
    confirmed: date | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        rules = [one for one in (self.day_of_month, self.end_of_period, self.year_day, self.within, self.asked) if one]
        if len(rules) != 1:
            raise ValueError("one of day_of_month, end_of_period, year_day and within says when it is due")
        if not _fits(self):
            raise ValueError(f"what says when it is due does not go with every: {self.every}")
        if self.by_post and self.within is None:
            raise ValueError("by_post stands beside within, which is of those who sit here")
        if not self.owed_by and self.every != "event":
            raise ValueError("owed_by is empty; only what an event opens is owed by whom the event concerns")
        if self.every == "last" and self.opens is None:
            raise ValueError("opens is needed with every: last, or the next would open as soon as one has ended")
        if self.confirmed and self.origin in (Origin.SEED, Origin.LAW):
            raise ValueError("confirmed belongs to a proposed date only, origin default or practice")
        if self.minutes < (0 if self.asked else 1):
            raise ValueError("minutes is at least 1; no answer is free")

    @property
    def due(self) -> DayOfMonth | EndOfPeriod | YearDay | Within | Asked:
        found = self.day_of_month or self.end_of_period or self.year_day or self.within or self.asked
        assert found is not None
        return found

    @property
    def kind(self) -> Kind | None:
        """The kind of its periods, if it has any."""
        match self.every:
            case "month" | "quarter" | "half_year" | "year":
                return self.every
        return None

    @property
    def clock(self) -> Clock:
        """For `deadlines.due`, of what runs from a moment; only with `within`."""
        assert self.within is not None
        span = self.within
        return Clock(self.name, span.n, span.unit, span.since, self.origin, self.clause, self.law, self.note)

    @property
    def posted(self) -> Demand:
        """As it runs for a body outside: a letter takes its days there and back."""
        return replace(self, within=self.by_post) if self.by_post else self

    @property
    def suggested(self) -> bool:
        """建议期限: our proposal, which the county has not made its own. Nobody is late on it."""
        return self.origin in (Origin.DEFAULT, Origin.PRACTICE) and self.confirmed is None

    @property
    def extendable(self) -> bool:
        """Whether more time may be asked for and given: what a law limits no office prolongs (国务院令310号第5条 and its like)."""
        return self.origin != Origin.LAW

    @property
    def unleaving(self) -> bool:
        """Whether no reminder of it leaves the unit: a proposed date, or a record that nobody else receives. What an event opens
        somebody else waits for."""
        kept = not self.to and self.every != "event"
        return self.suggested or (kept and self.origin not in (Origin.SEED, Origin.LAW))


def _fits(demand: Demand) -> bool:
    if demand.asked is not None:
        return demand.every == "event"
    if demand.within is None:
        return demand.every in (("year",) if demand.year_day else MONTHS)
    if demand.within.since in ("issued", "last"):
        return demand.every == {"issued": "once", "last": "last"}[demand.within.since]
    return demand.every == "event"


def ladder_of(demand: Demand, ladders: Mapping[str, Ladder]) -> Ladder:
    """Who is told when; of a demand that may not leave its unit, what of that stays there."""
    ladder = ladders[demand.ladder]
    return ladder.in_the_unit() if demand.unleaving else ladder


def owing(plan: Plan, demand: Demand) -> tuple[UnitId, ...]:
    """The units that owe it: groups by their members, an abolished unit by who followed it, each once."""
    return members(plan, demand.owed_by)


def receiving(plan: Plan, demand: Demand) -> tuple[UnitId, ...]:
    return members(plan, demand.to)


def first_day(plan: Plan, unit: UnitId) -> date | None:
    """From which on it is asked: the county's own, or that on which it joined later."""
    since = plan.units[unit].since if unit in plan.units else None
    return max(plan.goes_live, since) if plan.goes_live and since else plan.goes_live


def open_cases(plan: Plan, demand: Demand, today: date, last: Mapping[UnitId, date] | None = None) -> tuple[Case, ...]:
    """`cases`, of everybody who owes it: each from its own first day."""
    beside = (plan.issue_date, plan.calendar, plan.tz, today, last)
    owe = owing(plan, demand)
    days = dict.fromkeys(first_day(plan, unit) for unit in owe)
    together = ((day, tuple(unit for unit in owe if first_day(plan, unit) == day)) for day in days)
    return tuple(case for day, units in together for case in cases(demand, units, day, *beside))


def tone(plan: Plan, unit: UnitId) -> Literal["request", "notice"]:
    """How a unit is spoken to: towns are asked (提示、请求), never ordered; a coordinating body may not give a lower
    government orders (整治形式主义为基层减负若干规定)."""
    return "request" if plan.units[unit].kind == "township" else "notice"


def missing(plan: Plan, demand: Demand) -> tuple[str, ...]:
    """The keys of the county's file without which nothing of it opens, or not for everybody who owes it."""
    wanted = []
    if plan.goes_live is None and demand.every != "event":
        wanted.append("goes_live")
    if plan.issue_date is None and demand.every == "once":
        wanted.append("issue_date")
    if unlisted(plan, demand.owed_by):
        wanted.append("units")
    return tuple(wanted)


@dataclass(frozen=True)
class Case:
    """One case of a demand: one unit, one period. `history`: it was over before the county went live; nobody is asked."""

    unit: UnitId
    period: str
    opens: date
    due: Due
    history: bool


def cases(
    demand: Demand,
    units: tuple[UnitId, ...],
    goes_live: date | None,
    issue_date: date | None,
    calendar: Calendar,
    tz: tzinfo,
    today: date,
    last: Mapping[UnitId, date] | None = None,
) -> tuple[Case, ...]:
    """Every case whose opening day has come by `today`, one per unit and period; of what was over before `goes_live` only
    the latest. `last`: the day a unit's latest case ended, for ``every: last``.

    A unit that joined later is asked with its own first day as `goes_live`, so that it is late with nothing either.
    """
    if goes_live is None or today < goes_live:
        return ()
    reckoned = _Reckoning(demand, goes_live, issue_date, calendar, tz)
    found = ((unit, turn) for unit in units for turn in reckoned.turns(today, (last or {}).get(unit)))
    return tuple(Case(unit, *turn) for unit, turn in found if turn[1] <= today)


def due_of(
    demand: Demand, period: str, goes_live: date | None, issue_date: date | None, calendar: Calendar, tz: tzinfo
) -> Due | None:
    """When the case of that period is due by this calendar, opened or not: for counting again once a notice has come. None
    for what runs from an event, and where the anchor is gone."""
    return _Reckoning(demand, goes_live or date.min, issue_date, calendar, tz).due(period)


Turn = tuple[str, date, Due, bool]
"""A case without its unit: period, opens, due, history."""


@dataclass(frozen=True)
class _Reckoning:
    """A demand with all that its days are counted from."""

    demand: Demand
    goes_live: date
    issue_date: date | None
    calendar: Calendar
    tz: tzinfo

    def turns(self, today: date, ended: date | None) -> tuple[Turn, ...]:
        """Those that may be open by `today`; of history the latest."""
        if self.demand.kind is not None:
            all_ = [turn for one in self._periods(self.demand.kind, today) for turn in self._turn(one.key, one)]
        elif self.demand.every == "last":
            # the first may end on the day the county went live, so that day cannot be its key
            all_ = self._turn(ended.isoformat() if ended else "first")
        elif self.demand.every == "event":
            all_ = []  # opened by what happens, in the commit in which it happens
        else:
            all_ = self._turn("once")
        history = [turn for turn in all_ if turn[3]]
        return (*history[-1:], *all_[len(history) :])

    def due(self, key: str) -> Due | None:
        demand, rule = self.demand, self.demand.due
        if isinstance(rule, Asked):
            return rule.due(self.calendar, self.tz)
        if not isinstance(rule, Within):
            last = rule.last_day(named(demand.kind, key)) if demand.kind else None
            return deadlines.on_day(last, rule.holiday, self.calendar, self.tz) if last else None
        anchor = self._anchor(key)
        if anchor is None:
            return None
        return deadlines.due(demand.clock, datetime.combine(anchor, time(), self.tz), self.calendar, self.tz)

    def _anchor(self, key: str) -> date | None:
        match self.demand.every:
            case "once":
                return self.issue_date
            case "last":
                return self.goes_live if key == "first" else max(date.fromisoformat(key), self.goes_live)
        return None

    def _periods(self, kind: Kind, today: date) -> Iterator[Period]:
        for one in touching(kind, period_of(kind, self.goes_live).before.start, period_of(kind, today).next.end):
            if self.issue_date is None or one.end >= self.issue_date:
                yield one

    def _turn(self, key: str, period: Period | None = None) -> list[Turn]:
        """Opened no later than it is due; what is not history opens no earlier than the county went live."""
        due = self.due(key)
        if due is None:
            return []
        over = due.day < self.goes_live or (period is not None and period.end < self.goes_live)
        opens = self._opens(key, period, due.day)
        return [(key, opens if over else max(opens, self.goes_live), due, over)]

    def _opens(self, key: str, period: Period | None, due: date) -> date:
        ahead = self.demand.opens.the(due, self.calendar) if self.demand.opens else None
        if period is not None:
            return min(ahead or period.start, due)
        anchor = self._anchor(key) or due
        # what follows another opens on the day after it, at the soonest
        begins = anchor + ONE_DAY if self.demand.every == "last" else anchor
        return min(max(ahead or begins, begins), due)
