"""Access tokens: one per app, the same while it is valid [D 91039]."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulators.bell import Clock

from .rules import Limits, Refused

if TYPE_CHECKING:
    from .apps import App
    from .corps import Corp


@dataclass
class Token:
    value: str
    app: "App"
    until: int


class Tokens:
    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.clock, self.limits = clock, limits
        self.issued: dict[str, Token] = {}
        self.bad_secrets = self.banned_until = 0

    def give(self, corps: Mapping[str, "Corp"], query: Mapping[str, str]) -> dict[str, Any]:
        if self.clock.now() < self.banned_until:
            raise Refused(45009)  # D 90313: the IP, for an hour
        if not query.get("corpsecret"):
            raise Refused(41004)  # F: before the corpid
        if not query.get("corpid"):
            raise Refused(41002)
        corp = corps.get(query["corpid"])
        if corp is None:
            raise self._bad(40013)
        app = next((one for one in corp.apps.values() if one.secret == query["corpsecret"]), None)
        if app is None:
            raise self._bad(40001)
        token = self.of(app) or self._new(app)
        return {"access_token": token.value, "expires_in": max(token.until - self.clock.now(), 0)}

    def of(self, app: "App") -> Token | None:
        now = self.clock.now()
        return next((one for one in self.issued.values() if one.app is app and one.until > now), None)

    def app(self, query: Mapping[str, str]) -> "App":
        """F: the token is looked at before anything else."""
        value = query.get("access_token")
        if not value:
            raise Refused(41001)
        if value not in self.issued:
            raise Refused(40014)
        if self.issued[value].until <= self.clock.now():
            raise Refused(42001)
        return self.issued[value].app

    def expire(self, app: "App") -> None:
        """D 91039: may happen before its time. 42001 from now on."""
        for one in self.issued.values():
            if one.app is app:
                one.until = 0

    def withdraw(self, app: "App") -> None:
        """As if it had never been: 40014."""
        self.issued = {value: one for value, one in self.issued.items() if one.app is not app}

    def _new(self, app: "App") -> Token:
        token = Token(secrets.token_urlsafe(150), app, self.clock.now() + self.limits.token_seconds)
        self.issued[token.value] = token
        return token

    def _bad(self, code: int) -> Refused:
        """That a wrong corpid counts like a wrong secret is M."""
        self.bad_secrets += 1
        if self.bad_secrets >= self.limits.bad_secrets:
            self.bad_secrets, self.banned_until = 0, self.clock.now() + self.limits.ban_seconds
        return Refused(code)
