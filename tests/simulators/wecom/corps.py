"""A corp: members, apps, accounts of 微信客服, media."""

import secrets
from typing import TYPE_CHECKING

import aiohttp

from tests.simulators.bell import Clock

from .apps import App, Code
from .kf import Kf
from .media import Media
from .oauth import Logins
from .people import Member
from .rules import Limits
from .tokens import Tokens

if TYPE_CHECKING:
    from .journal import Journal


class Corp:
    def __init__(
        self, http: aiohttp.ClientSession, clock: Clock, limits: Limits, tokens: Tokens, journal: "Journal"
    ) -> None:
        self.http, self.clock, self.limits, self.tokens, self.journal = http, clock, limits, tokens, journal
        self.id = "ww" + secrets.token_hex(8)
        self.domain = ""  # of pages: what agent/get says
        self.apps: dict[int, App] = {}
        self.members: dict[str, Member] = {}  # by userid in lower case
        self.kfs: dict[str, Kf] = {}
        self.externals: dict[str, str] = {}  # a citizen has one external_userid in the whole corp [D 95159]
        self.media = Media(clock, limits)
        self.logins = Logins(clock, limits)
        self.codes: dict[str, Code] = {}

    def app(self, agent_id: int = 1000002) -> App:
        if agent_id not in self.apps:
            self.apps[agent_id] = App(self, agent_id)
        return self.apps[agent_id]

    def kf(self, app: App | None = None, name: str = "举报") -> Kf:
        """A new account, managed by this app: its token calls, its url is called. Without one: the first app."""
        kf = Kf(self, app or next(iter(self.apps.values()), None) or self.app(), name)
        self.kfs[kf.id] = kf
        return kf

    def member(self, userid: str, *apps: App, name: str = "") -> Member:
        """Visible to these apps. The same again for a userid that is there."""
        member = self.members.setdefault(userid.lower(), Member(self, userid, name or userid))
        for app in apps:
            app.visible.add(member.key)
            if app not in member.apps:
                member.apps.append(app)
        return member

    def external(self, name: str) -> str:
        return self.externals.setdefault(name, "wm" + secrets.token_urlsafe(24))
