"""OAuth in WeCom: the code a page gets, and whom it stands for [D 91022, 91023]."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.simulators.bell import Clock

from .apps import App
from .calls import Call
from .rules import Limits, Refused


@dataclass(frozen=True)
class Login:
    app: App
    who: dict[str, str]
    until: int


class Logins:
    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.clock, self.limits = clock, limits
        self.codes: dict[str, Login] = {}

    def give(self, app: App, who: dict[str, str]) -> str:
        code = secrets.token_urlsafe(32)
        self.codes[code] = Login(app, who, self.clock.now() + self.limits.oauth_seconds)
        return code

    def outsider(self, app: App) -> str:
        """Somebody who isn't of the corp opens the page."""
        return self.give(app, {"openid": "o" + secrets.token_urlsafe(20)})


def who(call: Call) -> dict[str, Any]:
    """A code works once, for five minutes, with the token of its app (50001 for another's: D 90313)."""
    code = call.query.get("code")
    if not code:
        raise Refused(41008)
    login = call.corp.logins.codes.get(code)
    if login is not None and login.app is not call.app:
        raise Refused(50001)
    call.corp.logins.codes.pop(code, None)
    if login is None or login.until <= call.now:
        raise Refused(40029)
    return dict(login.who)
