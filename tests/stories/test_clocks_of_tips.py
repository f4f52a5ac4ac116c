"""The clocks of a matter that began with a tip: who is barred from it decides, hears and keeps nothing by its clocks either, and
whoever put it hears what becomes of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import chats, forgetting, matters
from storage.database import Tx
from storage.models import duty_moves
from tests.stories.office import LIVE, START, kept, takes, tells, tip
from tests.stories.test_matters import OFFICES, at, clocks, confirmed, makes, opens, the_matter
from tests.stories.test_matters_of_tips import COPY, WORDS, history, involve, of_county, put, reads, recall
from tests.stories.test_merging import merges
from tests.town import Person, Town

WHY = "等李四补充车牌"


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On PostgreSQL too."""
    async with Town.open(database_url, tmp_path, ("yangxi", "luzhai"), START, live=LIVE) as town:
        yield town


async def signs(police: Person) -> str:
    """The number of the clock that runs then."""
    await opens(police)
    await makes(police, "sign")
    return next(one for one in police.ids if one.startswith("clock.")).partition(".")[2]


async def asks_for_time(police: Person, clock: str) -> None:
    await police.presses(f"clock.{clock}")
    await police.presses("extend")
    await police.says("12月20日")
    await police.says(WHY)


async def asked(town: Town) -> tuple[Person, Person, str, str]:
    """The police ask for more time: (their liaison, the officer, the tip, the clock)."""
    police = await town.staff("police", "liaison", "乙", "yangxi")
    officer, number = await put(town, "police")
    clock = await signs(police)
    await asks_for_time(police, clock)
    return police, officer, number, clock


async def pressed(person: Person, door: str) -> str:
    """An old button."""
    await person.post({"choice": door, "prompt": -1})
    return await person.listens()


# -- who is barred -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["duty", "duty_promise", "duty_extend"])
async def test_who_is_barred_finds_nothing_behind_the_clocks_old_buttons(yangxi: Town, door: str) -> None:
    """信访工作条例 30: neither the unit nor its leader reads its number, its parties or what was said of it; nor in what they owe."""
    leader = await yangxi.staff("police", "leader", "丁")
    police, officer, number, clock = await asked(yangxi)
    row = await the_matter(yangxi)
    assert row is not None
    await involve(officer, number, "公安局", "police")
    for one in (police, leader):
        await one.listens()
        card = await pressed(one, f"go.{door}.{clock}")
        assert row.number not in card and "李四" not in card and "线索反馈" not in card
        for words in ("应办", "待办"):
            assert row.number not in await one.says(words)


async def test_an_office_that_is_barred_decides_on_no_clock_of_it(yangxi: Town) -> None:
    """信访工作条例 30: what is asked of those who receive the duty is asked of the others; it neither hears, nor reads why, nor finds it
    among what is owed. Before it was involved it did."""
    confirmed(yangxi, "lead_feedback")
    free = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    office = await yangxi.staff(OFFICES[1], "coordinator", "庚")
    police = await yangxi.staff("police", "liaison", "乙")
    officer, number = await put(yangxi, "police")
    clock = await signs(police)
    row = await the_matter(yangxi)
    assert row is not None and row.number in await office.says("应办")
    await involve(officer, number, yangxi.plan.units[OFFICES[1]].name.zh, OFFICES[1])
    await opens(police)
    await asks_for_time(police, clock)
    assert row.number in await free.listens() and row.number not in await office.listens()
    card = await pressed(office, f"go.duty.{clock}")
    assert "李四" not in card and row.number not in card
    for words in ("应办", "待办"):
        assert row.number not in await office.says(words)
    await pressed(free, f"go.duty.{clock}")
    assert "李四" in free.text


# -- what chats still show -----------------------------------------------------------------------------------------------


async def test_a_clocks_card_leaves_the_chat_with_its_matter(yangxi: Town) -> None:
    """What a clock's card said goes from the chats of whoever is barred, and is not opened anew."""
    police, officer, number, _ = await asked(yangxi)
    row = await the_matter(yangxi)
    assert row is not None and row.number in await history(yangxi, police)
    await involve(officer, number, "公安局", "police")
    said = await history(yangxi, police)
    assert "李四" not in said and row.number not in said


async def test_a_clocks_card_leaves_the_chat_when_its_matter_is_pulled(yangxi: Town) -> None:
    """Its ground is gone: so is what its clocks said, for everybody."""
    police, officer, number, clock = await asked(yangxi)
    await recall(officer, number)
    assert "李四" not in await history(yangxi, police)
    assert "李四" not in await pressed(police, f"go.duty.{clock}")


def test_a_form_about_a_clock_is_put_away_with_its_matter() -> None:
    """What was begun to be said of it is gone with it, and nothing else is."""
    state: dict[str, Any] = {
        "stack": [{"answers": {"_duty": 7}}, {"answers": {"_duty": 8}}],
        "aside": [{"answers": {"_duty": 7}}],
    }
    assert chats.without(state, None, (), {7})
    assert state["stack"] == [{"answers": {"_duty": 8}}] and state["aside"] == []


# -- the officer who put it ----------------------------------------------------------------------------------------------


async def test_a_hand_back_is_the_officers(yangxi: Town) -> None:
    """YX-3.4d: who put the lead hears of it at once and is called by its clock; the coordinators who only get a copy read nothing of
    the citizen's words, act in nobody's name, and are not told that its officers' seat is empty."""
    office = await yangxi.staff(OFFICES[0], "coordinator", "丙")
    police = await yangxi.staff("police", "liaison", "乙")
    other = await yangxi.staff("tobacco", "intake", "辛")
    officer, _ = await put(yangxi, "police")
    await other.listens()
    assert WORDS not in await opens(office) and "联络员空缺" not in office.text
    assert "联络员空缺" not in await opens(officer)
    await officer.listens()
    await opens(police)
    await makes(police, "hand_back")
    await police.says("不归我们管")
    heard = await officer.listens()
    row = await the_matter(yangxi)
    assert row is not None and row.number in heard
    await opens(office)
    assert WORDS not in office.text and not [one for one in office.ids if one.startswith("do.")]
    await opens(officer)
    assert [one for one in officer.ids if one.endswith(".send")]
    assert row.number in await officer.says("待办")
    await yangxi.forward_to(at(11, 30, 12))
    assert row.number in await officer.listens() and row.number not in await other.listens()


async def test_the_officer_of_the_tip_it_was_merged_into_stands_there(yangxi: Town) -> None:
    """合并办理: the work goes on in the other tip; whoever has that one hears of the hand-back, opens the matter and goes on."""
    police = await yangxi.staff("police", "liaison", "乙")
    officer, number = await put(yangxi, "police")
    other, _ = await tells(await yangxi.citizen("yangxi"), "老粮仓夜里又有人卸货成箱")
    await takes(officer, other)
    await officer.says(number)
    await merges(officer, number, other)
    await officer.listens()
    await opens(police)
    await makes(police, "hand_back")
    await police.says("不归我们管")
    row = await the_matter(yangxi)
    assert row is not None and row.number in await officer.listens()
    assert "lead_notice_again" in (await clocks(yangxi)).values()
    await opens(officer)
    assert [one for one in officer.ids if one.endswith(".send")]


# -- forgotten -----------------------------------------------------------------------------------------------------------


async def test_what_was_said_at_its_clocks_is_forgotten(both: Town) -> None:
    """数据安全法, the plan's figures: with the tip goes why more time was asked for; that it was asked stays."""
    _, _, number, _ = await asked(both)
    row, now = await tip(both, number), both.app.timepiece.now()

    def notes(tx: Tx) -> list[bool]:
        return [one.sealed_note is not None for one in tx.execute(select(duty_moves)).all()]

    assert True in await kept(both, notes)
    await kept(both, lambda tx: forgetting.forget(tx, row.id, now))
    left = await kept(both, notes)
    assert left and True not in left


async def test_what_goes_on_in_the_other_county_says_nothing_once_it_is_pulled(both: Town) -> None:
    """YX-3.4d, its copy taken back: what goes on from what was received lies under no tip's key, so its words are destroyed."""
    there = await both.staff("hq_office", "coordinator", "钱乙", "luzhai")
    officer, number = await put(both, "@luzhai")
    await reads(there, "luzhai")
    theirs = (await of_county(both, "luzhai"))[-1]
    about: dict[str, Any] = {"unit": theirs.unit, "person": theirs.person, "at": theirs.opened_at, "urgent": False}

    def goes_on(tx: Tx) -> int:
        content = {"title": "", "values": {"words": COPY}}
        row = matters.begin(tx, "luzhai", "LZ", theirs.regime, content=content, parent=theirs.id, **about)
        first = matters.parties(tx, theirs.id)[0]
        matters.enter(tx, row, "LZ", first.role, first.unit, "", first.stage, theirs.opened_at)
        return int(row.id)

    further = await kept(both, goes_on)
    await recall(officer, number)
    row = (await of_county(both, "luzhai"))[-1]
    assert row.id == further and row.pulled_at is not None
    assert await kept(both, lambda tx: matters.content(tx, row)) == {}
