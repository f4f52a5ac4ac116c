"""The HTTP side: routes, tokens, answers as Telegram words them, and the simulator that holds everything together."""

import asyncio
import contextlib
import itertools
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import web

from tests.simulators.bell import Clock
from tests.simulators.serving import Upload, cut, serving, spoilt

from . import calls, methods
from .bots import Bot
from .faults import Fault, Faults
from .groups import Group
from .journal import Entry, Journal
from .people import Person
from .rules import LIMITS, Limits, Refused

Answer = tuple[int, dict[str, Any] | None]


class Simulator:
    """One Telegram for several bots. Everything happens in the loop it was opened in."""

    def __init__(self, http: aiohttp.ClientSession, limits: Limits) -> None:
        self.http, self.limits, self.clock = http, limits, Clock()
        self.journal = Journal()
        self.faults = Faults(self.journal)
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.roads: dict[str, str] = {}  # a public address -> where it leads on loopback
        self.url = ""
        self._tokens: dict[str, Bot] = {}
        self._bot_numbers, self._numbers, self._groups = (itertools.count(one) for one in (700_000_001, 50_001, 1))

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, limits: Limits = LIMITS, port: int = 0) -> AsyncIterator["Simulator"]:
        calls.methods()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            simulator = cls(http, limits)
            async with serving(simulator._app(), port) as simulator.url:
                try:
                    yield simulator
                finally:
                    await simulator._close()

    # -- who there is --------------------------------------------------------------------------------------------------

    def bot(self, name: str) -> Bot:
        if name not in self.bots:
            made = Bot(name, next(self._bot_numbers), self.http, self.clock, self.roads, self.limits)
            self.bots[name] = self._tokens[made.token] = made
        return self.bots[name]

    def user(self, name: str, language: str = "zh-hans") -> Person:
        person = Person(next(self._numbers), name, language, self.bots)
        self.people[person.id] = person
        return person

    def group(self, title: str) -> Group:
        return Group(-next(self._groups), title, self.bots)

    def revoke(self, bot: Bot) -> None:
        """The token is answered 401 from now on."""
        self._tokens.pop(bot.token, None)

    async def settled(self, within: float = 20) -> None:
        """Until every update has been taken: answered 2xx by a webhook, or acknowledged by an offset."""
        for bot in self.bots.values():
            await bot.updates.bell.until(lambda bot=bot: None if bot.updates.waiting else True, within)  # type: ignore[misc]

    async def _close(self) -> None:
        for bot in self.bots.values():
            await bot.webhook.close()
            bot.updates.interrupt()

    # -- requests ------------------------------------------------------------------------------------------------------

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=self.limits.upload * 12)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_route("*", "/{rest:.*}", _nothing)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        bot = self._tokens.get(request.match_info["token"])
        if bot is None:
            return _json(*_stranger(request.match_info["token"]))
        entry = self.journal.begin(bot.name, _named(request.match_info["method"]))
        try:
            return await self._answered(request, bot, entry)
        except Exception as error:
            entry.status, entry.said = 500, f"simulator: {error!r}"
            raise
        finally:
            self.journal.end(entry)

    async def _answered(self, request: web.Request, bot: Bot, entry: Entry) -> web.StreamResponse:
        raw, files = await _read(request, self.limits, entry)
        if isinstance(raw, Refused):
            return _told(entry, raw)
        met = self.faults.met_by(entry)
        if any(one.cut == "before" for one in met):
            return cut(request)
        answer = await self._effect(bot, entry, raw, files, met)
        await asyncio.sleep(sum(one.seconds for one in met))
        return await spoilt(request, answer, met)

    async def _effect(
        self, bot: Bot, entry: Entry, raw: dict[str, Any], files: dict[str, Upload], met: list[Fault]
    ) -> web.Response:
        try:
            self.faults.check_bans(entry)
            for fault in met:
                if fault.refusal:
                    raise fault.refusal
            call = calls.check(entry.method, raw, files)
            entry.fields = call.fields
            result = await methods.answer(bot, call)
        except Refused as refused:
            return _told(entry, refused)
        entry.status, entry.effect = 200, True
        return _json(200, {"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        bot = self._tokens.get(request.match_info["token"])
        if bot is None:
            return _json(*_stranger(request.match_info["token"]))
        entry = self.journal.begin(bot.name, "file")
        try:
            file = bot.files.fetch(request.match_info["path"])
            entry.status = 200 if file else 404
            met = self.faults.met_by(entry)
            await asyncio.sleep(sum(one.seconds for one in met))
            answer = web.Response(body=file.data) if file else _refusal(Refused(404, "Not Found"))
            refusal = next((one.refusal for one in met if one.refusal), None)
            return await spoilt(request, _told(entry, refusal) if refusal else answer, met)
        finally:
            self.journal.end(entry)


async def _read(request: web.Request, limits: Limits, entry: Entry) -> tuple[Any, dict[str, Upload]]:
    try:
        raw, files = await calls.read(request, limits)
    except Refused as refused:
        return refused, {}
    except ValueError:
        return Refused(400, "Bad Request: can't parse the request's body"), {}
    entry.fields, entry.files = raw, tuple(one.name for one in files.values())
    return raw, files


def _stranger(token: str) -> Answer:
    """Telegram: 404 for what is no token, 401 for one that isn't, or isn't any more."""
    if re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
        return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
    return 404, {"ok": False, "error_code": 404, "description": "Not Found"}


def _named(method: str) -> str:
    known = calls.methods().get(method.lower())
    return known.__api_method__ if known else method


def _told(entry: Entry, refused: Refused) -> web.Response:
    entry.status, entry.said = refused.status, refused.description
    return _refusal(refused)


def _refusal(refused: Refused) -> web.Response:
    if not refused.description:
        page = f"<html><body><center><h1>{refused.status}</h1></center><hr><center>nginx</center></body></html>"
        return web.Response(status=refused.status, text=page, content_type="text/html")
    body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if not refused.retry_after:
        return _json(refused.status, body)
    body["parameters"] = {"retry_after": refused.retry_after}
    return _json(refused.status, body, {"Retry-After": str(refused.retry_after)})


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers, dumps=_dumps)


def _dumps(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


async def _nothing(request: web.Request) -> web.Response:
    return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
