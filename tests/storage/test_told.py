"""What members of staff were told goes with the seat it came by, and what was offered with the way in."""

from sqlalchemy import select

from storage import chats, people, queue, said, told
from storage.database import Database, Tx
from storage.models import outbox
from storage.models import said as said_table
from storage.said import Card
from tests.storage.test_sending import DOOR, NOW, wants


async def _seated(database: Database) -> int:
    """The conversation of somebody of the staff, with a card of tip 7 and a menu standing in it."""

    def begin(tx: Tx) -> int:
        person = people.add(tx, "luzhai", "甲", NOW)
        chat = chats.start(tx, DOOR, "7", "luzhai", "zh", person, address=True)
        chat.prompt = 5
        chats.save(tx, [chat])
        said.keep(tx, DOOR, chat.id, ["1"], Card(None, (7,), 3, True))
        said.keep(tx, DOOR, chat.id, ["2"], Card(None, (), 5, True))
        return chat.id

    return await database.run(begin)


async def test_what_told_of_tips_goes_and_what_may_still_be_heard_waits_on(database: Database) -> None:
    """Cards leave the chat; of what waits, only what tells of no tip or may still be told is sent."""
    lane = await _seated(database)

    def take(tx: Tx) -> list[str]:
        for name, about in (("a", [7]), ("b", [8]), ("c", [])):
            queue.put(tx, DOOR, lane, {**queue.message("zh", "luzhai", [(name, {})]), "about": about})
        told.take_back(tx, lane, lambda message: message["about"] == [8])
        rows = tx.execute(select(outbox).order_by(outbox.c.id)).all()
        return [queue.opened(tx, row.sealed_payload)["says"][0][0] for row in rows]

    assert await database.run(take) == ["b", "c"]
    assert await wants(database) == ["erase", ""]


async def test_who_has_left_finds_nothing_to_press(database: Database) -> None:
    """退出, a login that was ended, a seat that was the last: the menu that stands there loses its buttons."""
    lane = await _seated(database)
    await database.run(lambda tx: chats.let_go(tx, lane, "staff/bind:unbound"))
    assert await wants(database) == ["erase", "plain"]
    assert await database.run(lambda tx: tx.execute(select(said_table.c.id)).all())
