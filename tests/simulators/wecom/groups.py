"""A group's webhook (消息推送) [D 99110]: its key alone lets in, 20 messages a minute, and nothing comes back from the group.
The order of the refusals is M, and so is that what is empty does not count."""

import secrets
from collections import deque
from collections.abc import Mapping
from typing import Any

from tests.simulators.bell import Clock

from . import fields, rules
from .journal import Entry
from .messages import Message
from .rules import Limits, Refused
from .screens import Screen


class Group(Screen):
    """Whoever is in it sees the same. `away`: its webhook was taken out, 93000 [D 90313]."""

    def __init__(self, name: str, clock: Clock, limits: Limits) -> None:
        super().__init__(name)
        self.key, self.away = secrets.token_hex(16), False
        self._clock, self._limits, self._times = clock, limits, deque[float]()

    def takes(self, body: dict[str, Any]) -> None:
        content = str((body.get("text") or {}).get("content") or "")
        if body.get("msgtype") != "text":
            raise Refused(40008)
        if not content:
            raise Refused(44004)
        if rules.size(content, "bytes") > self._limits.text:
            raise Refused(45002)
        while self._times and self._clock.now() - self._times[0] >= 60:
            self._times.popleft()
        if len(self._times) >= self._limits.webhook:
            raise Refused(45009)
        self._times.append(self._clock.now())
        self.gets(Message(secrets.token_hex(8), self, "text", body["text"], int(self._clock.now())))


def send(groups: Mapping[str, Group], entry: Entry, query: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    group = groups.get(query.get("key", ""))
    if group is None or group.away:
        raise Refused(93000)
    entry.body, _ = rules.parsed(raw)
    fields.known(entry.path, entry.body)
    group.takes(entry.body)
    return {}
