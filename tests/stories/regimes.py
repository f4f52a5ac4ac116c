"""A regime of a plan, driven by its people: what is put and by whom, move by move to its end; what happens when nobody moves; who may
not. The rows are the regimes, one county's in one file; the stories here know none of them.

    town = Town.open(...); case = await Case.begun(town, ROW); await case.goes(*ROW.steps)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from storage import duties, matters, people
from storage.models import matter_moves as kept_moves
from storage.models import matter_parties as kept_parties
from storage.models import matters as kept_matters
from tests.stories.office import kept, person_of
from tests.stories.test_matters import clocks, moves, refused, the_matter
from tests.town import Person, Town

Stands = Mapping[str, str]
PAST, SUGGESTED = "已超期", "建议日期"  # who may be called late, and who may not


@dataclass(frozen=True)
class Step:
    """One move. `by`: a seat, `unit.seat`; `answers`: what is pressed or said to what it asks; `stands`: where units stand then;
    `hears`: seats that are told; `of`: the unit that is moved, where several could be."""

    by: str
    move: str
    answers: tuple[str, ...] = ()
    stands: Stands = field(default_factory=dict)
    hears: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Row:
    """A regime of the county's file, as it goes. `put`: what whoever begins it says and presses, the word first; `stands`, `owed`:
    where units stand then, and by what clock; `hears`: seats that are told; `shows`: words that its card shows whoever is awaited;
    `steps`: to its end; `stranger`: a seat without any part in it; `never`: a seat that may not begin it."""

    regime: str
    by: str
    put: tuple[str, ...]
    stands: Stands
    owed: Mapping[str, str]
    hears: tuple[str, ...]
    steps: tuple[Step, ...]
    shows: tuple[str, ...] = ()
    stranger: str = "industry_info.liaison"
    never: str = "county_gov.liaison"

    def __str__(self) -> str:
        return self.regime

    def until(self, move: str, by: str = "") -> tuple[tuple[Step, ...], Step]:
        """The steps before this move, and the move."""
        at = next(n for n, one in enumerate(self.steps) if one.move == move and by in ("", one.by))
        return self.steps[:at], self.steps[at]


@dataclass
class Case:
    """A matter and its people; each seat is sat on when it is first spoken of."""

    town: Town
    row: Row
    cast: dict[str, Person] = field(default_factory=dict)
    number: str = ""

    @classmethod
    async def begun(cls, town: Town, row: Row, *also: str) -> "Case":
        """Everybody in the row is there from the first, and `also`."""
        case = cls(town, row)
        for seat in dict.fromkeys(
            (
                row.by,
                *row.hears,
                *(one.by for one in row.steps),
                *(who for one in row.steps for who in one.hears),
                *also,
            )
        ):
            await case.who(seat)
        await case.does(row.by, *row.put)
        found = await the_matter(town)
        assert found is not None and found.regime == row.regime, (await case.who(row.by)).fresh
        case.number = found.number
        return case

    async def who(self, seat: str) -> Person:
        if seat not in self.cast:
            where, _, county = seat.partition("@")  # police.liaison@luzhai: of another county of the deployment
            name = chr(ord("甲") + len(self.cast))
            self.cast[seat] = await self.town.staff(*where.split("."), name, county or None)
        return self.cast[seat]

    async def does(self, seat: str, *answers: str) -> str:
        """A choice by its id, anything else as it is said."""
        return await does(await self.who(seat), *answers)

    async def opens(self, seat: str) -> str:
        return await (await self.who(seat)).says(self.number)

    async def button(self, step: Step) -> str:
        """Of the card that was just opened."""
        who, found = await self.who(step.by), await self.parties()
        ours = [one for one in who.ids if one.startswith("do.") and one.endswith(f".{step.move}")]
        ours = [one for one in ours if not step.of or found[int(one.split(".")[1])] == step.of]
        assert ours, f"{step.by} may not {step.move} here: {who.ids}"
        return ours[0]

    async def parties(self) -> dict[int, str]:
        row = await kept(self.town, lambda tx: matters.by_number(tx, self.number))
        assert row is not None
        return {one.id: one.unit for one in await kept(self.town, lambda tx: matters.parties(tx, row.id))}

    async def goes(self, *steps: Step) -> None:
        """Each move as its row says, and no further."""
        for step in steps:
            await self.opens(step.by)
            await self.does(step.by, await self.button(step), *step.answers)
            if "submit" in (await self.who(step.by)).ids:  # what is sent again is looked at once more
                await self.does(step.by, "submit")
            latest = (await moves(self.town))[-1]
            assert latest.move == step.move, (step, (await self.who(step.by)).text[-600:])
            await self.stands(step.stands)
            await self.hear(step.hears)

    async def stands(self, wanted: Stands) -> None:
        row = await kept(self.town, lambda tx: matters.by_number(tx, self.number))
        assert row is not None
        found = [(one.unit, one.stage) for one in await kept(self.town, lambda tx: matters.parties(tx, row.id))]
        assert set(wanted.items()) <= set(found), found  # a unit may have two parts

    async def hear(self, seats: tuple[str, ...]) -> None:
        for seat in seats:
            said = await (await self.who(seat)).listens()
            assert self.number in said, f"{seat} heard nothing of it: {said!r}"

    async def over(self) -> bool:
        row = await kept(self.town, lambda tx: matters.by_number(tx, self.number))
        return row is not None and row.closed_at is not None


async def does(person: Person, *answers: str) -> str:
    said = ""
    for one in answers:
        said = await (person.presses(one) if one in person.ids else person.says(one))
    return said


# -- its own form, and its course to the end --------------------------------------------------------------------------------


async def goes_its_course(town: Town, row: Row) -> None:
    """What its form asks is filled in; who is to hear does; who is awaited reads it; each move is the next one's; nothing is owed
    by anybody in the end."""
    case = await Case.begun(town, row)
    await case.stands(row.stands)
    await case.hear(row.hears)
    assert await clocks(town) == dict(row.owed)
    if row.steps:
        card = await case.opens(row.steps[0].by)
        assert all(words in card for words in row.shows), card
    await case.goes(*row.steps)
    assert await case.over() and await clocks(town) == {}
    assert "已结束" in await case.opens(row.steps[-1].by if row.steps else row.by)


# -- who may not ---------------------------------------------------------------------------------------------------------------


async def everything(town: Town) -> list[Any]:
    """All that is kept of matters, and which clocks run."""

    def read(tx: Any) -> list[Any]:
        tables = (kept_matters, kept_parties, kept_moves)
        rows = [tuple(row) for table in tables for row in tx.execute(select(table).order_by(table.c.id)).all()]
        numbers = tx.execute(select(kept_matters.c.number)).scalars().all()
        debts = duties.of_matters(tx, numbers)
        return [*rows, *((one.id, one.rule, one.closed_at) for number in numbers for one in debts[number])]

    return await kept(town, read)


async def who_may_not_is_refused(town: Town, row: Row, before: str = "") -> None:
    """Somebody without a part, a citizen, whoever left the seat an hour ago, a unit that may not begin it: nothing changes, and
    what was tried is on record. `before`: the move that is tried, the first one if left out."""
    case = await Case.begun(town, row, row.stranger, row.never)
    first, step = row.until(before or row.steps[0].move)
    await case.goes(*first)
    leaver = await town.staff(*step.by.split("."), "癸")
    await leaver.says(case.number)
    await case.opens(step.by)
    button = await case.button(step)
    assert button in leaver.ids
    for stands in (_strangers, _citizens, _never, _left):
        was, tried = await everything(town), len(await refused(town))
        await stands(case, step, button, leaver)
        assert await everything(town) == was, stands.__name__
        assert stands is _citizens or len(await refused(town)) > tried, stands.__name__
    await case.goes(step)  # and who may still does


async def _strangers(case: Case, step: Step, button: str, leaver: Person) -> None:
    stranger = await case.who(case.row.stranger)
    assert "没有找到" in await case.opens(case.row.stranger)
    await stranger.post({"choice": f"go.{button}", "prompt": -1})
    await stranger.listens()
    await does(stranger, *step.answers)
    assert case.number not in await stranger.says("事项")


async def _citizens(case: Case, step: Step, button: str, leaver: Person) -> None:
    citizen = await case.town.citizen()
    for choice in (f"go.{button}", f"go.put.{case.row.regime}"):
        await citizen.post({"choice": choice, "prompt": -1})
        await citizen.listens()
    for words in (case.number, case.row.put[0]):
        await citizen.says(words)
    assert [words for words in case.row.shows if words in citizen.text] == []
    await citizen.says(case.row.put[1])  # nor do they begin it by its form


async def _never(case: Case, step: Step, button: str, leaver: Person) -> None:
    never = await case.who(case.row.never)
    await never.post({"choice": f"go.put.{case.row.regime}", "prompt": -1})
    assert "不由您单位发起" in await never.listens()


async def _left(case: Case, step: Step, button: str, leaver: Person) -> None:
    unit, seat = step.by.split(".")
    who, now = await person_of(case.town, leaver), case.town.app.timepiece.now()
    other = case.row.stranger.split(".")[0]
    await kept(case.town, lambda tx: people.seat(tx, who, case.town.plan.id, other, "liaison", now))
    await kept(case.town, lambda tx: people.unseat(tx, who, unit, seat, now))
    await case.town.fast_forward(hours=1)
    await leaver.presses(button)
    await does(leaver, *step.answers)
