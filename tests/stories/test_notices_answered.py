"""Notices answered in words with no card open, and what a notice is called. Yangxi, Tuesday, 24 November 2026, half past nine."""

import pytest
from sqlalchemy import select

from storage import notices as stored
from storage.database import Tx
from storage.models import notices
from tests.stories.notices import TEXT, TITLE, writes
from tests.stories.office import kept
from tests.stories.test_meetings import called
from tests.stories.test_notices_composed import (
    door,
    office,  # noqa: F401
    the_notice,
    yangxi,  # noqa: F401
)
from tests.town import Person, Town


async def told(town: Town, office: Person, want: str = "answer", title: str = TITLE) -> None:  # noqa: F811
    """The tobacco office is told one more."""
    await office.says("发通知")
    await office.says(f"{title}\n{TEXT}")
    await office.says("烟草局")
    await office.presses("done")
    await office.presses("liaisons")
    await office.presses(want)
    if want == "answer":
        await office.says("周五")
    await office.presses("submit")


async def answers(town: Town) -> list[str]:
    """Of all notices, those that were given."""
    rows = await kept(town, lambda tx: [one for kept_ in _all(tx) for one in kept_])
    return [one for one in rows if one]


def _all(tx: Tx) -> list[list[str]]:
    numbers = [row.id for row in tx.execute(select(notices).where(notices.c.want == "answer")).all()]
    return [[stored.answered(tx, one) for one in stored.receipts(tx, number) if one.answered_at] for number in numbers]


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("收到，派张三参加", "派张三参加"),
        ("收到！我局派张三、李四", "我局派张三、李四"),
        ("答复：两家", "两家"),
        ("答复 派张三", "派张三"),
        ("我单位回复如下：没有", "没有"),
    ],
)
async def test_answered_right_after_the_push(yangxi: Town, office: Person, words: str, answered: str) -> None:  # noqa: F811
    """What answers is what the office reads, without the nod before it; it is said back, and how it is changed."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await told(yangxi, office)
    await liaison.listens()
    said = await liaison.says(words)
    assert f"已答复“{TITLE}”：{answered}" in said and "再答复一次" in said
    assert await answers(yangxi) == [answered]


async def test_words_that_may_be_an_answer_are_asked_about(yangxi: Town, office: Person) -> None:  # noqa: F811
    """已安排，张三去 is said of many things: one press makes it the answer, another leaves it alone."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await told(yangxi, office)
    await liaison.listens()
    said = await liaison.says("已安排，张三去")
    assert "是答复下面哪一份通知" in said and await answers(yangxi) == []
    assert "没有当作答复" in await liaison.presses("no_answer")
    await liaison.says("派张三去")
    await liaison.presses(str((await the_notice(yangxi)).id))
    assert await answers(yangxi) == ["派张三去"]


async def test_of_several_it_is_asked_which(yangxi: Town, office: Person) -> None:  # noqa: F811
    """And what was said is not written again."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await told(yangxi, office)
    await told(yangxi, office, title="月底数据核对")
    await liaison.listens()
    assert "哪一份通知" in await liaison.says("收到，两家")
    assert "月底数据核对" in await liaison.presses(str((await the_notice(yangxi)).id))
    assert await answers(yangxi) == ["两家"]


async def test_a_nod_with_a_promise_is_a_nod(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Where reading is all that is wanted; that the words beside it reach nobody is said, courtesy aside."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    for words, heard in (("收到，马上办", True), ("收到，谢谢", False), ("已阅", False)):
        await told(yangxi, office, "read", f"检查安排 {words[-1]}")
        await liaison.listens()
        said = await liaison.says(words)
        assert "已记下您看过" in said and ("没有转给" in said) is heard, words


async def test_it_is_a_meetings_reply_while_one_waits(yangxi: Town, office: Person) -> None:  # noqa: F811
    """派张三去 answers an invitation rather than a notice; 答复 is always a notice's."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await told(yangxi, office)
    await called(office)
    await liaison.listens()
    await liaison.says("答复：派李四")
    assert await answers(yangxi) == ["派李四"]
    assert "派张三" in await liaison.says("派张三去") and await answers(yangxi) == ["派李四"]


async def test_nothing_is_answered_that_asks_for_nothing(yangxi: Town, office: Person) -> None:  # noqa: F811
    """With no notice open such words are nobody's."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    await told(yangxi, office, "nothing")
    await liaison.listens()
    await liaison.says("答复：两家")
    await liaison.says("收到，两家")
    assert await answers(yangxi) == []


async def test_a_title_that_says_it_is_a_circular(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Which it is is asked once; a plain notice may want an answer, a circular goes to a second person, by its own name."""
    liaison = await yangxi.staff("tobacco", "liaison", "甲")
    head = await yangxi.staff(yangxi.plan.head.unit, yangxi.plan.head.seat, "领一")
    for kind in ("notice", "circular"):
        await office.says("发通知")
        await office.says("关于三季度检查情况的通报\n检查了九家。")
        await office.says("烟草局")
        await office.presses("done")
        assert "标题写的是“通报”" in await office.presses("liaisons")
        await office.presses(kind)
        assert ("answer" in office.ids) is (kind == "notice")
        await office.presses("read")
        await office.presses("submit")
    assert (await the_notice(yangxi)).status == "waiting"
    await door(head)
    await head.presses("approve")
    heard = await liaison.listens()
    assert "通知：关于三季度" in heard and "通报：关于三季度" in heard


async def test_the_day_comes_back_with_the_wish_for_an_answer(yangxi: Town, office: Person) -> None:  # noqa: F811
    """A circular can want no answer; made a plain notice again it wants it by the same day."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局", want="answer")
    assert "11月27日" in await office.says("周五")
    assert "没有留下" in await office.says("类别：通报")
    assert "11月27日" in await office.presses("answer_elsewhere")


async def test_somebody_named_in_the_first_message(yangxi: Town, office: Person) -> None:  # noqa: F811
    """发给 with a person alone, whom no unit stands beside."""
    await yangxi.staff("tobacco", "liaison", "丑一")
    await office.says("发通知")
    said = await office.says(f"{TITLE}\n{TEXT}\n发给：丑一")
    assert "要他们做什么" in said
    assert "丑一，共 1 人" in await office.presses("read")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("my notices", "通知"),
        ("notice", "通知"),
        ("send a notice", "标题"),
        ("call a meeting", "会"),
        ("meetings", "会议"),
    ],
)
async def test_english_words_open_what_the_chinese_do(yangxi: Town, office: Person, words: str, heard: str) -> None:  # noqa: F811
    """Notices and meetings, listed and begun."""
    assert heard in await office.says(words) and "go.menu" not in office.ids[:1]
