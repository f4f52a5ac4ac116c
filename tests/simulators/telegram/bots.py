"""A bot's account: its token, what it set about itself, its chats, files, updates and webhook."""

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.simulators.bell import Bell, Clock

from .chats import Chat, Chats, Message
from .files import File, Files
from .rules import TOO_OLD, Limits, bad
from .updates import Delivery, Updates
from .webhooks import Webhook


@dataclass(eq=False)
class Press:
    """A button pressed: what the bot may answer, once it does."""

    id: str
    by: int
    message: Message
    data: str
    at: int
    answers: list[dict[str, Any]] = field(default_factory=list)


class Bot:
    def __init__(
        self, name: str, number: int, http: aiohttp.ClientSession, clock: Clock, roads: dict[str, str], limits: Limits
    ) -> None:
        self.name, self.id, self.clock, self.limits = name, number, clock, limits
        self.token = f"{number}:AA{secrets.token_urlsafe(24)}"
        self.username = f"{name}_bot"
        self.chats, self.files = Chats(clock), Files(clock)
        self.delivery = Delivery()
        self.updates = Updates(clock, self.delivery)
        self.webhook = Webhook(self.updates, http, roads)
        self.presses: dict[str, Press] = {}
        self.settings: dict[tuple[Any, ...], Any] = {}  # (what, language, scope or chat) -> what was set
        self.bell = Bell()  # rung when a press is answered
        self._albums = itertools.count(13_000_000_000_000_000)

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def me(self) -> dict[str, Any]:
        return self.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    # -- what comes in -------------------------------------------------------------------------------------------------

    def push(self, kind: str, body: Any, chat: int, seconds: int | None = None) -> None:
        self.updates.push(kind, body, chat, self.limits.update_seconds if seconds is None else seconds)
        self.webhook.kick()

    def hears(
        self, chat: Chat, sender: dict[str, Any], content: dict[str, Any], files: tuple[File, ...] = ()
    ) -> Message:
        message = self.chats.add(chat, sender, content, files=files)
        self.push("message", message.json(), chat.id)
        return message

    def pressed(self, message: Message, by: dict[str, Any], data: str) -> Press:
        press = Press(str(secrets.randbits(62)), by["id"], message, data, self.clock.now())
        self.presses[press.id] = press
        body = {
            "id": press.id,
            "from": by,
            "message": message.json(),
            "chat_instance": str(hash((self.id, message.chat.id))),
            "data": data,
        }
        self.push("callback_query", body, message.chat.id, self.limits.press_seconds)
        return press

    def stands(self, chat: Chat, by: dict[str, Any], standing: Any) -> None:
        """my_chat_member: blocked, unblocked, added, taken out."""
        before, chat.standing = chat.standing, standing
        if before == standing:
            return
        body = {
            "chat": chat.json(),
            "from": by,
            "date": self.clock.now(),
            "old_chat_member": self._member(before),
            "new_chat_member": self._member(standing),
        }
        self.push("my_chat_member", body, chat.id)

    def _member(self, standing: str) -> dict[str, Any]:
        status = "left" if standing == "unknown" else standing
        return {"user": self.json(), "status": status} | ({"until_date": 0} if status == "kicked" else {})

    def album(self) -> str:
        return str(next(self._albums))

    # -- what goes out -------------------------------------------------------------------------------------------------

    def says(self, chat: Chat, content: dict[str, Any], **more: Any) -> Message:
        message = self.chats.add(chat, self.json(), content, mine=True, **more)
        self.shows(message)
        return message

    def shows(self, message: Message) -> None:
        """Somebody's screen changed."""
        for person in message.chat.people:
            person.notices(self, message)

    def answered(self, press_id: str, answer: dict[str, Any]) -> None:
        press = self.presses.get(press_id)
        if press is None or self.clock.now() - press.at >= self.limits.press_seconds:
            raise bad(TOO_OLD)
        press.answers.append(answer)
        self.bell.ring()
