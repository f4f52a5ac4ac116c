"""Ladders as they climb in the database: who is told, in what order, and what happens when nobody hears."""

from datetime import datetime, timedelta

import pytest

from storage import duties, people
from tests.stories.office import OFFICE, course, debts, kept, moves, opens, seat_also, takes, tells, tip
from tests.town import HOME, MONDAY, Person, Town

NOW = "老粮仓正在卸成箱的东西"
FRIDAY_NIGHT = datetime(2026, 11, 27, 21, 30, tzinfo=HOME)


async def heard(town: Town, person: Person, number: str) -> bool:
    return number in await person.listens()


# -- something happening now ---------------------------------------------------------------------------------------------


async def test_the_duty_seat_is_told_at_once_through_the_night(town: Town) -> None:
    """Nobody waits for the morning: what happens now rings at night and on days off, what can wait does not."""
    duty, officer = await town.staff(OFFICE, "duty"), await town.staff(OFFICE, "intake", "乙")
    await town.forward_to(FRIDAY_NIGHT)
    calm, _ = await tells(await town.citizen())
    urgent, _ = await tells(await town.citizen(), NOW)
    assert await heard(town, duty, urgent)
    assert not await heard(town, officer, calm)
    await town.forward_to(datetime(2026, 11, 30, 9, 0, tzinfo=HOME))
    assert await heard(town, officer, calm)


# minutes after, who is told for the first time (LZ: duty 0, 3; coordinators 8; leaders 15)
RUNGS = [(0, {"duty"}), (3, {"duty"}), (8, {"coordinator"}), (15, {"leader"}), (25, {"duty"})]


async def test_the_ladder_of_minutes_climbs_until_somebody_takes_it(town: Town) -> None:
    """Duty, again, coordinators, leaders, again; taken, it is silent."""
    seats = {"duty": OFFICE, "coordinator": OFFICE, "leader": "county_gov"}
    persons = {seat: await town.staff(unit, seat, seat) for seat, unit in seats.items()}
    number, _ = await tells(await town.citizen(), NOW)
    start, before = (await debts(town, number))["now"].opened_at, 0
    for minutes, told in RUNGS:
        await town.forward_to(start + timedelta(minutes=minutes, seconds=2))
        rang = {seat for seat, one in persons.items() if "正在发生" in await one.listens()}
        assert rang == told, (before, minutes)
        before = minutes
    await takes(persons["duty"], number)
    await town.fast_forward(hours=3)
    assert "正在发生" not in "".join([await one.listens() for one in persons.values()])


async def test_what_reaches_nobody_is_passed_upward_at_once(town: Town) -> None:
    """With no duty officer the coordinators hear it in the first minute, and that the seat is vacant, once."""
    coordinator = await town.staff(OFFICE, "coordinator")
    number, _ = await tells(await town.citizen(), NOW)
    first = await coordinator.listens()
    assert number in first and "值班员" in first
    await town.fast_forward(minutes=4)
    again = await coordinator.listens()
    assert number in again and "值班员" not in again
    assert "vacant_duty" in await moves(town, number)
    assert await kept(town, duties.unheard) == 0


async def test_what_nobody_at_all_hears_is_visible_and_tried_again(town: Town) -> None:
    """A whole ladder without a listener is counted for the operator, and whoever can be reached later is told."""
    number, _ = await tells(await town.citizen(), NOW)
    await town.settle()
    assert await kept(town, duties.unheard) == 1
    await town.fast_forward(hours=5)
    assert await kept(town, duties.unheard) == 1
    duty = await town.staff(OFFICE, "duty")
    await town.fast_forward(minutes=11)
    assert await heard(town, duty, number)
    assert await kept(town, duties.unheard) == 0


# -- what can wait -------------------------------------------------------------------------------------------------------


async def test_an_untaken_tip_climbs_by_working_days(town: Town) -> None:
    """Alert, the last day, then the unit's leader, then the coordinators: each in the morning of a working day."""
    persons = {seat: await town.staff(OFFICE, seat, seat) for seat in ("intake", "leader", "coordinator")}
    number, _ = await tells(await town.citizen())
    told = []
    for day in range(1, 9):
        told += [(day - 1, seat) for seat, one in persons.items() if await heard(town, one, number)]
        await town.forward_to(MONDAY + timedelta(days=day))
    # received Monday; due Tuesday 24:00; +1 working day Wednesday; +3 Friday
    assert told == [(0, "intake"), (1, "intake"), (2, "leader"), (4, "coordinator")]


async def test_taking_it_ends_the_ladder(town: Town) -> None:
    """A duty that is closed has no future."""
    officer, leader = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "leader", "乙")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await officer.listens()
    await town.fast_forward(days=20)
    assert not await heard(town, officer, number) and not await heard(town, leader, number)


async def test_a_vacant_seat_is_told_to_the_coordinators_once(town: Town) -> None:
    """Nobody at intake: the coordinators hear which seat is empty, once, and it stands in the course of the tip."""
    coordinator = await town.staff(OFFICE, "coordinator")
    number, _ = await tells(await town.citizen())
    said = await coordinator.listens()
    assert number in said and "举报专管员" in said
    await town.fast_forward(days=1)
    assert "举报专管员" not in await coordinator.listens()
    assert [one["move"] for one in await course(town, number)].count("vacant_intake") == 1
    await takes(coordinator, number)
    assert "举报专管员" in await coordinator.presses("course")


async def test_a_seat_that_fell_vacant_later_is_told_too(town: Town) -> None:
    """Somebody was alerted and has left: the next step finds nobody there, and the coordinators hear of it."""
    officer, coordinator = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "coordinator", "乙")
    number, _ = await tells(await town.citizen())
    assert await heard(town, officer, number)
    row, now = await tip(town, number), town.app.timepiece.now()
    for one in await kept(town, lambda tx: people.holders(tx, row.county, OFFICE, "intake")):
        await kept(town, lambda tx, one=one: people.unseat(tx, one, OFFICE, "intake", now))
    await town.fast_forward(days=1)
    assert "举报专管员" in await coordinator.listens()


@pytest.mark.parametrize("kind", ["coordinator", "leader"])
async def test_no_rung_reaches_who_is_excluded(town: Town, kind: str) -> None:
    """One seat in the involved unit: nothing is heard, whatever other seats the ladder tells."""
    barred = await town.staff(OFFICE, kind)
    await seat_also(town, barred, "market", "liaison")
    number, _ = await tells(await town.citizen(), NOW, involved=["market"])
    await town.fast_forward(days=12)
    assert not await heard(town, barred, number)
    await opens(barred, number)
    assert NOW not in barred.text


async def test_rungs_missed_while_nobody_looked_become_one(town: Town) -> None:
    """A process that was down does not make up for what it missed: one message, the latest."""
    officer, leader = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "leader", "乙")
    number, _ = await tells(await town.citizen())
    await officer.listens()
    town.app.timepiece.move_to(MONDAY + timedelta(days=3))  # type: ignore[attr-defined]
    await town.settle()
    assert not await heard(town, officer, number)
    assert (await leader.listens()).count(number) == 1
