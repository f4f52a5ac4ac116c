"""After a tip was told: words of danger never wait, an answer arrives, what somebody fears outlives the end of the tip."""

import pytest

from storage import tips
from tests.stories.office import OFFICE, closes, debts, fills, kept, moves, opens, takes, tells, tip
from tests.town import Person, Town


async def _told(town: Town) -> tuple[Person, str]:
    citizen = await town.citizen()
    number, _ = await tells(citizen, notify="yes")
    await citizen.presses("later")
    return citizen, number


async def _words(town: Town, number: str) -> list[str]:
    row = await tip(town, number)
    said = await kept(town, lambda tx: tips.dialogue(tx, row.id))
    return [one["text"] for one in said if one["author"] == "citizen"]


@pytest.mark.parametrize("words", ["现在正在卸货，快来", "他们有刀"])
@pytest.mark.parametrize("first", [[], ["查询"], ["查询", "补充"], ["查询", "撤回"]])
async def test_words_of_danger_never_wait(sqlite_town: Town, first: list[str], words: str) -> None:
    """Wherever they are said after a tip exists: 110 at once, whoever has the duty is called, the card says so."""
    duty = await sqlite_town.staff(OFFICE, "duty")
    citizen, number = await _told(sqlite_town)
    for one in first:
        await citizen.says(one)
    said = await citizen.says(words)
    assert "110" in said and await _words(sqlite_town, number) == [words]
    assert "now" in await debts(sqlite_town, number) and number in await duty.listens()
    assert "值班" in await citizen.says(number)
    await citizen.says("他们又来了，正在装车")
    assert "now" in await debts(sqlite_town, number), "called once"


async def test_who_has_the_tip_ends_the_call(sqlite_town: Town) -> None:
    """It was taken before: nobody can take it again, and one press says that it has been seen."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    citizen, number = await _told(sqlite_town)
    await takes(officer, number)
    await citizen.says("现在正在卸货，快来")
    assert "now" in await debts(sqlite_town, number)
    await opens(officer, number)
    await officer.presses("heeded")
    assert "now" not in await debts(sqlite_town, number) and "heeded" in await moves(sqlite_town, number)


async def test_an_answer_to_a_question_arrives(sqlite_town: Town) -> None:
    """With one own tip and a question open, free words are the answer at once, a small word too; a nod afterwards is none."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    citizen, number = await _told(sqlite_town)
    await takes(officer, number)
    await officer.presses("ask")
    await fills(officer, "车是什么颜色？")
    await citizen.listens()
    said = await citizen.says("白色的")
    assert number in said and await _words(sqlite_town, number) == ["白色的"] and number in await officer.listens()
    await citizen.says("好了")
    assert await _words(sqlite_town, number) == ["白色的"]


async def test_what_is_feared_outlives_the_end(sqlite_town: Town) -> None:
    """Closing warns and asks; the notice stays to be done, can be answered and seen to, and silence is noticed."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    citizen, number = await _told(sqlite_town)
    await takes(officer, number)
    await citizen.says("有人知道是我举报的")
    await opens(officer, number)
    await officer.presses("finish")
    assert "⚠" in await officer.presses("not_confirmed") and "yes" in officer.ids
    await fills(officer, "yes", "没有查到")
    assert (await tip(sqlite_town, number)).status == "closed" and "exposed" in await debts(sqlite_town, number)
    assert number in await officer.says("待办")
    await officer.says("菜单")
    await sqlite_town.fast_forward(days=4)
    assert number in await officer.listens()
    await opens(officer, number)
    assert {"secured", "ask"} <= set(officer.ids)
    await officer.presses("ask")
    await fills(officer, "现在安全吗？")
    await citizen.says("安全，在亲戚家")
    assert await _words(sqlite_town, number) == ["安全，在亲戚家"]
    await opens(officer, number)
    await officer.presses("secured")
    await officer.says("已经联系派出所")
    assert "exposed" not in await debts(sqlite_town, number) and number not in await officer.says("待办")


async def test_fear_may_be_told_after_the_end(sqlite_town: Town) -> None:
    """A closed tip takes what its author writes while somebody may know them."""
    officer = await sqlite_town.staff(OFFICE, "intake")
    citizen, number = await _told(sqlite_town)
    await takes(officer, number)
    await closes(officer, number, "not_confirmed", "没有查到")
    await citizen.says("查询")
    await citizen.presses("exposed")
    assert "add" in citizen.ids and number in await officer.listens()
    await citizen.says("他们昨晚到我家门口")
    assert await _words(sqlite_town, number) == ["他们昨晚到我家门口"]
    await opens(officer, number)
    assert {"secured", "ask"} <= set(officer.ids)


@pytest.mark.parametrize("words", ["是", "否", "1", "😀", "明天再来", "好的我知道了"])
@pytest.mark.parametrize("first", [[], ["查询"], ["查询", "补充"]])
async def test_small_words_are_no_content(sqlite_town: Town, first: list[str], words: str) -> None:
    """They get a short answer, and nobody is told of anything."""
    citizen, number = await _told(sqlite_town)
    for one in first:
        await citizen.says(one)
    await citizen.says(words)
    assert await _words(sqlite_town, number) == [] and not any(one.startswith("own.") for one in citizen.ids)


@pytest.mark.parametrize("words", ["另报一件", "我要举报另一件事"])
async def test_another_tip_is_begun_by_name(sqlite_town: Town, words: str) -> None:
    """What a button is called does what the button does, and is no part of a story."""
    citizen, number = await _told(sqlite_town)
    said = await citizen.says(words)
    assert "own." not in "".join(citizen.ids) and words not in said
    await citizen.says("西门也有人在卖走私香烟")
    assert await _words(sqlite_town, number) == []


@pytest.mark.parametrize("words", ["密码是干嘛用的", "我怎么知道结果", "it didn't work"])
async def test_the_receipts_question_survives_questions(sqlite_town: Town, words: str) -> None:
    """Asked where the last four are wanted: answered, and wanted again; they stay welcome after anything that was said."""
    citizen = await sqlite_town.citizen()
    number, password = await tells(citizen)
    await citizen.says(words)
    assert "later" in citizen.ids and await _words(sqlite_town, number) == []
    await citizen.says("还有一件事：西门也有人在卖走私香烟")
    assert "对上了" in await citizen.says(password[-4:])


async def test_a_password_before_its_number_is_kept_for_it(sqlite_town: Town) -> None:
    """Where both are asked for there is no scolding: the other one is wanted."""
    citizen, elsewhere = await sqlite_town.citizen(), await sqlite_town.citizen()
    number, password = await tells(citizen)
    await elsewhere.says("查询")
    await elsewhere.says(password)
    assert number in await elsewhere.says(number) and "add" in elsewhere.ids
