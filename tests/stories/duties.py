"""Words the stories of duties share. Yangxi went live on Tuesday, 24 November 2026; its monthly report of that month is due on 1
December, 24:00."""

from datetime import date, datetime
from typing import Any

from storage import duties
from tests.stories.office import kept
from tests.town import HOME, Person, Town

LIVE = date(2026, 11, 24)
START = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
REPORT = "查处案件：3\n行政案件：2\n刑事立案：1\n案值：5.5万元\n开展行动：6\n出动人员：40\n检查经营户：120"


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HOME)


def morning(month: int, day: int, year: int = 2026) -> datetime:
    return at(month, day, year=year)


FIRST = morning(11, 26)  # three working days before: the report is asked for the first time


async def duty(town: Town, rule: str = "monthly_report", unit: str = "tobacco", period: str = "2026-11") -> Any:
    rows = await kept(town, lambda tx: duties.of_case(tx, "yangxi", rule, period))
    return next(row for row in rows if row.unit == unit)


async def pressed(person: Person, door: str) -> str:
    """The newest button that opens this."""
    return await person.presses(next(one for one in person.ids if one.startswith(f"{door}.")))


async def chooses(person: Person, row: Any) -> str:
    """Several things are owed: which one was meant is asked."""
    return await person.presses(str(row.id))


async def reminded(town: Town, person: Person, at: datetime = FIRST) -> str:
    """What they hear that morning."""
    await town.forward_to(at)
    return await person.listens()


async def opens(person: Person, town: Town, rule: str = "monthly_report", **which: str) -> None:
    """Its card, from the list."""
    row = await duty(town, rule, **which)
    await person.says("应办")
    await person.presses(f"go.duty.{row.id}")


async def fills_in(person: Person, town: Town, rule: str = "monthly_report", **which: str) -> None:
    await opens(person, town, rule, **which)
    await person.presses("file")


async def hands_in(person: Person, what: str = REPORT) -> str:
    """Written, looked at, handed in."""
    if what:
        await person.says(what)
    await person.presses("done")
    return await person.presses("submit")


async def has_nothing(person: Person) -> str:
    """By the newest reminder's card."""
    await pressed(person, "go.duty")
    await person.presses("nil")
    return await person.presses("submit")


async def hands_back(office: Person, remarks: str) -> None:
    """By the newest card that came."""
    await office.listens()
    await pressed(office, "go.duty")
    await office.presses("return")
    await office.says(remarks)
    await office.presses("submit")
