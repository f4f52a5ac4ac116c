"""The outbox of channels that push: what may go now, and that what became of it is written once, by whoever holds it."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from storage import chats, delivery, people, pushes, queue, said, sending
from storage.database import Database, Tx
from storage.delivery import Out
from storage.models import chats as chats_table
from storage.models import dead, outbox
from storage.models import said as said_table
from storage.parcels import Parcel
from storage.pushes import Push
from tests.machine import pass_time
from tests.mail import plans

DOOR, NOW = "telegram:staff:luzhai", datetime.now(UTC)


async def lane(database: Database, peer: str = "7", person: int | None = None, channel: str = DOOR) -> int:
    return (await database.run(lambda tx: chats.start(tx, channel, peer, "luzhai", "zh", person, address=True))).id


async def put(database: Database, to: int, text: str, prompt: int = -1, once: str | None = None, **more: Any) -> None:
    message = {**queue.message("zh", "luzhai", [("test:x", {"text": text})], (), prompt), **more}
    await database.run(lambda tx: queue.put(tx, DOOR, to, message, once))


async def claim(database: Database, room: int = 32, pushes: int = 24) -> list[Parcel]:
    return await database.run(lambda tx: sending.claim(tx, DOOR, room, pushes))


async def sent(database: Database, *parcels: Parcel, buttons: bool = False) -> None:
    gone = [Out(one, (str(one.id + 1000),), buttons=buttons) for one in parcels]
    await database.run(lambda tx: delivery.sent(tx, gone))


def texts(parcels: list[Parcel]) -> list[str]:
    return [one.message["says"][0][1]["text"] for one in parcels if one.message]


async def wants(database: Database) -> list[str]:
    return await database.run(
        lambda tx: list(tx.execute(select(said_table.c.want).order_by(said_table.c.ext_id)).scalars())
    )


async def rows(database: Database, table: Any, *columns: Any) -> list[Any]:
    return await database.run(lambda tx: list(tx.execute(select(*(columns or (table,)))).all()))


async def test_one_of_a_lane_at_a_time(database: Database) -> None:
    """The next of a conversation is claimed when the one before it is gone; it knows its address."""
    mine = await lane(database)
    for text in "ab":
        await put(database, mine, text)
    first = await claim(database)
    assert texts(first) == ["a"] and first[0].address == "7" and await claim(database) == []
    await sent(database, *first)
    assert texts(await claim(database)) == ["b"]


async def test_replies_go_first(database: Database) -> None:
    """A reply waits behind no push, its own conversation's included; pushes leave room for replies."""
    lanes = [await lane(database, str(number)) for number in range(4)]
    for one in lanes:
        await put(database, one, "push")
    await put(database, lanes[3], "reply", prompt=1)
    assert texts(await claim(database, 2)) == ["reply", "push"]
    assert texts(await claim(database, 8, pushes=1)) == ["push"]


async def test_put_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put off keeps its place; what went out of it is remembered; a try that doesn't count isn't counted."""
    mine = await lane(database)
    for text in "ab":
        await put(database, mine, text)
    [first] = await claim(database)
    await database.run(lambda tx: delivery.later(tx, first, 30_000, costs=False, parts=2))
    assert await claim(database) == []
    pass_time(monkeypatch, seconds=31)
    [again] = await claim(database)
    assert (again.id, again.attempts, again.parts) == (first.id, 1, 2)
    await database.run(lambda tx: delivery.later(tx, again, 0, costs=True, parts=0))
    assert [one.attempts for one in await claim(database)] == [2]


async def test_a_lease_ends(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever slept through its lease changes nothing any more; the only process need not wait for it."""
    await put(database, await lane(database), "a")
    [slept] = await claim(database)
    await database.run(lambda tx: sending.release(tx, [DOOR]))
    [awake] = await claim(database)
    await database.run(lambda tx: delivery.later(tx, slept, 0, costs=True, parts=0))
    assert await claim(database) == []
    pass_time(monkeypatch, milliseconds=sending.LEASE_MS + 1)
    assert [one.id for one in await claim(database)] == [awake.id]


async def test_sent_and_then_some(database: Database) -> None:
    """What was taken back while it was under way is erased, by the commit that learns that it went out: nobody has to live
    to do it."""
    mine = await lane(database)
    await put(database, mine, "password", 1, queue.once(mine, "m"))
    [one] = await claim(database)
    await database.run(lambda tx: queue.unsay(tx, mine, "m"))
    await sent(database, one)
    assert await wants(database) == ["erase"]


async def test_taken_back_in_part(database: Database) -> None:
    """What went out of a long message before it was put off is erased, too, if it was taken back meanwhile; and a stale
    word of failure sets nothing aside."""
    mine = await lane(database)
    await put(database, mine, "password", 1, queue.once(mine, "m"))
    [one] = await claim(database)
    await database.run(lambda tx: queue.unsay(tx, mine, "m"))
    await database.run(lambda tx: delivery.later(tx, one, 0, costs=True, parts=1, ext_ids=("5",)))
    await database.run(lambda tx: delivery.never(tx, one, "BadRequest"))
    assert await wants(database) == ["erase"] and await rows(database, dead) == []


async def test_buttons_of_answered_questions(database: Database) -> None:
    """A later question closes those before it, and not itself; pushes keep theirs."""
    mine = await lane(database)
    for prompt in (1, -1, 2):
        await put(database, mine, "x", prompt)
        asked = chats_table.update().values(prompt=max(1, prompt))
        await database.run(partial(Tx.execute, statement=asked))
        await sent(database, *await claim(database), buttons=True)
    assert await wants(database) == ["plain", "", ""]
    [one] = await database.run(lambda tx: said.claim(tx, DOOR, 5))
    assert (one.want, one.address) == ("plain", "7")
    assert await database.run(lambda tx: said.claim(tx, DOOR, 5)) == []
    await database.run(lambda tx: said.done(tx, one))
    assert await wants(database) == ["", "", ""]


async def test_a_question_answered_while_it_was_sent(database: Database) -> None:
    """Somebody who types ahead leaves no open buttons behind."""
    mine = await lane(database)
    await put(database, mine, "x", 1)
    under_way = await claim(database)
    await database.run(lambda tx: tx.execute(chats_table.update().values(prompt=2)) and None)
    await sent(database, *under_way, buttons=True)
    assert await wants(database) == ["plain"]


async def test_what_is_over_loses_its_buttons(database: Database) -> None:
    """A duty that was closed: its card that was sent, the one under way, and the one that waits."""
    name = "tip:5:duty:7:"
    for number in range(3):
        await put(database, await lane(database, str(number)), "x", once=f"{name}1:{number}")
    out, under_way = await claim(database, 2)
    await sent(database, out, buttons=True)
    await database.run(lambda tx: said.over(tx, name))
    await sent(database, under_way, buttons=True)
    assert await wants(database) == ["plain", "plain"]
    assert [one.stale for one in await claim(database)] == [True]


async def test_marked_messages_are_erased(database: Database) -> None:
    """The receipt and its picture, in their own conversation only; erasing goes before taking buttons off."""
    mine, other = await lane(database), await lane(database, "8")
    for to, mark in ((mine, "m"), (mine, "m:3"), (mine, "mm"), (other, "m")):
        await put(database, to, "x", once=queue.once(to, mark))
        await sent(database, *await claim(database))
    await database.run(lambda tx: queue.unsay(tx, mine, "m"))
    assert sorted(await wants(database)) == ["", "", "erase", "erase"]
    for one in await database.run(lambda tx: said.claim(tx, DOOR, 5)):
        await database.run(lambda tx, one=one: said.done(tx, one))  # type: ignore[misc]
    assert await wants(database) == ["", ""]


async def test_taken_back_from_the_excluded(database: Database) -> None:
    """What told somebody of a tip that turns out to concern their unit leaves their chat; others keep theirs."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine, other = await lane(database, "7", person), await lane(database, "8")
    for to in (mine, other):
        await put(database, to, "card", 1, about=[5])
        await put(database, to, "push", once=f"tip:5:x:{to}")
        await put(database, to, "else", once=f"tip:55:x:{to}", about=[55])
        for _ in range(2):
            await sent(database, *await claim(database), buttons=True)
    await sent(database, *await claim(database), buttons=True)
    await database.run(lambda tx: pushes.take_back(tx, 5, [person], "common:x"))
    erased = select(said_table.c.lane).where(said_table.c.want == "erase")
    assert await database.run(lambda tx: list(tx.execute(erased).scalars())) == [mine, mine]


async def test_never(database: Database) -> None:
    """Set aside with its cause; the person hears that something is missing, but of that message nothing more."""
    mine = await lane(database)
    await put(database, mine, "x", 1)
    for _ in range(2):
        [one] = await claim(database)
        await database.run(lambda tx, one=one: delivery.never(tx, one, "BadRequest"))  # type: ignore[misc]
    assert [one.cause for one in await rows(database, dead)] == ["BadRequest"] * 2
    assert await rows(database, outbox) == []


async def test_lost_and_found(database: Database) -> None:
    """Nobody is written to where nothing arrives: replies are set aside, the way back is erased, until they come again."""
    mine = await lane(database)
    await put(database, mine, "x", 1)
    await claim(database)
    await database.run(lambda tx: delivery.lost(tx, mine, plans()))
    [chat] = await rows(database, chats_table, chats_table.c.lost, chats_table.c.sealed_address)
    assert chat == (True, None) and await rows(database, outbox) == []
    assert [one.cause for one in await rows(database, dead)] == ["gone"]
    back = await database.run(lambda tx: chats.find(tx, DOOR, "7"))
    await database.run(lambda tx: chats.can_be_reached(tx, back, "7"))
    await put(database, mine, "y")
    assert [one.address for one in await claim(database)] == ["7"]


async def test_the_next_channel(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waited for a member of staff goes to a conversation that began since; one that was there has its own copy."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine = await lane(database, "7", person)
    await put(database, mine, "late", once=f"late:{mine}")
    pass_time(monkeypatch, seconds=1)
    page = await lane(database, "page", person, "web")
    await database.run(lambda tx: pushes.to_people(tx, [person], Push("luzhai", "test:x", {}, [], "both")))
    await database.run(lambda tx: delivery.lost(tx, mine, plans()))
    columns = (outbox.c.lane, outbox.c.channel, outbox.c.once)
    assert sorted(await rows(database, outbox, *columns), key=str) == [
        (page, "web", f"both:{page}"),
        (page, "web", f"late:{page}"),
    ]
    assert await database.run(lambda tx: [one.id for one in pushes.of_people(tx, [person])]) == [page]


async def test_the_office_is_told(database: Database) -> None:
    """Where there is no other way the office's coordinators hear it, once, and nobody else."""
    office = plans()["luzhai"].intake.unit

    def seated(tx: Any, name: str, unit: str, seat: str) -> int:
        number = people.add(tx, "luzhai", name, NOW)
        people.seat(tx, number, "luzhai", unit, seat, NOW)
        return number

    unheard = await database.run(lambda tx: seated(tx, "甲", "tobacco", "liaison"))
    keeper = await database.run(lambda tx: seated(tx, "乙", office, "coordinator"))
    mine, theirs = await lane(database, "7", unheard), await lane(database, "page", keeper, "web")
    for _ in range(2):
        await database.run(lambda tx: delivery.lost(tx, mine, plans()))
    [told] = await rows(database, outbox)
    assert (told.lane, told.once) == (theirs, f"unreachable:{mine}:{theirs}")


# -- what stands -------------------------------------------------------------------------------------------------------


async def test_no_moment_of_what_citizens_were_told(database: Database) -> None:
    """By the moment of a receipt and the moment of a tip the conversation would be known: only staff's are exact."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    for peer, who in (("7", None), ("8", person)):
        await put(database, await lane(database, peer, who), "x", 1)
    await sent(database, *await claim(database))
    exact = {row.lane: row.at_ms % said.HOUR_MS != 0 for row in await rows(database, said_table)}
    assert sorted(exact.values()) == [False, True]


async def test_what_told_of_a_tip_is_kept_for_its_erasure(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An officer who is excluded on day 8 loses what was said on day 0; a wanted erasure is never forgotten; the rest is,
    after 7 days. With the tip itself it goes."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine = await lane(database, "8", person)
    for text, more in (("tip", {"about": [5]}), ("password", {"once": queue.once(mine, "m")}), ("else", {})):
        await put(database, mine, text, 1, **more)
        await sent(database, *await claim(database))
    await database.run(lambda tx: queue.unsay(tx, mine, "m"))
    pass_time(monkeypatch, days=8)
    await database.run(said.sweep)
    assert sorted(await wants(database)) == ["", "erase"]
    await database.run(lambda tx: said.erase_of(tx, 5))
    assert await wants(database) == ["erase", "erase"]


async def test_those_that_lapsed_leave_room(database: Database) -> None:
    """However many were begun and never came back: those behind them are claimed."""
    lanes = [await lane(database, str(number)) for number in range(40)]
    for one in lanes[:33]:
        await put(database, one, "x", 1)
    await claim(database, 33)
    await database.run(lambda tx: tx.execute(outbox.update().values(claimed_ms=0)))
    await put(database, lanes[39], "fresh", 1)
    assert texts(await database.run(lambda tx: sending.claim(tx, DOOR, 31, 24, lapsed_room=0))) == ["fresh"]


async def test_blocked_and_back_at_once(database: Database) -> None:
    """Who blocks and comes back within one batch of messages can be written to."""
    mine = await lane(database)

    def both(tx: Tx) -> None:
        chat = chats.hold(tx, [mine])[mine]
        delivery.lost(tx, mine, plans())
        chats.can_be_reached(tx, chat, "7")

    await database.run(both)
    await put(database, mine, "x", 1)
    assert [one.address for one in await claim(database)] == ["7"]


# -- the night -----------------------------------------------------------------------------------------------------------


async def test_what_was_held_up_into_the_night_waits_for_the_morning(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a platform was down until the night, a push that can wait rings nobody of the staff then: it is not claimed, nobody
    looks for it every moment, and nobody is blamed. What is urgent goes, and so do answers, what is news just now, and what
    citizens are told."""
    clerk = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    staff, citizen = await lane(database, "7", clerk), await lane(database, "8")
    for to in (staff, citizen):
        await put(database, to, "push")
    pass_time(monkeypatch, milliseconds=sending.HELD_UP_MS + 1)
    night = partial(sending.claim, channel=DOOR, room=32, bulk_room=24, resting=["luzhai"])
    await put(database, staff, "urgent", urgent=True)
    found = await database.run(night)
    assert sorted(texts(found)) == ["push", "urgent"] and {one.lane for one in found} == {staff, citizen}
    await sent(database, *found)
    assert await database.run(night) == []
    assert await database.run(lambda tx: sending.next_due(tx, DOOR, resting=["luzhai"])) is None
    assert await database.run(lambda tx: sending.unclaimed_ms(tx, DOOR, resting=["luzhai"])) == 0
    assert texts(await claim(database)) == ["push"], "it is morning"


async def test_what_should_ring_for_nobody_at_night_waits_from_the_start(database: Database) -> None:
    """What is calm waits for the morning however fresh it is, unless it is urgent too; whoever reads by themselves has it."""
    clerk = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine = await lane(database, "7", clerk)
    await put(database, mine, "calm", calm=True)
    await put(database, mine, "call", calm=True, urgent=True)
    night = partial(sending.claim, channel=DOOR, room=32, bulk_room=24, resting=["luzhai"])
    called = await database.run(night)
    assert texts(called) == ["call"]
    await sent(database, *called)
    assert await database.run(night) == []
    assert texts(await claim(database)) == ["calm"], "it is morning"


async def test_what_waits_for_the_morning_is_in_nobodys_way(database: Database) -> None:
    """News that may ring goes at night past a calm push of the same conversation, which goes in the morning."""
    clerk = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine = await lane(database, "7", clerk)
    await put(database, mine, "calm", calm=True)
    await put(database, mine, "news")
    night = partial(sending.claim, channel=DOOR, room=32, bulk_room=24, resting=["luzhai"])
    news = await database.run(night)
    assert texts(news) == ["news"]
    await sent(database, *news)
    assert await database.run(lambda tx: sending.next_due(tx, DOOR, resting=["luzhai"])) is None
    assert texts(await claim(database)) == ["calm"]


async def test_what_is_news_at_night_is_sent(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was held up waits; and of another county, where it is day, nothing does."""
    clerk = await database.run(lambda tx: people.add(tx, "luzhai", "甲", NOW))
    mine = await lane(database, "7", clerk)
    await put(database, mine, "fresh")
    night = partial(sending.claim, channel=DOOR, room=32, bulk_room=24)
    fresh = await database.run(partial(night, resting=["luzhai"]))
    assert texts(fresh) == ["fresh"]
    await sent(database, *fresh)
    await put(database, mine, "held")
    pass_time(monkeypatch, milliseconds=sending.HELD_UP_MS + 1)
    assert await database.run(partial(night, resting=["luzhai"])) == []
    assert texts(await database.run(partial(night, resting=["yangxi"]))) == ["held"]
