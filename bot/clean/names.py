"""The name a person gave a file: shown to intake beside the original, trusted for nothing."""

import re

from bot.clean.texts import visible

_APART = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST = 80


def shown_name(given: str, extension: str) -> str:
    """A name that is safe to print and to save under: one line, no path, the extension its content has.

    A name may identify ("张三的手机.jpg"), so units get a neutral one instead of this.
    """
    stem = _APART.sub(" ", visible(_APART.sub(" ", given))).strip(" .")
    stem = stem.removesuffix(f".{extension}")[:LONGEST].strip(" .")
    return f"{stem or 'file'}.{extension}"
