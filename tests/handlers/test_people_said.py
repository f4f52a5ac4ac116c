"""Words of staff about themselves that carry more than the word. Today is Tuesday, 24 November 2026."""

from datetime import date

import pytest

from handlers.duties.people_said import said_of_people
from rules.calendar import Calendar

TODAY = date(2026, 11, 24)
# fmt: off
SAID: tuple[tuple[str, tuple[str, str] | None], ...] = (
    ("请假 11-25到11-28",          ("leave", "请假 11-25到11-28")),
    ("我明天请假一天",             ("leave", "我明天请假一天")),
    ("on leave tomorrow",         ("leave", "on leave tomorrow")),
    ("请假",                       None),                    # the bare word is a word of ours
    ("请假三天",                   None),                    # no first day
    ("11-25到11-28",              None),                    # days, and nothing about leave
    ("请假到周五，周五报",          None),                    # answers a reminder
    ("换联络员 王小明",            ("succession", "王小明")),
    ("换联络员：王小明",           ("succession", "王小明")),
    ("换联络员成王小明",           ("succession", "王小明")),
    ("换联络员",                   None),
    ("successor: Lin",            ("succession", "Lin")),
    ("值班表 11-25 甲",            ("shifts", "11-25 甲")),
    ("值班表\n11-25 甲\n11-26 乙",  ("shifts", "11-25 甲\n11-26 乙")),
    ("值班表",                     None),
    ("提醒时间 9点半",             ("morning", "9点半")),
    ("把提醒时间改到14:05",        ("morning", "14:05")),
    ("改提醒 25点",                ("morning", "25点")),      # no such time: that is said
    ("reminders at 2:05 pm",      ("morning", "2:05 pm")),
    ("提醒时间",                   None),
    ("改提醒他们明天报",            None),                    # no time of day: not about this
    ("提醒方式 企业微信",           ("morning_where", "企业微信")),
    ("提醒方式",                   None),
)
# fmt: on


@pytest.mark.parametrize(("words", "meant"), SAID, ids=[one[0] for one in SAID])
def test_a_word_and_what_is_said_with_it(words: str, meant: tuple[str, str] | None) -> None:
    """The word alone asks; with days, a name or lines it is done at once; anything else is none of these."""
    assert said_of_people(words, TODAY, Calendar({})) == meant
