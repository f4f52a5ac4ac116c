"""A server on loopback, what it is sent, and answers that arrive in part or not at all."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiohttp import web

from tests.simulators.faults import Fault


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes


@contextlib.asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """The address it is found at."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def spoilt(request: web.Request, answer: web.Response, met: Sequence[Fault]) -> web.StreamResponse:
    """The answer whole, in part, or not at all."""
    cuts = {one.cut for one in met}
    if "after" in cuts:
        return cut(request)
    if "body" not in cuts:
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(status=answer.status, headers={"Content-Length": str(len(body))})
    half.content_type = answer.content_type
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    cut(request)
    return half


def cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)
