"""What waits for a conversation, and how it is fetched: once named, once made; kept until acknowledged; none lost or twice."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from storage import chats, mailbox, migrate, queue
from storage.database import Database, Tx
from storage.mailbox import Fetch
from storage.models import dead, outbox
from storage.sealed import Keyring
from tests.machine import pass_time

WEB = "web"


async def count(database: Database, table: Any) -> int:
    return int(await database.run(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()))


def said(text: str) -> queue.Message:
    return queue.message("zh", "luzhai", [("common:x", {"text": text})])


async def put(database: Database, *rows: tuple[int, str], once: str | None = None) -> None:
    await database.run(lambda tx: [queue.put(tx, WEB, lane, said(text), once) for lane, text in rows] and None)


async def collect(database: Database, lane: int, acknowledged: int = 0, beyond: int = 0) -> list[tuple[int, str]]:
    mail = await database.run(lambda tx: mailbox.collect(tx, [Fetch(lane, acknowledged, beyond)]))
    return [(number, message["says"][0][1]["text"]) for number, message in mail[lane]]


async def test_mail_is_kept_until_acknowledged(database: Database) -> None:
    """What was handed out is handed out again to a page that lost it, and goes with a later `after`."""
    await put(database, (1, "a"), (1, "b"), (2, "other"))
    first = await collect(database, 1)
    assert [text for _, text in first] == ["a", "b"]
    assert await collect(database, 1) == first, "the answer was lost on the way"
    assert await collect(database, 1, beyond=first[0][0]) == first[1:]
    assert await collect(database, 1, *[first[0][0]] * 2) == first[1:]
    assert await collect(database, 1, *[first[1][0]] * 2) == []
    assert await count(database, outbox) == 1, "the other conversation's"


async def test_a_page_at_a_time(database: Database) -> None:
    """However much waits for a conversation, a page of it is handed out, and the rest with the next fetches, in order; a
    conversation beside it does not wait for that."""
    await put(database, *((1, str(n)) for n in range(2 * mailbox.PAGE + 7)), (2, "other"))
    mail = await database.run(lambda tx: mailbox.collect(tx, [Fetch(1, 0, 0), Fetch(2, 0, 0)]))
    assert [len(mail[lane]) for lane in (1, 2)] == [mailbox.PAGE, 1]
    heard, last = [], 0
    while page := await collect(database, 1, last, last):
        assert len(page) <= mailbox.PAGE
        heard, last = [*heard, *(text for _, text in page)], page[-1][0]
    assert heard == [str(n) for n in range(2 * mailbox.PAGE + 7)]


async def test_a_lower_number_that_comes_late(database: Database) -> None:
    """Two transactions may commit in another order than their numbers: the one that comes late is neither skipped nor
    dropped unread, nor taken for received when it is lost on the way."""
    await put(database, (1, "early"), (1, "late"))
    numbers = await database.run(lambda tx: list(tx.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars()))
    early = update(outbox).where(outbox.c.id == numbers[0])
    await database.run(lambda tx: tx.execute(early.values(due_ms=queue.now_ms() + 10**6)) and None)
    assert await collect(database, 1) == [(numbers[1], "late")]
    await database.run(lambda tx: tx.execute(early.values(due_ms=0)) and None)
    for _ in range(2):
        ((again, text),) = await collect(database, 1, numbers[1], numbers[1])
        assert text == "early" and again > numbers[1]
    assert await collect(database, 1, again, again) == [] and await count(database, outbox) == 0


async def test_anything(database: Database) -> None:
    """Whether looking is worth it: something due that was not handed out, or lies behind what the page has."""

    def look(after: int) -> Any:
        return database.read(lambda tx: mailbox.anything(tx, {1: after, 2: 0}))

    assert await look(0) == set()
    await put(database, (1, "a"), (3, "of nobody who waits"))
    assert await look(0) == {1}
    number = (await collect(database, 1))[0][0]
    assert await look(0) == {1} and await look(number) == set()


async def test_a_push_is_made_once(database: Database) -> None:
    """The name of a push decides, in whichever transaction it comes again."""
    await put(database, (1, "a"), (1, "a"), once="duty:7:1")
    await put(database, (1, "a"), once="duty:7:1")
    assert len(await collect(database, 1)) == 1


async def test_delayed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that waits (a wrong password's) is not handed out before its moment."""
    await database.run(lambda tx: queue.put(tx, WEB, 1, said("slow"), delay_ms=60_000))
    assert await collect(database, 1) == []
    pass_time(monkeypatch, seconds=61)
    assert [text for _, text in await collect(database, 1)] == ["slow"]


async def test_taken_back(database: Database) -> None:
    """A marked message can be taken out of our own history: the receipt, once its last four were repeated."""
    await database.run(lambda tx: queue.put(tx, WEB, 1, said("secret"), queue.once(1, "77")))
    await put(database, (1, "a"))
    await database.run(lambda tx: queue.unsay(tx, 1, "77"))
    assert [text for _, text in await collect(database, 1)] == ["a"]


async def test_unopenable_mail(database: Database) -> None:
    """A message nobody can open is set aside; the conversation's others arrive."""
    await put(database, (1, "a"), (1, "b"))
    spoil = update(outbox).where(outbox.c.id == select(func.min(outbox.c.id)).scalar_subquery())
    await database.run(lambda tx: tx.execute(spoil.values(sealed_payload=b"\1")) and None)
    assert [text for _, text in await collect(database, 1)] == ["b"]
    assert await count(database, dead) == 1


async def test_mail_of_an_ended_conversation(database: Database) -> None:
    """Something written while its conversation was being ended stays nowhere."""
    chat = await database.run(lambda tx: chats.start(tx, WEB, "peer", "luzhai", "zh").id)
    await database.run(lambda tx: chats.end(tx, chat))
    await put(database, (chat, "too late"))
    await database.run(queue.sweep)
    assert await count(database, outbox) == 0


async def test_two_tabs_on_two_processes(postgres_database: str, keys: Keyring) -> None:
    """Both find the same message late and number it anew at the same time: it stays one message."""
    database = Database(postgres_database, keys)
    await migrate.bring_up(database)
    await put(database, (1, "late"))
    late = await database.run(lambda tx: list(tx.execute(select(outbox.c.id)).scalars()))

    def fetch() -> Callable[[Connection], Any]:
        return lambda connection: _whole(Tx(connection, keys), [Fetch(1, 0, late[0])])

    async with database._engine.connect() as one, database._engine.connect() as two:
        first = await one.run_sync(fetch())
        behind = asyncio.create_task(two.run_sync(fetch()))
        await _somebody_waits(database)
        await one.commit()
        assert await behind == first, "under the number it was given by then"
        await two.commit()
    assert await count(database, outbox) == 1
    await database.close()


def _whole(tx: Tx, fetches: list[Fetch]) -> dict[int, mailbox.Mail]:
    mail = mailbox.collect(tx, fetches)
    tx.flush()
    return mail


async def _somebody_waits(database: Database) -> None:
    """For the first one's commit: PostgreSQL says so."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10):
        while not await database.run(lambda tx: tx.execute(waiting).scalar_one()):
            pass


# How far this machine's clock is behind the one that wrote the row (hours): of another machine, or the same, set back.
@pytest.mark.parametrize("hours", [0, 1, 48])
async def test_a_clock_that_was_set_back(database: Database, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """What is to be said at once waits for no clock."""
    await put(database, (1, "a"))
    pass_time(monkeypatch, hours=-hours)
    assert await database.read(lambda tx: mailbox.anything(tx, {1: 0})) == {1}
    assert [text for _, text in await collect(database, 1)] == ["a"]
