"""Every request that came, in order: what tests count, and what they compare with Telegram's rates."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.journal import most

# Not limited by Telegram's flood control ("file" is a download)
LISTENING = frozenset({"getUpdates", "getMe", "getWebhookInfo", "setWebhook", "deleteWebhook", "getFile", "file"})
SPEAKING = frozenset(
    {"sendMessage", "sendPhoto", "sendDocument", "sendVideo", "sendVoice", "sendMediaGroup"}
    | {"editMessageText", "editMessageReplyMarkup"}
)


@dataclass
class Entry:
    """Times are monotonic: `at` when the request began, `done` when its answer was given to the network."""

    at: float
    bot: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    status: int = 0
    said: str = ""
    done: float = 0.0
    effect: bool = False

    @property
    def chat(self) -> int:
        try:
            return int(self.fields.get("chat_id") or 0)
        except (TypeError, ValueError):
            return 0


class Journal:
    """Names of bots, never their tokens."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.violations: list[Entry] = []  # begun inside a ban
        self.underway = self.most_underway = 0

    def begin(self, bot: str, method: str) -> Entry:
        entry = Entry(time.monotonic(), bot, method)
        self.entries.append(entry)
        self.underway += 1
        self.most_underway = max(self.most_underway, self.underway)
        return entry

    def end(self, entry: Entry) -> None:
        entry.done = time.monotonic()
        self.underway -= 1

    def clear(self) -> None:
        self.entries.clear()
        self.violations.clear()

    def of(self, *methods: str, bot: str | None = None, chat: int | None = None) -> list[Entry]:
        return list(self._of(methods, bot, chat))

    def sent(self, bot: str | None = None, chat: int | None = None) -> list[Entry]:
        """What a flood limit counts and what was done: sends and edits answered with 200 or cut after the effect."""
        return [one for one in self._of(SPEAKING, bot, chat) if one.effect]

    @property
    def strays(self) -> list[Entry]:
        """Requests that only this simulator refuses: unknown fields, wrong types, what it doesn't simulate."""
        return [one for one in self.entries if "simulator:" in one.said]

    @property
    def refused(self) -> list[Entry]:
        return [one for one in self.entries if one.status >= 400]

    def busiest(self, seconds: float = 1.0, bot: str | None = None, chat: int | None = None) -> int:
        """The most sends begun within any span of that length."""
        return most((one.at for one in self._of(SPEAKING, bot, chat)), seconds)

    def busiest_chat(self, seconds: float = 1.0, bot: str | None = None) -> int:
        """The same for whichever chat got the most."""
        chats = {one.chat for one in self._of(SPEAKING, bot, None)}
        return max((self.busiest(seconds, bot, chat) for chat in chats), default=0)

    def _of(self, methods: Iterable[str], bot: str | None, chat: int | None) -> Iterator[Entry]:
        names = set(methods)
        for one in self.entries:
            if (not names or one.method in names) and bot in (None, one.bot) and chat in (None, one.chat):
                yield one
