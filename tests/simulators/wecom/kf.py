"""An account of 微信客服: its log as sync_msg tells it, and who talks to it [D 94670]."""

import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .calls import Call
from .citizens import Citizen
from .rules import Refused, Stray, size

if TYPE_CHECKING:
    from .apps import App
    from .corps import Corp

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5  # origin


@dataclass(frozen=True)
class Item:
    number: int
    at: int
    body: dict[str, Any]


class Kf:
    def __init__(self, corp: "Corp", app: "App", name: str) -> None:
        self.corp, self.app, self.name = corp, app, name
        self.id = "wk" + secrets.token_urlsafe(24)
        self.people: dict[str, Citizen] = {}  # by external_userid
        self.items: list[Item] = []
        self.links: dict[str, str] = {}  # enc_scene -> scene
        self.welcomes: dict[str, tuple[Citizen, int]] = {}  # code -> whose, until
        self.msgids: set[str] = set()  # used for sending
        self.withdrawn = False
        self.page = corp.limits.pull_most  # D 94670: fewer than asked for may come
        self.blanks = 0  #                   so many of the next answers are empty with has_more 1
        self.failing: list[int] = []  #      fail_type of the next sends, accepted and then not delivered
        self.pulls = self.most_pulls = 0  #  under way at once; more than one is the program's mistake
        self._tokens: dict[str, int] = {}
        self._cursors: dict[str, int] = {}
        self._tokenless: deque[int] = deque()

    def citizen(self, name: str) -> Citizen:
        external = self.corp.external(name)
        return self.people.setdefault(external, Citizen(self, external, name))

    def withdraws(self) -> None:
        """The console takes the account from the app: 48007 from now on [D 97712, 90313]."""
        self.withdrawn = True
        fields = {"ToUserName": self.corp.id, "FromUserName": "sys", "CreateTime": self.corp.clock.now()}
        fields |= {"MsgType": "event", "Event": "kf_account_auth_change", "AuthDelOpenKfId": [self.id]}
        self.app.callbacks.push("kf_account_auth_change", fields, agent=False)

    def fails(self, fail_type: int, times: int = 1) -> None:
        self.failing += [fail_type] * times

    # -- what comes in -------------------------------------------------------------------------------------------------

    def add(self, body: dict[str, Any], origin: int = CUSTOMER) -> str:
        """An item of the log, and a push that says so."""
        msgid = secrets.token_urlsafe(20)
        now = self.corp.clock.now()
        self.items.append(Item(len(self.items) + 1, now, {"msgid": msgid, "send_time": now, "origin": origin} | body))
        self.knock()
        return msgid

    def event(self, kind: str, who: Citizen, **more: Any) -> str:
        """D 94670: account and person are inside `event` only."""
        event = {"event_type": kind, "open_kfid": self.id, "external_userid": who.external, **more}
        return self.add({"msgtype": "event", "event": event}, SYSTEM)

    def knock(self) -> None:
        """kf_msg_or_event: nobody's, without AgentID [D 97712]. Also by itself, when nothing is new."""
        token = "ENC" + secrets.token_urlsafe(40)
        now = self.corp.clock.now()
        self._tokens[token] = now + self.corp.limits.pull_seconds
        fields = {"ToUserName": self.corp.id, "CreateTime": now, "MsgType": "event", "Event": "kf_msg_or_event"}
        self.app.callbacks.push("kf_msg_or_event", fields | {"Token": token, "OpenKfId": self.id}, agent=False)

    # -- kf/sync_msg ---------------------------------------------------------------------------------------------------

    def sync(self, call: Call) -> dict[str, Any]:
        limit = self._checked(call)
        start = self._start(call.body.get("cursor", ""))
        if self.blanks > 0:
            self.blanks -= 1
            return {"next_cursor": self._cursor(start), "has_more": 1, "msg_list": []}
        # Older than three days is gone [D 94670]; that a cursor doesn't bring it back is M.
        oldest = call.now - call.limits.keep_seconds
        rest = [one for one in self.items if one.number > start and one.at > oldest]
        page, more = rest[:limit], len(rest) > limit
        end = page[-1].number if page else start
        return {"next_cursor": self._cursor(end), "has_more": int(more), "msg_list": [one.body for one in page]}

    def _checked(self, call: Call) -> int:
        token, limit = call.body.get("token", ""), call.body.get("limit", call.limits.pull_most)
        call.flag("voice_format")
        if not 1 <= limit <= call.limits.pull_most:
            raise Stray(f"limit is {limit}")
        if token and self._tokens.get(token, 0) <= call.now:
            raise Refused(95007)
        if not token:
            self._strictly(call)
        return int(min(limit, self.page))

    def _strictly(self, call: Call) -> None:
        """D 94670 has no number for "strict": M. What is refused doesn't count."""
        while self._tokenless and self._tokenless[0] <= call.now - 60:
            self._tokenless.popleft()
        if len(self._tokenless) >= call.limits.tokenless_minute:
            raise Refused(45009)
        self._tokenless.append(call.now)

    def _start(self, cursor: str) -> int:
        """Each account has its own. An unknown cursor is refused: the code is M."""
        if size(cursor, "bytes") > 64 or (cursor and cursor not in self._cursors):
            raise Refused(40058, "invalid cursor")
        return self._cursors.get(cursor, 0)

    def _cursor(self, number: int) -> str:
        cursor = secrets.token_urlsafe(15)
        self._cursors[cursor] = number
        return cursor


def sync(call: Call) -> dict[str, Any]:
    return call.kf().sync(call)
