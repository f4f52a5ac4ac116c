"""A text in pieces that a platform accepts: nothing lost, nothing torn, cut where a reader would pause."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Where a text may be cut, the best first: after a paragraph, a line, a sentence, a blank.
_BREAKS = tuple(
    re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"[。！？；!?;]+[”’」』）)\"']*\s*|\.\s+", r"[，、,\s]")
)
_JOINER = "\u200d"


@dataclass(frozen=True)
class Limit:
    """At most so much, by what a text weighs: the sum of what its characters do, each at least 1."""

    most: int
    weight: Callable[[str], int]


def utf8(text: str) -> int:
    """Bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def pieces(text: str, *limits: Limit) -> list[str]:
    """Joined they are the text; each fits. What holds nothing to see is left to whoever sends: it can't be sent alone."""
    return list(_pieces(text, limits)) or [""]


def shortened(text: str, limit: Limit) -> str:
    """Its beginning and "…" where it does not fit."""
    if limit.weight(text) <= limit.most:
        return text
    end = _whole(text, 0, _longest(text, 0, (Limit(limit.most - limit.weight("…"), limit.weight),)))
    return text[:end].rstrip() + "…"


def abridged(text: str, limit: Limit) -> str:
    """Its beginning and its end, and "…" for what is between them, where it does not fit."""
    if limit.weight(text) <= limit.most:
        return text
    start = shortened(text, Limit(limit.most // 2, limit.weight))
    room = limit.most - limit.weight(start)
    end = bisect_left(range(len(text)), True, key=lambda at: limit.weight(text[at:]) <= room)
    while end < len(text) and _inside(text, end):
        end += 1
    return start + text[end:].lstrip()


def _pieces(text: str, limits: tuple[Limit, ...]) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _longest(text, start, limits)
        if end < len(text):
            end = _cut(text, start, end)
        yield text[start:end]
        start = end


def _longest(text: str, start: int, limits: tuple[Limit, ...]) -> int:
    """As far as it fits, at least one character."""
    ends = range(start + 1, min(len(text), start + min(one.most for one in limits)) + 1)
    fit = bisect_left(ends, True, key=lambda end: any(one.weight(text[start:end]) > one.most for one in limits))
    return start + max(fit, 1)


def _cut(text: str, start: int, end: int) -> int:
    """The last good place in the second half of what fits, else where no character is torn from what it is made of."""
    for pattern in _BREAKS:
        found = [one.end() for one in pattern.finditer(text, start + (end - start) // 2, end)]
        if found:
            return found[-1]
    return _whole(text, start, end)


def _whole(text: str, start: int, end: int) -> int:
    for place in range(end, max(start, end - 32), -1):
        if not _inside(text, place):
            return place
    return end


def _inside(text: str, place: int) -> bool:
    """Whether one sign (an emoji of several parts, a letter with its accent) reaches across this place."""
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or unicodedata.combining(after) or "\ufe00" <= after <= "\ufe0f":
        return True
    return "\U0001f3fb" <= after <= "\U0001f3ff" or (_flag(before) and _flag(after))


def _flag(one: str) -> bool:
    return "\U0001f1e6" <= one <= "\U0001f1ff"
