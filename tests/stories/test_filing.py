"""Handing in, and answering, by people who write as they speak: what they mean is done, what is not done is said. Yangxi, on 26
November 2026, when its monthly report of the month is asked for the first time."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage import attachments, duties, duty_moves, filings
from storage.attachments import Owner
from tests.bot.attachments import pdf
from tests.stories.duties import FIRST, LIVE, REPORT, START, duty, fills_in, hands_back, hands_in, opens, pressed
from tests.stories.office import kept
from tests.town import Person, Town


@pytest.fixture
async def yangxi(tmp_path: Path) -> AsyncIterator[Town]:
    url = f"sqlite:///{tmp_path / 'xiezhi.db'}"
    async with Town.open(url, tmp_path, ("yangxi",), START, live=LIVE) as opened:
        await opened.staff("tobacco", "liaison")
        await opened.forward_to(FIRST)
        yield opened


@pytest.fixture
async def liaison(yangxi: Town) -> Person:
    found = await yangxi.staff("tobacco", "liaison", "戊")
    await found.says("应办")
    return found


def offered(person: Person) -> list[str]:
    """By the latest answers alone."""
    return [choice["id"] for message in person.fresh for choice in message["choices"]]


async def handed_back(town: Town, liaison: Person, remarks: str = "案值请核对") -> Person:
    """The report with its figures, returned by one of the offices."""
    office = await town.staff("anti_counterfeit_office", "coordinator", "丙")
    await fills_in(liaison, town)
    await hands_in(liaison)
    await office.listens()
    row = await duty(town)
    await office.says("应办")
    await office.post({"choice": f"go.duty.{row.id}", "prompt": 0})
    await office.listens()
    await office.presses("return")
    await office.says(remarks)
    await office.presses("submit")
    await liaison.listens()
    return office


async def filed(town: Town) -> Any:
    row = await duty(town)
    latest = await kept(town, lambda tx: filings.latest(tx, row.id))
    return await kept(town, lambda tx: filings.content(tx, latest))


# -- with a duty open ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("11月30日报", "promised"),
        ("申请延期到12月4日，因为人手不够", "asked"),
        ("不归我们，这是市场局的事", "not_ours"),
    ],
)
@pytest.mark.parametrize("door", ["card", "form"])
async def test_with_a_duty_open_words_answer_that_one(
    yangxi: Town, liaison: Person, words: str, move: str, door: str
) -> None:
    """The very words that the reminder asks for; of several duties the open one is meant, also while its report is filled in."""
    await (opens if door == "card" else fills_in)(liaison, yangxi)
    if door == "form":
        await liaison.says("查处案件：3")
    await liaison.says(words)
    row = await duty(yangxi)
    assert await kept(yangxi, lambda tx: _moved(tx, row, move))


def _moved(tx: Any, row: Any, move: str) -> bool:
    return any(one["move"] == move for one in duty_moves.course(tx, row.id))


async def test_nothing_that_is_a_figure_is_an_answer(yangxi: Town, liaison: Person) -> None:
    """没有 is 0, where a figure is asked for."""
    await fills_in(liaison, yangxi)
    await liaison.says("没有")
    assert "查处案件：0" in liaison.fresh[-1]["text"] and (await duty(yangxi)).closed_at is None


async def test_passed_on_to_nobody_says_so(yangxi: Town, liaison: Person) -> None:
    """转给副手 in a unit of one liaison: no question without a button."""
    alone = await yangxi.staff("town_1", "liaison", "己")
    await opens(alone, yangxi, unit="town_1")
    assert "没有别的联络员" in await alone.says("转给副手")
    assert "file" in alone.ids


async def test_a_duty_that_the_words_name_is_not_asked_for(yangxi: Town, liaison: Person) -> None:
    """月报延期到…: several are owed, one is called so; and but one has a nil report."""
    await liaison.says("月报延期到12月4日")
    assert not offered(liaison) and "信息月报" in liaison.fresh[-1]["text"]
    await liaison.says("取消")
    await liaison.says("零报告")
    assert "submit" in liaison.ids


# -- filling it in -------------------------------------------------------------------------------------------------------


async def test_back_takes_the_latest_piece_alone(yangxi: Town, liaison: Person) -> None:
    """返回 after two messages: the first stands, and the screen says so."""
    await fills_in(liaison, yangxi)
    await liaison.says("查处案件：3\n行政案件：2\n刑事立案：1")
    await liaison.says("案值：5.5万元")
    await liaison.says("返回")
    assert "查处案件：3" in liaison.fresh[-1]["text"] and "案值：5.5" not in liaison.fresh[-1]["text"]
    assert "nil" not in offered(liaison)


async def test_help_names_the_words_of_whoever_asks(yangxi: Town, liaison: Person) -> None:
    """明天报, 申请延期, 提醒时间, 事项 for everybody; 谁没报, 布置任务 for who coordinates, and nobody else."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    mine, theirs = await liaison.says("帮助"), await office.says("帮助")
    for word in ("明天报", "申请延期", "提醒时间", "我的职责", "事项", "条款"):
        assert word in mine and word in theirs
    for word in ("谁没报", "布置任务", "我布置的"):
        assert word not in mine and word in theirs


async def test_a_figure_by_its_short_name(yangxi: Town, liaison: Person) -> None:
    """案件3起 is 查处案件."""
    await fills_in(liaison, yangxi)
    assert "查处案件：3" in await liaison.says("案件3起")


async def test_a_bare_figure_says_which_line_took_it(yangxi: Town, liaison: Person) -> None:
    """A slip would shift all that follows."""
    await fills_in(liaison, yangxi)
    assert "查处案件：3起，记下了" in await liaison.says("3")


async def test_what_may_be_given_is_listed_once(yangxi: Town, liaison: Person) -> None:
    """Some fifty lines; afterwards how many, and the word that shows them."""
    await fills_in(liaison, yangxi)
    assert "可填可不填" in liaison.fresh[-1]["text"]
    said = await liaison.says("3")
    assert "可填可不填" not in said and "可填项" in said
    assert "可填可不填" in await liaison.says("可填项")


async def test_what_stands_in_the_way_of_the_end_is_said(yangxi: Town, liaison: Person) -> None:
    """完成 with figures missing names them; with a contradiction no button is promised that isn't there."""
    await fills_in(liaison, yangxi)
    await liaison.says("3")
    said = await liaison.says("完成")
    assert "还不能完成" in said and "行政案件" in said and "您写的是" not in said
    said = await liaison.says(REPORT.replace("行政案件：2", "行政案件：1"))
    assert "done" not in offered(liaison) and "可以点“完成”" not in said
    assert "还不能完成" in await liaison.says("完成")


async def test_what_is_unusual_says_in_which_way_also_at_the_last_look(yangxi: Town, liaison: Person) -> None:
    """A figure is more than usual, a text names somebody: two things to look for, and not one vague line."""
    alone = [part for part in yangxi.plan.forms["monthly_report"].parts if not part.repeated]
    text = next(one for part in alone for one in part.fields if one.kind == "text")
    await fills_in(liaison, yangxi)
    while_filling = await liaison.says(
        f"{REPORT.replace('案值：5.5万元', '案值：1500万元')}\n{text.name.zh}：举报人王某很配合"
    )
    for said in (while_filling, await liaison.presses("done")):
        lines = [line for line in said.splitlines() if line.startswith("请核对：")]
        assert any("案值" in line and "比平常多" in line and "个人" not in line for line in lines), said
        assert any(text.name.zh in line and "写到了个人" in line and "比平常" not in line for line in lines)
    assert "submit" in liaison.ids


@pytest.mark.parametrize("changing", [True, False])
async def test_a_line_at_the_review_changes_what_it_names(yangxi: Town, liaison: Person, changing: bool) -> None:
    """案值：7万元, at the review or where it is asked what is to be changed; one that makes it contradict itself opens it again."""
    await fills_in(liaison, yangxi)
    await liaison.says(REPORT)
    await liaison.presses("done")
    if changing:
        await liaison.presses("change")
    said = await liaison.says("案值：7万元")
    assert "案值：7万元" in said and "submit" in liaison.ids
    await liaison.says("行政案件：1")
    assert "submit" not in offered(liaison) and "done" not in offered(liaison)
    await liaison.says("行政案件：2")
    await hands_in(liaison, "")
    assert (await filed(yangxi))["values"]["case_value"] == "7.00"


@pytest.mark.parametrize("review", [False, True])
async def test_a_line_that_cannot_be_is_told_each_time(yangxi: Town, liaison: Person, review: bool) -> None:
    """The same slip sent again is no less a slip."""
    await fills_in(liaison, yangxi)
    if review:
        await liaison.says(REPORT)
        await liaison.presses("done")
    for _ in range(3):
        said = await liaison.says("行政案件：2\n案值：不知道\n天气：晴")
        assert "“案值”要写数字" in said and "表里没有“天气”这一项，没有收：天气：晴" in said and "请写成" not in said


async def test_a_name_and_then_what_it_is(yangxi: Town, liaison: Person) -> None:
    """案值 and 6万元 as two messages, while the report is filled in and at its review: the figure is of what was named last,
    whatever would be asked next."""
    await fills_in(liaison, yangxi)
    assert "直接写“案值”是多少万元" in await liaison.says("案值")
    assert "案值：6万元，记下了" in await liaison.says("6万元")
    await liaison.says(REPORT.replace("案值：5.5万元\n", ""))
    await liaison.presses("done")
    assert "直接写“行政案件”是多少起" in await liaison.says("行政案件")
    assert "submit" not in offered(liaison)
    assert "行政案件：2起，记下了" in await liaison.says("2")
    await liaison.presses("done")
    await liaison.says("案值")
    assert "要填的都有了" in await liaison.says("完成"), "it stays as it was"
    await liaison.presses("done")
    await hands_in(liaison, "")
    values = (await filed(yangxi))["values"]
    assert values["case_value"] == "6.00" and values["cases_admin"] == 2


async def test_what_is_counted_in_something_else_is_not_taken(yangxi: Town, liaison: Person) -> None:
    """6次 is how often, and no count of households: where 户次 is asked it is somebody's slip by one line."""
    await fills_in(liaison, yangxi)
    await liaison.says(REPORT.replace("\n检查经营户：120", ""))
    assert "检查经营户：6" not in await liaison.says("6次")
    assert "检查经营户：6" not in await liaison.says("检查经营户：6次")
    assert "检查经营户：120户次，记下了" in await liaison.says("120户")


@pytest.mark.parametrize("word", ["提交", "确认", "完成"])
async def test_good_as_it_is_leads_back_to_the_review(yangxi: Town, liaison: Person, word: str) -> None:
    """Said where it is asked what is to be changed: nothing is handed in by it yet."""
    await fills_in(liaison, yangxi)
    await liaison.says(REPORT)
    await liaison.presses("done")
    await liaison.presses("change")
    await liaison.says(word)
    assert "submit" in liaison.ids and (await duty(yangxi)).closed_at is None


# -- handed back ---------------------------------------------------------------------------------------------------------


async def test_what_was_returned_is_mended_and_not_written_anew(yangxi: Town, liaison: Person) -> None:
    """It begins with the figures that were handed in and the remarks; one line corrected is the whole report again."""
    await handed_back(yangxi, liaison)
    await opens(liaison, yangxi)
    assert "nil" not in offered(liaison)
    said = await liaison.presses("file")
    assert "案值请核对" in said and "案值：5.5" in said and "nil" not in offered(liaison) and "done" in liaison.ids
    await hands_in(liaison, "案值：6万元")
    values = (await filed(yangxi))["values"]
    assert values["case_value"] == "6.00" and values["cases_total"] == 3
    row = await duty(yangxi)
    latest = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert latest.revision == 2 and len(await kept(yangxi, lambda tx: filings.receipts(tx, latest.id))) == 2


async def test_what_was_returned_may_be_handed_in_as_it_is(yangxi: Town, liaison: Person) -> None:
    """完成 without a word."""
    await handed_back(yangxi, liaison)
    await fills_in(liaison, yangxi)
    await hands_in(liaison, "")
    assert (await filed(yangxi))["values"]["cases_total"] == 3


# -- who has not answered ------------------------------------------------------------------------------------------------


async def line(office: Person, unit: str) -> str:
    said = await office.says("谁还没报")
    return next(one for one in said.splitlines() if one.startswith(f"· {unit}"))


async def test_the_list_says_how_each_stands(yangxi: Town, liaison: Person) -> None:
    """Returned, promised for a day, not theirs: a fact beside each name; and one press to each."""
    office = await handed_back(yangxi, liaison)
    town = await yangxi.staff("town_1", "liaison", "己")
    for words in ("11月30日报", "不归我们，这是市场局的事"):
        await opens(town, yangxi, unit="town_1")
        await town.says(words)
    await office.listens()
    assert "已退回" in await line(office, "县烟草专卖局")
    assert f"go.duty.{(await duty(yangxi)).id}" in office.ids
    told = await line(office, "甲镇")
    assert "不归他们办" in told and "答应 11月30日" in told
    assert "已答应 11月30日" in await town.says("应办")


async def test_another_day_stands_beside_its_name(yangxi: Town, liaison: Person) -> None:
    """More time was given to one: the others' day is not theirs."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await opens(liaison, yangxi)
    await liaison.says("申请延期到12月4日，因为人手不够")
    await office.listens()
    await pressed(office, "go.duty")
    await office.presses("allow")
    assert "12月4日到期" in await line(office, "县烟草专卖局") and "到期" not in await line(office, "甲镇")


async def test_a_day_for_what_was_returned_reads_as_a_sentence(yangxi: Town, liaison: Person) -> None:
    """One colon, before the remarks."""
    await handed_back(yangxi, liaison)
    await opens(liaison, yangxi)
    told = next(one for one in liaison.fresh[-1]["text"].splitlines() if "退回" in one and "再报" in one)
    assert "前再报：案值请核对" in told


# -- words with nothing open ---------------------------------------------------------------------------------------------


async def test_the_word_urge_reaches_whom_it_names(yangxi: Town, liaison: Person) -> None:
    """催一下甲镇: one thing is owed there; without a name it is asked which."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    rows = await kept(yangxi, lambda tx: duties.of_rules(tx, "yangxi", list(yangxi.plan.duties)))
    of_town = [row for row in rows if row.unit == "town_1" and not yangxi.plan.duties[row.rule].unleaving]
    await office.says("催一下甲镇")
    if len(of_town) > 1:
        await office.presses(f"go.duty.{(await duty(yangxi, unit='town_1')).id}")
        await office.presses("urge")
    assert await kept(yangxi, lambda tx: any(_moved(tx, row, "urged") for row in of_town))
    await office.says("取消")
    await office.says("催办")
    assert len([one for one in offered(office) if one.startswith("go.duty.")]) > 1


async def test_a_no_names_the_day_that_stands(yangxi: Town, liaison: Person) -> None:
    """Whoever asked for more time reads by when it is due."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await opens(liaison, yangxi)
    await liaison.says("申请延期到12月4日，因为人手不够")
    await office.listens()
    await office.says("不同意")
    await office.says("县里要汇总")
    assert "仍按原来的日期 12月1日" in await liaison.listens()


async def test_how_much_of_a_long_course_is_not_shown_is_said(yangxi: Town, liaison: Person) -> None:
    """Six steps stand on the card, and how many there were before them."""
    row = await duty(yangxi)
    for _ in range(8):
        await kept(yangxi, lambda tx: duty_moves.move(tx, row, row.opened_at, "noted", unit=row.unit, person=None))
    await opens(liaison, yangxi)
    assert "更早的 2 步没有列出" in liaison.fresh[-1]["text"]


@pytest.mark.parametrize(("word", "allowed"), [("同意", True), ("不同意", False)])
async def test_yes_or_no_to_more_time_without_opening_it(
    yangxi: Town, liaison: Person, word: str, allowed: bool
) -> None:
    """One unit asks: the word answers it; a no wants its reason."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await opens(liaison, yangxi)
    await liaison.says("申请延期到12月4日，因为人手不够")
    await office.listens()
    await office.says(word)
    if not allowed:
        await office.says("县里要汇总")
    row = await duty(yangxi)
    assert row.extended is allowed and row.asked_until is None


@pytest.mark.parametrize("words", ["还有谁没报月报", "还有哪些单位没报", "月报谁还没交"])
async def test_who_has_not_in_other_words(yangxi: Town, liaison: Person, words: str) -> None:
    """The list."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    assert "未答复" in await office.says(words)


async def test_a_name_opens_what_it_names(yangxi: Town, liaison: Person) -> None:
    """信息月报, 月报; 填报 asks which of several, and leads straight to filling it in."""
    row = await duty(yangxi)
    for name in ("信息月报", "月报"):
        await liaison.says(name)
        assert "file" in offered(liaison), name
        await liaison.presses("leave")
    await liaison.says("填报")
    assert f"go.duty_fill.{row.id}" in offered(liaison)


@pytest.mark.parametrize("word", ["完成", "确认", "提交", "done"])
async def test_the_word_of_a_button_said_twice_touches_no_other_duty(yangxi: Town, liaison: Person, word: str) -> None:
    """The report is handed in; the same word once more opens no 怎样报的 for another."""
    await fills_in(liaison, yangxi)
    await liaison.presses("nil")
    await hands_in(liaison, "")
    said = await liaison.says(word)
    assert "没有正在填写" in said and "怎样报" not in said
    assert not any(one.startswith("go.duty") for one in offered(liaison))


async def test_what_is_understood_is_never_called_not_understood(yangxi: Town, liaison: Person) -> None:
    """A report that nobody waits for, a unit, a button's own name, a wish to take back what was handed in: each has an answer
    of its own, and nothing is done."""
    assert "没看懂" not in await liaison.says("其他答复") and len(offered(liaison)) > 1
    await fills_in(liaison, yangxi)
    await liaison.presses("nil")
    await hands_in(liaison, "")
    assert "不能自己撤回" in await liaison.says("撤回")
    said = await liaison.says("月报")
    assert "没看懂" not in said and "没有在等的" in said
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    for words in ("甲镇", "甲镇 信息月报", "月报"):
        said = await office.says(words)
        assert (
            "没看懂" not in said and "责任单位" in said or any(one.startswith("go.duty.") for one in offered(office))
        ), words
        await office.says("菜单")
    assert "没看懂" in await office.says("甲镇 天气预报")


async def test_open_typed_opens_what_waits(yangxi: Town, liaison: Person) -> None:
    """打开 is what an alert's button is called: one thing waits, it is opened; several, each is one press away."""
    row = await duty(yangxi)
    await liaison.says("打开")
    assert f"go.duty.{row.id}" in offered(liaison)


async def test_the_fallback_speaks_of_what_the_plan_asks(yangxi: Town, liaison: Person) -> None:
    """And not of tips alone."""
    assert "应办" in await liaison.says("今天下乡了一趟看情况")


async def test_what_was_returned_keeps_its_documents(yangxi: Town, liaison: Person) -> None:
    """Handed in again without a new file, the new revision has the old one; with a new one, that."""
    office = await yangxi.staff("anti_counterfeit_office", "coordinator", "丙")
    await fills_in(liaison, yangxi, "plan_filing", period="once")
    await liaison.says("单位电话：0662-1234567")
    await liaison.presses("done")
    await liaison.sends("方案.pdf", pdf())
    await hands_in(liaison, "")
    await hands_back(office, "电话请核对")
    await liaison.listens()
    await pressed(liaison, "go.duty")
    await liaison.presses("file")
    await liaison.presses("done")
    assert "done" in offered(liaison)
    await hands_in(liaison, "")
    row = await duty(yangxi, "plan_filing", period="once")
    latest = await kept(yangxi, lambda tx: filings.latest(tx, row.id))
    assert (
        latest.revision == 2
        and len(await kept(yangxi, lambda tx: attachments.of_owner(tx, Owner("filing", latest.id)))) == 1
    )
