"""A WeCom that knows no more than tokens, and answers as it is told to: for what no well-behaved server does."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.wecom.api import Api
from storage import migrate
from storage.database import Database
from storage.sealed import Keyring
from tests.simulators.serving import serving

CORP, SECRET, TOKEN = "ww-planted-corp", "planted-secret", "planted-token"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(**body: Any) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": 0, "errmsg": f"planted words of {TOKEN}", **body})

    return answer


def raw(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg", "Content-Length": "9"})
    await response.prepare(request)
    await response.write(b"123")
    return await hangs_up(request)


class PlainWecom:
    """`granting` and `answers` are used up in their order; afterwards all goes well."""

    def __init__(self) -> None:
        self.url = ""
        self.granted = 0  # calls to gettoken
        self.seen: list[web.Request] = []  # other calls
        self.bodies: list[bytes] = []
        self.good: set[str] = set()
        self.granting: deque[Answer] = deque()
        self.answers: deque[Answer] = deque()
        self.trusting = True  # tokens are looked at

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls) -> AsyncIterator["PlainWecom"]:
        one = cls()
        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", one._gettoken)
        app.router.add_route("*", "/cgi-bin/{path:.*}", one._call)
        async with serving(app) as one.url:
            yield one

    async def _gettoken(self, request: web.Request) -> web.StreamResponse:
        self.granted += 1
        if self.granting:
            return await self.granting.popleft()(request)
        if (request.query["corpid"], request.query["corpsecret"]) != (CORP, SECRET):
            return await says(errcode=40001)(request)
        token = f"{TOKEN}-{self.granted}"
        self.good = {token}
        return await says(access_token=token, expires_in=7200)(request)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        if not self.trusting or request.query.get("access_token") not in self.good:
            return await says(errcode=42001)(request)
        return await (self.answers.popleft() if self.answers else says())(request)


class House:
    """One database, and processes that open it."""

    def __init__(self, url: str, folder: Path, wecom: PlainWecom) -> None:
        self.url, self.wecom = url, wecom
        self.keys = Keyring.make(folder / "keys")
        self.pauses: list[float] = []

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    @contextlib.asynccontextmanager
    async def api(
        self, secret: str = SECRET, pause: Callable[[float], Awaitable[Any]] | None = None, url: str = ""
    ) -> AsyncIterator[Api]:
        """A process of its own, as far as the token goes."""
        database = Database(self.url, self.keys)
        await migrate.bring_up(database)
        api = Api("wecom:app:luzhai", CORP, secret, url or self.wecom.url, database, pause or self._pause)
        try:
            yield api
        finally:
            await api.close()
            await database.close()


def later(event: asyncio.Event, answer: Answer) -> Answer:
    async def waits(request: web.Request) -> web.StreamResponse:
        await event.wait()
        return await answer(request)

    return waits
