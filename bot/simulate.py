"""`xiezhi simulate`: a county's year in virtual time, with people who answer, put off, are away and change, and a world in which
things break. The parts are the real ones; what must hold is checked where messages arrive.

    a seed -> people and what goes wrong -> from event to event -> what arrived, beside what should have -> table, picture, faults
"""

import tempfile
from collections import Counter
from datetime import date, datetime, time
from pathlib import Path

from bot.rehearsal.cast import Cast
from bot.rehearsal.course import Course
from bot.rehearsal.house import Rehearsal
from bot.rehearsal.outcome import Outcome, outcome
from bot.rehearsal.people import People
from bot.rehearsal.troubles import Troubles
from rules.county import Plan

START = date(
    2026, 3, 2
)  # a Monday; a year from it holds the autumn's long holiday, the notice in November, the spring's
FLOODED = 0.03  # of the sends are refused with 429


async def simulate(plan: Plan, days: int, seed: int, url: str = "", first: date = START) -> Outcome:
    """On a database of its own unless `url` names an empty one."""
    with tempfile.TemporaryDirectory(prefix="xiezhi-simulate-") as kept:
        folder = Path(kept)
        live = plan.with_demo_towns().going_live(first)
        start = datetime.combine(first, time(), plan.tz)
        draws: Counter[str] = Counter()

        def floods(peer: str) -> bool:
            draws[peer] += 1
            return cast.draw("flood", peer, draws[peer]).random() < FLOODED

        async with Rehearsal.open(live, url or f"sqlite:///{folder / 'simulate.db'}", folder, start, floods) as house:
            cast = Cast(house, seed)
            course = Course(cast, first, days)
            await cast.takes_seats()
            people = People(course)
            course.reacts = people.react
            Troubles(course, people).drawn()
            await course.whole()
            return outcome(course, await course.reckoning.vacancies())
