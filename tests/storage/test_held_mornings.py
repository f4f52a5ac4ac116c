"""What somebody chose, what is held for them, and that what was said in one conversation alone is not lost with it."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from rules.mornings import DEFAULT, Choice
from storage import chats, delivery, mornings, people, pushes, queue, reminder_choices, sending
from storage.database import Database, Tx
from storage.models import outbox
from storage.pushes import Push
from tests.mail import plans

DOOR, OTHER, NOW = "telegram:staff:luzhai", "wecom:app:luzhai", datetime(2026, 11, 26, 1, tzinfo=UTC)
DAYS = [date(2026, 11, day) for day in (24, 25, 26)]
LATER, EARLIER, PLACE = Choice(time(13, 40)), Choice(time(8, 10)), Choice(None, "telegram")


# -- what was chosen -----------------------------------------------------------------------------------------------------


async def put(database: Database, person: int, since: date, choice: Choice, county: str = "luzhai") -> None:
    await database.run(lambda tx: reminder_choices.put(tx, county, person, since, choice))


async def test_a_choice_holds_from_its_day(database: Database) -> None:
    """Until then what was chosen before; of that nothing is kept once it no longer matters."""
    await put(database, 1, DAYS[0], LATER)
    await put(database, 1, DAYS[2], EARLIER)
    read = [await database.run(partial(reminder_choices.of_county, county="luzhai", day=day)) for day in DAYS]
    assert read == [{1: LATER}, {1: LATER}, {1: EARLIER}]
    await put(database, 1, DAYS[2], PLACE)
    known = await database.run(lambda tx: reminder_choices.of_person(tx, "luzhai", 1))
    assert known == [(DAYS[0], LATER), (DAYS[2], PLACE)]
    for day, choice in zip(DAYS, (LATER, EARLIER, PLACE), strict=True):
        await put(database, 2, day, choice)
    known = await database.run(lambda tx: reminder_choices.of_person(tx, "luzhai", 2))
    assert known == [(DAYS[1], EARLIER), (DAYS[2], PLACE)]


async def test_the_default_leaves_no_row_where_none_holds(database: Database) -> None:
    """Chosen and undone before it began: as if nothing had been said. Chosen and in force: undone from its day on."""
    await put(database, 1, DAYS[1], LATER)
    await put(database, 1, DAYS[1], DEFAULT)
    assert await database.run(lambda tx: reminder_choices.of_person(tx, "luzhai", 1)) == []
    await put(database, 1, DAYS[0], LATER)
    await put(database, 1, DAYS[1], DEFAULT)
    assert await database.run(lambda tx: reminder_choices.of_county(tx, "luzhai", DAYS[1])) == {1: DEFAULT}


async def test_the_first_of_a_countys_mornings(database: Database) -> None:
    """Another county's, and one that is to hold later, are none of it. Who leaves leaves no choice behind."""
    await put(database, 1, DAYS[0], LATER)
    await put(database, 2, DAYS[1], EARLIER)
    await put(database, 3, DAYS[0], EARLIER, "yangxi")
    ask = partial(reminder_choices.earliest, county="luzhai", before=time(8, 53))
    assert [await database.run(partial(ask, day=day)) for day in DAYS[:2]] == [None, time(8, 10)]
    await database.run(lambda tx: reminder_choices.forget(tx, 2))
    assert await database.run(partial(ask, day=DAYS[1])) is None


# -- what is held --------------------------------------------------------------------------------------------------------


def hold(tx: Tx, person: int, at: datetime, **more: Any) -> None:
    row: dict[str, Any] = {
        "county": "luzhai",
        "day": DAYS[2],
        "duty": 7,
        "rung": 3,
        "mark": "",
        "first": False,
        "beside": "",
    }
    mornings.hold(tx, person=person, at=at, **(row | {"audience": "liaison", "template": "due_soon"} | more))


async def test_a_rung_is_held_once(database: Database) -> None:
    """For each person, however often the duty is looked at; and found when its time has come."""

    def both(tx: Tx) -> None:
        for _ in range(2):
            hold(tx, 1, NOW)
            hold(tx, 2, NOW + timedelta(hours=1))

    await database.run(both)
    assert await database.run(lambda tx: mornings.next_at(tx, ["luzhai", "yangxi"])) == NOW
    assert await database.run(lambda tx: mornings.counties(tx, NOW, ["luzhai", "yangxi"])) == {"luzhai"}
    found = await database.run(lambda tx: mornings.due(tx, NOW, ["luzhai"]))
    assert [one.person for one in found] == [1]
    await database.run(lambda tx: mornings.told(tx, [found[0].id]))
    assert await database.run(lambda tx: mornings.next_at(tx, ["luzhai"])) == NOW + timedelta(hours=1)
    assert await database.run(lambda tx: mornings.due(tx, NOW + timedelta(hours=1), ["luzhai"], 8)) == []
    await database.run(lambda tx: mornings.put_off(tx, 7, NOW, NOW + timedelta(hours=3)))  # nothing of it is due
    assert await database.run(lambda tx: mornings.next_at(tx, ["luzhai"])) == NOW + timedelta(hours=1)
    await database.run(lambda tx: mornings.put_off(tx, 7, NOW + timedelta(hours=1), NOW + timedelta(hours=2)))
    assert await database.run(lambda tx: mornings.due(tx, NOW + timedelta(hours=1), ["luzhai"])) == []


# -- said in one conversation alone --------------------------------------------------------------------------------------


@pytest.fixture
async def person(database: Database) -> int:
    return await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))


async def opened(database: Database, person: int, channel: str) -> int:
    begun = await database.run(lambda tx: chats.start(tx, channel, channel, "luzhai", "zh", person, address=True))
    return begun.id


def said_alone(tx: Tx, person: int, lane: int) -> None:
    chosen = [row for row in pushes.of_people(tx, [person]) if row.id == lane]
    pushes.to_lanes(tx, chosen, Push("luzhai", "reminders:calendar", {"year": 2027}, [], "duty:1:0", alone=True))


async def waiting(database: Database) -> list[int]:
    return await database.run(lambda tx: list(tx.execute(select(outbox.c.lane).order_by(outbox.c.id)).scalars()))


async def test_what_dies_with_its_conversation_is_said_in_another(database: Database, person: int) -> None:
    """Ended, let go, or found gone by the platform: what waited there alone waits where they still are."""
    first, second = await opened(database, person, DOOR), await opened(database, person, OTHER)
    await database.run(lambda tx: said_alone(tx, person, first))
    await database.run(lambda tx: chats.let_go(tx, first, "staff/bind:unbound"))
    assert second in await waiting(database)


async def test_where_nobody_is_reached_it_is_said_elsewhere(database: Database, person: int) -> None:
    """Blocked while it waited: the others had no copy of this one."""
    first, second = await opened(database, person, DOOR), await opened(database, person, OTHER)
    await database.run(lambda tx: said_alone(tx, person, first))
    await database.run(lambda tx: delivery.lost(tx, first, plans()))
    assert await waiting(database) == [second]


async def test_what_can_be_said_nowhere_is_tried_once_in_each(database: Database, person: int) -> None:
    """Refused here, then there: it is set aside, and goes back and forth no longer."""
    first, _ = await opened(database, person, DOOR), await opened(database, person, OTHER)
    await database.run(lambda tx: said_alone(tx, person, first))
    for door in (DOOR, OTHER, DOOR, OTHER):
        parcels = await database.run(partial(sending.claim, channel=door, room=32, bulk_room=24))
        for parcel in parcels:
            if "alone" in (parcel.payload or {}):
                await database.run(partial(delivery.never, parcel=parcel, cause="refused"))
    told = await database.run(
        lambda tx: [queue.opened(tx, row.sealed_payload) for row in tx.execute(select(outbox)).all()]
    )
    assert not any("alone" in one for one in told)


async def test_what_was_said_everywhere_is_not_said_again(database: Database, person: int) -> None:
    """Everybody's copies are their own: only what was said alone moves."""
    first, second = await opened(database, person, DOOR), await opened(database, person, OTHER)
    block, once = "reminders:calendar", "duty:1:0"
    await database.run(lambda tx: pushes.to_people(tx, [person], Push("luzhai", block, {"year": 2027}, [], once)))
    await database.run(lambda tx: chats.end(tx, first))
    assert await waiting(database) == [second]


async def test_a_conversation_that_nobody_reads_is_known(database: Database, person: int) -> None:
    """By a push that has waited there for longer; one that was just made says nothing."""
    lane = await opened(database, person, DOOR)
    await database.run(lambda tx: said_alone(tx, person, lane))
    assert await database.run(lambda tx: pushes.silent(tx, [lane], 3_600_000)) == set()
    assert await database.run(lambda tx: pushes.silent(tx, [lane], -1)) == {lane}
