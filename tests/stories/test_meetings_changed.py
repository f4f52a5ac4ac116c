"""A meeting put right after it was called, and what was decided on one line. Yangxi, Tuesday, 24 November 2026, half past nine."""

from sqlalchemy import select

from storage.models import decisions
from tests.stories.duties import at
from tests.stories.office import kept
from tests.stories.test_meetings import LINK, PLACE, asked, called, held, opens
from tests.stories.test_meetings_told import office, yangxi  # noqa: F401
from tests.town import Person, Town


async def test_only_what_was_said_is_another(yangxi: Town, office: Person) -> None:  # noqa: F811
    """Another place keeps time and link; the link goes when it is taken out, and place and time stay."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await opens(office)
    await office.presses("change")
    said = await office.says("二楼会议室")
    assert "二楼会议室" in said and LINK in said and "12月2日（周三）15:00" in said
    await office.presses("submit")
    assert LINK in await tobacco.listens()
    await opens(office)
    await office.presses("change")
    assert LINK not in await office.says("去掉链接")
    await office.presses("submit")
    heard = (await tobacco.listens()).rsplit("会议改了", 1)[1]
    assert "二楼会议室" in heard and LINK not in heard and "12月2日（周三）15:00" in heard


async def test_more_is_said_at_the_last_look(yangxi: Town, office: Person) -> None:  # noqa: F811
    """改到下周一9点 there is another time, with the place that was said before; a time that has passed changes nothing."""
    await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await opens(office)
    await office.presses("change")
    await office.says("二楼会议室")
    said = await office.says("改到下周一9点")
    assert "11月30日（周一）09:00" in said and "二楼会议室" in said
    assert "submit" in office.ids
    assert "已经过了" in await office.says("改到昨天9点")
    await office.presses("submit")
    said = await opens(office)
    assert "11月30日（周一）09:00" in said and "二楼会议室" in said and PLACE not in said


async def test_another_reason_at_the_last_look(yangxi: Town, office: Person) -> None:  # noqa: F811
    """The latest is what they hear."""
    tobacco = await yangxi.staff("tobacco", "liaison", "甲")
    await called(office)
    await opens(office)
    await office.presses("call_off")
    await office.says("会议室没有了")
    assert "全县停电" in await office.says("取消原因：全县停电")
    await office.presses("submit")
    heard = await tobacco.listens()
    assert "全县停电" in heard and "会议室没有了" not in heard


async def test_two_on_one_line_are_two_duties_of_no_invented_length(yangxi: Town, office: Person) -> None:  # noqa: F811
    """They stand in a list before it is done, and nothing says how long one takes; 应急 in a task is no word of urgency."""
    tobacco, police = await yangxi.staff("tobacco", "liaison", "甲"), await yangxi.staff("police", "liaison", "乙")
    await called(office, when="明天下午三点")
    for one in (tobacco, police):
        await one.says("我去")
    await yangxi.forward_to(at(11, 25, 17))
    said = await held(office, "烟草局12月4日前报送摸排名单；公安局12月8日前开展应急演练")
    assert "布置了 2 件" in said and set(await asked(yangxi)) == {"tobacco", "police"}
    assert len(await kept(yangxi, lambda tx: tx.execute(select(decisions)).all())) == 2
    said = await tobacco.says("待办")
    assert "报送摸排名单" in said and "约" not in said
