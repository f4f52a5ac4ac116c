"""Who is told next, and when, as long as nobody has done what is due. Pure: `now` comes in, one step comes out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeVar

from rules.calendar import Calendar
from rules.terms import STRICT, Origin

Audience = Literal["duty", "intake", "taker", "liaison", "unit_leader", "coordinators", "leader", "sealed", "everyone"]
"""Whose seats are told; `rules.routing.audience` turns it into seats. `taker`: whoever has taken the tip; `everyone`: all
whom the steps tell."""

Template = Literal["alert", "again", "untaken", "due_soon", "due_today", "overdue"]


@dataclass(frozen=True)
class Quiet:
    """When nothing but urgent things may ring: nights and days off. What waits comes at `morning` (8:53: the
    full and half hours are when every system pushes at once)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    begins: time = time(20)
    ends: time = time(8)
    morning: time = time(8, 53)
    origin: Origin = Origin.DEFAULT


QUIET = Quiet()

MINUTES = {"minute": 1, "hour": 60, "workday": 24 * 60}
DATED: frozenset[Template] = frozenset({"due_soon", "due_today", "overdue"})  # what is true of a day
IN_THE_UNIT: frozenset[Audience] = frozenset({"liaison", "unit_leader"})


@dataclass(frozen=True)
class After:
    """Minutes or hours after the start, or the morning of a working day so many working days after it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    n: int
    unit: Literal["minute", "hour", "workday"]
    of: Literal["opened", "due"] = "opened"


@dataclass(frozen=True)
class Step:
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    after: After
    audience: Audience
    template: Template
    urgent: bool = False


@dataclass(frozen=True)
class Again:
    """Once the steps are over: `audience` at every `every`-th round. A round is a minute, an hour or a working morning, as
    the last step counts them, and the rounds never end. Those of what is urgent ring on every day of the week, but by day:
    its steps have rung through the night."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    every: int
    audience: Audience
    template: Template = "again"

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("every is at least 1")


R = TypeVar("R", Step, Again)


@dataclass(frozen=True)
class Ladder:
    """Steps in order of time, and who is told again and again after them: an open duty never falls silent, unless the
    ladder says so (`silent`: the steps are all; for what is only recorded). A duty keeps the ladder as it stood when the
    duty opened (`dumps`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    steps: tuple[Step, ...]
    then: tuple[Again, ...] = ()
    urgent: bool = False
    silent: bool = False
    origin: Origin = Origin.DEFAULT
    clause: str | None = None

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a ladder has at least one step")
        if not self.then and not self.silent:
            raise ValueError("then says who is told again after the last step, at least one")
        if self.silent and (self.then or self.urgent):
            raise ValueError("silent means that nobody is told again: no then, and never of what is urgent")
        calm = [not one.urgent for one in self.steps]
        if not self.urgent and calm != sorted(calm):
            raise ValueError("urgent steps come before those that wait for the morning")
        if any(one.every % self.then[0].every for one in self.then):
            raise ValueError(f"every is a multiple of the first, {self.then[0].every}")

    def told(self) -> tuple[Audience, ...]:
        """Whom the steps tell: who ``everyone`` is."""
        return tuple(dict.fromkeys(one.audience for one in self.steps))

    def climbed(self, index: int) -> frozenset[Audience]:
        """Whom the first `index` rungs have told, rounds included."""
        rounds = self.then if index > len(self.steps) else ()
        told = {one.audience for one in self.steps[:index]} | {one.audience for one in rounds}
        return frozenset(told | set(self.told()) if "everyone" in told else told)

    @property
    def pause(self) -> int:
        """Minutes from one round to the next."""
        return self.then[0].every * MINUTES[self.steps[-1].after.unit] if self.then else 0

    def above(self, index: int) -> tuple[Step, ...]:
        """What comes after the first `index` rungs, each round that differs once."""
        return (*self.steps[index:], *(self._step(one) for one in self.then))

    def round(self, n: int) -> tuple[Step, ...]:
        """Whom the n-th round tells, the first being 1."""
        passed = n * self.then[0].every
        return tuple(self._step(one) for one in self.then if passed % one.every == 0)

    def _step(self, again: Again) -> Step:
        last = self.steps[-1]
        return Step(After(again.every, last.after.unit), again.audience, again.template, self.urgent)

    def in_the_unit(self) -> Ladder:
        """What of it stays in the unit that owes and calls nobody late: how a proposed date is reminded of. An alarm is no
        claim that somebody is late and stays whole."""
        if self.urgent:
            return self
        steps = tuple(_not_late(one) for one in self.steps if one.audience in IN_THE_UNIT)
        then = tuple(_not_late(one) for one in self.then if one.audience in IN_THE_UNIT)
        return replace(self, steps=steps, then=then, silent=not then)

    def dumps(self) -> str:
        return _written(self)

    @staticmethod
    def loads(kept: str) -> Ladder:
        return _read(kept)


def _not_late(rung: R) -> R:
    return replace(rung, template="again") if rung.template == "overdue" else rung


@lru_cache(256)
def _written(ladder: Ladder) -> str:
    return json.dumps(asdict(ladder), separators=(",", ":"))


@lru_cache(256)
def _read(kept: str) -> Ladder:
    raw = json.loads(kept)
    steps = tuple(Step(**{**one, "after": After(**one["after"])}) for one in raw["steps"])
    then = tuple(Again(**one) for one in raw["then"])
    return Ladder(steps, then, raw["urgent"], raw.get("silent", False), Origin(raw["origin"]), raw["clause"])


@dataclass(frozen=True)
class Next:
    """What to do now. `fire`: the steps to take; `index`: the rungs behind us, rounds included; `look_at`: when again,
    None once a silent ladder has said all."""

    fire: tuple[Step, ...]
    index: int
    look_at: datetime | None


def first(
    ladder: Ladder, opened_at: datetime, due_at: datetime, calendar: Calendar, tz: tzinfo, quiet: Quiet = QUIET
) -> datetime:
    """When to look at a duty for the first time; its index is then 0."""
    return _look_at(ladder, 0, opened_at, due_at, opened_at, Days(calendar, tz, quiet)) or due_at


def moved(
    ladder: Ladder,
    opened_at: datetime,
    due_at: datetime,
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
    quiet: Quiet = QUIET,
) -> Next:
    """Where a duty stands whose day was counted anew: rungs whose moment has passed are not made up for. It is looked at on
    the next working morning, when its people hear of the day."""
    days, index = Days(calendar, tz, quiet), 0
    for n, (_, at) in enumerate(_moments(ladder, opened_at, due_at, days), start=1):
        index = n if at is not None and at <= now else index
    following = _look_at(ladder, index, opened_at, due_at, now, days)
    soon = days.next_morning(now)
    return Next((), index, min(soon, following) if following is not None else soon)


def step(
    ladder: Ladder,
    index: int,
    opened_at: datetime,
    due_at: datetime,
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
    quiet: Quiet = QUIET,
) -> Next:
    """What is behind by now, from `index` on: whoever a missed step should have told hears it with the highest one, once, as
    things stand now; after the steps the next round, which is counted from the one before it, so that those missed in an
    outage never were.

    Asked at `look_at` or later. While it is quiet only urgent rungs fire; one that waits is looked at again when the
    quiet ends. The returned `look_at` lies after `now`.
    """
    days = Days(calendar, tz, quiet)
    asleep = days.awake(now) != now
    moments = enumerate(_moments(ladder, opened_at, due_at, days))
    ahead = [(i, rung, at) for i, (rung, at) in moments if i >= index and at is not None]
    ready = [(i, rung) for i, rung, at in ahead if at <= now and (rung.urgent or ladder.urgent or not asleep)]
    fire: tuple[Step, ...] = ()
    if ready:
        index, fire = ready[-1][0] + 1, _caught_up([rung for _, rung in ready])
    elif not ahead and not ladder.silent and (ladder.urgent or not asleep):
        index = max(index, len(ladder.steps)) + 1
        fire = ladder.round(index - len(ladder.steps))
    return Next(fire, index, _look_at(ladder, index, opened_at, due_at, now, days))


def _caught_up(ready: list[Step]) -> tuple[Step, ...]:
    """Of steps that come at one moment the last for each audience; none is told what was true only before: where one of them
    says that it is due, or overdue, all do."""
    last = [rung for n, rung in enumerate(ready) if not any(_tells_too(later, rung) for later in ready[n + 1 :])]
    dated = next((rung.template for rung in reversed(ready) if rung.template in DATED), None)
    past = (*DATED, "alert") if dated else ()
    return tuple(replace(rung, template=dated) if dated and rung.template in past else rung for rung in last)


def _tells_too(later: Step, rung: Step) -> bool:
    """Whoever carries it is a person, and sits perhaps in none of the seats that are everyone's."""
    return later.audience == rung.audience or (later.audience == "everyone" and rung.audience != "taker")


@dataclass(frozen=True)
class Days:
    """When people may be reached: the working days and hours of a place."""

    calendar: Calendar
    tz: tzinfo
    quiet: Quiet

    def awake(self, at: datetime) -> datetime:
        """`at` itself outside the quiet hours of a working day, else the next working morning."""
        local = at.astimezone(self.tz)
        worked = self.calendar.is_workday(local.date())
        if worked and self.quiet.ends <= local.time() < self.quiet.begins:
            return at
        if worked and local.time() < self.quiet.ends:
            return self.morning(local, 0)
        return self.morning(local, 1)

    def by_day(self, at: datetime) -> datetime:
        """`at` itself outside the quiet hours of any day, working or not, else the next morning."""
        local = at.astimezone(self.tz)
        if self.quiet.ends <= local.time() < self.quiet.begins:
            return at
        day = local.date() if local.time() < self.quiet.ends else local.date() + timedelta(days=1)
        return datetime.combine(day, self.quiet.morning, self.tz).astimezone(at.tzinfo)

    def rests(self, at: datetime) -> bool:
        """Whether nothing that was held up rings yet: it waits for the morning of a working day, like what comes by it."""
        local = at.astimezone(self.tz)
        return not (self.calendar.is_workday(local.date()) and self.quiet.morning <= local.time() < self.quiet.begins)

    def next_morning(self, at: datetime) -> datetime:
        """The first one after `at`."""
        today = datetime.combine(at.astimezone(self.tz).date(), self.quiet.morning, self.tz)
        worked = self.calendar.is_workday(today.date())
        return today.astimezone(at.tzinfo) if worked and today > at else self.morning(at, 1)

    def morning(self, at: datetime, n: int) -> datetime:
        """The morning of the n-th working day from the local day of `at`."""
        day = self.calendar.add_workdays(at.astimezone(self.tz).date(), n).date
        return datetime.combine(day, self.quiet.morning, self.tz).astimezone(at.tzinfo)


def _moments(ladder: Ladder, opened_at: datetime, due_at: datetime, days: Days) -> list[tuple[Step, datetime | None]]:
    """Each rung with its moment; None for a reminder before the due moment that would come no later than the opening, or
    only after it, because the due day is a day off."""
    found: list[tuple[Step, datetime | None]] = []
    earliest = opened_at
    for rung in ladder.steps:
        at = _moment(rung.after, opened_at, due_at, days)
        if not (rung.urgent or ladder.urgent):
            at = days.awake(at)
        if rung.after.of == "due" and rung.after.n <= 0:
            after_it = rung.after.unit == "workday" and at >= due_at
            if at <= opened_at or after_it:
                found.append((rung, None))
                continue
        earliest = max(earliest, at)  # a rung never comes before the one below it
        found.append((rung, earliest))
    return found


def _moment(after: After, opened_at: datetime, due_at: datetime, days: Days) -> datetime:
    # 24:00 of the last day is written as 00:00 of the next: step back into the day that is meant
    base = opened_at if after.of == "opened" else due_at - timedelta(microseconds=1)
    if after.unit == "workday":
        return days.morning(base, after.n)
    start = opened_at if after.of == "opened" else due_at
    return start + timedelta(minutes=after.n * MINUTES[after.unit])


def _look_at(
    ladder: Ladder, index: int, opened_at: datetime, due_at: datetime, now: datetime, days: Days
) -> datetime | None:
    waits = [
        at if rung.urgent or ladder.urgent else max(at, days.awake(now))
        for rung, at in _moments(ladder, opened_at, due_at, days)[index:]
        if at is not None
    ]
    if waits or ladder.silent:
        return min(waits, default=None)
    return _next_round(ladder, now, days)


def _next_round(ladder: Ladder, now: datetime, days: Days) -> datetime:
    after = After(ladder.then[0].every, ladder.steps[-1].after.unit)
    at = _moment(after, now, now, days)
    return days.by_day(at) if ladder.urgent else days.awake(at)
