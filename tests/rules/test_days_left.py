"""Days that a correction forgot. Tuesday, 24 November 2026."""

from datetime import date

import pytest

from rules.county import Plan
from rules.days_left import Written, days_in, left_over

ON = date(2026, 11, 24)
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


def written(title: str, words: str, until: date | None = None, on: date = ON) -> Written:
    return Written(((title, on), (words, on)), until)


# before: title, text, deadline · after: the same · what is left over
LEFT = (
    # the deadline was moved and the text was not
    (("名单", "周五前报来", FRIDAY), ("名单", "周五前报来", MONDAY), ["周五"]),
    (("名单", "11月27日前报来", FRIDAY), ("名单", "11月27日前报来", MONDAY), ["11月27日"]),
    (("List", "by Friday", FRIDAY), ("List", "by Friday", MONDAY), ["friday"]),
    # the title was put right and the text was not, and the other way about
    (("周五检查", "周五上午九点到齐", None), ("周四检查", "周五上午九点到齐", None), ["周五上午"]),
    (("周五检查", "周五上午九点到齐", None), ("周五检查", "周四上午九点到齐", None), ["周五"]),
    # both were; or nothing was; or another day was named besides all along
    (("周五检查", "周五到齐", FRIDAY), ("周四检查", "周四到齐", date(2026, 11, 26)), []),
    (("周五检查", "周五到齐", FRIDAY), ("周五检查", "周五到齐，带证件", FRIDAY), []),
    (("名单", "周三开会，周五前报来", FRIDAY), ("名单", "周三开会，下周一前报来", MONDAY), []),
    # a day that is new in the title or as the deadline: the text below is older than it
    (("检查", "周五到齐", None), ("检查（改到周四）", "周五到齐", None), ["周五"]),
    (("名单", "周五前报来", None), ("名单", "周五前报来", MONDAY), ["周五"]),
    (("名单", "周五前报来", None), ("名单", "周五前报来", FRIDAY), []),
    (("名单", "周五开会", None), ("名单", "周五开会，周四报名", None), []),
    # no day at all
    (("名单", "尽快报来", None), ("名单", "尽快报来", MONDAY), []),
)


@pytest.mark.parametrize("before, after, found", LEFT)
def test_a_day_that_was_moved_is_found_where_it_still_stands(
    before: tuple[str, str, date | None], after: tuple[str, str, date | None], found: list[str], yangxi: Plan
) -> None:
    """Whichever of the three was put right; what never changed is no mistake."""
    kept = left_over(written(*before), written(*after), yangxi.calendar)
    assert [one.casefold() for one in kept] == found


def test_a_weekday_is_counted_from_when_it_was_written(yangxi: Plan) -> None:
    """周五, written last week and not touched since, is that week's."""
    before = written("名单", "周五前报来", FRIDAY)
    after = Written((("名单", ON), ("周五前报来", ON)), date(2026, 12, 4))
    assert left_over(before, after, yangxi.calendar) == ["周五"]
    anew = Written((("名单", ON), ("周五前报来。", MONDAY)), date(2026, 12, 4))
    assert left_over(before, anew, yangxi.calendar) == []


def test_every_day_of_a_text_is_read(yangxi: Plan) -> None:
    """Not only the first."""
    assert list(days_in("周四报名，11月27日开会，明天先到", ON, yangxi.calendar).values()) == [
        "周四",
        "11月27日",
        "明天",
    ]
