"""WeCom calls us here. GET: is the address ours? POST: something happened (path/90930).

Verified, then decrypted, then durable, and only then 200, well within the five seconds; what it means is worked after that.
WeCom tries three times more, so that what is not durable by then is answered 503. 403: not signed by WeCom, or not meant for
us; 400: it can't be read; 413: too large. None of them says more than that.
"""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.channels.wecom import app_ears, envelope
from bot.channels.wecom.crypto import Cipher, Unreadable
from bot.channels.wecom.noticed import Noticed

log = structlog.get_logger()
STATUS = {"signature": 403, "receiver": 403, "size": 413}
Take = Callable[[Noticed, bytes], Awaitable[None]]


class Callback:
    """One address. `take` returns once what was noticed is on the disk."""

    def __init__(self, path: str, cipher: Cipher, take: Take) -> None:
        self.path, self.cipher, self.take = path, cipher, take

    def routes(self) -> list[web.RouteDef]:
        return [web.get(self.path, self.is_ours), web.post(self.path, self.happened)]

    async def is_ours(self, request: web.Request) -> web.Response:
        try:
            return web.Response(body=self._opened(request, request.query.get("echostr", "")))
        except Unreadable as fault:
            return _refused(fault)

    async def happened(self, request: web.Request) -> web.Response:
        try:
            message = self._opened(request, envelope.received(await _whole(request)))
            told = envelope.read(message)
        except Unreadable as fault:
            return _refused(fault)
        await self.take(app_ears.hear(told), message)
        return web.Response()

    def _opened(self, request: web.Request, encrypt: str) -> bytes:
        asked = request.query
        return self.cipher.open(
            asked.get("msg_signature", ""), asked.get("timestamp", ""), asked.get("nonce", ""), encrypt
        )


def _refused(fault: Unreadable) -> web.Response:
    log.warning("callback refused", why=fault.why)
    return web.Response(status=STATUS.get(fault.why, 400))


async def _whole(request: web.Request) -> bytes:
    """The rest of what is too much is not read."""
    if (request.content_length or 0) > envelope.MAX_BODY:
        raise Unreadable("size")
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > envelope.MAX_BODY:
            raise Unreadable("size")
    return bytes(body)
