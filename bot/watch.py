"""/healthz, /readyz, /metrics: alive; able to work; figures without anything about anybody.

They share a port with the public page. Whoever asks learns whether the house works and no more: that something is happening
just now is nobody's business. Figures are for who may know them: with the token, or on this machine while nothing stands in
front that would make everybody seem to be there.
"""

import hmac
from datetime import timedelta
from ipaddress import ip_address

from aiohttp import web

from bot.auditor import Auditor
from bot.channels.base import degraded
from bot.config import Server
from storage import duties, figures

SECOND = timedelta(seconds=1)
PROXIED = {"Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"}


class Watch:
    def __init__(self, auditor: Auditor, server: Server) -> None:
        self.auditor, self.server = auditor, server

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready), web.get("/metrics", self.metrics)]

    async def alive(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(self, request: web.Request) -> web.Response:
        """503 with the part that stands still: the database can't be reached, or messages, duties or what is to be sent wait
        too long."""
        why = await self.auditor.amiss()
        return web.Response(status=503, text=f"{why}\n") if why else web.Response(text="ready\n")

    async def metrics(self, request: web.Request) -> web.Response:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest

        if not self._may_know(request):
            raise web.HTTPNotFound
        registry = CollectorRegistry()
        told = await self.auditor.database.read(figures.counted)
        unheard = await self.auditor.database.read(duties.unheard)
        unlooked, unsent = await self.auditor.unlooked() // SECOND, await self.auditor.unsent() // SECOND
        told["urgent_unheard"] = (unheard, "happening now, and nobody at all could be told")
        told["due_behind_seconds"] = (unlooked, "since when nobody has looked at what is due")
        told["outbox_behind_seconds"] = (unsent, "since when nobody has begun to send what may go")
        for name, (value, meaning) in told.items():
            Gauge(f"xiezhi_{name}", meaning, registry=registry).set(value)
        lesser = Gauge(
            "xiezhi_degraded", "shown as a channel can, not as meant", ["channel", "what"], registry=registry
        )
        for (channel, what), count in degraded.items():
            lesser.labels(channel, what).set(count)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})

    def _may_know(self, request: web.Request) -> bool:
        """No header says where somebody is: one that a proxy wrote only shows that there is one."""
        token = self.server.metrics_token
        if token:
            given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
            return hmac.compare_digest(given, f"Bearer {token}".encode())
        fronted = self.server.public_url or self.server.trusted_proxies or PROXIED & request.headers.keys()
        return not fronted and ip_address((request.remote or "0.0.0.0").partition("%")[0]).is_loopback
