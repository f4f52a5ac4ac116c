"""What is read out of typed words, and how: once for each message, and exactly as if nothing were skipped."""

import sys

from bot.app import TEMPLATES
from handlers.forms import plain
from handlers.reading import Reading
from rules import county

LUZHAI, YANGXI = county.load([TEMPLATES.parent / "counties" / f"{name}.yaml" for name in ("luzhai", "yangxi")]).values()


def test_no_control_or_direction_character_is_taken_for_a_printable_one() -> None:
    """Printable text is taken as it is: whatever is taken out of a text, no printable text holds."""
    every = (chr(one) for one in range(sys.maxunicode + 1))
    assert not [one for one in every if one.isprintable() and plain(f"a{one}b") != f"a{one}b"]
    assert plain("a\u202eb\u200bc\r\nd\x00 ") == "abc\nd"


def test_the_same_words_are_read_once_and_those_of_another_county_anew() -> None:
    """A message's reading holds for its words, whatever else is answered, and for one plan alone; another message has its own."""
    answers, reading = {"what": "县公安局的人收红包，我住隔壁", "where": {"told": True}, "goods": "tobacco"}, Reading()
    words = reading.of(answers, LUZHAI)
    assert words is reading.of(answers | {"goods": None}, LUZHAI)
    assert words is not reading.of(answers, YANGXI) and words is not Reading().of(answers, LUZHAI)
    assert words.in_office and "police" in words.units and words.accused == (*words.units, "officials")
    assert {one["field"] for one in words.by_author} == {"what"}
