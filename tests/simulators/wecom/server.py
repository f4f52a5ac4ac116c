"""The HTTP side: paths, tokens, answers as WeCom gives them, and the simulator that holds everything together."""

import asyncio
import contextlib
import itertools
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import BodyPartReader, web

from tests.simulators.bell import Clock
from tests.simulators.serving import Upload, cut, serving, spoilt

from . import apps, contacts, fields, groups, kf, kf_send, media, menus, oauth, sends, updates
from .calls import Call
from .corps import Corp
from .faults import Fault, Faults
from .journal import Entry, Journal
from .rules import LIMITS, Limits, Refused, Stray, parsed
from .tokens import Tokens


@dataclass(frozen=True)
class Path:
    method: str
    does: Callable[[Call], dict[str, Any]]


PATHS = {
    "message/send": Path("POST", sends.send),
    "message/update_template_card": Path("POST", updates.update),
    "message/recall": Path("POST", updates.recall),
    "menu/create": Path("POST", menus.create),
    "menu/get": Path("GET", menus.get),
    "menu/delete": Path("GET", menus.delete),
    "media/upload": Path("POST", media.upload),
    "user/get": Path("GET", contacts.user),
    "agent/get": Path("GET", contacts.agent),
    "getcallbackip": Path("GET", contacts.addresses),
    "get_api_domain_ip": Path("GET", contacts.addresses),
    "auth/getuserinfo": Path("GET", oauth.who),
    "kf/account/list": Path("POST", contacts.accounts),
    "kf/add_contact_way": Path("POST", contacts.contact_way),
    "kf/sync_msg": Path("POST", kf.sync),
    "kf/send_msg": Path("POST", kf_send.send),
    "kf/send_msg_on_event": Path("POST", kf_send.send_on_event),
    "kf/service_state/get": Path("POST", kf_send.state),
    "kf/service_state/trans": Path("POST", kf_send.trans),
    "kf/customer/batchget": Path("POST", kf_send.customers),
}


class Simulator:
    """One WeCom for several corps. Everything happens in the loop it was opened in."""

    def __init__(self, http: aiohttp.ClientSession, limits: Limits) -> None:
        self.http, self.limits, self.clock = http, limits, Clock()
        self.journal, self.faults = Journal(), Faults()
        self.tokens = Tokens(self.clock, limits)
        self.corps: dict[str, Corp] = {}
        self.groups: dict[str, groups.Group] = {}  # by the key of their webhook
        self.url = ""
        self._hints = itertools.count(1)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, limits: Limits = LIMITS, port: int = 0) -> AsyncIterator["Simulator"]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            simulator = cls(http, limits)
            async with serving(simulator._app(), port) as simulator.url:
                try:
                    yield simulator
                finally:
                    for app in simulator._apps():
                        await app.callbacks.close()

    def corp(self) -> Corp:
        corp = Corp(self.http, self.clock, self.limits, self.tokens, self.journal)
        self.corps[corp.id] = corp
        return corp

    def group(self, name: str) -> groups.Group:
        """With a webhook of its own."""
        made = groups.Group(name, self.clock, self.limits)
        self.groups[made.key] = made
        return made

    async def settled(self, within: float = 20) -> None:
        """Until every push was answered 200, or given up."""
        for app in self._apps():
            await app.callbacks.settled(within)

    def _apps(self) -> list[apps.App]:
        return [app for corp in self.corps.values() for app in corp.apps.values()]

    # -- requests ------------------------------------------------------------------------------------------------------

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._call)
        app.router.add_route("*", "/{rest:.*}", _nothing)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        entry = self.journal.begin(self.clock.now(), request.match_info["path"])
        try:
            answer = await self._answered(request, entry)
            entry.status = answer.status
            return answer
        except Exception as error:
            entry.status, entry.violation = 500, f"simulator: {error!r}"
            raise
        finally:
            entry.done = time.monotonic()

    async def _answered(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        known = entry.path in PATHS or entry.path in ("gettoken", "media/get", "webhook/send")
        if not known:
            entry.violation = "no such path, or one that is not simulated"
            return web.Response(status=404)  # F: with an empty body
        token = self.tokens.issued.get(request.query.get("access_token", ""))
        entry.agent = token.app.agent_id if token else 0
        raw = await request.read() if request.content_type != "multipart/form-data" else b""
        uploaded = await _uploaded(request) if not raw and request.content_type == "multipart/form-data" else None
        met = self.faults.met_by(entry)
        if any(one.cut == "before" for one in met):
            return cut(request)
        with _underway(self._account(entry, raw)):
            answer = self._effect(request, entry, raw, uploaded, met)
            await asyncio.sleep(sum(one.seconds for one in met))
        return await spoilt(request, answer, met)

    def _effect(
        self, request: web.Request, entry: Entry, raw: bytes, uploaded: Upload | None, met: list[Fault]
    ) -> web.Response:
        warning = ""
        try:
            for status in (one.status for one in met if one.status):
                entry.status = status
                return web.Response(status=status, text=f"<html><h1>{status}</h1></html>", content_type="text/html")
            for code in (one.code for one in met if one.code):
                raise Refused(code)
            if entry.path == "gettoken":
                return self._json(entry, self.tokens.give(self.corps, request.query))
            if entry.path == "webhook/send":
                return self._json(entry, groups.send(self.groups, entry, request.query, raw))
            call = Call(self._whose(request, met), entry, request.query, upload=uploaded)
            call.app.admitted()
            if entry.path == "media/get":
                return _file(request, call)
            warning = self._body(request, call, raw)
            return self._json(entry, PATHS[entry.path].does(call), warning=warning)
        except Refused as refused:
            return self._json(entry, refused.more, refused, warning)

    def _whose(self, request: web.Request, met: list[Fault]) -> apps.App:
        for how in (one.expires for one in met if one.expires):
            app = self.tokens.app(request.query)
            app.expire_token() if how == "expire" else app.withdraw_token()
        return self.tokens.app(request.query)

    def _body(self, request: web.Request, call: Call, raw: bytes) -> str:
        path = PATHS[call.entry.path]
        if request.method != path.method:
            raise Stray(f"{call.entry.path} is called by {path.method}", 40063)  # D 90313§40063
        if path.method == "GET" or call.upload or call.entry.path == "media/upload":
            return ""
        call.body, sound = parsed(raw)
        call.entry.body = call.body
        if not sound:
            call.violates("broken JSON")
        fields.known(call.entry.path, call.body)
        return "" if sound else " Warning: wrong json format. "

    def _json(
        self, entry: Entry, more: dict[str, Any], refused: Refused | None = None, warning: str = ""
    ) -> web.Response:
        """D 90930: errmsg has a tail that no program may look at."""
        code, said = (refused.code, refused.said) if refused else (0, "ok")
        entry.code, entry.said, entry.effect = code, said, not refused
        if said.startswith("simulator:"):
            entry.violation = entry.violation or said
        if refused:
            hint = f"{self.clock.now()}_{next(self._hints)}_{secrets.token_hex(16)}"
            tail = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
            said = f"{said}, hint: [{hint}], from ip: 127.0.0.1, {tail}"
        body = {"errcode": code, "errmsg": warning + said} | more
        return web.json_response(body, dumps=lambda one: json.dumps(one, ensure_ascii=False))

    def _account(self, entry: Entry, raw: bytes) -> kf.Kf | None:
        """Whose log is being read: overlapping pulls are counted there."""
        if entry.path != "kf/sync_msg":
            return None
        every = (one for corp in self.corps.values() for one in corp.kfs.values())
        return next((one for one in every if one.id.encode() in raw), None)


@contextlib.contextmanager
def _underway(account: kf.Kf | None) -> Iterator[None]:
    if account:
        account.pulls += 1
        account.most_pulls = max(account.most_pulls, account.pulls)
    try:
        yield
    finally:
        if account:
            account.pulls -= 1


async def _uploaded(request: web.Request) -> Upload | None:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            return Upload(part.filename or "", bytes(await part.read()))
    return None


def _file(request: web.Request, call: Call) -> web.Response:
    with contextlib.suppress(ValueError):  # an impossible Range is read as none: M
        call.span = request.http_range if "Range" in request.headers else None
    file, data, part = media.download(call)
    headers = {"Content-Disposition": media.shown(file), "Accept-Ranges": "bytes"}
    call.entry.effect = True
    more = {"Content-Range": part} if part else {}
    return web.Response(
        status=206 if part else 200, body=data, headers=headers | more, content_type=media.TYPES[file.kind]
    )


async def _nothing(request: web.Request) -> web.Response:
    return web.Response(status=404)
