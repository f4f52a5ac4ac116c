"""What a citizen takes back where they said it (微信客服 tells of it), what they are warned of, and what is true after that."""

import pytest

from storage import tips
from tests.stories.office import OFFICE, QUIET, kept, takes, tells, tip
from tests.town import Person, Town


async def _told(town: Town, **more: str) -> tuple[Person, str]:
    citizen = await town.citizen()
    number, _ = await tells(citizen, **more)
    await citizen.presses("later")
    return citizen, number


async def _words(town: Town, number: str) -> list[str]:
    row = await tip(town, number)
    said = await kept(town, lambda tx: tips.dialogue(tx, row.id))
    return [one["text"] for one in said if one["author"] == "citizen"]


# -- the alert ----------------------------------------------------------------------------------------------------------------


async def _happening(town: Town) -> str:
    citizen = await town.citizen()
    await citizen.says("码头正在卸走私香烟")
    await citizen.says("东门老粮仓")
    await citizen.presses("none")
    return await citizen.presses("submit")


async def test_an_alert_that_nobody_hears_is_not_said_to_have_gone_out(sqlite_town: Town) -> None:
    """With nobody seated who has a live conversation the citizen is sent to 110, at the receipt and at the card."""
    said = await _happening(sqlite_town)
    assert "现在没有人能收到" in said and "已发出紧急提醒" not in said
    await sqlite_town.staff(OFFICE, "duty")
    assert "已发出紧急提醒" in await _happening(sqlite_town)


@pytest.mark.parametrize("seated", [True, False])
async def test_words_of_danger_after_the_end_of_a_tip_promise_nothing_untrue(sqlite_town: Town, seated: bool) -> None:
    """值班 is named only where somebody can be called."""
    if seated:
        await sqlite_town.staff(OFFICE, "duty")
    citizen, number = await _told(sqlite_town)
    said = await citizen.says("现在正在卸货，快来")
    assert ("已在叫值班的人" in said) == seated and ("没有人能收到" in said) != seated
    assert ("没有人能收到" in await citizen.says(number)) != seated


# -- additions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [["查询", "补充"], ["查询"]])
async def test_an_addition_that_tells_who_wrote_it_is_asked_about(sqlite_town: Town, way: list[str]) -> None:
    """Before it is handed in; changed, it goes without the words; danger never waits for it."""
    citizen, number = await _told(sqlite_town)
    for one in way:
        await citizen.says(one)
    said = await citizen.says("我老婆是那里的会计")
    assert "我老婆" in said and citizen.ids == ["edit", "as_written"] and await _words(sqlite_town, number) == []
    await citizen.presses("edit")
    await citizen.says("那里的会计知道")
    assert await _words(sqlite_town, number) == ["那里的会计知道"]
    await citizen.says("我老婆是那里的会计")
    await citizen.says("他们有刀")
    assert await _words(sqlite_town, number) == ["那里的会计知道", "他们有刀"] and "as_written" in citizen.ids
    await citizen.says("还有一台车")
    await citizen.presses("as_written")
    assert (await _words(sqlite_town, number))[-1] == "我老婆是那里的会计\n还有一台车"


async def test_to_submit_an_addition_is_to_have_done(sqlite_town: Town) -> None:
    """提交 after a 补充 that is in already."""
    citizen, number = await _told(sqlite_town)
    for one in ("查询", "补充", "还有一台桂B12345的货车"):
        await citizen.says(one)
    assert "没有交上去" not in await citizen.says("提交") and "withdraw" in citizen.ids
    assert await _words(sqlite_town, number) == ["还有一台桂B12345的货车"]


# -- the card -------------------------------------------------------------------------------------------------------------------


async def test_a_question_that_was_answered_is_shown_as_answered(sqlite_town: Town) -> None:
    """With the day of the answer and none of its words; on another phone it is said where one is told."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    citizen = await sqlite_town.citizen()
    number, password = await tells(citizen, notify="yes")
    await citizen.presses("later")
    await takes(officer, number)
    await officer.presses("ask")
    await officer.says("车是什么颜色？")
    await officer.presses("yes" if "yes" in officer.ids else officer.ids[0])
    await citizen.listens()
    assert "要回答或补充" in await citizen.says(number)
    await citizen.says("白色的")
    await citizen.says("完成")
    shown = await citizen.says(number)
    assert "您已答复" in shown and "白色的" not in shown and "要回答或补充" not in shown
    elsewhere = await sqlite_town.citizen()
    assert "不在这里" in await elsewhere.says(f"{number} {password}")


# -- withdrawn, and the receipt -------------------------------------------------------------------------------------------------


async def test_nothing_stands_open_for_a_tip_that_was_withdrawn(sqlite_town: Town) -> None:
    """No last four are wanted, no password may still be lost, and no address is said to be deleted twice."""
    citizen = await sqlite_town.citizen()
    _, password = await tells(citizen)
    await citizen.says("撤回")
    await citizen.says("确定")
    stopped = await citizen.says("停止联系")
    assert "再也打不开" not in stopped and "已停止联系" not in stopped
    assert "已经有效" not in await citizen.says(password[-4:])


async def test_a_password_opens_the_tip_where_that_is_asked_for(sqlite_town: Town) -> None:
    """Although the last four were never repeated."""
    citizen = await sqlite_town.citizen()
    number, password = await tells(citizen)
    await citizen.says("查询")
    said = await citizen.says(f"LZ-00000000 {password}")
    assert "对上了" not in said
    said = await citizen.says(f"{number} {password}")
    assert "对上了" not in said and "withdraw" in citizen.ids


# -- not taken ------------------------------------------------------------------------------------------------------------------


async def test_who_reads_a_sealed_tip_is_known_before_it_is_sent(sqlite_town: Town) -> None:
    """Whoever names the sealed seat's own unit is asked whether it is involved; yes leads to the hotline outside."""
    await sqlite_town.staff("police", "sealed")
    citizen = await sqlite_town.citizen()
    for one in ("举报县公安局民警黄某收走私老板的钱", "否", "东门老粮仓"):
        await citizen.says(one)
    await citizen.presses("enough")
    await citizen.presses("officials")
    said = await citizen.presses("enough")
    assert "县公安局的密封件责任人" in said and citizen.ids[:2] == ["yes", "no"]
    assert "12388" in await citizen.presses("yes") and citizen.ids != ["submit", "change", "discard"]


async def test_a_long_story_is_shortened_where_it_is_checked(sqlite_town: Town) -> None:
    """Its beginning and its end, in both languages; all of it is submitted."""
    story = "开头，" + QUIET * 100 + "，结尾"
    citizen = await sqlite_town.citizen()
    await citizen.says(story)
    await citizen.presses("no")
    await citizen.says("东门老粮仓")
    said = await citizen.presses("enough")
    assert "开头" in said and "结尾" in said and f"共 {len(story)} 字" in said and len(said) < 800
    assert f"({len(story)} characters" in await citizen.says("english")
    await citizen.presses("submit")


# -- the latest thing said -------------------------------------------------------------------------------------------------------


async def test_an_addition_is_taken_back_in_words(sqlite_town: Town) -> None:
    """Where a channel tells of no recall: the latest piece goes while nobody has read it, and nothing is handed in by it; the
    second time there is nothing to take back, and the tip stays."""
    citizen, number = await _told(sqlite_town)
    for one in ("查询", "补充", "还有一台桂B12345的货车", "老板姓王"):
        await citizen.says(one)
    assert "已经删除" in await citizen.says("撤回这句")
    assert await _words(sqlite_town, number) == ["还有一台桂B12345的货车"]
    assert "没有可以收回的" in await citizen.says("撤回这句")
    await citizen.says("我老婆是那里的会计")
    assert "as_written" in citizen.ids
    await citizen.says("刚才那句不算")
    assert "as_written" not in citizen.ids and await _words(sqlite_town, number) == ["还有一台桂B12345的货车"]


async def test_no_day_is_promised_where_nobody_is_seated(sqlite_town: Town) -> None:
    """The card names one as soon as there is somebody who can take it in."""
    citizen, number = await _told(sqlite_town)
    said = await citizen.says("查询")
    assert "还没有安排受理人员" in said and "预计" not in said
    await sqlite_town.staff(OFFICE, "intake")
    said = await citizen.says(number)
    assert "还没有安排受理人员" not in said and "有人受理" in said


async def test_what_is_taken_in_is_not_taken_in_again_or_refused(sqlite_town: Town) -> None:
    """受理 typed on the card of a tip that was taken in says so, and opens nothing; least of all 不予受理."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    _, number = await _told(sqlite_town)
    await takes(officer, number)
    assert "已经受理" in await officer.says("受理") and "mark" in officer.ids
