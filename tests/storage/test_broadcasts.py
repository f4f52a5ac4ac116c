"""What is said to many: one row for the words, one for each conversation; held, ended, taken back; who has it is known."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import broadcasts, chats, delivery, mailbox, notices, people, pushes, queue, sending
from storage.broadcasts import Progress
from storage.database import Database, Tx, now_ms
from storage.delivery import Out
from storage.mailbox import Fetch
from storage.models import broadcasts as many
from storage.models import chats as chats_table
from storage.models import dead, notice_receipts, outbox
from storage.models import said as said_table
from storage.parcels import Parcel
from storage.pushes import Push
from tests.machine import pass_time
from tests.mail import plans

DOOR, WEB, ONE, TWO = "telegram:staff:luzhai", "web", 71, 72
NOW = datetime.now(UTC)


def push(number: int, text: str = "x") -> Push:
    return Push("luzhai", "test:x", {"text": text}, [], f"notice:{number}")


async def crowd(database: Database, size: int, number: int = ONE, channel: str = DOOR) -> list[int]:
    """So many people, each with a conversation and a receipt."""

    def make(tx: Tx) -> list[int]:
        whom = [people.add(tx, "luzhai", f"甲{place}", NOW) for place in range(size)]
        for one in whom:
            chats.start(tx, channel, f"{channel}:{one}", "luzhai", "zh", one, address=channel == DOOR)
            notices.address(tx, number, "tobacco_bureau", "liaison", one)
        return whom

    return await database.run(make)


async def begin(database: Database, persons: Sequence[int], number: int = ONE, text: str = "x") -> int:
    return await database.run(lambda tx: broadcasts.begin(tx, number, push(number, text), persons))


async def claim(database: Database, room: int = 32) -> list[Parcel]:
    return await database.run(lambda tx: sending.claim(tx, DOOR, room, room))


async def sent(database: Database, parcels: Sequence[Parcel]) -> None:
    gone = [Out(one, (str(one.id + 1000),)) for one in parcels]
    await database.run(lambda tx: delivery.sent(tx, gone))


async def progress(database: Database, number: int = ONE) -> Progress:
    return await database.run(lambda tx: broadcasts.progress(tx, number))


async def have_it(database: Database, number: int = ONE) -> set[int]:
    mine = select(notice_receipts.c.person).where(
        notice_receipts.c.notice == number, notice_receipts.c.delivered_at.is_not(None)
    )
    return await database.run(lambda tx: set(tx.execute(mine).scalars()))


async def count(database: Database, table: Any, *which: Any) -> int:
    wanted = select(func.count()).select_from(table).where(*which)
    return await database.run(lambda tx: int(tx.execute(wanted).scalar_one()))


def texts(parcels: Sequence[Parcel]) -> list[str]:
    return [one.message["says"][0][1]["text"] for one in parcels if one.message]


async def whose(database: Database, lanes: Sequence[int]) -> set[int]:
    rows = await database.run(lambda tx: chats.load(tx, lanes))
    return {one.person for one in rows.values() if one.person is not None}


async def all_told(database: Database) -> None:
    while await database.run(broadcasts.go_on):
        pass


async def test_begun_twice(database: Database) -> None:
    """Told once, however often it is begun; not again once everybody has it either."""
    persons = await crowd(database, 3)
    assert [await begin(database, persons) for _ in range(2)] == [3, 0]
    assert await progress(database) == Progress("running", 3, 0)
    await sent(database, await claim(database))
    assert await progress(database) == Progress("ended", 0, 3) and await have_it(database) == set(persons)
    assert await begin(database, persons) == await count(database, outbox) == 0


async def test_words_stand_once(database: Database) -> None:
    """A row of the outbox holds none; each conversation hears them in the language it has by then."""
    persons = await crowd(database, 2)
    await begin(database, persons)
    assert await count(database, outbox, func.length(outbox.c.sealed_payload) > 0) == 0
    [first, *_] = await database.run(lambda tx: [row.id for row in pushes.of_people(tx, persons)])
    await database.run(
        lambda tx: tx.execute(chats_table.update().where(chats_table.c.id == first).values(language="en")) and None
    )
    told = {one.lane: one.message["language"] for one in await claim(database) if one.message}
    assert sorted(told.values()) == ["en", "zh"] and told[first] == "en"


async def test_in_portions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a portion is told by commits of their own; whoever goes on where another stopped misses nobody."""
    monkeypatch.setattr(broadcasts, "PORTION", 3)
    persons = await crowd(database, 8)
    assert await begin(database, persons) == 3
    assert await progress(database) == Progress("running", 8, 0)
    await database.run(broadcasts.go_on)
    with pytest.raises(RuntimeError):
        await database.run(_killed)
    await all_told(database)
    assert await count(database, outbox) == await count(database, outbox, outbox.c.broadcast == ONE) == 8
    await sent(database, await claim(database))
    assert await have_it(database) == set(persons)


def _killed(tx: Tx) -> None:
    broadcasts.go_on(tx)
    raise RuntimeError


async def test_one_after_the_other(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hears the later of two before the earlier, though the earlier is still being written out."""
    monkeypatch.setattr(broadcasts, "PORTION", 2)
    persons = await crowd(database, 5)
    for one in persons:
        await database.run(lambda tx, one=one: notices.address(tx, TWO, "tobacco_bureau", "liaison", one))
    await begin(database, persons, ONE, "first")
    await begin(database, persons, TWO, "second")
    await all_told(database)
    heard: dict[int, list[str]] = {}
    while parcels := await claim(database, 4):
        for one in parcels:
            heard.setdefault(one.lane, []).extend(texts([one]))
        await sent(database, parcels)
    assert list(heard.values()) == [["first", "second"]] * 5


async def test_replies_first(database: Database) -> None:
    """Who asks while many are told is answered before all of them."""
    persons = await crowd(database, 5)
    await begin(database, persons)
    rows = await database.run(lambda tx: pushes.of_people(tx, persons[-1:]))
    reply = queue.message("zh", "luzhai", [("test:x", {"text": "reply"})], (), 1)
    await database.run(lambda tx: queue.put(tx, DOOR, rows[0].id, reply))
    assert texts(await claim(database, 2)) == ["reply", "x"]


async def test_paused(database: Database) -> None:
    """What waits does not go, is late in nobody's eyes, and stands in no other push's way; what is in hand is let out. Resumed
    it goes on."""
    persons = await crowd(database, 3)
    await begin(database, persons)
    hand = await claim(database, 1)
    assert await database.run(lambda tx: broadcasts.pause(tx, ONE))
    await sent(database, hand)
    for lane in {row.id for row in await database.run(lambda tx: pushes.of_people(tx, persons))}:
        message = queue.message("zh", "luzhai", [("test:x", {"text": "other"})])
        await database.run(lambda tx, lane=lane, message=message: queue.put(tx, DOOR, lane, message))
    others = await claim(database)
    assert texts(others) == ["other"] * 3
    await sent(database, others)
    assert await database.run(lambda tx: (sending.next_due(tx, DOOR), sending.unclaimed_ms(tx, DOOR))) == (None, 0)
    assert await progress(database) == Progress("paused", 2, 1)
    assert await database.run(lambda tx: broadcasts.resume(tx, ONE))
    await sent(database, await claim(database))
    assert await progress(database) == Progress("ended", 0, 3)


async def test_held_it_is_in_no_queue(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no claim steps over it, however many wait: moved in portions, by whoever goes on where another stopped; what is in hand
    stays. Resumed, also in the middle of that, it comes back and reaches everybody once."""
    persons = await crowd(database, 8)
    await begin(database, persons)
    hand, woken = await claim(database, 1), set[int]()
    database.on_commit = woken.update
    monkeypatch.setattr(broadcasts, "PORTION", 3)
    for moved in (1, 99):
        assert await database.run(lambda tx: broadcasts.pause(tx, ONE))
        with pytest.raises(RuntimeError):
            await database.run(_killed)
        for _ in range(moved):
            await database.run(broadcasts.go_on)
        assert await count(database, outbox, outbox.c.channel == DOOR) == max(8 - 3 * moved, 1)
        assert await progress(database) == Progress("paused", 8, 0)
        woken.clear()
        assert await database.run(lambda tx: broadcasts.resume(tx, ONE))
        await all_told(database)
        assert await count(database, outbox, outbox.c.channel == DOOR) == 8 and len(woken) == min(3 * moved, 7)
    await sent(database, [*hand, *await claim(database)])
    assert await progress(database) == Progress("ended", 0, 8) and await count(database, said_table) == 8


async def test_paused_while_it_is_written_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written out all the same, for one that begins later comes after it; then it leaves the queues."""
    monkeypatch.setattr(broadcasts, "PORTION", 3)
    persons = await crowd(database, 8)
    await begin(database, persons)
    await database.run(lambda tx: broadcasts.pause(tx, ONE))
    await all_told(database)
    assert await count(database, outbox, outbox.c.channel == "") == 8
    assert await count(database, many, many.c.upto.is_not(None)) == 0
    assert await database.run(lambda tx: broadcasts.cancel(tx, ONE)) == 8
    await all_told(database)
    assert await count(database, outbox) == 0


async def test_cancelled_in_the_middle(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not begun to go is gone; what is in hand is let out, and not begun again. Who has it is exactly known."""
    persons = await crowd(database, 6)
    await begin(database, persons)
    first = await claim(database, 2)
    await sent(database, first)
    out, put_off = await claim(database, 2)
    assert await database.run(lambda tx: broadcasts.cancel(tx, ONE)) == 2
    await sent(database, [out])
    await database.run(lambda tx: delivery.later(tx, put_off, 1_000, costs=True, parts=0))
    pass_time(monkeypatch, seconds=5)
    assert await claim(database) == []
    await all_told(database)
    assert await count(database, outbox) == 0
    assert await progress(database) == Progress("cancelled", 0, 3)
    assert await have_it(database) == await whose(database, [one.lane for one in (*first, out)])
    assert not await database.run(lambda tx: broadcasts.resume(tx, ONE) or broadcasts.pause(tx, ONE))


async def test_cancelled_while_it_is_written_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else is come to."""
    monkeypatch.setattr(broadcasts, "PORTION", 2)
    persons = await crowd(database, 7)
    await begin(database, persons)
    assert await database.run(lambda tx: broadcasts.cancel(tx, ONE)) == 7
    await all_told(database)
    assert await count(database, outbox) == 0 and await count(database, many, many.c.upto.is_not(None)) == 0


async def test_recalled(database: Database) -> None:
    """It goes from every chat; what was on its way goes as soon as it is known to be out; who was not told is not told."""
    persons = await crowd(database, 4)
    await begin(database, persons)
    await sent(database, await claim(database, 1))
    on_its_way = await claim(database, 1)
    assert await database.run(lambda tx: broadcasts.standing(tx, ONE)) == {DOOR: 1}
    await database.run(lambda tx: broadcasts.recall(tx, ONE))
    assert await claim(database) == [] and await count(database, outbox) == 0
    await sent(database, on_its_way)
    assert await count(database, said_table, said_table.c.want == "erase") == 2
    assert await progress(database) == Progress("recalled", 0, 2)
    assert await database.run(lambda tx: broadcasts.standing(tx, ONE)) == {}


async def test_recalled_while_more_is_in_hand_than_goes_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes back from somebody's hand after the recall goes out of the chat again, whether its row was cleared away yet or not."""
    monkeypatch.setattr(broadcasts, "PORTION", 2)
    await begin(database, await crowd(database, 2))
    parcels = await claim(database)
    monkeypatch.setattr(broadcasts, "PORTION", 1)
    await database.run(lambda tx: broadcasts.recall(tx, ONE))
    await sent(database, parcels)
    assert len(parcels) == await count(database, said_table, said_table.c.want == "erase") == 2


async def test_recalled_after_it_was_cancelled(database: Database) -> None:
    """Those who have it lose it all the same."""
    persons = await crowd(database, 2)
    await begin(database, persons)
    await sent(database, await claim(database, 1))
    await database.run(lambda tx: broadcasts.cancel(tx, ONE))
    await database.run(lambda tx: broadcasts.recall(tx, ONE))
    assert (await progress(database)).status == "recalled"
    assert await count(database, said_table, said_table.c.want == "erase") == 1


async def test_on_a_page(database: Database) -> None:
    """Fetched is not yet arrived: whoever acknowledges it has it. While it is paused no page shows it."""
    persons = await crowd(database, 1, channel=WEB)
    await begin(database, persons)
    [lane] = [row.id for row in await database.run(lambda tx: pushes.of_people(tx, persons))]

    async def fetched(upto: int = 0) -> list[int]:
        return [
            number
            for number, _ in (await database.run(lambda tx: mailbox.collect(tx, [Fetch(lane, upto, upto)])))[lane]
        ]

    await database.run(lambda tx: broadcasts.pause(tx, ONE))
    assert await fetched() == [] and await database.run(lambda tx: mailbox.anything(tx, {lane: 0})) == set()
    await database.run(lambda tx: broadcasts.resume(tx, ONE))
    [number] = await fetched()
    assert await progress(database) == Progress("running", 1, 0) and await have_it(database) == set()
    assert await fetched(number) == [] and await have_it(database) == set(persons)
    assert await progress(database) == Progress("ended", 0, 1)


async def test_whoever_is_gone(database: Database) -> None:
    """A conversation that is lost takes its row with it; one that began since is told instead, as of the same broadcast."""
    persons = await crowd(database, 2)
    await begin(database, persons)
    [first, second] = await claim(database)
    person = await whose(database, [first.lane])
    pass_later = chats_table.update().where(chats_table.c.id == first.lane).values(made_ms=0)
    await database.run(lambda tx: tx.execute(pass_later) and None)
    await database.run(lambda tx: chats.start(tx, DOOR, "new", "luzhai", "en", next(iter(person)), address=True))
    newer = chats_table.update().where(chats_table.c.language == "en").values(made_ms=now_ms() + 5_000)
    await database.run(lambda tx: tx.execute(newer) and None)
    for one in (first, second):
        await database.run(lambda tx, one=one: delivery.lost(tx, one.lane, plans()))
    [again] = [one for one in await claim(database) if one.broadcast == ONE]
    assert again.message is not None and again.message["language"] == "en"
    await sent(database, [again])
    assert await have_it(database) == person and await count(database, dead) == 1


async def test_whose_words_cannot_be_opened(database: Database) -> None:
    """They are nobody's fault who waits behind them: each is without a message, as any row is that cannot be opened."""
    persons = await crowd(database, 2)
    await begin(database, persons)
    await database.run(lambda tx: tx.execute(many.update().values(sealed_message=b"\1")) and None)
    assert [one.message for one in await claim(database)] == [None, None]
