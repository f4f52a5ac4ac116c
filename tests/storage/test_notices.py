"""Rows of notices that have not gone: of two who move one at once, one does."""

from datetime import UTC, datetime, timedelta

from rules.notices import Notice, Whom
from storage import notices
from storage.database import Database

WRITTEN = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


async def test_of_two_who_move_it_at_once_one_does(database: Database) -> None:
    """Sent by the clock and by hand, approved and changed: the second finds it where the first has left it."""
    whom, notice = (
        Whom(("tobacco",), ("liaison",)),
        Notice(7, "anti_counterfeit_office", "节前检查", "请准备好。", "read"),
    )
    await database.run(lambda tx: notices.make(tx, "yangxi", notice, whom, 1, WRITTEN, "waiting"))
    seen = WRITTEN - timedelta(minutes=1)
    assert await database.run(lambda tx: notices.move(tx, 7, "go")) is None
    assert await database.run(lambda tx: notices.move(tx, 7, "approve", seen)) is None
    assert await database.run(lambda tx: notices.move(tx, 7, "approve", WRITTEN)) is not None
    assert await database.run(lambda tx: notices.move(tx, 7, "go")) is not None
    assert await database.run(lambda tx: notices.move(tx, 7, "go")) is None
    assert not await database.run(lambda tx: notices.rewrite(tx, notice, whom, 1, WRITTEN, "plan", WRITTEN))


async def test_a_time_that_was_changed_meanwhile_is_kept(database: Database) -> None:
    """Between the clock's look and its sending the office has moved it to later, or put it off itself."""
    later = WRITTEN + timedelta(days=2)
    whom, notice = (
        Whom(("tobacco",), ("liaison",)),
        Notice(8, "anti_counterfeit_office", "节前检查", "请准备好。", "read"),
    )
    await database.run(lambda tx: notices.make(tx, "yangxi", notice, whom, 1, WRITTEN, "planned", WRITTEN))
    assert await database.run(
        lambda tx: notices.rewrite(tx, notice, whom, 1, WRITTEN + timedelta(minutes=1), "plan", WRITTEN, later)
    )
    assert await database.run(lambda tx: notices.move(tx, 8, "go", WRITTEN)) is None
    await database.run(lambda tx: notices.put_off(tx, 8, WRITTEN + timedelta(minutes=10)))
    row = await database.run(lambda tx: notices.by_id(tx, 8))
    assert row is not None and (row.status, row.send_at) == ("planned", later)
