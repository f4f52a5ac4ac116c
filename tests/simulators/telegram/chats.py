"""Chats as both sides have them: messages, what is on them, and who is still there."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.simulators.bell import Clock

from .files import File
from .rules import Refused, bad, units

Standing = Literal["unknown", "member", "kicked", "left"]


@dataclass(frozen=True)
class Button:
    """`data` comes back as a press; a button with `url` opens a page."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(eq=False)
class Message:
    """`content` is what Telegram's JSON has beside the envelope: text, caption, photo, contact…"""

    id: int
    chat: "Chat"
    sender: dict[str, Any]
    date: int
    content: dict[str, Any]
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    files: tuple[File, ...] = ()
    mine: bool = False  #  the bot's
    edited: int = 0
    gone: bool = False

    @property
    def text(self) -> str:
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def entities(self) -> list[dict[str, Any]]:
        return self.content.get("entities") or self.content.get("caption_entities") or []

    @property
    def buttons(self) -> list[Button]:
        every = (one for row in self.keyboard for one in row)
        return [Button(one["text"], one.get("callback_data") or "", one.get("url") or "") for one in every]

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.buttons]

    def marked(self, kind: str) -> list[str]:
        """The pieces of text that are bold, code, …"""
        wide = self.text.encode("utf-16-le")
        spans = ((one["offset"], one["length"]) for one in self.entities if one["type"] == kind)
        return [wide[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans]

    def json(self) -> dict[str, Any]:
        told = {"message_id": self.id, "from": self.sender, "chat": self.chat.json(), "date": self.date, **self.content}
        if self.edited:
            told["edit_date"] = self.edited
        if self.keyboard:
            told["reply_markup"] = {"inline_keyboard": self.keyboard}
        return told

    def __repr__(self) -> str:
        return f"<{self.id} {self.text!r} {self.labels}>"


@dataclass(eq=False)
class Chat:
    """One bot's view. `standing` is the bot's: in a private chat `kicked` means blocked."""

    id: int
    about: dict[str, Any]
    standing: Standing = "unknown"
    messages: dict[int, Message] = field(default_factory=dict)
    people: list[Any] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return self.id > 0

    def json(self) -> dict[str, Any]:
        return {"id": self.id, **self.about}

    @property
    def seen(self) -> list[Message]:
        return [one for one in self.messages.values() if not one.gone]

    def message(self, number: Any, purpose: str) -> Message:
        found = self.messages.get(int(number or 0))
        if found is None or found.gone:
            raise bad(f"message to {purpose} not found")
        return found

    def check(self, writing: bool = True) -> None:
        """403 where the bot is not, or no longer, welcome."""
        if self.standing == "member" or not writing:
            return
        raise Refused(403, f"Forbidden: {_CLOSED[self.private][self.standing]}")


# Group or private chat, and how the bot stands there.
_CLOSED: dict[bool, dict[str, str]] = {
    True: {
        "unknown": "bot can't initiate conversation with a user",
        "kicked": "bot was blocked by the user",
        "left": "user is deactivated",
    },
    False: {
        "unknown": "bot is not a member of the group chat",
        "kicked": "bot was kicked from the group chat",
        "left": "bot is not a member of the group chat",
    },
}


class Chats:
    """One bot's. Message numbers run through all its chats, as an account's do."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self._numbers = itertools.count(1)

    def __iter__(self) -> Iterator[Chat]:
        return iter(self.chats.values())

    def get(self, chat_id: int) -> Chat:
        if not chat_id:
            raise bad("chat_id is empty")
        if chat_id not in self.chats:
            raise bad("chat not found")
        return self.chats[chat_id]

    def open(self, chat_id: int, about: dict[str, Any]) -> Chat:
        return self.chats.setdefault(chat_id, Chat(chat_id, about))

    def add(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any], **more: Any) -> Message:
        message = Message(next(self._numbers), chat, sender, self.clock.now(), content, **more)
        chat.messages[message.id] = message
        return message


def spoken(text: str) -> dict[str, Any]:
    """A person's text with the entities Telegram's server finds in it."""
    found: list[dict[str, Any]] = [
        {"type": kind, "offset": units(text[: one.start()]), "length": units(one[0])}
        for kind, pattern in (("bot_command", r"(?<!\S)/[a-zA-Z0-9_]{1,32}(@\w+)?"), ("url", r"https?://\S+"))
        for one in re.finditer(pattern, text)
    ]
    return {"text": text} | ({"entities": sorted(found, key=lambda one: one["offset"])} if found else {})
