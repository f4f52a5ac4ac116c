"""/healthz, /readyz, /metrics: alive; able to work; figures without anything about anybody."""

from aiohttp import web

from bot.inbox import Inbox
from storage import duties, queue
from storage.database import Database, Unavailable

STUCK_MS = 30_000


class Watch:
    def __init__(self, database: Database, inbox: Inbox) -> None:
        self.database, self.inbox = database, inbox

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready), web.get("/metrics", self.metrics)]

    async def alive(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(self, request: web.Request) -> web.Response:
        """503 with the reason when the database can't be reached or messages wait too long."""
        try:
            waiting, age = await self.database.run(queue.backlog)
        except Unavailable as fault:
            return web.Response(status=503, text=f"database {fault.reason}\n")
        if age > STUCK_MS:
            return web.Response(status=503, text=f"{waiting} messages wait, the oldest for {age // 1000} s\n")
        unheard = await self.database.read(duties.unheard)
        told = f"{unheard} things are happening now and nobody could be told: seat somebody\n" if unheard else ""
        return web.Response(text=f"ready\n{told}")

    async def metrics(self, request: web.Request) -> web.Response:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest

        registry = CollectorRegistry()
        figures = await self.database.read(queue.figures)
        unheard = await self.database.read(duties.unheard)
        figures["urgent_unheard"] = (unheard, "happening now, and nobody at all could be told")
        for name, (value, meaning) in figures.items():
            Gauge(f"xiezhi_{name}", meaning, registry=registry).set(value)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})
