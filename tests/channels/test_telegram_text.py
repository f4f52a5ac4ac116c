"""Texts and buttons as Telegram takes them: nothing lost, nothing longer than it accepts, nothing torn."""

from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram import text

FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇨🇳"
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("。！？\n .,😀👍🏽\u200d\ufe0f🇨🇳&<>" + "é")),
    max_size=400,
)


@given(TEXTS, st.integers(2, 60), st.integers(8, 200))
@example("😀" * 20, 3, 200)
@example("&" * 20, 60, 11)
def test_pieces(words: str, units: int, size: int) -> None:
    """Joined they are the text; each is within both limits, as Telegram counts: UTF-16 units, and bytes as they are sent."""
    found = text.pieces(words, units, size)
    assert "".join(found) == words
    for one in found:
        assert len(one.encode("utf-16-le")) // 2 == text.units(one) <= units
        assert len(text.html(one).encode()) <= size


@given(TEXTS)
def test_html(words: str) -> None:
    """What people write is never markup: no tag begins in it, and it reads as it was written."""
    sent = text.html(words)
    assert "<" not in sent and ">" not in sent and unescape(sent.replace("&amp;", "&#38;")) == unescape_once(words)


def unescape_once(words: str) -> str:
    return unescape(words.replace("&", "&#38;").replace("<", "&lt;").replace(">", "&gt;"))


# what is cut -> its pieces of at most 12 units
CUTS = [
    ("甲乙丙丁戊己\n\n庚辛壬癸子丑", ["甲乙丙丁戊己\n\n", "庚辛壬癸子丑"]),  # a paragraph before all else
    ("甲乙丙丁戊己庚。\n辛壬癸子丑寅", ["甲乙丙丁戊己庚。\n", "辛壬癸子丑寅"]),  # a line
    ("甲乙丙丁戊。己庚辛，壬癸子丑", ["甲乙丙丁戊。己庚辛，", "壬癸子丑"]),  # no sentence ends in the second half
    ("甲乙丙丁戊己庚？」辛，壬癸子丑", ["甲乙丙丁戊己庚？」", "辛，壬癸子丑"]),  # with its closing quote
    ("abcd efgh. ijkl mnop", ["abcd efgh. ", "ijkl mnop"]),
    ("abcdefg 1.2345 mnop", ["abcdefg ", "1.2345 mnop"]),  # a figure is no sentence's end
    ("甲" * 13, ["甲" * 12, "甲"]),  # nothing to hold on to
    ("甲" * 10 + FAMILY, ["甲" * 10, FAMILY]),  # a family stays together
    ("甲" * 11 + "👍🏽", ["甲" * 11, "👍🏽"]),  # a thumb keeps its skin
    ("甲" * 10 + FLAG, ["甲" * 10, FLAG]),  # a flag is two signs
    ("甲" * 11 + "e\u0301", ["甲" * 11, "e\u0301"]),  # a letter keeps its accent
]


@pytest.mark.parametrize(("words", "wanted"), CUTS)
def test_where_a_text_is_cut(words: str, wanted: list[str]) -> None:
    """At a paragraph, a line, a sentence, a blank, and inside no sign."""
    assert text.pieces(words, 12) == wanted


# labels -> how many stand in each row; an old phone shows thirty half-width letters
ROWS = [
    (["是", "否"], [2]),
    (["1", "2", "3", "4", "5"], [4, 1]),
    (["提交", "修改", "不报了"], [3]),
    (["县烟草专卖局", "县市场监督管理局"], [1, 1]),
    (["县公安局", "县烟草局", "其他"], [3]),
    (["一个很长很长的选项说明文字在这里", "是", "否"], [1, 2]),
    ([], []),
]


@pytest.mark.parametrize(("labels", "wanted"), ROWS)
def test_rows_of_buttons(labels: list[str], wanted: list[int]) -> None:
    """Short ones side by side, long ones alone, in their order; none too narrow for its words."""
    found = text.rows(labels)
    assert [len(row) for row in found] == wanted
    assert [number for row in found for number in row] == list(range(len(labels)))


# prompt, choice -> callback_data; 64 bytes, not 64 characters
DATA = [
    (3, "yes", "3:yes"),
    (-1, "go.open.LZ-40718265", "-1:go.open.LZ-40718265"),
    (1, "a" * 62, "1:" + "a" * 62),
    (1, "a" * 63, None),
    (12, "选" * 20, "12:" + "选" * 20),
    (12, "选" * 21, None),
]


@pytest.mark.parametrize(("prompt", "choice", "wanted"), DATA)
def test_callback_data(prompt: int, choice: str, wanted: str | None) -> None:
    """Question and choice come back whole, or there is no such button."""
    assert text.data(prompt, choice) == wanted
