"""What Yangxi's plan asks for by itself and wants no form of: measures are issued, conferences, meetings and inspections are held, and
where that is on paper is written down. All of it by proposed days; the county may make them its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from storage import duties
from storage.models import audit
from tests.stories.drives import drives
from tests.stories.office import kept
from tests.town import HOME, Person, Town

START = datetime(2026, 11, 16, 9, 30, tzinfo=HOME)  # a Monday, with the day of each in the week behind it
OFFICE, HEAD = "anti_counterfeit_office", ("county_gov", "leader")


class Asked(NamedTuple):
    rule: str
    unit: str
    seat: str
    live: date  # when the county went live, so that its day is the one below
    due: date
    says: str  # how it was done, and where that is on paper
    urged: bool  # or recorded only: asked for once


# fmt: off
ASKED = (
    Asked("measures",         "transport", "liaison",     date(2026, 8, 24), date(2026, 11, 23), "阳西交〔2026〕12号，物流环节监管措施", urged=True),  # YX-3.5c, 2.4a: 90 days
    Asked("measures",         "market",    "liaison",     date(2026, 8, 24), date(2026, 11, 23), "阳西市监〔2026〕8号，市场监管措施", urged=True),  # YX-3.5c, 2.6a
    Asked("joint_conference", OFFICE,      "coordinator", date(2026, 5, 24), date(2026, 11, 24), "11月20日召开，纪要第3期", urged=False),  # YX-3.1b: twice a year
    Asked("leader_meeting",   "town_1",    "liaison",     date(2026, 8, 24), date(2026, 11, 24), "11月20日，镇长主持", urged=False),  # YX-3.5b: four times
    Asked("inspection",       OFFICE,      "liaison",     date(2026, 5, 24), date(2026, 11, 24), "11月19日督查三镇", urged=True),  # YX-3.3c: twice
)
# fmt: on
EACH = pytest.mark.parametrize("asked", ASKED, ids=[f"{one.rule}-{one.unit}" for one in ASKED])


@asynccontextmanager
async def county(asked: Asked, folder: Path, *, confirmed: bool = False) -> AsyncIterator[Town]:
    async with Town.open(f"sqlite:///{folder / 'x.db'}", folder, ("yangxi",), START, live=asked.live) as town:
        if confirmed:
            town.plan.duties[asked.rule] = replace(town.plan.duties[asked.rule], confirmed=asked.live)
        yield town


async def row_of(town: Town, asked: Asked) -> Any:
    periods = ("once", "first")  # each is the first of its kind since the county went live
    rows = [
        row
        for one in periods
        for row in await kept(town, lambda tx, one=one: duties.of_case(tx, "yangxi", asked.rule, one))
    ]
    return next(row for row in rows if row.unit == asked.unit)


async def does_it(person: Person, town: Town, asked: Asked) -> None:
    await person.says("应办")
    await person.presses(f"go.duty.{(await row_of(town, asked)).id}")
    await person.presses("done")
    await person.says(asked.says)


async def mornings(town: Town, asked: Asked, people: dict[str, Person], *after: int) -> dict[str, str]:
    """What each hears of it until the morning so many working days after its day."""
    heard = dict.fromkeys(people, "")
    for n in after:
        day = town.plan.calendar.add_workdays(asked.due, n).date
        await town.forward_to(datetime.combine(day, time(10), HOME))
        for who, person in people.items():
            heard[who] += await of_it(person, town.plan.duties[asked.rule].name.zh)
    return heard


async def of_it(person: Person, name: str) -> str:
    """A reminder of its own, or its line in the morning's list."""
    await person.listens()
    texts = [one["text"] for one in person.fresh if name in one["text"]]
    return "\n".join(line for text in texts for line in text.splitlines() if "件等着" not in text or name in line)


async def people_of(town: Town, asked: Asked) -> dict[str, Person]:
    return {
        "own": await town.staff(asked.unit, asked.seat),
        "leader": await town.staff(asked.unit, "leader", "乙"),
        "office": await town.staff(
            *(("police", "leader") if asked.unit == OFFICE else ("anti_smuggling_office", "coordinator")), "丙"
        ),
        "head": await town.staff(*HEAD, "丁"),
    }


@drives("measures_delivery", "form", clauses=("YX-3.5c", "YX-2.4a", "YX-2.6a"))
@drives("joint_conference", "form", clauses=("YX-3.1b",))
@drives("leader_meeting", "form", clauses=("YX-3.5b",))
@drives("inspection", "form", clauses=("YX-3.3c",))
@EACH
async def test_where_it_is_on_paper_is_written_down(asked: Asked, tmp_path: Path) -> None:
    """Asked for in its last days; the number of a paper or the day ends it, and nobody is asked again."""
    async with county(asked, tmp_path) as town:
        own = await town.staff(asked.unit, asked.seat)
        heard = await mornings(town, asked, {"own": own}, -1)
        assert "建议日期" in heard["own"]
        await does_it(own, town, asked)
        row = await row_of(town, asked)
        assert row.ended == "done" and row.closed_at <= row.due_at
        assert (await mornings(town, asked, {"own": own}, 1))["own"] == ""


@drives("measures_delivery", "late", clauses=("YX-3.5c", "YX-2.4a", "YX-2.6a"))
@drives("joint_conference", "late", clauses=("YX-3.1b",))
@drives("leader_meeting", "late", clauses=("YX-3.5b",))
@drives("inspection", "late", clauses=("YX-3.3c",))
@EACH
async def test_a_proposed_day_passes_within_the_unit(asked: Asked, tmp_path: Path) -> None:
    """What is urged goes to the unit's own leader, by its 建议日期; what is only recorded was asked for once; no office and no leader
    of the county hears, and nobody is called late."""
    async with county(asked, tmp_path) as town:
        people = await people_of(town, asked)
        heard = await mornings(town, asked, people, 0, 1, 3, 8)
        assert "建议日期" in heard["own"] and not heard["office"] and not heard["head"], heard
        assert ("建议日期" in heard["leader"]) is asked.urged, heard
        assert all("超期" not in said for said in heard.values()), heard
        await does_it(people["own"], town, asked)
        row = await row_of(town, asked)
        assert row.ended == "done" and row.closed_at > row.due_at and duties.suggested(row)


async def test_measures_by_a_confirmed_day_climb_to_the_county(tmp_path: Path) -> None:
    """YX-3.5c, made the county's own: one working day after it the leader, after three the offices, after eight the county, each of
    what is 已超期; the offices are told when it is done."""
    asked = ASKED[0]
    async with county(asked, tmp_path, confirmed=True) as town:
        people = await people_of(town, asked)
        heard = await mornings(town, asked, people, 0, 1)
        assert "超期" in heard["leader"] and "超期" not in heard["own"] + heard["office"] + heard["head"], heard
        heard = await mornings(town, asked, people, 3)
        assert "已超期" in heard["office"] and not heard["head"], heard
        assert "已超期" in (await mornings(town, asked, people, 8))["head"]
        await does_it(people["own"], town, asked)
        assert town.plan.duties[asked.rule].name.zh in await people["office"].listens()


@drives("measures_delivery", "refused", clauses=("YX-3.5c", "YX-2.4a", "YX-2.6a"))
@drives("joint_conference", "refused", clauses=("YX-3.1b",))
@drives("leader_meeting", "refused", clauses=("YX-3.5b",))
@drives("inspection", "refused", clauses=("YX-3.3c",))
@EACH
async def test_nobody_else_writes_it_down(asked: Asked, tmp_path: Path) -> None:
    """Somebody of a unit that owes it not and receives it not, a citizen: a crafted button opens and ends nothing; what an official
    tried is on record."""
    async with county(asked, tmp_path) as town:
        other, citizen = await town.staff("post_company", "liaison"), await town.citizen()
        await mornings(town, asked, {}, -1)
        row = await row_of(town, asked)
        tried = await refusals(town)
        for person in (other, citizen):
            for door in ("duty", "duty_done"):
                await person.post({"choice": f"go.{door}.{row.id}", "prompt": -1})
                await person.listens()
            await person.says(asked.says)
        assert await row_of(town, asked) == row and row.closed_at is None
        assert await refusals(town) >= tried + 2
        assert town.plan.duties[asked.rule].name.zh not in other.text + citizen.text


async def refusals(town: Town) -> int:
    return len(await kept(town, lambda tx: tx.execute(select(audit.c.id).where(audit.c.action == "refused")).all()))
