"""Our plain text as Telegram takes it: escaped, in pieces it accepts, with buttons in rows an old phone can show.

Limits: sendMessage takes 4096 characters counted in UTF-16 units after the entities are read, and refuses what is longer than
32768 bytes before that (core.telegram.org/bots/api#sendmessage; telegram-bot-api, "text is too long").
"""

import unicodedata
from collections.abc import Sequence
from html import escape

from bot.channels import parts
from bot.channels.parts import Limit

UNITS, BYTES = 4096, 32_768
DATA = 64  # bytes of callback_data
ROW, ACROSS = 30, 4  # half-width letters in a row of a 320-pixel screen, buttons in it


def html(text: str) -> str:
    return escape(text, quote=False)


def units(text: str) -> int:
    """UTF-16 code units: one outside the basic plane counts twice."""
    return sum(2 if ord(one) > 0xFFFF else 1 for one in text)


def pieces(text: str, most_units: int = UNITS, most_bytes: int = BYTES) -> list[str]:
    """Within both limits, as Telegram counts: units, and bytes once it is escaped."""
    return parts.pieces(text, Limit(most_units, units), Limit(most_bytes, lambda one: parts.utf8(html(one))))


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
