"""What stands before an officer: what is most pressing first, nothing said twice, and a way back from everywhere."""

import pytest

from tests.bot.attachments import photo
from tests.stories.office import (
    OFFICE,
    concludes,
    fills,
    given,
    hands,
    looks_up,
    moves,
    opens,
    person_of,
    seat_also,
    signs,
    takes,
    tells,
)
from tests.town import Person, Town

RISK = "可能有人知道是谁举报的"


async def newcomer(town: Town) -> Person:
    return await town.staff(OFFICE, "intake")


async def test_that_somebody_may_know_who_told_stands_on_top_until_it_was_dealt_with(sqlite_town: Town) -> None:
    """At the head of the card and of the list, for whoever opens it, also of what was merged into it; then no more, until
    it is said again."""
    officer = await newcomer(sqlite_town)
    calm, _ = await tells(await sqlite_town.citizen())
    number, password = await tells(await sqlite_town.citizen(), "码头边夜里有人卸下成箱的东西")
    citizen = await sqlite_town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("exposed")
    await officer.listens()
    card = await opens(officer, number)
    assert 0 <= card.find(RISK) < card.find(number)
    assert "secured" not in officer.ids  # nobody has it yet
    listed = await officer.says("待办")
    assert listed.find(number) < listed.find(calm) and RISK in listed
    await takes(officer, number)
    await officer.presses("secured")
    assert RISK not in await officer.says("已电话核实，举报人安全")
    assert RISK not in await officer.says("待办")
    assert (await moves(sqlite_town, number))["secured"]["note"] == "已电话核实，举报人安全"
    await citizen.presses("exposed")
    await takes(officer, calm)
    assert RISK not in await opens(officer, calm)
    await opens(officer, number)
    await officer.presses("merge")
    await fills(officer, calm)
    assert RISK in await opens(officer, calm)
    await officer.presses("secured")
    assert RISK not in await officer.says("已再次核实")


async def test_pictures_come_when_a_matter_is_opened_and_when_they_are_asked_for(sqlite_town: Town) -> None:
    """Drawn again after a step, or after a word that is no answer, a card sends none of them; the word is answered by the
    short question with the same buttons."""
    officer, citizen = await newcomer(sqlite_town), await sqlite_town.citizen()
    number, _ = await tells(citizen, files=[("a.jpg", photo())])
    await sqlite_town.settle()

    def files() -> int:
        return sum(len(one.get("files", ())) for one in officer.fresh)

    await opens(officer, number)
    assert files() == 1
    card = await officer.presses("take")
    assert files() == 0 and "老粮仓" in card
    offered = officer.ids
    short = await officer.says("什么意思")
    assert files() == 0 and "老粮仓" not in short and number in short and officer.ids == offered
    await officer.presses("files")
    assert files() == 1


async def test_giving_up_leads_back_to_the_matter(sqlite_town: Town) -> None:
    """取消 in a step of a case ends at the case, in a step of a lead at the lead."""
    officer, liaison = await newcomer(sqlite_town), await sqlite_town.staff("tobacco", "liaison", "乙")
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    for step in ("hand", "note", "involve", "finish"):
        await officer.presses(step)
        await officer.says("取消")
        assert "hand" in officer.ids, step
    await hands(officer, number, "tobacco")
    await signs(liaison, number)
    await liaison.presses("progress")
    await liaison.says("取消")
    assert "complete" in liaison.ids


async def test_the_draft_holds_all_that_was_told_by_name(sqlite_town: Town) -> None:
    """What the citizen added stands in it beside the answers, each labelled, and is looked at like them."""
    officer, citizen = await newcomer(sqlite_town), await sqlite_town.citizen()
    number, password = await tells(citizen, when="每周二凌晨")
    citizen = await sqlite_town.citizen()
    await looks_up(citizen, number, password)
    await citizen.presses("add")
    await citizen.says("是寨沙镇的村口，老板是我邻居")
    await citizen.presses("as_written")
    await citizen.presses("done")
    await takes(officer, number)
    await officer.presses("hand")
    await officer.presses("tobacco")
    draft = await officer.presses("done")
    for line in ("地点：县城东门老粮仓", "时间：每周二凌晨", "后来补充：是寨沙镇的村口"):
        assert line in draft
    assert "我邻居" in await officer.presses("as_is") and "edit" in officer.ids


async def test_what_arrives_while_it_is_handed_over_is_read_first(sqlite_town: Town) -> None:
    """原文照转 means the words that were read: what was added meanwhile goes to no unit before the officer has seen it and
    chosen again; then it goes."""
    officer, citizen = await newcomer(sqlite_town), await sqlite_town.citizen()
    liaison = await sqlite_town.staff("tobacco", "liaison", "乙")
    number, password = await tells(citizen)
    await takes(officer, number)
    await officer.presses("hand")
    for choice in ("tobacco", "done", "as_is"):
        await officer.presses(choice)
    assert "submit" in officer.ids
    again = await sqlite_town.citizen()
    await looks_up(again, number, password)
    await again.presses("add")
    await again.says("货车停在寨沙镇的村口")
    await again.presses("done")
    said = await officer.presses("submit")
    assert "还没有转出" in said and "货车停在寨沙镇的村口" in said and "as_is" in officer.ids
    assert await given(sqlite_town, number) == {}
    await officer.presses("as_is")
    await officer.presses("submit")
    assert list(await given(sqlite_town, number)) == ["tobacco"]
    await liaison.says("待办")
    assert "货车停在寨沙镇的村口" in await opens(liaison, number)


async def test_a_line_of_a_unit_that_has_ended_says_when_it_ended(sqlite_town: Town) -> None:
    """Not when it was handed over."""
    officer, liaison = await newcomer(sqlite_town), await sqlite_town.staff("tobacco", "liaison", "乙")
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    await hands(officer, number, "tobacco")
    await signs(liaison, number)
    await sqlite_town.fast_forward(days=1)
    await concludes(liaison, number, "not_confirmed", "未发现")
    card, row = await opens(officer, number), (await given(sqlite_town, number))["tobacco"]
    line = next(one for one in card.splitlines() if "已办结" in one)
    assert f"{row.closed_at.astimezone(sqlite_town.plan.tz):%H:%M}" in line and row.closed_at > row.made_at
    assert f"{row.closed_at.astimezone(sqlite_town.plan.tz).day}日" in line


# typed, the unit it means
NAMED = [("烟草局", "tobacco"), ("县烟草专卖局", "tobacco"), ("tobacco", "tobacco"), ("市监局", "market")]


@pytest.mark.parametrize(("typed", "unit"), NAMED)
async def test_a_unit_is_found_by_its_name(sqlite_town: Town, typed: str, unit: str) -> None:
    """Few buttons; any unit by name or alias, none by what names none, and the whole list when it is asked for."""
    officer = await newcomer(sqlite_town)
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    await officer.presses("involve")
    assert len(officer.ids) < 6 and "officials" in officer.ids
    await officer.says("没有这个单位")
    assert "all_units" in officer.ids
    await officer.presses("all_units")
    assert len(officer.ids) > 20
    await officer.says(typed)
    await officer.says("与货主合伙")
    await officer.presses("submit")
    assert (await moves(sqlite_town, number))["involved"]["unit"] == unit


async def test_a_lead_is_handed_back_for_a_unit_by_its_alias(sqlite_town: Town) -> None:
    """Words find the unit as they do elsewhere."""
    officer, liaison = await newcomer(sqlite_town), await sqlite_town.staff("market", "liaison", "乙")
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    await hands(officer, number, "market")
    await opens(liaison, number)
    await liaison.presses("give_back")
    await fills(liaison, "不是我们的职责", "烟草局")
    assert (await moves(sqlite_town, number))["returned"]["right"] == "tobacco"


async def test_asking_who_somebody_is_is_looked_at_first(sqlite_town: Town) -> None:
    """The informant is not asked for name or home unawares; whoever means it may."""
    officer = await newcomer(sqlite_town)
    number, _ = await tells(await sqlite_town.citizen())
    await takes(officer, number)
    await officer.presses("ask")
    assert "住在哪里" in await officer.says("您住在哪里，叫什么名字？")
    await officer.presses("as_written")
    await officer.presses("submit")
    assert "asked" in await moves(sqlite_town, number)


async def test_what_was_put_aside_is_named_once_and_can_be_given_up(sqlite_town: Town) -> None:
    """When it is put aside, and where one looks over what there is to do; not in every answer. 取消 drops it, when that is
    confirmed."""
    officer = await newcomer(sqlite_town)
    first, second = [(await tells(await sqlite_town.citizen()))[0] for _ in range(2)]
    await takes(officer, first)
    await officer.presses("mark")
    await officer.presses("spam")
    aside = "放在一边"
    assert aside in await opens(officer, second)
    assert aside not in await officer.presses("take")
    assert aside not in await opens(officer, second)
    assert aside in await officer.says("待办")
    assert aside in await officer.says("菜单")
    await officer.says("取消")
    await officer.presses("no")
    await officer.says("取消")
    assert aside not in await officer.presses("yes")
    assert aside not in await officer.says("待办")


async def test_what_is_taken_down_for_a_caller_is_looked_at_like_a_citizens_words(sqlite_town: Town) -> None:
    """A telephone number or a neighbour in it is pointed out before it is kept, and said of the caller."""
    officer = await newcomer(sqlite_town)
    await officer.says("代录")
    await officer.says("来电人姓李，电话13977712345，加油站隔壁住，说老粮仓夜里卸香烟")
    await officer.presses("no")
    where = await officer.says("县城东门老粮仓")
    assert "您家" not in officer.text and where
    warned = await officer.presses("enough")
    assert "13977712345" in warned and "隔壁" in warned and "来电" in warned
    assert {"edit", "as_written"} <= set(officer.ids)


# -- seats ---------------------------------------------------------------------------------------------------------------


async def ends(coordinator: Person, seat: str) -> str:
    await coordinator.says("人员")
    return await coordinator.presses(seat)


async def test_who_loses_one_of_two_seats_hears_nothing_more_by_it(town: Town) -> None:
    """What waits and quotes a citizen is not handed out any more, what the other seat is told still is, and what is open is
    put away; the rest goes on."""
    coordinator, officer = await town.staff(OFFICE, "coordinator"), await town.staff(OFFICE, "intake", "乙")
    await seat_also(town, officer, "tobacco", "liaison")
    colleague = await town.staff(OFFICE, "intake", "丙")
    number, _ = await tells(await town.citizen(), "夜里有人在老粮仓卸下成箱的东西，老板姓覃")
    await takes(colleague, number)
    await hands(colleague, number, "tobacco")
    assert (await officer.post({"text": number}))[0] == 202  # the card waits to be fetched
    await town.settle()
    await ends(coordinator, f"{await person_of(town, officer)}.{OFFICE}.intake")
    await coordinator.presses("yes")
    heard = await officer.listens()
    assert "姓覃" not in heard and "已结束" in heard and "请签收" in heard
    assert "姓覃" not in await officer.says("继续")
    assert "签收" in await opens(officer, number) and "姓覃" not in officer.text


async def test_it_is_said_that_a_seat_is_ones_own_or_the_last(sqlite_town: Town) -> None:
    """Before it ends; who loses the only coordinator is told what nobody can do then."""
    coordinator = await sqlite_town.staff(OFFICE, "coordinator")
    mine = f"{await person_of(sqlite_town, coordinator)}.{OFFICE}.coordinator"
    asked = await ends(coordinator, mine)
    assert "您自己" in asked and "只有这一位协调员" in asked
    await coordinator.presses("no")
    other = await sqlite_town.staff(OFFICE, "coordinator", "乙")
    asked = await ends(coordinator, f"{await person_of(sqlite_town, other)}.{OFFICE}.coordinator")
    assert "⚠" not in asked


async def test_who_sees_only_numbers_is_not_told_to_press_them(sqlite_town: Town) -> None:
    """The list offers what it names."""
    keeper = await sqlite_town.staff(sqlite_town.plan.sealed.unit, sqlite_town.plan.sealed.seat, "己")
    watcher = await sqlite_town.staff(OFFICE, "coordinator")
    await tells(await sqlite_town.citizen(), "老粮仓夜里卸货，有干部给他们放行", involved=["officials"])
    assert "点编号" not in await watcher.says("待办")
    assert "点编号" in await keeper.says("待办")


@pytest.mark.parametrize("word", ["修改", "确认", "完成", "change"])
async def test_a_word_for_the_form_is_no_outcome(sqlite_town: Town, word: str) -> None:
    """What moves a form on is never sent to a citizen: it is asked again, and the real text taken. At the review a sentence is
    the text put right, looked at like the first."""
    officer, citizen = await sqlite_town.staff(OFFICE, "intake"), await sqlite_town.citizen()
    number, password = await tells(citizen)
    await takes(officer, number)
    await officer.presses("finish")
    await officer.presses("not_confirmed")
    assert "没有当作内容" in await officer.says(word) and "submit" not in officer.ids
    await officer.says("已派人看过")
    assert "submit" in officer.ids
    await officer.says("他邻居的电话是 13807721234")
    assert "edit" in officer.ids
    await officer.presses("edit")
    await officer.says("派人看过了，没有发现")
    assert "派人到现场核查，没有发现私货" in await officer.says("派人到现场核查，没有发现私货")
    await officer.presses("submit")
    answer = await looks_up(await sqlite_town.citizen(), number, password)
    assert "没有发现私货" in answer and "已派人看过" not in answer and word not in answer
