"""Texts in pieces, whatever the limit counts."""

import pytest

from bot.channels import parts
from bot.channels.parts import Limit, utf8

# text, bytes -> pieces
PIECES = [
    ("", 9, [""]),
    ("甲乙丙", 9, ["甲乙丙"]),
    ("甲乙丙丁", 9, ["甲乙丙", "丁"]),
    ("甲乙", 2, ["甲", "乙"]),  # one that is larger than the limit goes alone: a text always ends
]


@pytest.mark.parametrize(("text", "most", "wanted"), PIECES)
def test_pieces(text: str, most: int, wanted: list[str]) -> None:
    """As much in each as fits, and never nothing."""
    assert parts.pieces(text, Limit(most, utf8)) == wanted


# text, characters -> its beginning
SHORTENED = [
    ("甲乙丙", 3, "甲乙丙"),
    ("甲乙丙丁", 3, "甲乙…"),
    ("甲 乙丙丁", 3, "甲…"),  # no blank before the dots
    ("甲👍🏽丙丁", 3, "甲…"),  # a thumb keeps its skin, or goes
    ("", 3, ""),
]


@pytest.mark.parametrize(("text", "most", "wanted"), SHORTENED)
def test_shortened(text: str, most: int, wanted: str) -> None:
    """Whole where it fits, else its beginning, between two signs, and dots."""
    assert parts.shortened(text, Limit(most, len)) == wanted


# text, characters -> its two ends
ABRIDGED = [
    ("甲乙丙丁", 4, "甲乙丙丁"),
    ("甲乙丙丁戊己庚", 6, "甲乙…戊己庚"),
    ("甲乙丙丁戊👍🏽庚", 4, "甲…庚"),
    ("", 3, ""),
]


@pytest.mark.parametrize(("text", "most", "wanted"), ABRIDGED)
def test_abridged(text: str, most: int, wanted: str) -> None:
    """Whole where it fits, else both ends: what was written last is as good a reminder as what came first."""
    said = parts.abridged(text, Limit(most, len))
    assert said == wanted and len(said) <= most
