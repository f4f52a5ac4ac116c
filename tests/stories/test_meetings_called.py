"""A meeting called in one message, and put right before it goes. Yangxi, Tuesday, 24 November 2026, half past nine."""

import pytest

from tests.stories.test_meetings import PLACE
from tests.stories.test_meetings_told import office, yangxi  # noqa: F401
from tests.town import Person, Town


@pytest.mark.parametrize(
    "words",
    [
        "周五上午9点在三楼会议室开联席会议，请公安局、烟草局参加",
        "召开联席会议，周五上午9点，在三楼会议室，请公安局、烟草局参加",
        "本周五上午9点在三楼会议室召开联席会议，只请公安局和烟草局来",
    ],
)
async def test_all_in_one_message(yangxi: Town, office: Person, words: str) -> None:  # noqa: F811
    """Time, place and units are kept; what is left to say is what the meeting is about."""
    assert "议什么" in await office.says(words)
    assert "已选 2 个：县公安局、县烟草专卖局" in await office.presses("done")
    said = await office.presses("done")
    assert "11月27日（周五）09:00" in said and "地点：三楼会议室" in said


async def test_what_is_no_call_calls_none(yangxi: Town, office: Person) -> None:  # noqa: F811
    """What was held and is told of, and an agenda without a day."""
    for words in ("周五开了个会", "今天上午开过联席会议了", "会议开得很好"):
        assert "在哪里开" not in await office.says(words), words


async def test_a_time_where_the_place_is_asked(yangxi: Town, office: Person) -> None:  # noqa: F811
    """It is another time, and the place is asked again."""
    await office.says("召开联席会议，下周三下午三点")
    said = await office.says("改到周五下午3点")
    assert "11月27日（周五）15:00" in said and "在哪里开" in said
    assert "议什么" in await office.says(PLACE)


async def test_only_these(yangxi: Town, office: Person) -> None:  # noqa: F811
    """只请 takes the place of those who were chosen, where units are asked and at the last look."""
    await office.says("召开联席会议，下周三下午三点")
    await office.says(PLACE)
    await office.presses("done")
    assert "已选 2 个：县公安局、县烟草专卖局" in await office.says("只请公安局、烟草局")
    await office.presses("done")
    assert "请：县公安局\n" in await office.says("只请公安局")
