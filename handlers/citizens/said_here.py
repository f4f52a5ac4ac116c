"""What a citizen said in this conversation, by the platform's names for it: so that one of these messages can be taken back,
or all of them be taken out of the chat. Of the words only a digest is kept."""

import hashlib
from typing import Any

from handlers.desk import Desk
from handlers.forms import Heard, plain
from storage.database import now_ms
from storage.queue import HOUR_MS

KEPT, HOURS = 20, 24  # messages; no platform lets anybody take one back later
What = list[Any]  # [length, digest] of words, [id] of a file


def noted(desk: Desk, heard: Heard) -> None:
    what = _what(heard) if desk.chat.person is None else None
    if what is not None:
        said = [*desk.chat.state.get("told", []), [named(desk, heard), what, now_ms() // HOUR_MS]]
        desk.chat.state["told"] = said[-KEPT:]


def named(desk: Desk, heard: Heard) -> int | str:
    """By the platform, or where it has no names for messages by the question that was open."""
    return heard.message or f"#{desk.chat.prompt}"


def forgotten(desk: Desk, message: int | str) -> What | None:
    """What it said; from here on it is not known any more."""
    told = desk.chat.state.get("told", [])
    desk.chat.state["told"] = [one for one in told if one[0] != message]
    return next((one[1] for one in told if one[0] == message), None)


def messages(desk: Desk) -> tuple[int | str, ...]:
    """What can be taken out of the chat, where a channel can do that."""
    if desk.entrance.stays != "erasable":
        return ()
    hour = now_ms() // HOUR_MS
    fresh = (message for message, _, at in desk.chat.state.get("told", []) if hour - at < HOURS)
    return tuple(dict.fromkeys(one for one in fresh if not str(one).startswith("#")))


def digest(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def told(piece: Any) -> What:
    """Of words or a file."""
    return [piece["id"]] if isinstance(piece, dict) else [len(piece), digest(piece)]


def _what(heard: Heard) -> What | None:
    if heard.kind == "file" and heard.file:
        return told(heard.file)
    words = plain(heard.text) if heard.kind == "said" else ""
    return told(words) if words else None
