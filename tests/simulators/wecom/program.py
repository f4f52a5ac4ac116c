"""The plainest program there can be: a client and a callback receiver. The simulator's own tests speak through it."""

import asyncio
import base64
import contextlib
import json
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from tests.simulators.serving import serving

from .apps import App
from .pushes import digest

TOKEN = "QDG6eK"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def opened(sealed: str, key: str = KEY) -> tuple[bytes, str]:
    """The message and whom it is for [D 90968]."""
    aes = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(aes), modes.CBC(aes[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    (length,) = struct.unpack(">I", plain[16:20])
    return plain[20 : 20 + length], plain[20 + length : -plain[-1]].decode()


class Program:
    """`call` fetches a token when it has none or an old one; `next` is the next event in the order of arrival, as a mapping."""

    def __init__(self, url: str, app: App, http: aiohttp.ClientSession) -> None:
        self.url, self.app, self.http = url, app, http
        self.token = self.callback = ""
        self.arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.bodies: list[bytes] = []
        self.answers: list[web.Response | None] = []  # to the next callbacks, then 200
        self.deaf = False  # connections are taken, and never answered

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, app: App) -> AsyncIterator["Program"]:
        async with aiohttp.ClientSession() as http:
            program = cls(url, app, http)
            server = web.Application(client_max_size=4 << 20)
            server.router.add_get("/callback", program._check)
            server.router.add_post("/callback", program._take)
            async with serving(server) as address:
                program.callback = f"{address}/callback"
                yield program

    async def login(self) -> str:
        query = {"corpid": self.app.corp.id, "corpsecret": self.app.secret}
        self.token = (await self.get("gettoken", **query))["access_token"]
        return self.token

    async def call(self, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        if not self.token:
            await self.login()
        answer = await self.post(path, body or {}, access_token=self.token, **query)
        if answer["errcode"] == 42001:
            answer = await self.post(path, body or {}, access_token=await self.login(), **query)
        return answer

    async def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        sent = {"data": body} if isinstance(body, bytes | aiohttp.FormData) else {"data": _json(body)}
        async with self.http.post(f"{self.url}/cgi-bin/{path}", params=query, **sent) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.http.get(f"{self.url}/cgi-bin/{path}", params=query) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def upload(self, kind: str, name: str, data: bytes) -> dict[str, Any]:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", data, filename=name, content_type="application/octet-stream")
        return await self.call("media/upload", form, type=kind)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.arrived.get(), 10)

    async def _check(self, request: web.Request) -> web.Response:
        await self._listens()
        query = request.query
        right = digest(TOKEN, query["timestamp"], query["nonce"], query["echostr"]) == query["msg_signature"]
        return web.Response(body=opened(query["echostr"])[0]) if right else web.Response(status=403)

    async def _listens(self) -> None:
        if self.deaf:
            await asyncio.Event().wait()

    async def _take(self, request: web.Request) -> web.Response:
        await self._listens()
        body = await request.read()
        self.bodies.append(body)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            return answer
        sealed = ElementTree.fromstring(body.decode()).findtext("Encrypt") or ""
        stamp, nonce, said = (request.query[name] for name in ("timestamp", "nonce", "msg_signature"))
        if digest(TOKEN, stamp, nonce, sealed) != said:
            return web.Response(status=403)
        message, receiver = opened(sealed)
        assert receiver == self.app.corp.id
        self.arrived.put_nowait(dict(_fields(ElementTree.fromstring(message.decode()))))
        return web.Response()


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _fields(node: Any) -> Iterator[tuple[str, Any]]:
    """Elements by name; of those that are there twice, a list."""
    names = [one.tag for one in node]
    for name in dict.fromkeys(names):
        values = [dict(_fields(one)) if len(one) else one.text or "" for one in node if one.tag == name]
        yield name, values if len(values) > 1 else values[0]
