"""值班表 as people write it. Today is Tuesday, 24 November 2026."""

from datetime import date

import pytest

from rules.calendar import Calendar
from rules.shift_lines import shifts_meant

TODAY = date(2026, 11, 24)
NAMES = {"甲": 1, "乙": 2, "王小明": 3, "Lin": 4, "和平": 5}

# fmt: off
LINES: tuple[tuple[str, dict[str, list[int]]], ...] = (
    ("11-25 甲, 乙",              {"11-25": [1, 2]}),
    ("11-25 甲、乙",              {"11-25": [1, 2]}),
    ("11-25 甲和乙",              {"11-25": [1, 2]}),       # 和 between two
    ("11-25 和平",                {"11-25": [5]}),          # and in a name
    ("11月25日至27日 甲",          {"11-25": [1], "11-26": [1], "11-27": [1]}),
    ("11/25-11/26 甲",            {"11-25": [1], "11-26": [1]}),
    ("25-26号 甲",                {"11-25": [1], "11-26": [1]}),
    ("30日至12月1日：王小明",      {"11-30": [3], "12-01": [3]}),
    ("今天 甲",                   {"11-24": [1]}),
    ("周五：乙 值班",             {"11-27": [2]}),
    ("周五由乙值班",              {}),                      # a sentence is not guessed at
    ("Friday Lin",                {"11-27": [4]}),
    ("11-25 甲\n11-26 乙；11-27 甲 乙", {"11-25": [1], "11-26": [2], "11-27": [1, 2]}),
    ("11-25 甲\n11-25 乙",        {"11-25": [1, 2]}),       # named twice: both
    ("11-25 甲, 丙",              {}),                      # half a shift is none
    ("11-20 甲",                  {}),                      # over
    ("31号 甲",                   {}),                      # November has no 31st
    ("明天",                      {}),                      # nobody
    ("甲",                        {}),                      # no day
)
TOLD = (
    ("11-25 丙\n11-26 甲",         ("丙",), ()),
    ("11-25 甲 丁 戊",            ("丁", "戊"), ()),
    ("11-20 甲",                  (), ("11-20 甲",)),
    ("甲乙都行\n11-26 甲",         (), ("甲乙都行",)),
)
# fmt: on


@pytest.mark.parametrize(("words", "days"), LINES, ids=[one[0] for one in LINES])
def test_a_line_sets_the_days_it_names(words: str, days: dict[str, list[int]]) -> None:
    """A day or a span, and who has it; nothing is guessed."""
    found = shifts_meant(words, NAMES, TODAY, Calendar({})).days
    assert {f"{day:%m-%d}": who for day, who in found.items()} == days


@pytest.mark.parametrize(("words", "unknown", "unread"), TOLD, ids=[one[0] for one in TOLD])
def test_what_is_not_understood_is_told(words: str, unknown: tuple[str, ...], unread: tuple[str, ...]) -> None:
    """Names that nobody on duty has, and lines that say no day: each is named, the others stand."""
    found = shifts_meant(words, NAMES, TODAY, Calendar({}))
    assert (found.unknown, found.unread) == (unknown, unread)
