"""Rows that two people look at, and both change: the second is told that it stands elsewhere by now; and of two that would take the
place of one, the one that was let out has it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from rules.bulletins import Bulletin
from rules.meetings import About, Meeting
from storage import bulletins, meetings
from storage.database import Database

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


async def test_a_meeting_is_moved_by_one_of_two(database: Database) -> None:
    """Who moves it has seen when and where it is; one that is over is moved, called off and recorded by nobody."""
    called = Meeting(7, "anti_counterfeit_office", "work_meeting", LATER, None, About("会商", "三楼"))
    await database.run(lambda tx: meetings.make(tx, "yangxi", called, None))
    elsewhere = About("会商", "四楼")
    assert await database.run(lambda tx: meetings.change(tx, called, LATER, None, elsewhere, NOW))
    assert not await database.run(lambda tx: meetings.change(tx, called, NOW, None, About("会商", "五楼"), NOW))
    row = await database.run(lambda tx: meetings.by_id(tx, 7))
    assert row is not None
    kept = await database.run(lambda tx: meetings.read(tx, row))
    assert (kept.starts, kept.about, kept.revision) == (LATER, elsewhere, 1)
    assert await database.run(lambda tx: meetings.call_off(tx, 7, "台风", NOW))
    assert not await database.run(lambda tx: meetings.hold(tx, 7, "纪要", NOW))
    assert not await database.run(lambda tx: meetings.change(tx, replace(kept, revision=2), NOW, None, elsewhere, NOW))


async def test_a_piece_is_let_out_in_the_words_that_were_looked_at(database: Database) -> None:
    """Written anew meanwhile it waits still, whoever has the old words before them; and so it is of two who decide."""
    piece = Bulletin(8, "hq_office", "case", "查获冻品", "一辆货车。", authors=(1,))
    await database.run(lambda tx: bulletins.make(tx, "luzhai", piece, "waiting", 1, NOW))
    looked_at = await database.run(lambda tx: bulletins.by_id(tx, 8))
    assert looked_at is not None
    again = replace(piece, words="两辆货车。")
    assert await database.run(lambda tx: bulletins.rewrite(tx, again, "waiting", 1, NOW, looked_at.revision))
    assert not await database.run(lambda tx: bulletins.move(tx, looked_at, "approve", NOW, 2))
    fresh = await database.run(lambda tx: bulletins.by_id(tx, 8))
    assert fresh is not None and fresh.status == "waiting"
    assert await database.run(lambda tx: bulletins.move(tx, fresh, "return", NOW, 2, "请改"))
    assert not await database.run(lambda tx: bulletins.move(tx, fresh, "approve", NOW, 3))


async def test_a_correction_that_waits_has_taken_no_place(database: Database) -> None:
    """Beside one that was let out; until then the piece that it corrects is what is read."""
    piece = Bulletin(9, "hq_office", "case", "查获冻品", "一辆货车。", authors=(1,))
    await database.run(lambda tx: bulletins.make(tx, "luzhai", piece, "waiting", 1, NOW))
    for number in (10, 11):
        other = replace(piece, number=number, replaces=9)
        await database.run(partial(bulletins.make, county="luzhai", piece=other, status="waiting", person=1, at=NOW))
    assert await database.run(lambda tx: bulletins.correcting(tx, 9)) is None
    row = await database.run(lambda tx: bulletins.by_id(tx, 10))
    assert row is not None and await database.run(lambda tx: bulletins.move(tx, row, "approve", NOW, 2))
    found = await database.run(lambda tx: bulletins.correcting(tx, 9))
    assert found is not None and found.id == 10
