"""Who is told next, and when, as long as nobody has done what is due. Pure: `now` comes in, one step comes out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, ClassVar, Literal

from rules.calendar import Calendar
from rules.terms import STRICT, Origin

Audience = Literal["duty", "intake", "liaison", "unit_leader", "coordinators", "leader", "sealed", "everyone"]
"""Whose seats are told; `rules.routing.audience` turns it into seats. `everyone`: all whom earlier steps told."""

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
class Repeat:
    """After the last step, each `every` (in that step's unit): `audience` again, `times` times, then once everybody."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    every: int
    times: int
    audience: Audience
    template: Template = "again"

    def __post_init__(self) -> None:
        if self.every < 1 or self.times < 1:
            raise ValueError("every and times are at least 1")


@dataclass(frozen=True)
class Ladder:
    """Steps in order of time. A duty keeps the ladder as it stood when the duty opened (`dumps`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    steps: tuple[Step, ...]
    repeat: Repeat | None = None
    urgent: bool = False
    origin: Origin = Origin.DEFAULT
    clause: str | None = None

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a ladder has at least one step")

    def rungs(self) -> tuple[Step, ...]:
        """All steps, the repetitions and the last call included; `index` below counts these."""
        if self.repeat is None:
            return self.steps
        again, base = self.repeat, self.steps[-1].after
        afters = [After(base.n + again.every * i, base.unit, base.of) for i in range(1, again.times + 2)]
        repeats = [Step(after, again.audience, again.template, self.urgent) for after in afters[:-1]]
        return (*self.steps, *repeats, Step(afters[-1], "everyone", "untaken", self.urgent))

    def told(self) -> tuple[Audience, ...]:
        """Whom the steps tell: who ``everyone`` is."""
        return tuple(dict.fromkeys(one.audience for one in self.steps))

    def dumps(self) -> str:
        return _written(self)

    @staticmethod
    def loads(kept: str) -> Ladder:
        return _read(kept)


@lru_cache(256)
def _written(ladder: Ladder) -> str:
    return json.dumps(asdict(ladder), separators=(",", ":"))


@lru_cache(256)
def _read(kept: str) -> Ladder:
    raw = json.loads(kept)
    steps = tuple(Step(**{**one, "after": After(**one["after"])}) for one in raw["steps"])
    repeat = Repeat(**raw["repeat"]) if raw["repeat"] else None
    return Ladder(steps, repeat, raw["urgent"], Origin(raw["origin"]), raw["clause"])


@dataclass(frozen=True)
class Next:
    """What to do now. `fire`: the step to take, if any; `index`: the rung after it; `look_at`: when, or never."""

    fire: Step | None
    index: int
    look_at: datetime | None


def first(
    ladder: Ladder, opened_at: datetime, due_at: datetime, calendar: Calendar, tz: tzinfo, quiet: Quiet = QUIET
) -> datetime | None:
    """When to look at a duty for the first time; its index is then 0."""
    return _look_at(ladder, 0, opened_at, due_at, opened_at, Days(calendar, tz, quiet))


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
    """The highest rung from `index` on whose moment has come. Missed ones below it are not made up for.

    While it is quiet only urgent rungs fire; a rung that waits is looked at again when the quiet ends. The returned
    `look_at` lies after `now`, so that asking again at once changes nothing.
    """
    days = Days(calendar, tz, quiet)
    moments = _moments(ladder, opened_at, due_at, days)
    asleep = days.awake(now) != now
    ready = [
        (i, rung)
        for i, (rung, at) in enumerate(moments)
        if i >= index and at is not None and at <= now and (rung.urgent or ladder.urgent or not asleep)
    ]
    fire = ready[-1][1] if ready else None
    index = ready[-1][0] + 1 if ready else index
    return Next(fire, index, _look_at(ladder, index, opened_at, due_at, now, days))


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

    def morning(self, at: datetime, n: int) -> datetime:
        """The morning of the n-th working day from the local day of `at`."""
        day = self.calendar.add_workdays(at.astimezone(self.tz).date(), n).date
        return datetime.combine(day, self.quiet.morning, self.tz).astimezone(at.tzinfo)


def _moments(ladder: Ladder, opened_at: datetime, due_at: datetime, days: Days) -> list[tuple[Step, datetime | None]]:
    """Each rung with its moment; None for a reminder before the due day that would come no later than the opening."""
    found: list[tuple[Step, datetime | None]] = []
    earliest = opened_at
    for rung in ladder.rungs():
        at = _moment(rung.after, opened_at, due_at, days)
        if not (rung.urgent or ladder.urgent):
            at = days.awake(at)
        if rung.after.of == "due" and rung.after.n <= 0 and at <= opened_at:
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
    return start + timedelta(minutes=after.n * (60 if after.unit == "hour" else 1))


def _look_at(
    ladder: Ladder, index: int, opened_at: datetime, due_at: datetime, now: datetime, days: Days
) -> datetime | None:
    waits = [
        at if rung.urgent or ladder.urgent else max(at, days.awake(now))
        for rung, at in _moments(ladder, opened_at, due_at, days)[index:]
        if at is not None
    ]
    return min(waits, default=None)
