"""Forms of staff that something comes between: nothing filled in is lost silently, nothing is handed in unseen."""

import pytest

from storage import chats, tips
from tests.stories.office import OFFICE, QUIET, closes, given, hands, kept, looks_up, moves, opens, signs, takes, tells
from tests.town import Town

WORDS = "现场查到两车没有单据的货"


async def test_a_unit_whose_lead_is_closed_in_mid_form_has_its_words_back(sqlite_town: Town) -> None:
    """The form is gone with a sentence, what was written stands in the answer, and the card says who ended it."""
    town = sqlite_town
    officer, liaison = await town.staff(OFFICE, "intake"), await town.staff("tobacco", "liaison", "乙")
    number, _ = await tells(await town.citizen())
    await takes(officer, number)
    await hands(officer, number, "tobacco")
    await signs(liaison, number)
    await liaison.presses("complete")
    await liaison.presses("not_confirmed")
    await closes(officer, number, "not_confirmed", "谢谢您，已经查过。")
    answer = await liaison.says(WORDS)
    assert WORDS in answer and "submit" not in liaison.ids
    lead = (await given(town, number))["tobacco"]
    assert (lead.status, lead.outcome) == ("closed", None) and "unit_not_confirmed" not in await moves(town, number)
    office = town.plan.units[OFFICE].name.zh
    assert f"{office}已办结" in await liaison.says(number)


async def test_a_form_left_for_another_number_waits(sqlite_town: Town) -> None:
    """It says so, it comes back with 继续 and when the same is opened again, and it is never open unseen."""
    town = sqlite_town
    officer = await town.staff(OFFICE, "intake")
    first, second = [(await tells(await town.citizen()))[0] for _ in range(2)]
    for number in (first, second):
        await takes(officer, number)
    await opens(officer, first)
    await officer.presses("finish")
    await officer.presses("confirmed")
    assert "继续" in await opens(officer, second) and "go.continue" in officer.ids
    await officer.says("待办")
    await officer.says("不是给哪一件写的话")
    row = await kept(town, lambda tx: tips.by_number(tx, first))
    assert row is not None and row.status == "taken"
    await officer.presses("go.continue")
    await officer.says(WORDS)
    await opens(officer, second)
    await opens(officer, first)
    await officer.presses("finish")
    assert "submit" in officer.ids and WORDS in officer.fresh[-1]["text"]
    await officer.presses("submit")
    assert (await moves(town, first))["closed"]["note"] == WORDS
    chat = await kept(town, lambda tx: chats.find(tx, "web", officer.token))
    assert chat is not None and not chat.state.get("aside")


async def test_what_was_put_aside_is_gone_for_who_may_read_it_no_more(sqlite_town: Town) -> None:
    """A form about a tip may quote it: an excluded person does not get it back."""
    town = sqlite_town
    officer, other = await town.staff(OFFICE, "intake"), await town.staff("gov_office", "intake", "乙")
    number, _ = await tells(await town.citizen())
    second, _ = await tells(await town.citizen())
    await takes(officer, number)
    await officer.presses("finish")
    await officer.presses("confirmed")
    await opens(officer, second)
    assert "go.continue" in officer.ids
    await opens(officer, number)
    await officer.presses("involve")
    for answer in (OFFICE, "他们的人也在里面"):
        await (officer.presses(answer) if answer in officer.ids else officer.says(answer))
    await officer.presses("submit")
    await officer.says("继续")
    assert "submit" not in officer.ids and "confirmed" not in officer.ids
    assert number in await other.listens()


async def test_a_question_of_ours_is_not_called_a_reply(sqlite_town: Town) -> None:
    """What is asked back stands under 平台问您, what became of it under 给您的答复, in the reader's language."""
    town = sqlite_town
    officer = await town.staff(OFFICE, "intake")
    number, password = await tells(await town.citizen())
    await takes(officer, number)
    await officer.presses("ask")
    await officer.says("什么时候看到的？")
    await officer.presses("submit")
    card = await looks_up(await town.citizen(), number, password)
    assert "平台问您" in card and "给您的答复" not in card
    await opens(officer, number)
    await officer.presses("mark")
    await officer.presses("outside")
    await officer.presses("consumer")
    await officer.says("消费纠纷")
    await officer.presses("submit")
    chinese = await looks_up(await town.citizen(), number, password)
    english = await looks_up(await town.citizen(language="en"), number, password)
    assert "给您的答复" in chinese and "12315" in chinese and "please call" not in chinese
    assert "please call" in english and "请拨打" not in english


async def test_what_has_ended_proposes_no_merging(sqlite_town: Town) -> None:
    """可能重复 stands on open tips only."""
    town = sqlite_town
    officer = await town.staff(OFFICE, "intake")
    first, second = [(await tells(await town.citizen(), f"桂B12345 {QUIET}"))[0] for _ in range(2)]
    await takes(officer, first)
    assert "可能重复" in await opens(officer, first)
    await closes(officer, first, "confirmed", "谢谢您，已经查过。")
    assert "可能重复" not in await opens(officer, first)
    assert second


@pytest.mark.parametrize(("unit", "seat", "counted"), [("tobacco", "liaison", False), (OFFICE, "intake", True)])
async def test_only_who_takes_tips_in_is_told_how_many(sqlite_town: Town, unit: str, seat: str, counted: bool) -> None:
    """可办举报 0 件 means nothing to a liaison."""
    person = await sqlite_town.staff(unit, seat)
    assert ("可办举报" in await person.says("菜单")) is counted


async def test_the_roster_opens_from_a_card(sqlite_town: Town) -> None:
    """人员 works at any moment, and is offered to nobody who may not hold it."""
    town = sqlite_town
    coordinator, officer = await town.staff(OFFICE, "coordinator"), await town.staff(OFFICE, "intake", "乙")
    number, _ = await tells(await town.citizen())
    await opens(coordinator, number)
    await coordinator.says("人员")
    assert any(one.count(".") == 2 for one in coordinator.ids)
    await officer.says("菜单")
    assert "go.roster" not in officer.ids
