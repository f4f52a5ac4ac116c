"""发通知 in words: fields in the first message, what the last look says of each change, a wish that a category does not let be
wanted, 收回 right after sending; and approvals that would come too late. Yangxi, Tuesday, 24 November 2026, half past nine."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import notices as stored
from storage.models import notices, tip_files
from tests.stories.office import kept
from tests.stories.test_notices_composed import (
    OFFICE,
    TEXT,
    TITLE,
    at,
    circular,
    door,
    office,  # noqa: F401
    the_notice,
    writes,
    yangxi,  # noqa: F401
)
from tests.town import Person, Town


async def _nothing(*_: Any) -> bool:
    """A cleaner that has not come to it yet."""
    return False


# -- fields in the first message -----------------------------------------------------------------------------------------


async def test_lines_that_are_fields_are_no_text(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Whom, when and what is wanted, said with the word itself: the last look comes at once and its text is the text alone."""
    await yangxi.staff("tobacco", "liaison", "甲")
    said = await office.says(
        f"发通知：{TITLE}\n发给：烟草局联络员\n{TEXT}\n时间：明天上午9点\n要求：周五前答复\n联系人：办公室"
    )
    assert "submit" in office.ids and "发给：烟草局" not in said and "共 1 人" in said and "11月27日" in said
    await office.presses("submit")
    row = await the_notice(yangxi)
    notice = await kept(yangxi, lambda tx: stored.read(tx, row))
    assert (notice.words, notice.want, notice.until) == (f"{TEXT}\n联系人：办公室", "answer", date(2026, 11, 27))
    assert (row.status, row.send_at) == ("planned", at(11, 25))


async def test_the_time_of_an_event_is_text(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Beside a place 时间 is when one comes; and what is not understood stays where it was written."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says(f"发通知：{TITLE}\n发给：烟草局联络员\n时间：周五下午三点\n地点：三楼\n要求：带好名册")
    await office.presses("read")
    await office.presses("submit")
    row = await the_notice(yangxi)
    notice = await kept(yangxi, lambda tx: stored.read(tx, row))
    assert notice.words == "时间：周五下午三点\n地点：三楼\n要求：带好名册" and row.status == "sent"


# -- at the last look ----------------------------------------------------------------------------------------------------


async def test_each_change_says_what_is_another_now(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Which field, and its new value; two changes in one message both."""
    for unit, name in (("tobacco", "甲"), ("police", "乙")):
        await yangxi.staff(unit, "liaison", name)
    await writes(office, units="烟草局")
    assert "还没有改" in await office.says("12月1日改成12月2日")
    assert "发送时间改成：11月27日" in await office.says("周五")
    assert "标题改成：两节检查" in await office.says("标题：两节检查")
    said = await office.says("加上公安局，去掉烟草局")
    assert "发给改成：县公安局" in said and "发送时间改成" not in said
    said = await office.says("要求：要答复，12月4日前")
    assert "要求改成：要答复" in said and "答复期限改成：12月4日" in said


async def test_a_bare_day_is_asked_about_where_it_may_be_two_things(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Where an answer is wanted by a day 周四 changes nothing until it is said which."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    assert "还没有改" in await office.says("周四")
    assert "答复期限改成：11月26日" in await office.says("期限：周四")
    assert "发送时间改成：11月25日" in await office.says("明天发")


async def test_what_a_category_does_not_let_be_wanted_is_said(yangxi: Town, office: Person) -> None:  # noqa: F811
    """An answer is not dropped in silence, and one press gives it with a category that may want one."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    said = await office.says("类别：通报")
    assert "类别改成：通报" in said and "没有留下" in said
    await office.says("要答复")
    await office.says("11月27日")
    await office.presses("submit")
    row = await the_notice(yangxi)
    assert (row.category, row.want, row.until) == ("notice", "answer", date(2026, 11, 27))


async def test_one_of_the_files_is_taken_out_in_words(yangxi: Town, office: Person) -> None:  # noqa: F811
    """By its place; the other stays, and its arrival was said."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    for count, name in enumerate(("一.txt", "二.txt"), 1):
        await office.sends(name, name.encode())
        assert f"第 {count} 个附件" in office.text
    await office.says("烟草局")
    for press in ("done", "liaisons", "read"):
        await office.presses(press)
    assert "现在有 1 个附件" in await office.says("去掉第二个附件")
    await office.presses("submit")
    assert len(await kept(yangxi, lambda tx: tx.execute(select(tip_files)).all())) == 1


async def test_a_correction_that_forgets_a_day_is_told(yangxi: Town, office: Person) -> None:  # noqa: F811
    """The deadline is moved and the text still says the old day: it is shown, and no more once that is put right."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    await office.says("11月27日")
    await office.presses("submit")
    for press in (next(one for one in office.ids if one.startswith("go.notified.")), "correct"):
        await office.presses(press)
    assert "文字里还写着“周五”" in await office.says("期限：下周一")
    assert "还写着" not in await office.says("正文：请各单位下周一前把名单准备好。")


# -- after it has gone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["收回", "撤回刚才那条", "把刚才的通知收回来"])
async def test_taken_back_in_words_right_after(yangxi: Town, office: Person, words: str) -> None:  # noqa: F811
    """Of the notice that was just sent, after a last look; nothing is taken back by the word alone."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await office.presses("submit")
    assert f"收回“{TITLE}”" in await office.says(words)
    assert (await the_notice(yangxi)).status == "sent"
    await office.says("发早了")
    await office.presses("submit")
    assert (await the_notice(yangxi)).status == "recalled"


async def test_the_corrected_one_is_told_from_the_new(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Under the same title: no two buttons of a list are called the same."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await office.presses("submit")
    for press in (next(one for one in office.ids if one.startswith("go.notified.")), "correct"):
        await office.presses(press)
    await office.says("正文：改过的。")
    await office.presses("submit")
    await office.says("我发的通知")
    labels = [one["label"] for one in office.messages[-1]["choices"]]
    assert TITLE in labels and f"{TITLE} · 已被更正" in labels and len(set(labels)) == len(labels)


# -- a second person's word ----------------------------------------------------------------------------------------------


async def test_what_came_back_says_why_in_the_push(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Its author need not open it to know."""
    await yangxi.staff("tobacco", "liaison", "甲")
    second = await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await office.presses("submit")
    await door(second)
    await second.presses("hand_back")
    await second.says("请写明是哪一次检查")
    assert "意见：请写明是哪一次检查" in await office.listens()


async def test_nobody_approves_past_the_day_of_its_answer(yangxi: Town, office: Person) -> None:  # noqa: F811
    """It would ask for what nobody can give in time: handed back it may be, and an old button sends nothing."""
    liaison, second = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await office.presses("submit")
    await kept(yangxi, lambda tx: tx.execute(update(notices).values(want="answer", until=date(2026, 11, 24))))
    await door(second)
    assert "approve" in second.ids
    await yangxi.forward_to(at(11, 25))
    await second.presses("approve")
    assert (await the_notice(yangxi)).status == "waiting" and TITLE not in await liaison.listens()
    assert "approve" not in second.ids and "hand_back" in second.ids


async def test_nobody_approves_a_picture_that_they_could_not_see(
    yangxi: Town,  # noqa: F811
    office: Person,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a file is still being cleaned it is approved by nobody; afterwards it is."""
    await yangxi.staff("tobacco", "liaison", "甲")
    second = await yangxi.staff(OFFICE, "coordinator", "丁")
    await circular(office)
    await office.sends("名单.txt", "一、二、三".encode())
    await office.presses("submit")
    await kept(yangxi, lambda tx: tx.execute(update(tip_files).values(state="new")))
    monkeypatch.setattr(yangxi.app.cleaner, "once", _nothing)
    await door(second)
    assert "approve" not in second.ids and "hand_back" in second.ids
    await kept(yangxi, lambda tx: tx.execute(update(tip_files).values(state="ready")))
    await second.presses("leave")
    await door(second)
    await second.presses("approve")
    assert (await the_notice(yangxi)).status == "sent"
