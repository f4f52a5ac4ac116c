"""The contract of a channel: what it can do, as data; how it sends; what may come of sending.

A channel that *pulls* keeps nothing of its own: its outbox is its mailbox, and people fetch from it. A channel that
pushes is called by `bot.sender` with one rendered message at a time.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from storage.queue import Message


@dataclass(frozen=True)
class Can:
    """Abilities and limits. `unit`: what `max_text` counts. `disclosure`: what of a matter may be shown there."""

    max_text: int
    unit: Literal["characters", "utf16", "bytes"]
    choices_as: Literal["buttons", "keyboard", "numbers"]
    max_choices: int
    erase: bool  # a message can be taken out of the chat afterwards
    pull: bool
    disclosure: Literal["none", "title", "full"]


@dataclass(frozen=True)
class Outgoing:
    """One message for one conversation, in the person's language, choices in order."""

    lane: int
    text: str
    choices: tuple[tuple[str, str], ...]
    prompt: int


@dataclass(frozen=True)
class Sent:
    """`ok`; `retry` after so many milliseconds (0: the usual back-off); `never`: this message can't be sent; `gone`: this
    person can't be reached here any more."""

    result: Literal["ok", "retry", "never", "gone"]
    after_ms: int = 0
    code: str = ""


class Channel(Protocol):
    name: str
    can: Can

    async def send(self, message: Outgoing) -> Sent: ...


def numbered(text: str, choices: tuple[tuple[str, str], ...]) -> str:
    """Choices as numbers under the text: the floor every channel can stand on. The engine takes the number back."""
    lines = [f"{number}. {label}" for number, (_, label) in enumerate(choices, 1)]
    return "\n".join([text, "", *lines]) if lines else text


def outgoing(lane: int, text: str, message: Message) -> Outgoing:
    return Outgoing(lane, text, tuple((one[0], one[1]) for one in message["options"]), message["prompt"])
