"""A matter between units as the rows of a county's table tell it: who puts it, whom each move moves, where it stands left alone; and
what every story of such a row does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from handlers.matters import held
from storage import duties, matters, people
from tests.stories.office import kept, person_of
from tests.stories.test_matters import act, moves, the_matter
from tests.town import HOME, Person, Town

START = datetime(2026, 6, 1, 9, 30, tzinfo=HOME)  # a Monday
HOUR, FORTNIGHT = timedelta(hours=1), timedelta(days=14, hours=1)
SEATS = {"hq_office": "coordinator", "anti_smuggling_office": "coordinator"}  # the others sit as liaisons


class Step(NamedTuple):
    """`stands`: whom it moves, and where each stands then; whoever is not `unit` hears of it."""

    unit: str
    move: str
    answers: tuple[str, ...]
    stands: str


class Case(NamedTuple):
    """`stands`: everybody, as soon as it is put. `stranger`: a unit that may not begin it. `seats`: where it is no liaison."""

    word: str
    unit: str
    form: str
    picks: tuple[str, ...]
    stands: str
    steps: tuple[Step, ...]
    stranger: str
    seats: dict[str, str] = {}


def to(unit: str, move: str, *answers: str, stands: str) -> Step:
    return Step(unit, move, answers, stands)


class Late(NamedTuple):
    """`after`: so many of its steps; then nobody moves. `unit` is who owes the step that follows, `clock` what runs.
    Who hears: of a date of the law everybody up to the county (and it is late); of a proposal the unit alone, which never reads
    that it is late; once, of what is only listed; the keeper of sealed leads alone; or everybody at once, of an incident."""

    after: int
    unit: str
    clock: str
    hears: Literal["law", "proposal", "once", "sealed", "rung"]


HEARS = {
    "law": {"owes", "leader", "hq", "head"},
    "proposal": {"owes", "leader"},
    "once": {"owes"},
    "sealed": {"owes"},
    "rung": {"owes", "leader", "watch", "head"},
}


Cast = dict[tuple[str, str], Person]


class Scene:
    """A town, whoever has been called into it so far, and the latest matter, of which they speak."""

    def __init__(self, town: Town, case: Case, seated: Cast | None = None) -> None:
        self.town, self.case = town, case
        self.seated: Cast = {} if seated is None else seated

    async def at(self, unit: str, seat: str = "") -> Person:
        key = (unit, seat or self.seat(unit))
        if key not in self.seated:
            self.seated[key] = await self.town.staff(*key, name=f"职员{len(self.seated)}")
        return self.seated[key]

    def seat(self, unit: str) -> str:
        return {**SEATS, **self.case.seats}.get(unit, "liaison")

    @property
    def regime(self) -> str:
        ways = ((each.id, way.words) for each in self.town.plan.regimes.values() for way in each.ways)
        return next(key for key, words in ways if self.case.word in words)

    def sits(self, unit: str) -> bool:
        known = self.town.plan.units.get(unit)
        return known is not None and known.seatable

    async def row(self) -> Any:
        return await the_matter(self.town)

    async def parties(self, row: Any = None) -> list[Any]:
        of = row or await the_matter(self.town)
        return list(await kept(self.town, lambda tx: matters.parties(tx, of.id)))

    async def stands(self) -> dict[str, str]:
        return {held.body(one.unit): one.stage for one in await self.parties()}

    async def clocks(self) -> list[Any]:
        row = await self.row()
        found = await kept(self.town, lambda tx: duties.of_matters(tx, [row.number]))
        return [one for one in found[row.number] if one.closed_at is None]

    async def begins(self) -> Person:
        person = await self.at(self.case.unit)
        await person.says(self.case.word)
        await fills(person, *([self.case.form] if self.case.form else []))
        if "at_once" in person.ids:
            await person.presses("at_once")
        await fills(person, *self.case.picks)
        await person.presses("submit")
        return person

    async def opens(self, unit: str) -> Person:
        person = await self.at(unit)
        await person.says((await self.row()).number)
        return person

    async def opens_as(self, person: Person) -> str:
        return await person.says((await self.row()).number)

    async def takes(self, step: Step) -> Person:
        person = await self.opens(step.unit)
        await person.presses(act(person, step.move))
        await fills(person, *step.answers)
        if "submit" in person.ids:  # what is sent again is looked at once more
            await person.presses("submit")
        return person

    async def leaves(self, person: Person, unit: str) -> None:
        """They sit elsewhere since an hour; their card is still open."""
        number, now = await person_of(self.town, person), self.town.app.timepiece.now()
        await kept(self.town, lambda tx: people.seat(tx, number, "luzhai", "publicity", "liaison", now))
        await kept(self.town, lambda tx: people.unseat(tx, number, unit, self.seat(unit), now - HOUR))


async def fills(person: Person, *answers: str) -> None:
    """A choice by its id, a text by saying it; then nothing more."""
    for answer in answers:
        await (person.presses(answer) if answer in person.ids else person.says(answer))
    for closing in ("done", "skip", "skip"):
        if closing in person.ids:
            await person.presses(closing)


def meant(stands: str) -> dict[str, str]:
    return dict(one.split() for one in stands.split(", "))


@asynccontextmanager
async def town_at(folder: Path) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{folder / 'x.db'}", folder, ("luzhai",), START) as town:
        yield town


async def goes_its_course(one: Scene) -> None:
    case, first = one.case, meant(one.case.stands)
    units = dict.fromkeys([*first, *(unit for step in case.steps for unit in (step.unit, *meant(step.stands)))])
    for unit in units:
        if one.sits(unit):
            await one.at(unit)
    await one.begins()
    row = await one.row()
    assert await one.stands() == first
    for step in (Step(case.unit, "", (), case.stands), *case.steps):
        if step.move:
            await one.takes(step)
        assert (await one.stands()).items() >= meant(step.stands).items(), step
        for unit in meant(step.stands):
            if unit != step.unit and one.sits(unit):
                assert row.number in await (await one.at(unit)).listens(), (step, unit)
    row = await one.row()
    assert row.closed_at is not None and await one.clocks() == []
    assert [entry.move for entry in await moves(one.town) if entry.move][-len(case.steps) :] == [
        step.move for step in case.steps
    ]
