"""Notices in words, from who decides on them and who has planned them: 退回 with its reason, another time, what waits for a second
person's word. Yangxi, Tuesday, 24 November 2026, half past nine."""

from storage import notices as stored
from tests.stories.office import kept
from tests.stories.test_notices_composed import (
    at,
    circular,
    door,
    office,  # noqa: F401
    the_notice,
    writes,
    yangxi,  # noqa: F401
)
from tests.town import Person, Town


async def submitted(town: Town, writer: Person) -> Person:
    """By its coordinator, to be looked at by the county's head."""
    await town.staff("tobacco", "liaison", "甲")
    head = await town.staff(town.plan.head.unit, town.plan.head.seat, "领一")
    await circular(writer)
    await writer.presses("submit")
    await head.listens()
    return head


async def test_handed_back_with_its_reason_in_one_message(yangxi: Town, office: Person) -> None:  # noqa: F811
    """With nothing open it is of the one that waits; its author hears why."""
    head = await submitted(yangxi, office)
    assert "已退回" in await head.says("退回，先核实数字")
    row = await the_notice(yangxi)
    assert row.status == "returned" and await kept(yangxi, lambda tx: stored.remarks(tx, row)) == "先核实数字"
    assert "意见：先核实数字" in await office.listens()


async def test_handed_back_in_words_at_its_card(yangxi: Town, office: Person) -> None:  # noqa: F811
    """The card takes the step and its reason at once; the bare word asks for the reason; 同意 alone approves nothing unseen."""
    head = await submitted(yangxi, office)
    await head.says("同意")
    assert "approve" in head.ids and (await the_notice(yangxi)).status == "waiting"
    assert "已退回" in await head.says("退回：日期不对")
    assert (await the_notice(yangxi)).status == "returned"


async def test_the_bare_word_asks_why(yangxi: Town, office: Person) -> None:  # noqa: F811
    """退回 with nothing open opens what is to be changed."""
    head = await submitted(yangxi, office)
    assert "要改什么" in await head.says("退回")
    await head.says("先核实数字")
    assert (await the_notice(yangxi)).status == "returned"


async def test_approved_late_it_goes_at_once_and_says_so(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Past the time for which it was planned the card promises no moment that is gone."""
    await yangxi.staff("tobacco", "liaison", "甲")
    head = await yangxi.staff(yangxi.plan.head.unit, yangxi.plan.head.seat, "领一")
    await circular(office)
    await office.says("明天上午9点发")
    await office.presses("submit")
    await head.listens()
    await yangxi.forward_to(at(11, 25, 10))
    said = await door(head)
    assert "原定 11月25日 09:00 发" in said and "同意后，马上发" in said and "09:00 发出" not in said
    await head.presses("approve")
    assert (await the_notice(yangxi)).status == "sent"


async def test_a_planned_one_is_moved_in_words(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Each way of saying it leads to the last look with the new time; until that is confirmed the old one stands."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await writes(office, units="烟草局")
    await office.says("明天上午9点发")
    await office.presses("submit")
    for words, told in (
        ("后天下午3点发", "11月26日 15:00"),
        ("推迟到周五上午9点", "11月27日 09:00"),
        ("提前到今天下午4点", "11月24日 16:00"),
        ("时间：周五", "11月27日"),
        ("改到后天下午3点", "11月26日 15:00"),
    ):
        row = await the_notice(yangxi)
        await office.presses(f"go.draft.{row.id}")
        assert f"发送时间改成：{told}" in await office.says(words), words
        assert (await the_notice(yangxi)).send_at == row.send_at == at(11, 25)
        if words != "改到后天下午3点":
            await office.says("取消")
    await office.presses("submit")
    row = await the_notice(yangxi)
    assert (row.status, row.send_at) == ("planned", at(11, 26, 15))


async def test_staff_who_mistyped_are_told_their_own_ways(yangxi: Town, office: Person) -> None:  # noqa: F811
    """写错了 with nothing to take back: no word of tips that they have not told."""
    said = await office.says("写错了")
    assert "我发的通知" in said and "举报" not in said.split("阳西县")[0]


async def test_what_waits_for_a_second_word_stands_among_the_notices(yangxi: Town, office: Person) -> None:  # noqa: F811
    """通知 names what whoever speaks may approve, with a button; the author sees none of it there."""
    head = await submitted(yangxi, office)
    number = (await the_notice(yangxi)).id
    assert "等您审核的通知 1 份" in await head.says("通知") and f"go.draft.{number}" in head.ids
    assert "等您审核" not in await office.says("通知")


async def test_a_time_said_where_it_is_asked_what_they_are_to_do(yangxi: Town, office: Person) -> None:  # noqa: F811
    """It is when the notice goes, and that it was taken in is said."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await office.says("发通知")
    await office.says("节前检查安排\n请报名单。")
    await office.says("烟草局")
    for press in ("done", "liaisons"):
        await office.presses(press)
    said = await office.says("明天上午9点发")
    assert "请在下面选一个" not in said and "要他们做什么" in said
    await office.presses("read")
    await office.presses("submit")
    row = await the_notice(yangxi)
    assert (row.status, row.send_at) == ("planned", at(11, 25))
