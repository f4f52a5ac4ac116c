"""What waits for whoever receives or decides stands in their list until it is decided, and what is left lying is asked for again.
Yangxi, from 26 November 2026 on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import duties, duty_moves, filings
from tests.stories.duties import FIRST, LIVE, START, duty, fills_in, hands_back, hands_in, morning, opens
from tests.stories.office import kept, person_of
from tests.stories.test_asks import made
from tests.town import Person, Town


@pytest.fixture
async def yangxi(tmp_path: Path) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'xiezhi.db'}"
    async with Town.open(url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        yield opened


@pytest.fixture
async def office(yangxi: Town) -> Person:
    return await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")


@pytest.fixture
async def liaison(yangxi: Town, office: Person) -> Person:
    found = await yangxi.staff("tobacco", "liaison", "戊")
    await yangxi.forward_to(FIRST)
    return found


async def listed(person: Person, word: str) -> list[str]:
    """The doors of the list, by the latest answer alone."""
    await person.says(word)
    return [choice["id"] for choice in person.fresh[-1]["choices"]]


@pytest.mark.parametrize("word", ["待办", "应办"])
async def test_what_was_handed_in_waits_until_it_is_decided(
    yangxi: Town, office: Person, liaison: Person, word: str
) -> None:
    """A filing stands in both lists of its receiver, with its button, from when it came until it is taken note of."""
    await fills_in(liaison, yangxi)
    await hands_in(liaison)
    door = f"go.duty.{(await duty(yangxi)).id}"
    assert door in await listed(office, word)
    await office.presses(door)
    await office.presses("take_note")
    assert door not in await listed(office, word)


async def test_more_time_that_is_asked_for_waits_for_an_answer(yangxi: Town, office: Person, liaison: Person) -> None:
    """待办 of whoever decides names it with its button, until it is allowed or refused."""
    await opens(liaison, yangxi)
    await liaison.says("申请延期到12月4日，因为人手不够")
    door = f"go.duty.{(await duty(yangxi)).id}"
    assert door in await listed(office, "待办")
    await office.presses(door)
    await office.presses("allow")
    assert door not in await listed(office, "待办")


async def test_who_comes_after_somebody_waits_for_an_answer(yangxi: Town, office: Person, liaison: Person) -> None:
    """A proposed successor stands in the list of whoever may fill the seat, until it is decided."""
    await liaison.says("换联络员 辛")
    await liaison.presses("submit")
    door = next(one for one in await listed(office, "待办") if one.startswith("go.successor."))
    assert door not in await listed(liaison, "待办"), "whoever proposes decides nothing"
    await office.presses(door)
    await office.presses("disagree")
    assert door not in await listed(office, "待办")


async def test_what_is_left_lying_is_asked_for_once_in_three_working_days(
    yangxi: Town, office: Person, liaison: Person
) -> None:
    """After three full working days without a decision the receivers hear of it in their morning's message, then every three;
    it ends with the decision."""
    await fills_in(liaison, yangxi)
    await hands_in(liaison)
    row = await duty(yangxi)
    door, heard = f"go.duty.{row.id}", []
    await office.listens()
    for day in (27, 30, 31, 32, 33, 34, 37, 38, 39):
        await yangxi.forward_to(morning(11, day) if day <= 30 else morning(12, day - 30))
        await office.listens()
        if any(id_.startswith(door) for message in office.fresh for id_ in [one["id"] for one in message["choices"]]):
            heard.append(day)
    assert heard == [32, 37]
    assert door in await listed(office, "待办")
    await office.presses(door)
    await office.presses("take_note")
    latest = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert latest is not None
    for receipt in await kept(yangxi, lambda tx: filings.receipts(tx, latest.id)):
        clock = await kept(yangxi, lambda tx, number=receipt.number: duties.named(tx, filings.unseen(number)))
        assert (clock.closed_at is not None) == (receipt.status == "taken")


# -- who looks on --------------------------------------------------------------------------------------------------------


async def test_a_leader_sees_what_the_unit_has_still_to_do(yangxi: Town, liaison: Person) -> None:
    """In both lists, with a button that opens it, and nothing on its card that a leader could press but the way back."""
    leader = await yangxi.staff("tobacco", "leader", "庚")
    door = f"go.duty.{(await duty(yangxi)).id}"
    assert door in await listed(leader, "待办") and door in await listed(leader, "应办")
    await leader.presses(door)
    assert leader.ids == ["leave"]


async def test_the_head_sees_what_the_county_has_still_to_do(yangxi: Town, liaison: Person) -> None:
    """谁没报 of the county's head names every unit that owes, and 待办 does not say that nothing is there."""
    unit, seat = yangxi.app.plans["yangxi"].head.ref
    head = await yangxi.staff(unit, seat, "壬")
    assert "go.owed" in await listed(head, "待办")
    doors = await listed(head, "谁没报")
    rows = [await duty(yangxi, unit=one) for one in ("tobacco", "town_1")]
    assert {f"go.duty.{row.id}" for row in rows} <= set(doors)


# -- what is pushed ------------------------------------------------------------------------------------------------------


async def test_no_two_buttons_of_a_push_are_called_the_same(yangxi: Town, office: Person) -> None:
    """Of many units' reports each button names its unit; what there is more has a button too, and nothing is missing silently."""
    await yangxi.forward_to(FIRST)
    await office.listens()
    several = [message for message in office.fresh if len(message["choices"]) > 2]
    assert several
    for message in several:
        labels = [choice["label"] for choice in message["choices"]]
        assert len(set(labels)) == len(labels) and all(" · " in one for one in labels[:2]), labels


@pytest.fixture
async def duty_officer(yangxi: Town) -> Person:
    unit = yangxi.plan.duty.unit
    return await yangxi.staff(unit, "duty", "己一")


async def test_a_table_that_was_changed_is_shown_as_it_is_now(yangxi: Town, duty_officer: Person) -> None:
    """What was set stands in the table that is shown with the answer."""
    await duty_officer.says("值班表")
    said = await duty_officer.says("11-27 己一")
    line = next(one for one in said.splitlines() if "11月27日" in one)
    assert "己一" in line


async def test_all_who_have_not_answered_are_urged_in_one_press(yangxi: Town, office: Person, liaison: Person) -> None:
    """With how many and a look before; once a day, and not whoever was urged today already."""
    await listed(office, "谁没报")
    await office.presses("go.urge_all")
    assert "leave" in office.ids
    await office.presses("urge_them")
    assert "烟草" in await liaison.listens()
    row = await duty(yangxi)
    moves = [one["move"] for one in await kept(yangxi, lambda tx: duty_moves.course(tx, row.id))]
    assert moves.count("urged") == 1
    assert "go.urge_all" not in await listed(office, "谁没报")


async def urges(office: Person) -> str:
    """The look before: whom it would urge."""
    assert "go.urge_all" in await listed(office, "谁没报"), "somebody else has not answered either"
    return await office.presses("go.urge_all")


async def test_whoever_is_not_silent_is_not_urged(yangxi: Town, office: Person, liaison: Person) -> None:
    """A day that was promised and is still to come, a request that waits for ourselves, what we have taken over, and what nobody
    has heard of yet."""
    row, later, all_ = await duty(yangxi), morning(12, 1), await urges(office)
    said = {"promised": later, "asked_until": later, "person": await person_of(yangxi, office), "step": 0}
    for name, value in said.items():
        for now in (value, getattr(row, name)):
            await kept(yangxi, lambda tx, what={name: now}: duties.change(tx, row.id, **what))
            assert (await urges(office) == all_) is (now != value), name


async def test_what_was_returned_in_time_is_called_late_by_nobody(
    yangxi: Town, office: Person, liaison: Person
) -> None:
    """However long the proposed day has passed; and a promise from before the report came is no promise any more."""
    await opens(liaison, yangxi)
    await liaison.says("12月1日报")
    await fills_in(liaison, yangxi)
    await hands_in(liaison)
    await hands_back(office, "案值请核对")
    board = await office.says("谁没报")
    assert "已退回" in board and "答应" not in board
    await yangxi.forward_to(morning(12, 14))
    line = next(one for one in (await office.says("谁没报")).splitlines() if "烟草" in one and "已退回" in one)
    assert "超期" not in line


async def test_what_is_taken_over_is_asked_about_first_and_then_stands_by_whose_it_is(
    yangxi: Town, office: Person, liaison: Person
) -> None:
    """Nothing is taken over by one press; afterwards the card offers what its taker may do, and both lists name the unit and
    who has it."""
    row = await duty(yangxi)
    await listed(office, "谁没报")
    await office.presses(f"go.duty.{row.id}")
    await office.presses("take_over")
    assert (await duty(yangxi)).person is None
    await office.presses("take_it")
    assert (await duty(yangxi)).person is not None
    assert {"file", "phone"} <= set(office.ids) and not {"take_over", "urge", "prolong"} & set(office.ids)
    assert "烟草" in next(one for one in (await office.says("待办")).splitlines() if "期限" in one)
    assert "现由 丙 办" in await office.says("谁没报")


async def test_a_morning_of_several_things_says_who_asks_for_what_is_beyond_the_plan(
    yangxi: Town, office: Person
) -> None:
    """A town reads that it is a request, whose, and how long it takes, also where it comes together with other things; and that
    a day can be named."""
    town = await yangxi.staff("town_1", "liaison", "己")
    await made(office, by="12月1日")
    await yangxi.forward_to(FIRST)
    await town.listens()
    await yangxi.forward_to(morning(12, 1))
    said = await town.listens()
    assert "2 件" in said and "请求：节前检查情况" in said and "提出，大约 15 分钟" in said and "明天报" in said
