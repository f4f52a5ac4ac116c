"""Telegram's HTML: what of it is understood, and how the rest is refused (core.telegram.org/bots/api#html-style).

Offsets in refusals are bytes of UTF-8, offsets in entities UTF-16 units, as Telegram has it.
"""

import re
from typing import Any, NoReturn

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # "currently supports only the following named HTML entities"

_TOKEN = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>?|&(?:#x[0-9a-fA-F]+|#[0-9]+|[A-Za-z]+);?|[^<&]+|&")
_ATTRIBUTE = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]*)))?""")


class Malformed(ValueError):
    """Not Telegram's HTML."""


def parse(raw: str) -> tuple[str, list[dict[str, Any]]]:
    """The text as it is seen, and its entities."""
    return _Reader().read(raw)


def character(reference: str) -> str:
    """One `&…;`. An unknown name stays as it is, which Telegram does too: `&nbsp;` is then seen by the reader."""
    name = reference[1:].removesuffix(";")
    if not name.startswith("#"):
        return NAMED.get(name, reference)
    code = int(name[2:], 16) if name[1:2] in "xX" else int(name[1:])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else reference


def trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Telegram takes white space off both ends; entities move along."""
    cut, seen = _units(text[: len(text) - len(text.lstrip())]), text.strip()
    kept = []
    for one in entities:
        start, end = max(one["offset"] - cut, 0), min(one["offset"] + one["length"] - cut, _units(seen))
        if end > start:
            kept.append({**one, "offset": start, "length": end - start})
    return seen, kept


class _Reader:
    def __init__(self) -> None:
        self.seen = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[tuple[str, dict[str, str], int]] = []

    def read(self, raw: str) -> tuple[str, list[dict[str, Any]]]:
        for token in _TOKEN.finditer(raw):
            word, at = token[0], len(raw[: token.start()].encode())
            if word.startswith("</"):
                self.close(word, at)
            elif word.startswith("<"):
                self.begin(word, at)
            else:
                self.seen += character(word) if word.startswith("&") else word
        if self.open:
            refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.seen, sorted(self.entities, key=lambda one: (one["offset"], -one["length"]))

    def begin(self, word: str, at: int) -> None:
        name = re.split(r"\s", word[1:].removesuffix(">"), maxsplit=1)[0].lower()
        if not word.endswith(">") and not re.search(r"\s", word):
            refuse(f"Unclosed start tag at byte offset {at}")
        if name not in KINDS:
            refuse(f'Unsupported start tag "{name}" at byte offset {at}')
        if not word.endswith(">"):
            refuse(f'Unclosed start tag "{name}" at byte offset {at}')
        told = {found[1].lower(): _value(found) for found in _ATTRIBUTE.finditer(word[1 + len(name) : -1])}
        if name == "span" and told.get("class") != "tg-spoiler":
            refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self.open.append((name, told, _units(self.seen)))

    def close(self, word: str, at: int) -> None:
        if not self.open:
            refuse(f"Unexpected end tag at byte offset {at}")
        if not word.endswith(">"):
            refuse(f"Unclosed end tag at byte offset {at}")
        name, (expected, told, start) = word[2:-1].strip().lower(), self.open.pop()
        if name and name != expected:
            refuse(f'Unmatched end tag at byte offset {at}, expected "</{expected}>", found "</{name}>"')
        length = _units(self.seen) - start
        if length:
            self.entities.append({"type": KINDS[expected], "offset": start, "length": length} | _extra(told))


def refuse(why: str) -> NoReturn:
    raise Malformed(why)


def _extra(told: dict[str, str]) -> dict[str, Any]:
    names = {"href": "url", "emoji-id": "custom_emoji_id", "unix": "unix_time"}
    return {name: told[key] for key, name in names.items() if key in told}


def _value(found: re.Match[str]) -> str:
    return re.sub(r"&[#\w]+;?", lambda one: character(one[0]), found[2] or found[3] or found[4] or "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
