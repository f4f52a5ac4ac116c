"""The page opened in WeCom knows who opened it, without a code to type (OAuth, path/91022 and path/91023).

GET login -> WeCom's authorize address -> GET back?code&state -> whose account is it? -> the page, with a login code of ours.
WeCom names any member of the corp, also one who may not see the app: who is let in says our own roster. The state is random,
in a cookie of this browser, so that nobody is logged in by somebody else's link.
"""

import hmac
import re
import secrets
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.bots import WecomApp
from bot.caller import Sorry
from bot.channels.base import Door
from bot.channels.wecom.api import Api, Refused, Unreachable
from bot.doors import House
from storage import accounts, audit, chats, people
from storage.database import Tx
from storage.people import Person

log = structlog.get_logger()
COOKIE, MINUTES = "wecom_login", 10
GO = re.compile(r"go\.[a-z]+(?:\.[\w-]+)?", re.ASCII)  # as the page takes it from its address
CODE = re.compile(r"[!-~]{1,512}")
USED = 40029  # or older than five minutes, or never given


def address(site: str, door: Door, last: str = "login") -> str:
    return f"{site}{_below(door)}/{last}"


def _below(door: Door) -> str:
    return f"/{door.county}/{door.platform}"


class Login:
    """Of one county's app."""

    def __init__(self, door: Door, bot: WecomApp, api: Api, house: House) -> None:
        self.door, self.bot, self.api, self.house = door, bot, api, house

    def routes(self) -> list[web.RouteDef]:
        at = _below(self.door)
        return [
            web.get(f"{at}/login", self.begin, allow_head=False),
            web.get(f"{at}/back", self.back, allow_head=False),
        ]

    async def begin(self, request: web.Request) -> web.Response:
        """What is to be opened then waits beside the state, in the cookie."""
        state, asked = secrets.token_hex(16), request.query.get("go", "")
        go = asked if GO.fullmatch(asked) else ""
        answer = _to(self._authorize(state))
        https = self.house.renderer.site.startswith("https://")
        answer.set_cookie(
            COOKIE, f"{state}:{go}", max_age=60 * MINUTES, path=_below(self.door), httponly=True, secure=https, samesite="Lax"
        )  # fmt: skip
        return answer

    def _authorize(self, state: str) -> str:
        """snsapi_base asks the member nothing, and us nothing but the userid. In this order (path/91022)."""
        here = quote(address(self.house.renderer.site, self.door, "back"), safe="")
        return (
            f"{self.bot.open_url.rstrip('/')}/connect/oauth2/authorize?appid={quote(self.bot.corp_id, safe='')}"
            f"&redirect_uri={here}&response_type=code&scope=snsapi_base&state={state}&agentid={self.bot.agent_id}"
            "#wechat_redirect"
        )

    async def back(self, request: web.Request) -> web.Response:
        state, _, go = request.cookies.get(COOKIE, "").partition(":")
        code = request.query.get("code", "")
        ours = bool(state) and hmac.compare_digest(_bytes(state), _bytes(request.query.get("state", "")))
        if not ours or not CODE.fullmatch(code):
            raise Sorry(403, "wecom_over")
        opened = await self._opened(await self._userid(code))
        if opened is None:
            raise Sorry(403, "wecom_stranger")
        wish = f"&go={go}" if GO.fullmatch(go) else ""
        answer = _to(f"{self.house.renderer.site}/{self.door.county}/#login={opened}{wish}")
        answer.del_cookie(COOKIE, path=_below(self.door))
        return answer

    async def _userid(self, code: str) -> str:
        """Empty for somebody who is not of the corp: WeCom names them by an openid."""
        try:
            found = await self.api.call("auth/getuserinfo", query={"code": code})
        except Refused as fault:
            if fault.code == USED:
                raise Sorry(403, "wecom_over") from None
            log.error("wecom login failed", channel=self.door.name, errcode=fault.code, remedy="xiezhi check")
            raise Sorry(503, "wecom_down") from None
        except Unreachable as fault:
            log.warning("wecom login failed", channel=self.door.name, reason=str(fault))
            raise Sorry(503, "wecom_down") from None
        userid = found.get("userid")
        return userid.casefold() if isinstance(userid, str) else ""

    async def _opened(self, userid: str) -> str | None:
        return await self.house.database.run(lambda tx: self._let_in(tx, userid))

    def _let_in(self, tx: Tx, userid: str) -> str | None:
        """A code that opens one session, for whom this account is bound to or expected by the roster."""
        now, who = self.house.renderer.now(), self._who(tx, userid)
        if who is None:
            audit.tally(tx, now, self.door.county, "login refused", "-")
            return None
        audit.record(tx, now, who.county, "login code", str(who.id), who.id, self.door.platform)
        return people.login_code(tx, who, now)

    def _who(self, tx: Tx, userid: str) -> Person | None:
        if not userid:
            return None
        chat = chats.find(tx, self.door.name, userid)
        bound = chat.person if chat and not chats.over(tx, [chat.id]) else None
        number = bound or accounts.owner(tx, self.door.name, userid)
        who = people.person(tx, number) if number else None
        return who if who and who.county == self.door.county else None


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _to(where: str) -> web.Response:
    """As it is written: an address that went through a parser has its escapes undone."""
    return web.Response(status=302, headers={"Location": where})
