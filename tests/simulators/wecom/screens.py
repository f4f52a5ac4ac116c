"""Somebody with a telephone in the hand: what was shown, and waiting for it."""

import re
from typing import Any

from tests.simulators import screens

from .messages import Button, Message


class Screen(screens.Screen[Message]):
    """Nothing here waits for the program but `hears` and `loses`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.messages: list[Message] = []

    def sees(self, sender: Any = None) -> list[Message]:
        """What the program said and is still there, oldest first."""
        return [one for one in self.messages if not one.gone and sender in (None, one.sender)]

    def text(self, sender: Any = None) -> str:
        return "\n".join(one.text for one in self.sees(sender))

    def buttons(self, sender: Any = None) -> list[str]:
        """Labels on the newest message that has any."""
        return next((one.labels for one in reversed(self.sees(sender)) if one.labels), [])

    async def loses(self, message: Message, within: float = 10) -> None:
        await self.bell.until(lambda: message.gone or None, within)

    def gets(self, message: Message) -> None:
        self.messages.append(message)
        self.notices(message.sender, message)

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
