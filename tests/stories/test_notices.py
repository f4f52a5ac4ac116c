"""通知: an office tells many units, and knows who has read it without asking. Yangxi; today is Tuesday, 24 November 2026."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from storage import absences, people
from storage.models import audit, duty_moves, notice_receipts, notices, outbox, seatings
from storage.models import duties as duties_table
from tests.stories.duties import LIVE, START, at
from tests.stories.notices import OFFICE, TEXT, TITLE, writes
from tests.stories.office import kept, person_of
from tests.town import Person, Town


@pytest.fixture
async def yangxi(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.open(database_url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff(OFFICE, "coordinator", "丙")


async def sent(office: Person, **what: str) -> str:
    await writes(office, **what)
    return await office.presses("submit")


async def receipts(town: Town) -> list[Row[Any]]:
    return list(await kept(town, lambda tx: tx.execute(select(notice_receipts).order_by(notice_receipts.c.unit)).all()))


async def clocks(town: Town) -> dict[int, str | None]:
    """Of whom something is still wanted."""
    wanted = select(duties_table).where(duties_table.c.kind == "notice")
    found = await kept(town, lambda tx: tx.execute(wanted).all())
    return {row.person: row.ended for row in found}


async def opens(person: Person) -> str:
    await person.says("通知")
    return await person.presses(next(one for one in person.ids if one.startswith("go.notice.")))


async def board(office: Person) -> str:
    await office.says("我发的通知")
    return await office.presses(next(one for one in office.ids if one.startswith("go.notified.")))


# -- from the first word to the last reader ------------------------------------------------------------------------------


async def test_it_is_told_whom_it_reaches_before_it_goes(yangxi: Town, office: Person) -> None:
    """How many people, where nobody can receive it, and who has never come in; nothing is sent yet."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await kept(
        yangxi, lambda tx: people.seat(tx, people.add(tx, "yangxi", "乙", START), "yangxi", "police", "liaison", START)
    )
    said = await writes(office, units="烟草局、公安局、市场监管局")
    assert "共 2 人" in said and TEXT in said
    assert "没有人收：县工商局" in said and "来了才看到：县公安局" in said
    assert await receipts(yangxi) == []


async def test_opening_is_reading_and_a_nod_is_one_press(yangxi: Town, office: Person) -> None:
    """One opens it, one nods to the push itself: both have read it, by name and moment, and neither hears of it again."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    assert "已发给 2 人" in await sent(office)
    assert TITLE in await tobacco.listens() and TEXT not in tobacco.text
    assert "等您看的通知 1 份" in await tobacco.says("待办")
    assert TEXT in await opens(tobacco)
    await police.listens()
    assert "已记下您看过" in await police.presses(next(one for one in police.ids if one.startswith("go.noted.")))
    said = await board(office)
    assert "已看 2 家，共 2 家" in said and "甲：已看 11月24日" in said and "乙：已知悉 11月24日" in said
    assert set((await clocks(yangxi)).values()) == {"done"}
    assert "等您看的通知" not in await tobacco.says("待办")
    await yangxi.forward_to(at(12, 4, 12))
    for one in (tobacco, police, office):
        assert TITLE not in await one.listens()


async def test_who_has_not_read_is_asked_once_then_the_leader_then_the_office(yangxi: Town, office: Person) -> None:
    """After one working day they themselves, a day later their leader, a day later the office that sent it, each with their
    morning's message; and nobody is called late."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    await sent(office, units="烟草局")
    for one in (liaison, leader, office):
        await one.listens()
    for day, hears in ((25, {liaison}), (26, {leader}), (27, {office})):
        await yangxi.forward_to(at(11, day, 12))
        for one in (liaison, leader, office):
            said = await one.listens()
            assert (TITLE in said) is (one in hears), (day, said)
            assert "超期" not in said
    assert "还没有看" in await board(office)
    await opens(liaison)
    assert "已看 11月2" in await board(office)


async def test_an_answer_is_wanted_by_a_day(yangxi: Town, office: Person) -> None:
    """Reading is not enough there; what was answered stands beside the unit's name, and the latest stands."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    assert "要求：答复" in await office.says("11月27日")
    await office.presses("submit")
    await opens(liaison)
    assert list((await clocks(yangxi)).values()) == [None]
    await liaison.presses("answer")
    assert "已答复" in await liaison.says("我们去三个人")
    assert list((await clocks(yangxi)).values()) == ["done"]
    assert "我们去三个人" in await board(office)
    await opens(liaison)
    await liaison.presses("answer")
    await liaison.says("改为四个人")
    said = await board(office)
    assert "改为四个人" in said and "三个人" not in said


async def test_whoever_has_answered_is_not_asked_on_the_day(yangxi: Town, office: Person) -> None:
    """On the last morning who has not answered hears of it, and nobody else."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await writes(office, want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    await opens(tobacco)
    await tobacco.presses("answer")
    await tobacco.says("收到，照办")
    await police.listens()
    await yangxi.forward_to(at(11, 27, 8))
    assert TITLE not in await police.listens()
    await yangxi.forward_to(at(11, 27, 12))
    assert TITLE in await police.listens() and "答复" in police.fresh[-1]["text"]
    assert TITLE not in await tobacco.listens()


async def test_of_one_that_wants_nothing_it_is_not_kept_who_read_it(yangxi: Town, office: Person) -> None:
    """A document that is only posted: no receipt, no clock, nobody asked."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    assert "不记谁看了" in await sent(office, units="烟草局", want="nothing")
    assert TEXT in await opens(liaison)
    (row,) = await receipts(yangxi)
    assert (row.opened_at, row.confirmed_at) == (None, None) and await clocks(yangxi) == {}
    assert "甲" not in await board(office)


# -- people --------------------------------------------------------------------------------------------------------------


async def test_a_deputy_reads_for_whoever_is_away(yangxi: Town, office: Person) -> None:
    """Away when it is sent, their deputy is who it is for; away later, the deputy's reading ends their clock too."""
    first, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "liaison", "乙")
    await sent(office, units="烟草局")
    gone, stays = await person_of(yangxi, first), await person_of(yangxi, second)
    assert set(await clocks(yangxi)) == {gone, stays}
    day = date(2026, 11, 24)
    await kept(yangxi, lambda tx: absences.away(tx, "yangxi", gone, day, day + timedelta(days=5), stays, START))
    await opens(second)
    assert await clocks(yangxi) == {gone: "done", stays: "done"}


async def test_a_look_in_somebodys_place_is_no_answer(yangxi: Town, office: Person) -> None:
    """Who is away still owes what was asked, until whoever stands in for them answers it."""
    first, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    gone, stays, day = await person_of(yangxi, first), await person_of(yangxi, second), date(2026, 11, 24)
    await kept(yangxi, lambda tx: absences.away(tx, "yangxi", gone, day, day + timedelta(days=9), stays, START))
    await opens(second)
    assert await clocks(yangxi) == {gone: None}
    assert "已答复" in await second.says("我们去三个人")
    assert await clocks(yangxi) == {gone: "done"}


async def test_one_answer_is_the_units(yangxi: Town, office: Person) -> None:
    """The leader is not asked for what the liaison has answered, and no leader is told of themselves."""
    liaison, leader = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("tobacco", "leader", "乙")
    alone = await yangxi.staff("police", "leader", "丁")
    await writes(office, seats="both", want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    await opens(liaison)
    await liaison.says("收到，报两个人")
    for one in (leader, alone):
        await one.listens()
    await yangxi.forward_to(at(11, 27, 12))
    assert TITLE not in await leader.listens() and TITLE in await alone.listens()
    await yangxi.forward_to(at(11, 30, 12))
    assert TITLE not in await leader.listens() and TITLE not in await alone.listens()


async def test_who_comes_after_somebody_reads_it_in_their_place(yangxi: Town, office: Person) -> None:
    """The seat goes on: its new holder opens what was sent to the one before, and that is what counts."""
    before = await yangxi.staff("tobacco", "liaison", "甲")
    await sent(office, units="烟草局")
    who = await person_of(yangxi, before)
    gone = update(seatings).where(seatings.c.person == who).values(until=START)
    await kept(yangxi, lambda tx: tx.execute(gone))
    after = await yangxi.staff("tobacco", "liaison", "乙")
    assert TEXT in await opens(after)
    assert await clocks(yangxi) == {who: "done"}
    assert "乙：已看" in await board(office)


async def pressed(person: Person, door: str) -> str:
    """A button of a message that stood in another conversation."""
    status, _ = await person.post({"choice": door, "prompt": -1})
    assert status == 202
    return await person.listens()


async def test_nobody_else_opens_it_or_sees_who_read_it(yangxi: Town, office: Person) -> None:
    """A unit it was not for, and another office that sends notices too, learn not even its title; both are on record."""
    await yangxi.staff("tobacco", "liaison", "甲")
    stranger, other = (
        await yangxi.staff("police", "liaison", "乙"),
        await yangxi.staff("anti_smuggling_office", "coordinator", "丁"),
    )
    await sent(office, units="烟草局")
    number = (await receipts(yangxi))[0].notice
    for person, door in ((stranger, "notice"), (stranger, "noted"), (stranger, "notified"), (other, "notified")):
        assert TITLE not in await pressed(person, f"go.{door}.{number}")
    assert TITLE not in await other.says("我发的通知")
    refused = await kept(yangxi, lambda tx: tx.execute(select(audit).where(audit.c.action == "refused")).all())
    assert len(refused) == 4
    assert "召集单位" in await stranger.says("发通知")


# -- in words ------------------------------------------------------------------------------------------------------------


async def test_a_nod_is_the_notices_and_no_dutys(yangxi: Town, office: Person) -> None:
    """收到 and 已知悉 are its button's words: they are recorded nowhere else, though the town owes its report as well."""
    town = await yangxi.staff("town_1", "liaison", "甲")
    await sent(office, units="甲镇")
    await town.listens()
    assert "已记下您看过" in await town.says("收到")
    told = select(duty_moves).where(duty_moves.c.person.is_not(None))
    assert await kept(yangxi, lambda tx: tx.execute(told).all()) == []
    assert set((await clocks(yangxi)).values()) == {"done"}


async def test_a_day_is_dropped_with_the_wish_for_an_answer(yangxi: Town, office: Person) -> None:
    """Changed at the last look to what is only to be read, it has no day any more."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    for press in ("change", "change_want", "read", "submit"):
        await office.presses(press)
    (row,) = await kept(yangxi, lambda tx: tx.execute(select(notices)).all())
    assert (row.want, row.until) == ("read", None)


# -- mistakes ------------------------------------------------------------------------------------------------------------


async def test_confirmed_twice_it_is_sent_once(yangxi: Town, office: Person) -> None:
    """A second press of the same button, or of another conversation's, sends nothing."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    asked = next(one for one in reversed(office.messages) if one["choices"])
    for _ in range(2):
        await office.post({"choice": "submit", "prompt": asked["prompt"]})
    await office.listens()
    assert (await liaison.listens()).count(TITLE) == 1
    assert len(await kept(yangxi, lambda tx: tx.execute(select(notices)).all())) == 1


async def test_a_phone_number_is_looked_at_once_more(yangxi: Town, office: Person) -> None:
    """What names a citizen is shown as soon as it is written, and written anew it is asked no more."""
    await office.says("发通知")
    assert "13800000000" in await office.says(f"{TITLE}\n请与举报人13800000000联系") and "as_written" in office.ids
    await office.presses("edit")
    await office.says(TEXT)
    assert "as_written" not in office.ids and "each_unit" in office.ids


async def test_at_night_it_waits_for_the_morning(yangxi: Town, office: Person) -> None:
    """Sent in the evening it stands on the page at once and rings nobody."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await yangxi.forward_to(at(11, 24, 21))
    await sent(office, units="烟草局")
    assert await kept(yangxi, lambda tx: tx.execute(select(outbox.c.calm).where(outbox.c.bulk)).scalars().all()) == [
        True
    ]
