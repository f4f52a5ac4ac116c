"""Plain text for officers: what is visible, in UTF-8, and nothing that can't be seen."""

import re

from bot.clean.kinds import decoded
from bot.clean.verdicts import Cleaned, refuse

# Besides controls: directions that turn a line around, and characters without width or in the tag plane, with which
# a text can be marked so that its leak is traced to one reader.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def clean_text(data: bytes) -> Cleaned:
    text = decoded(data)
    if text is None:
        raise refuse("damaged")
    shown = visible(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    if not shown.strip():
        raise refuse("empty")
    return Cleaned(shown.encode("utf-8", "replace"), "text/plain", "txt")


def visible(text: str) -> str:
    return _UNSEEN.sub("", text)
