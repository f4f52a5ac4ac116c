"""Waiting for something to become true without looking every so often, and the server's clock."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Rung at every change; whoever waits looks again then, and only then."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for one in self._waiting:
            if not one.done():
                one.set_result(None)

    async def until(self, look: Callable[[], T | None], within: float) -> T:
        """What `look` returns as soon as it returns something; `TimeoutError` when it doesn't in time."""
        async with asyncio.timeout(within):
            while (found := look()) is None:
                await self._next()
            return found

    async def _next(self) -> None:
        rung = asyncio.get_running_loop().create_future()
        self._waiting.add(rung)
        try:
            await rung
        finally:
            self._waiting.discard(rung)


class Clock:
    """Unix time as the platform has it. `forward` makes messages old without waiting; nothing else moves with it."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> int:
        return int(time.time() + self._ahead)

    def forward(self, **span: float) -> None:
        self._ahead += timedelta(**span).total_seconds()
