"""Telegram posts updates here. 200 only once an update is durable; both libraries' own servers answer before.

401 wrong secret, 413 too large, 400 no JSON object, 503 the database can't take it now: Telegram tries again. An update
that is not understood is kept aside and answered 200, or all behind it would wait for ever.
"""

import hmac
from collections.abc import Callable

import orjson
from aiohttp import web

from bot.channels.telegram.listener import Listener

SECRET = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE = 1024 * 1024  # a message quoting another, with all their entities, stays far below


class Webhook:
    def __init__(self, path: str, secrets: Callable[[], tuple[str, ...]], listener: Listener) -> None:
        self.path, self.secrets, self.listener = path, secrets, listener

    def routes(self) -> list[web.RouteDef]:
        return [web.post(self.path, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        if not self._known(request.headers.get(SECRET, "")):
            return web.Response(status=401)
        body = await _whole(request)
        if body is None:
            return web.Response(status=413)
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            update = None
        if not isinstance(update, dict):
            return web.Response(status=400)
        await self.listener.take([update])
        return web.Response()

    def _known(self, given: str) -> bool:
        """On bytes: a header may hold anything, and comparing texts refuses what is not ASCII with an exception."""
        told = given.encode("utf-8", "surrogateescape")
        return any([hmac.compare_digest(told, one.encode()) for one in self.secrets()])  # noqa: C419  # all of them, always


async def _whole(request: web.Request) -> bytes | None:
    """None for more than an update can be; the rest of it is not read."""
    if (request.content_length or 0) > MAX_UPDATE:
        return None
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > MAX_UPDATE:
            return None
    return bytes(body)
