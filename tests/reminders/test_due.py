"""Ladders as they climb in the database: who is told, in what order, and what happens when nobody hears."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage import duties, people
from storage.database import Tx
from tests.stories.office import (
    OFFICE,
    closes,
    concludes,
    course,
    debts,
    fills,
    hands,
    kept,
    looks_up,
    moves,
    opens,
    seat_also,
    signs,
    takes,
    tells,
    tip,
)
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
    await takes(duty, urgent)
    await town.forward_to(datetime(2026, 11, 30, 9, 0, tzinfo=HOME))
    assert await heard(town, officer, calm)


# minutes after, who is told: by the minute upward, then everybody each half hour, also on the next day
ALL = {"duty", "intake", "coordinator", "leader"}
RUNGS = [
    (0, {"duty"}), (3, {"duty"}), (5, {"intake"}), (8, {"coordinator"}), (15, {"leader"}), (25, {"duty"}), (35, {"duty"}),
    (45, ALL), (75, ALL), (24 * 60 + 45, ALL),
]  # fmt: skip


async def test_the_ladder_of_minutes_climbs_until_somebody_takes_it(town: Town) -> None:
    """Duty, again, intake, coordinators, leaders, again, and no end of it; taken, it is silent."""
    seats = {"duty": OFFICE, "intake": OFFICE, "coordinator": OFFICE, "leader": "county_gov"}
    persons = {seat: await town.staff(unit, seat, seat) for seat, unit in seats.items()}
    number, _ = await tells(await town.citizen(), NOW)
    start, before = (await debts(town, number))["now"].opened_at, 0
    for minutes, told in RUNGS:
        await town.forward_to(start + timedelta(minutes=minutes, seconds=2))
        rang = {seat for seat, one in persons.items() if "正在发生" in await one.listens()}
        assert rang == told, (before, minutes)
        before = minutes
    await takes(persons["duty"], number)
    await town.settle()
    for one in persons.values():
        await one.listens()
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


async def test_with_no_duty_officer_intake_hears_it_once_and_what_is_true(town: Town) -> None:
    """In the first minute it cannot have waited: that the seat is vacant is said, in one message, without the alert that
    something new has come in."""
    officer, coordinator = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "coordinator", "乙")
    number, _ = await tells(await town.citizen(), NOW)
    heard = await officer.listens()
    assert len(officer.fresh) == 1 and number in heard and "值班员" in heard and "一直" not in heard
    assert "值班员" in await coordinator.listens()
    await town.fast_forward(minutes=4)
    assert "还没有人受理" in await officer.listens() and "值班员" not in officer.fresh[-1]["text"]


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
    """Alert, the last day, the unit's leader, the coordinators, and again the officer: each on a working morning."""
    persons = {seat: await town.staff(OFFICE, seat, seat) for seat in ("intake", "leader", "coordinator")}
    number, _ = await tells(await town.citizen())
    told = []
    for day in range(1, 9):
        told += [(day - 1, seat) for seat, one in persons.items() if await heard(town, one, number)]
        await town.forward_to(MONDAY + timedelta(days=day))
    # received Monday; due Tuesday 24:00; +1 working day Wednesday; +3 Friday
    assert told == [(0, "intake"), (1, "intake"), (2, "leader"), (4, "coordinator"), (7, "intake")]


async def test_no_duty_ever_falls_silent(town: Town) -> None:
    """Months after the last step the officer hears of it each working morning, the office each week; and one message names
    all numbers, however many there are."""
    officer, coordinator = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "coordinator", "乙")
    numbers = sorted([(await tells(await town.citizen()))[0] for _ in range(3)])
    await town.forward_to(MONDAY + timedelta(days=28))
    for one in (officer, coordinator):
        while await one.listens():
            pass
    mornings, weeks = [], []
    for day in range(29, 42):
        await town.forward_to(MONDAY + timedelta(days=day))
        for person, told in ((officer, mornings), (coordinator, weeks)):
            await person.listens()
            told += [(day, sorted(one["label"] for one in message["choices"])) for message in person.fresh]
    # 22 December 2026 to 3 January 2027: eight working days, since 1 January is none; the office on Fridays
    assert mornings == [(day, numbers) for day in (29, 30, 31, 32, 35, 36, 37, 38)]
    assert weeks == [(32, numbers)]


async def test_a_lead_never_signed_for_is_asked_for_each_morning(town: Town) -> None:
    """Both clocks of two leads, one message a morning to the liaison, for as long as it takes."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("tobacco", "liaison", "乙")
    numbers = [(await tells(await town.citizen()))[0] for _ in range(2)]
    for one in numbers:
        await takes(officer, one)
        await hands(officer, one, "tobacco")
    await town.forward_to(MONDAY + timedelta(days=28))
    while await liaison.listens():
        pass
    for day in (29, 30, 31):
        await town.forward_to(MONDAY + timedelta(days=day))
        said = await liaison.listens()
        assert len(liaison.fresh) == 1
        assert all(said.count(one) == 2 for one in numbers)
        assert "等待签收" in said and "超期" in said


# -- what has been taken -------------------------------------------------------------------------------------------------


async def test_what_is_taken_waits_for_a_decision(town: Town) -> None:
    """Taken, it has a date: whoever took it hears before it and on it, then the leader, then the coordinators, then again
    whoever took it."""
    persons = {seat: await town.staff(OFFICE, seat, seat) for seat in ("intake", "leader", "coordinator")}
    number, _ = await tells(await town.citizen())
    await takes(persons["intake"], number)
    told = []
    for day in range(1, 15):
        told += [(day - 1, seat) for seat, one in persons.items() if "已受理，" in await one.listens()]
        await town.forward_to(MONDAY + timedelta(days=day))
    # taken Monday; 5 working days end on Monday
    assert told == [(4, "intake"), (7, "intake"), (8, "leader"), (10, "coordinator"), (11, "intake")]


async def test_a_decision_ends_its_clock_and_what_comes_back_starts_it(town: Town) -> None:
    """Asking renews it, a hand-over ends it, a lead that comes back or is done with starts it again, closing ends all."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("tobacco", "liaison", "乙")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    first = (await debts(town, number))["triage"].due_at
    await town.fast_forward(days=1)
    await opens(officer, number)
    await officer.presses("ask")
    await fills(officer, "是哪一家店？")
    assert (await debts(town, number))["triage"].due_at > first
    await hands(officer, number, "tobacco")
    assert set(await debts(town, number)) == {"sign", "decide"}
    await opens(liaison, number)
    await liaison.presses("give_back")
    await fills(liaison, "不归我们管", "nobody")
    assert set(await debts(town, number)) == {"triage"}
    await hands(officer, number, "tobacco")
    await signs(liaison, number)
    await concludes(liaison, number, "not_confirmed", "查过，没有")
    assert set(await debts(town, number)) == {"triage"}
    await closes(officer, number, "not_confirmed", "查过，没有发现")
    assert not await debts(town, number)


async def test_what_happens_now_is_decided_by_the_hour(town: Town) -> None:
    """Taken in the night: whoever took it is reminded within two hours, and the coordinators after four."""
    duty, coordinator = await town.staff(OFFICE, "duty"), await town.staff(OFFICE, "coordinator", "乙")
    await town.forward_to(FRIDAY_NIGHT)
    number, _ = await tells(await town.citizen(), NOW)
    await takes(duty, number)
    await town.fast_forward(hours=1, minutes=1)
    assert await heard(town, duty, number)
    await town.fast_forward(hours=1)
    assert await heard(town, duty, number) and not await heard(town, coordinator, number)
    await town.fast_forward(hours=2)
    assert await heard(town, coordinator, number)


async def test_the_citizen_always_reads_a_date(town: Town) -> None:
    """Waiting, taken, handed over, handed back, and late: the next step is named with its day."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("tobacco", "liaison", "乙")
    citizen = await town.citizen()
    number, password = await tells(citizen)

    async def next_step() -> str:
        said = await looks_up(await town.citizen(), number, password)
        return next(line for line in said.splitlines() if line.startswith("下一步"))

    assert "11月24日" in await next_step()
    await takes(officer, number)
    assert "11月30日" in await next_step()
    await hands(officer, number, "tobacco")
    assert "11月24日" in await next_step()
    await signs(liaison, number)
    assert "11月30日" in await next_step()
    await town.fast_forward(days=30)
    assert "11月30日" in await next_step() and "在催" in await next_step()


async def test_todo_says_how_late_everything_is(town: Town) -> None:
    """By how many days: a date that was only proposed is past, one of the law is overdue."""
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("tobacco", "liaison", "乙")
    number, _ = await tells(await town.citizen())
    await town.forward_to(MONDAY + timedelta(days=4))
    assert "应在11月24日前受理（建议，已过 3 天）" in await officer.says("待办")
    await takes(officer, number)
    await hands(officer, number, "tobacco")
    assert "应在11月30日前签收（建议）" in await liaison.says("待办")
    await signs(liaison, number)
    await town.forward_to(MONDAY + timedelta(days=14))
    assert "核查已超期 3 天：期限 12月4日" in await liaison.says("待办")


async def test_taking_it_ends_the_ladder(town: Town) -> None:
    """A duty that is closed has no future."""
    officer, leader = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "leader", "乙")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await officer.listens()
    await town.fast_forward(days=3)
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


async def test_of_a_vacant_seat_is_told_once_a_day(town: Town) -> None:
    """Late tips come together, by number: the first at once, those of the rest of the day with the next day's message."""
    coordinator = await town.staff(OFFICE, "coordinator")
    first, *rest = [(await tells(await town.citizen()))[0] for _ in range(4)]
    await town.settle()
    assert [first] == await vacancies(coordinator)
    await town.fast_forward(days=1)
    assert sorted(await vacancies(coordinator)) == sorted(rest)
    for one in (first, *rest):
        assert "vacant_intake" in await moves(town, one)


async def vacancies(person: Person) -> list[str]:
    """The numbers named by the one message about an empty seat that has just come."""
    await person.listens()
    [said] = [one for one in person.fresh if "提醒没有人收到" in one["text"]]
    return [choice["label"] for choice in said["choices"]]


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


async def test_rungs_missed_while_nobody_looked_are_told_once_to_each(town: Town) -> None:
    """A process that was down leaves nobody untold: whom a missed step should have told hears it once, as things stand now."""
    officer, leader = await town.staff(OFFICE, "intake"), await town.staff(OFFICE, "leader", "乙")
    number, _ = await tells(await town.citizen())
    await officer.listens()
    town.app.timepiece.move_to(MONDAY + timedelta(days=3))  # type: ignore[attr-defined]
    await town.settle()
    assert (await officer.listens()).count(number) == 1
    assert (await leader.listens()).count(number) == 1


async def test_a_county_is_looked_at_by_one_worker_at_a_time(postgres_database: str, tmp_path: Path) -> None:
    """What comes to a person in one morning is never divided between two: while one has a county's oldest duty, others find
    nothing there. (SQLite has one writer.)"""
    async with Town.open(postgres_database, tmp_path) as town:
        await town.staff(OFFICE, "intake")
        numbers = [(await tells(await town.citizen()))[0] for _ in range(3)]
        await town.settle()
        morning = datetime(2026, 11, 24, 9, 0, tzinfo=HOME)

        def looks(connection: Connection) -> int:
            return len(duties.due(Tx(connection, town.app.database.keys), morning, [town.plan.id], 100))

        engine = create_async_engine(postgres_database)
        async with engine.connect() as one, engine.connect() as two:
            found = [await one.run_sync(looks), await two.run_sync(looks)]
        await engine.dispose()
        assert found == [len(numbers), 0]
