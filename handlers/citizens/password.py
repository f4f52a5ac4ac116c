"""What looks like the password of a tip: it opens one where it is asked for, and is never anybody's words. Pure.

Sixteen characters of Crockford's base 32 in groups of four, as people copy and type them. Parcel numbers, cards, links and
years look otherwise. Copied as it was given it is always known; typed in another way one in three hundred has no look.
"""

import re
import unicodedata
from typing import NamedTuple

from storage.people import ALPHABET, typed

NUMBER = re.compile(r"([A-Za-z]{2,4})\s{0,3}[-—–]?\s{0,3}(\d{8})(?!\d)", re.ASCII)
LONGEST = 20_000  # characters: what is longer is refused wherever it is said
WHOLE, LAST = 16, 4  # characters
_JOIN = r"[-—–_·.]"
_GROUP = "[0-9A-Za-z]{4}"
_FOUR = re.compile(_GROUP)
_SHAPES = (
    re.compile(
        rf"(?<![0-9A-Za-z]){_GROUP}(?:\s{{0,2}}{_JOIN}\s{{0,2}}{_GROUP}){{2,3}}(?![0-9A-Za-z])"
    ),  # one group may be missing
    re.compile(rf"(?<![0-9A-Za-z]){_GROUP}(?:\s{{0,3}}{_GROUP}){{3}}(?![0-9A-Za-z])"),
)
_LINK = re.compile(
    r"(?:https?://|www\.)[!-~]+|(?<![\w.-])(?:[\w-]{1,63}\.){1,6}[a-z]{2,9}/[!-~]*", re.ASCII | re.IGNORECASE
)
_LEAST_LETTERS = 4
_AS_GIVEN = re.compile("(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
# What is said around the two: 编号…，查询密码是…
_AROUND = re.compile(
    r"我的|举报|查询|查看|查|编号|密码|是|为|和|的|[\s:：,，;；。.、=]|(?:number|password|code|is|and|my)(?![a-z])"
)


class Told(NamedTuple):
    """What stands in a message beside words: the number of a tip, its password, and whether there are other words too."""

    number: str
    password: str
    more: bool


def found(text: str) -> Told | None:
    """The password in these words, and the number before it or behind."""
    words = unicodedata.normalize("NFKC", text[:LONGEST])
    if not _FOUR.search(words):  # as most of what people write has not
        return None
    words = _LINK.sub(" ", words)
    named = NUMBER.search(words)
    rest = words.replace(named[0], " ") if named else words
    pieces = (one[0] for shape in _SHAPES for one in shape.finditer(rest))
    secret = next((one for one in pieces if _drawn(one, alone=not _besides(rest, one))), None)
    if secret is None:
        return None
    return Told(f"{named[1]}-{named[2]}".upper() if named else "", secret, len(_besides(rest, secret)) > LAST)


def _besides(words: str, piece: str) -> str:
    return _AROUND.sub("", words.replace(piece, "").casefold())


def _drawn(piece: str, *, alone: bool) -> bool:
    """Drawn by lot: letters and digits among each other. Written with blanks, within a group too, and among words within two,
    as words, weights and years are not."""
    groups = re.findall(_GROUP, piece)
    letters = sum(one.isalpha() for one in piece)
    if letters >= _LEAST_LETTERS and _AS_GIVEN.fullmatch(piece):
        return True
    if letters < _LEAST_LETTERS or not any(map(str.isdigit, piece)):
        return False
    mixed = sum(not one.isdigit() and not one.isalpha() for one in groups)
    joined = not re.search(r"\s", piece) or bool(re.search(_JOIN, piece))
    return joined or mixed > (piece != piece.upper() and not alone)


def last_four(text: str) -> str | None:
    """Nothing but four of its characters."""
    given = typed(unicodedata.normalize("NFKC", text))
    return given if len(given) == LAST and set(given) <= set(ALPHABET) else None


def repeated(text: str) -> str | None:
    """The last four, or the whole of which they are the end."""
    told = found(text)
    return typed(told.password)[-LAST:] if told else last_four(text)
