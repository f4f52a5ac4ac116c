"""Carries updates to a bot's webhook: again until 2xx, in order within a lane, lanes beside each other.

As Telegram's open server does it: a lane is a chat, as many lanes are served at once as `max_connections` allows, an
update that was refused goes to the end of the line with its lane behind it.
"""

import asyncio
from typing import Any

import aiohttp

from .updates import Update, Updates

SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """`roads` leads from a public address to where the program really listens."""

    def __init__(self, updates: Updates, http: aiohttp.ClientSession, roads: dict[str, str]) -> None:
        self.updates, self.http, self.roads = updates, http, roads
        self.url = self.secret = self.error = ""
        self.connections, self.errors, self.error_at = 40, 0, 0
        self._busy: set[Any] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def set(self, url: str, secret: str, connections: int) -> None:
        self.url, self.secret, self.connections = url, secret, connections
        self.error, self.error_at = "", 0
        self.updates.webhook = bool(url)
        if url:
            self.updates.interrupt()
        self.kick()

    def info(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting),
        }
        if self.url:
            told |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.error:
            told |= {"last_error_date": self.error_at, "last_error_message": self.error}
        if self.updates.allowed:
            told["allowed_updates"] = sorted(self.updates.allowed)
        return told

    def kick(self) -> None:
        """Something is new, or somebody is free: carry what can be carried."""
        if not self.url:
            return
        free = self.connections - len(self._tasks)
        if free <= 0:
            return
        for lane in self._ready()[:free]:
            self._busy.add(lane)
            task = asyncio.create_task(self._carry(self.updates.lanes[lane][0], self.url))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: self.kick())

    async def close(self) -> None:
        self.url = ""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ready(self) -> list[Any]:
        ready = [lane for lane in self.updates.lanes if lane not in self._busy]
        if self.updates.delivery.shuffle:
            self.updates.delivery.shuffle.shuffle(ready)
        return ready

    async def _carry(self, update: Update, url: str) -> None:
        """The first update of a lane, once successfully or once in vain. It may be dropped meanwhile."""
        if await self._delivered(update, url):
            self.updates.done(update)
            self._busy.discard(update.lane)
        else:
            asyncio.get_running_loop().call_later(self.updates.delivery.backoff, self._free, update.lane)

    def _free(self, lane: Any) -> None:
        self._busy.discard(lane)
        self.kick()

    async def _delivered(self, update: Update, url: str) -> bool:
        delivery = self.updates.delivery
        if delivery.together:
            answers = await asyncio.gather(*(self._post(update, url) for _ in range(delivery.copies)))
        else:
            answers = [await self._post(update, url) for _ in range(delivery.copies)]
        return all(200 <= one < 300 for one in answers)

    async def _post(self, update: Update, url: str) -> int:
        status = 0
        try:
            async with self.http.post(
                self._real(url),
                json=update.json(),
                headers={SECRET: self.secret} if self.secret else {},
                timeout=aiohttp.ClientTimeout(total=self.updates.delivery.patience),
                allow_redirects=False,
            ) as answer:
                status = answer.status
                await answer.read()
                if not 200 <= status < 300:
                    self._failed(f"Wrong response from the webhook: {status} {answer.reason}")
        except (aiohttp.ClientConnectorError, ConnectionRefusedError):
            self._failed("Connection refused")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._failed("Read timeout expired" if isinstance(error, TimeoutError) else "Connection closed")
        update.answers.append(status)
        self.updates.bell.ring()
        return status

    def _failed(self, why: str) -> None:
        self.error, self.error_at = why, self.updates.clock.now()
        self.errors += 1

    def _real(self, url: str) -> str:
        for public, real in self.roads.items():
            if url.startswith(public):
                return real + url.removeprefix(public)
        return url
