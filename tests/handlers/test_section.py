"""What a section puts into the menu."""

import pytest

from handlers.section import joined


def test_a_word_belongs_to_one_section() -> None:
    """A word that two sections name would silently be the later one's: the house does not start so."""
    assert joined(({"open": 1}, {"put": 2})) == {"open": 1, "put": 2}
    with pytest.raises(ValueError, match="in two sections of the menu: open, put"):
        joined(({"open": 1, "put": 2}, {"put": 3, "open": 4, "more": 5}))
