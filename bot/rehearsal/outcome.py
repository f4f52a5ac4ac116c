"""What a rehearsal came to: each kind of duty's reminders, counted where they arrived, what else happened, what did not hold."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.rehearsal.course import Course
from bot.rehearsal.invariants import Looked, step_of
from bot.rehearsal.picture import Marks, Span, draw
from rules.county import Plan

STEPS = ("told", "T-7", "T-3", "T-1", "T", "leader", "offices", "county", "again")
ENDS = ("answered", "late", "merged", "kept back", "vacant", "missed", "doubled")


@dataclass
class Outcome:
    """`faults`: what did not hold; empty when all did. `kills`: the days of them."""

    plan: Plan
    first: date
    days: int
    seed: int
    tallies: dict[str, Counter[str]]
    figures: dict[str, Any]
    faults: list[str]
    marks: dict[str, Marks]
    down: list[date]
    kills: list[date]

    @property
    def title(self) -> str:
        return f"{self.plan.name.en}: {self.days} days from {self.first}, seed {self.seed}"

    def told(self) -> Iterator[str]:
        """What happened, and whether all held."""
        yield ", ".join(f"{what} {n}" for what, n in self.figures.items())
        yield f"{len(self.faults)} broken" if self.faults else "every invariant held"

    def table(self) -> Iterator[str]:
        columns = ("opened", *STEPS, *ENDS)
        yield f"{'':22}" + "".join(f"{one:>10}" for one in columns)
        for rule in self.plan.duties:
            if tally := self.tallies.get(rule):
                yield f"{rule:22}" + "".join(f"{tally[one]:>10}" for one in columns)
        total = sum(self.tallies.values(), Counter[str]())
        yield f"{'':22}" + "".join(f"{total[one]:>10}" for one in columns)

    def picture(self, file: Path) -> None:
        span = Span(self.first, self.days)
        days = (self.first + timedelta(days=n) for n in range(self.days))
        rest = [day for day in days if not self.plan.calendar.is_workday(day)]
        names = {self.plan.duties[rule].name.en: marks for rule, marks in self.marks.items()}
        draw(file, self.title, span, names, rest, self.down, self.kills)


def outcome(course: Course, vacancies: int) -> Outcome:
    """What comes once more after a kill is no second reminder: it is the same message, and counted by itself."""
    house, tallies = course.house, course.reckoning.tallies
    marks: dict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
    doubled = Counter[tuple[Any, ...]]()
    for one in house.received:
        local = one.at.astimezone(house.plan.tz)
        for item in one.items:
            step, tally = step_of(item, local, house.plan.calendar), tallies[item["rule"]]
            tally[step] += 1
            key = (item["rule"], item["unit"], item["period"], one.peer, local.date())
            doubled[key] += 1
            tally["doubled"] += doubled[key] > 1
            marks[item["rule"]][local.date(), step] += 1
    for rule, day, what in course.reckoning.ends:
        marks[rule][day, what] += 1
    shown: dict[str, Marks] = {rule: dict(marks[rule]) for rule in house.plan.duties if rule in marks}
    faults = [*course.reckoning.faults, *Looked(course.cast, course.known, course.kills).broken()]
    figures = _figures(course) | {"vacant seats on record": vacancies}
    kills = [one.at.astimezone(house.plan.tz).date() for one in course.kills]
    told = (house.plan, course.first, course.days, course.cast.seed, tallies)
    return Outcome(*told, figures, faults, shown, course.down, kills)


def _figures(course: Course) -> dict[str, Any]:
    channel, kills = course.house.channel, course.kills
    figures: dict[str, Any] = {"messages": len(course.house.received), **course.happened}
    figures |= {"kill -9": len(kills), "in flight then": sum(len(one.in_flight) for one in kills)}
    figures |= {"arrived once more": sum(n - 1 for n in channel.arrived.values()), **course.cast.answers}
    return figures | {f"refused: {why}": n for why, n in sorted(channel.refused.items())}
