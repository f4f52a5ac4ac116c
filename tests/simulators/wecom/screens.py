"""Somebody with a telephone in the hand: what was shown, and waiting for it."""

import re
from collections.abc import Callable
from typing import Any

from tests.simulators.telegram.bell import Bell

from .messages import Button, Message

Wanted = str | re.Pattern[str] | Callable[[Message], Any]


class Screen:
    """Nothing here waits for the program but `hears` and `loses`."""

    def __init__(self, name: str) -> None:
        self.name, self.bell = name, Bell()
        self.messages: list[Message] = []
        self.shown: list[tuple[Message, str, list[str]]] = []  # every change of the screen, as it was then
        self._heard = 0

    def sees(self, sender: Any = None) -> list[Message]:
        """What the program said and is still there, oldest first."""
        return [one for one in self.messages if not one.gone and sender in (None, one.sender)]

    def text(self, sender: Any = None) -> str:
        return "\n".join(one.text for one in self.sees(sender))

    def buttons(self, sender: Any = None) -> list[str]:
        """Labels on the newest message that has any."""
        return next((one.labels for one in reversed(self.sees(sender)) if one.labels), [])

    async def hears(self, wanted: Wanted = "", sender: Any = None, within: float = 10) -> Message:
        """The next message, new or changed, that fits; those before it count as heard."""
        start = self._heard

        def look() -> Message | None:
            for number in range(self._heard, len(self.shown)):
                message, text, _ = self.shown[number]
                if sender in (None, message.sender) and not message.gone and _fits(wanted, message, text):
                    self._heard = number + 1
                    return message
            return None

        try:
            return await self.bell.until(look, within)
        except TimeoutError:
            heard = [(text, labels) for _, text, labels in self.shown[start:]]
            raise AssertionError(f"{self.name} waited for {wanted!r} and heard {heard}") from None

    async def loses(self, message: Message, within: float = 10) -> None:
        await self.bell.until(lambda: message.gone or None, within)

    def gets(self, message: Message) -> None:
        self.messages.append(message)
        self.notices(message)

    def notices(self, message: Message) -> None:
        self.shown.append((message, message.text, message.labels))
        self.bell.ring()

    def finds(self, words: str, message: Message | None = None, sender: Any = None) -> tuple[Message, Button]:
        """The newest button with this label or key."""
        for one in [message] if message else reversed(self.sees(sender)):
            for button in one.buttons:
                if words and words in (button.label, *_keys(button.key)):
                    return one, button
        raise AssertionError(f"no button {words!r} among {[one.labels for one in self.sees(sender)]}")


def _keys(key: str) -> list[str]:
    """The key itself, and what stands behind `prompt:`, also where a colon is written `_3a`."""
    plain = re.sub(
        r"(?:_[0-9a-f]{2})+", lambda found: bytes.fromhex(found[0].replace("_", "")).decode(errors="replace"), key
    )
    return [key, key.partition(":")[2], plain.partition(":")[2]]


def _fits(wanted: Wanted, message: Message, text: str) -> bool:
    if isinstance(wanted, str):
        return wanted in text
    return bool(wanted.search(text) if isinstance(wanted, re.Pattern) else wanted(message))
