"""/healthz, /readyz, /metrics: alive; able to work; figures without anything about anybody.

They share a port with the public page. Whoever asks learns whether the house works and no more: that something is happening
just now is nobody's business. Figures are for who may know them: with the token, or on this machine while nothing stands in
front that would make everybody seem to be there.
"""

import hmac
from datetime import timedelta
from ipaddress import ip_address

from aiohttp import web

from bot.channels.base import degraded
from bot.config import Server
from bot.timepiece import Timepiece
from storage import duties, figures
from storage.database import Database, Unavailable

STUCK_MS, OVERDUE = 30_000, timedelta(minutes=5)
PROXIED = {"Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"}


class Watch:
    def __init__(self, database: Database, timepiece: Timepiece, counties: tuple[str, ...], server: Server) -> None:
        self.database, self.timepiece, self.counties, self.server = database, timepiece, counties, server

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready), web.get("/metrics", self.metrics)]

    async def alive(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(self, request: web.Request) -> web.Response:
        """503 with the part that stands still: the database can't be reached, or messages or duties wait too long."""
        why = await self._stands_still()
        return web.Response(status=503, text=f"{why}\n") if why else web.Response(text="ready\n")

    async def _stands_still(self) -> str:
        try:
            if (await self.database.run(figures.backlog))[1] > STUCK_MS:
                return "inbox"
            return "reminders" if await self._behind() > OVERDUE else ""
        except Unavailable:
            return "database"

    async def _behind(self) -> timedelta:
        """For how long what is due has not been looked at."""
        due, now = await self.database.read(lambda tx: duties.next_look(tx, self.counties)), self.timepiece.now()
        return max(timedelta(0), now - due) if due is not None else timedelta(0)

    async def metrics(self, request: web.Request) -> web.Response:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest

        if not self._may_know(request):
            raise web.HTTPNotFound
        registry = CollectorRegistry()
        told = await self.database.read(figures.counted)
        unheard, behind = await self.database.read(duties.unheard), await self._behind()
        told["urgent_unheard"] = (unheard, "happening now, and nobody at all could be told")
        told["due_behind_seconds"] = (behind // timedelta(seconds=1), "since when nobody has looked at what is due")
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
