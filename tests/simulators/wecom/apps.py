"""A self-built app: its secret, its callback URL, whom it may see, and what it has sent."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .messages import Message
from .pushes import Callbacks
from .rules import Refused

if TYPE_CHECKING:
    from .corps import Corp


@dataclass
class Sent:
    """One call: what each receiver has of it."""

    id: str
    app: "App"
    at: int
    messages: dict[str, Message] = field(default_factory=dict)  # by userid in lower case
    card: str = ""  # the type, for a card


@dataclass
class Code:
    """A response_code: for one update within 72 hours."""

    sent: Sent
    at: int
    used: bool = False


class App:
    def __init__(self, corp: "Corp", agent_id: int) -> None:
        self.corp, self.agent_id = corp, agent_id
        self.secret = secrets.token_urlsafe(32)
        self.callbacks = Callbacks(corp.http, corp.clock, corp.limits, corp.id, agent_id)
        self.visible: set[str] = set()
        self.menu: dict[str, Any] | None = None
        self.trusted = True  #  False: the program's IP isn't among the trusted ones, 60020
        self.disabled = False
        self.sent: dict[str, Sent] = {}
        self.tasks: set[str] = set()
        self.times: dict[str, deque[int]] = {}  # by userid: when something was sent
        self.today: deque[tuple[int, int]] = deque()
        self.checked: dict[str, tuple[int, str]] = {}

    async def save(self, url: str, token: str, aes_key: str) -> None:
        """The console's form for receiving messages; `Unverified` when the GET check fails."""
        await self.callbacks.save(url, token, aes_key)

    def expire_token(self) -> None:
        self.corp.tokens.expire(self)

    def withdraw_token(self) -> None:
        self.corp.tokens.withdraw(self)

    def alerts(self, event: str, **elements: Any) -> None:
        """Something of the system's: inactive_alert, change_contact, what comes next year [D 90240]."""
        head = {"ToUserName": self.corp.id, "FromUserName": "sys", "CreateTime": self.corp.clock.now()}
        more = {"MsgType": "event", "Event": event, **elements, "AgentID": self.agent_id}
        self.callbacks.push(event, head | more)

    def admitted(self) -> None:
        if not self.trusted:
            raise Refused(60020)
        if self.disabled:
            raise Refused(50003)

    def code(self, sent: Sent, message: Message) -> str:
        code = secrets.token_urlsafe(32)
        self.corp.codes[code] = Code(sent, self.corp.clock.now())
        message.codes.append(code)
        return code
