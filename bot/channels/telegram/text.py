"""Our plain text as Telegram takes it: escaped, in pieces it accepts, with buttons in rows an old phone can show.

Limits: sendMessage takes 4096 characters counted in UTF-16 units after the entities are read, and refuses what is longer than
32768 bytes before that (core.telegram.org/bots/api#sendmessage; telegram-bot-api, "text is too long").
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

UNITS, BYTES = 4096, 32_768
DATA = 64  # bytes of callback_data
ROW, ACROSS = 30, 4  # half-width letters in a row of a 320-pixel screen, buttons in it
# Where a text may be cut, the best first: after a paragraph, a line, a sentence, a blank.
_BREAKS = tuple(
    re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"[。！？；!?;]+[”’」』）)\"']*\s*|\.\s+", r"[，、,\s]")
)
_JOINER = "\u200d"


def html(text: str) -> str:
    return escape(text, quote=False)


def units(text: str) -> int:
    """UTF-16 code units: one outside the basic plane counts twice."""
    return sum(2 if ord(one) > 0xFFFF else 1 for one in text)


def pieces(text: str, most_units: int = UNITS, most_bytes: int = BYTES) -> list[str]:
    """Joined they are the text; each fits. What holds nothing to see is left to whoever sends: it can't be sent alone."""
    return list(_pieces(text, most_units, most_bytes)) or [""]


def _pieces(text: str, most_units: int, most_bytes: int) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _longest(text, start, most_units, most_bytes)
        if end < len(text):
            end = _cut(text, start, end)
        yield text[start:end]
        start = end


def _longest(text: str, start: int, most_units: int, most_bytes: int) -> int:
    """As far as it fits, at least one character."""
    wide = heavy = 0
    for place in range(start, len(text)):
        one = text[place]
        wide += 2 if ord(one) > 0xFFFF else 1
        heavy += len(html(one).encode("utf-8", "surrogatepass"))
        if wide > most_units or heavy > most_bytes:
            return max(place, start + 1)
    return len(text)


def _cut(text: str, start: int, end: int) -> int:
    """The last good place in the second half of what fits, else where no character is torn from what it is made of."""
    for pattern in _BREAKS:
        found = [one.end() for one in pattern.finditer(text, start + (end - start) // 2, end)]
        if found:
            return found[-1]
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


def width(label: str) -> int:
    """In half-width letters."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in label)


def rows(labels: Sequence[str]) -> list[range]:
    """Which labels share a row: all of a row are as wide as its widest, since Telegram divides it evenly."""
    found, start = list[range](), 0
    while start < len(labels):
        end = start + 1
        while end < len(labels) and end - start < ACROSS:
            widest = max(width(one) for one in labels[start : end + 1]) + 2
            if widest * (end + 1 - start) > ROW:
                break
            end += 1
        found.append(range(start, end))
        start = end
    return found


def data(prompt: int, choice: str) -> str | None:
    """What a button brings back; None where it is longer than Telegram carries."""
    packed = f"{prompt}:{choice}"
    return packed if len(packed.encode()) <= DATA else None
