"""One bad row harms nobody else: not the reminders of others, not a mailbox, not forgetting."""

from sqlalchemy import select, update

from storage import queue
from storage.models import duties
from tests.town import Town, receipt, tip_off


async def test_one_bad_duty_stops_no_other(town: Town) -> None:
    """A duty that cannot be read is put off and named in the log; the alert of the next tip comes all the same."""
    officer = await town.staff("hq_office", "intake")
    await tip_off(await town.citizen())
    await officer.listens()
    now = town.app.timepiece.now()
    spoil = update(duties).values(ladder="{", look_at=now)
    await town.app.database.run(lambda tx: tx.execute(spoil) and None)
    number, _ = await tip_off(await town.citizen())
    assert number in await officer.listens()
    left = select(duties.c.look_at).where(duties.c.ladder == "{")
    moments = await town.app.database.run(lambda tx: list(tx.execute(left).scalars()))
    assert all(moment > now for moment in moments)


async def test_duties_of_a_county_served_elsewhere(town: Town) -> None:
    """A process looks at the duties of its own counties only; another's wait for it untouched."""
    await tip_off(await town.citizen())
    now = town.app.timepiece.now()
    elsewhere = update(duties).values(county="elsewhere", look_at=now)
    await town.app.database.run(lambda tx: tx.execute(elsewhere) and None)
    assert await town.app.looked() == 0


async def test_one_unreadable_message_does_not_shut_the_mailbox(town: Town) -> None:
    """A message whose words are gone since an upgrade is shown as a sentence; what comes after it is read."""
    citizen = await town.citizen()
    chat = (await town.app.web.known(citizen.token)).chat
    broken = queue.message("zh", "luzhai", [("citizens/tip:no_such_block", {})])
    await town.app.database.run(lambda tx: queue.put(tx, "web", chat, broken))
    assert await citizen.listens()
    assert await citizen.says("有奖吗")
    await tip_off(citizen)
    assert receipt(citizen)
