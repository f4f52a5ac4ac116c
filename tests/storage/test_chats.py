"""Conversations: found by a MAC, sealed while they last, and holding nothing once they are over."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from storage import chats, migrate, people, pushes, queue, tips
from storage.database import Database, Tx, now_ms
from storage.models import chats as rows
from storage.models import outbox, returns
from storage.sealed import Keyring
from tests.machine import pass_time

PEER = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


async def start(database: Database, peer: str = PEER) -> chats.Chat:
    return await database.run(lambda tx: chats.start(tx, "web", peer, "luzhai", "zh", address=True))


async def find(database: Database) -> chats.Chat | None:
    return await database.run(lambda tx: chats.find(tx, "web", PEER))


async def count(database: Database, table: object) -> int:
    return await database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


async def test_found_by_its_account_alone(database: Database) -> None:
    """The same account on the same channel, and nobody else; the account itself is in no column."""
    chat = await start(database)
    found = await find(database)
    assert found is not None and found.id == chat.id
    assert await database.run(lambda tx: chats.find(tx, "telegram", PEER)) is None
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert PEER.encode() not in b"".join(one if isinstance(one, bytes) else str(one).encode() for one in kept)
    assert database.keys.open_("transit", kept.sealed_address) == PEER.encode()


async def test_found_after_a_rotation_and_rekeyed(database: Database, keys: Keyring) -> None:
    """Under an earlier key it is found all the same, and from then on under the current one."""
    await start(database)
    before = await database.run(lambda tx: tx.execute(select(rows.c.peer)).scalar_one())
    keys.rotate()
    assert await find(database) is not None
    after = await database.run(lambda tx: tx.execute(select(rows.c.peer)).scalar_one())
    assert after != before and after == keys.mac("peer", f"web:{PEER}".encode())


async def test_answers_are_kept_sealed(database: Database) -> None:
    """What a person has said so far comes back as it was, and can't be read in the row."""
    chat = await start(database)
    chat.state = {"stack": [{"at": "citizens/tip", "answers": {"what": "老粮仓"}}]}
    await database.run(lambda tx: chats.save(tx, [chat]))
    found = await find(database)
    assert found is not None and found.state == chat.state
    sealed = await database.run(lambda tx: tx.execute(select(rows.c.sealed_state)).scalar_one())
    assert "老粮仓".encode() not in sealed


async def test_the_end(database: Database) -> None:
    """No answers, no address, no messages, no way back from its tips."""
    chat = await start(database)

    def lived(tx: Tx) -> None:
        chat.state = {"mine": [tips.new_alias(tx, chat.id).hex()]}
        chats.save(tx, [chat])
        queue.put(tx, "web", chat.id, queue.message("zh", "luzhai", [("common:x", {})]))

    await database.run(lived)
    await database.run(lambda tx: chats.end(tx, chat.id))
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert (kept.sealed_state, kept.sealed_address) == (None, None) and kept.ended_ms
    assert await count(database, outbox) == await count(database, returns) == 0
    assert await database.run(lambda tx: chats.over(tx, [chat.id])) == {chat.id}


async def test_who_is_over_among_many(database: Database) -> None:
    """Of several asked about together exactly those are named that ended or never were; where all live, or none is asked
    about, nobody is."""
    one, other, ended = [await start(database, peer) for peer in ("a", "b", "c")]
    await database.run(lambda tx: chats.end(tx, ended.id))
    unknown = ended.id ^ 1
    assert await database.run(lambda tx: chats.over(tx, [one.id, other.id, one.id])) == set()
    assert await database.run(lambda tx: chats.over(tx, [])) == set()
    everybody = [one.id, ended.id, other.id, unknown]
    assert await database.run(lambda tx: chats.over(tx, everybody)) == {ended.id, unknown}


async def test_ended_while_it_is_answered(postgres_database: str, keys: Keyring) -> None:
    """Two processes: whoever leaves while an answer is being written waits for it, and then takes it along."""
    database = Database(postgres_database, keys)
    await migrate.bring_up(database)
    chat = await start(database)

    def answered(connection: object) -> None:
        tx = Tx(connection, keys)  # type: ignore[arg-type]
        held = chats.hold(tx, [chat.id])[chat.id]
        held.state = {"stack": ["words"]}
        queue.put(tx, "web", chat.id, queue.message("zh", "luzhai", [("common:x", {})]))
        chats.save(tx, [held])
        tx.flush()

    async with database._engine.begin() as connection:
        await connection.run_sync(answered)
        leaving = asyncio.create_task(database.run(lambda tx: chats.end(tx, chat.id)))
        done, _ = await asyncio.wait([leaving], timeout=0.2)
        assert not done
    await leaving
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert kept.sealed_state is None and await count(database, outbox) == 0
    await database.close()


# days of silence, staff -> over
SILENCE = [(6.9, False, False), (7.1, False, True), (7.1, True, False), (13.9, True, False), (14.1, True, True)]


@pytest.mark.parametrize(("days", "staff", "over"), SILENCE)
async def test_silence(
    database: Database, monkeypatch: pytest.MonkeyPatch, days: float, staff: bool, over: bool
) -> None:
    """A citizen's conversation lasts 7 days without a word, a staff session 14; the sweep ends the same ones."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC))) if staff else None
    chat = await database.run(lambda tx: chats.start(tx, "web", PEER, "luzhai", "zh", person).id)
    pass_time(monkeypatch, days=days)
    assert (await database.run(lambda tx: chats.over(tx, [chat])) == {chat}) is over
    await database.run(chats.sweep)
    found = await find(database)
    assert found is not None and found.ended is over
    pass_time(monkeypatch, days=30)
    await database.run(chats.sweep)
    await database.run(chats.sweep)
    pass_time(monkeypatch, days=8)
    await database.run(chats.sweep)
    assert await count(database, rows) == 0, "in the end not even a row is left"


async def test_many_fade_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch in each transaction, and it says whether there may be more."""
    monkeypatch.setattr(chats, "BATCH", 2)
    await asyncio.gather(*(start(database, str(n)) for n in range(3)))
    pass_time(monkeypatch, days=7.1)
    assert [await database.run(chats.sweep) for _ in range(2)] == [True, False]
    assert await count(database, rows.select().where(rows.c.ended_ms.is_not(None)).subquery()) == 3


async def test_told_that_it_is_of_the_staff_no_longer(database: Database) -> None:
    """Let go by somebody whose message is worked in the same transaction: what is in hand is not written back."""
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC)))
    chat = await database.run(lambda tx: chats.start(tx, "telegram", PEER, "luzhai", "zh", person, address=True).id)

    def batch(tx: Tx) -> None:
        held = chats.hold(tx, [chat])[chat]
        held.state = {"stack": ["words"]}
        chats.let_go(tx, chat, "common:x")
        chats.save(tx, [held])

    await database.run(batch)
    kept = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert (kept.person, kept.sealed_state) == (None, None)


# -- accounts that are written back to -----------------------------------------------------------------------------------

DOOR = "telegram:citizens:luzhai"


async def reached(database: Database, peer: str = "50001", language: str = "zh") -> chats.Chat:
    return await database.run(lambda tx: chats.reach(tx, DOOR, peer, "luzhai", language))


async def test_an_account_is_found_again(database: Database) -> None:
    """One conversation for one account of one door, with its way back; the language is that of the first contact."""
    first, again, other = await reached(database), await reached(database, language="en"), await reached(database, "2")
    assert first.id == again.id != other.id and again.language == "zh" and again.reachable


async def test_one_that_is_over_is_replaced(database: Database) -> None:
    """Ended or faded: the next message begins a new conversation, and nothing of the old one is in it."""
    first = await reached(database)
    await database.run(lambda tx: chats.end(tx, first.id))
    second = await reached(database)
    old = rows.update().where(rows.c.id == second.id).values(seen_ms=1)
    await database.run(lambda tx: tx.execute(old) and None)
    await database.run(lambda tx: chats.sweep(tx) and None)
    third = await reached(database)
    assert len({first.id, second.id, third.id}) == 3 and third.id == (await reached(database)).id
    assert await database.run(lambda tx: chats.over(tx, [first.id, second.id, third.id])) == {first.id, second.id}


async def test_begun_by_two_at_once(database: Database) -> None:
    """Two processes that meet an account at the same moment find the same conversation, new or in place of an old one."""
    found = await asyncio.gather(*(reached(database) for _ in range(8)))
    assert len({one.id for one in found}) == 1
    await database.run(lambda tx: chats.end(tx, found[0].id))
    found = await asyncio.gather(*(reached(database) for _ in range(8)))
    assert len({one.id for one in found}) == 1


async def test_under_a_new_key(database: Database, keys: Keyring) -> None:
    """After a rotation an account is still who it was."""
    first = await reached(database)
    keys.rotate("peer")
    assert {(await reached(database)).id for _ in range(2)} == {first.id}


async def test_who_writes_can_be_written_to(database: Database) -> None:
    """A way back that was lost is kept again as soon as they write."""
    first = await reached(database)
    await database.run(lambda tx: tx.execute(rows.update().values(sealed_address=None)) and None)
    lost = await reached(database)
    assert not lost.reachable
    await database.run(lambda tx: chats.can_be_reached(tx, lost, "50001"))
    assert (await reached(database)).reachable and lost.id == first.id


async def test_a_bound_account_is_written_to_however_long_it_is_silent(database: Database) -> None:
    """A liaison who hears of nothing for a month still hears of the next lead; a web session of theirs is over by then."""
    bound = await reached(database)
    who = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC)))
    page = await database.run(lambda tx: chats.start(tx, "web", "a page", "luzhai", "zh", who))
    await database.run(lambda tx: tx.execute(rows.update().values(person=who, seen_ms=1)) and None)
    assert await database.run(lambda tx: chats.over(tx, [bound.id, page.id])) == {page.id}
    assert [row.id for row in await database.run(lambda tx: pushes.of_people(tx, [who]))] == [bound.id]
    assert [row.id for row in await database.run(lambda tx: chats.sessions(tx, who))] == [bound.id]
    assert await database.run(chats.faded) == [page.id]


async def test_what_is_not_there_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation of which not even a row is left takes nothing in any more: whoever still has its number is told, and
    begins another."""
    chat = await database.run(lambda tx: chats.start(tx, "web", PEER, "luzhai", "zh").id)
    assert await database.run(lambda tx: chats.over(tx, [chat, 404])) == {404}
    for _ in range(2):
        pass_time(monkeypatch, days=8)
        await database.run(chats.sweep)
    assert await count(database, rows) == 0
    assert await database.run(lambda tx: chats.over(tx, [chat])) == {chat}


async def test_who_writes_while_it_is_swept_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was silent when the sweep looked and has been heard since is not ended."""
    chat = await database.run(lambda tx: chats.start(tx, "web", PEER, "luzhai", "zh"))
    pass_time(monkeypatch, days=8)
    assert await database.run(chats.faded) == [chat.id]
    await database.run(lambda tx: chats.save(tx, [chat]))
    await database.run(lambda tx: chats._fade(tx, chat.id))
    assert await database.run(lambda tx: chats.over(tx, [chat.id])) == set()


async def test_no_moment_of_a_citizens(database: Database) -> None:
    """Nothing kept of a citizen's conversation is finer than the hour; of a member of staff's, from binding on, it may be."""
    reached = await database.run(lambda tx: chats.reach(tx, "x:citizens:luzhai", PEER, "luzhai", "zh"))
    row = await database.run(lambda tx: tx.execute(select(rows)).one())
    assert {row.made_ms % chats.HOUR_MS, row.seen_ms % chats.HOUR_MS} == {0}
    person = await database.run(lambda tx: people.add(tx, "luzhai", "甲", datetime.now(UTC)))
    before = now_ms()
    await database.run(lambda tx: chats.bind(tx, reached, person))
    assert (await database.run(lambda tx: tx.execute(select(rows.c.made_ms)).scalar_one())) >= before
