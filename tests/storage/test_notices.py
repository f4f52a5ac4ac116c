"""Rows of notices that have not gone: of two who move one at once, one does."""

from datetime import UTC, datetime, timedelta
from functools import partial

from rules.notices import Notice, Want, Whom
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


async def test_what_waits_for_somebody(database: Database) -> None:
    """What is to be read until it was opened, what is to be answered until it was answered; nothing of what has been taken back."""
    whom = Whom(("tobacco",), ("liaison",))
    wants: tuple[Want, ...] = ("read", "answer", "nothing", "answer")
    for number, want in enumerate(wants, 1):
        notice = Notice(number, "anti_counterfeit_office", "节前检查", "请准备好。", want)
        await database.run(
            partial(notices.make, county="yangxi", notice=notice, whom=whom, person=1, at=WRITTEN, status="sent")
        )
        await database.run(partial(notices.address, notice=number, unit="tobacco", seat="liaison", person=5))
    await database.run(lambda tx: notices.move(tx, 4, "recall"))

    async def waiting() -> set[int]:
        before = WRITTEN - timedelta(days=1)
        return {row.id for row in await database.run(lambda tx: notices.unread(tx, "yangxi", 5, (), before))}

    assert await waiting() == {1, 2}
    for number in (1, 2):
        assert await database.run(partial(notices.mark, notice=number, person=5, what="opened", at=WRITTEN))
    assert await waiting() == {2}
    await database.run(lambda tx: notices.answer(tx, 2, 5, "三人", WRITTEN))
    assert await waiting() == set()
