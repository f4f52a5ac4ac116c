"""Equal requests for many travel as one: those that are made in the same moment are gathered, up to 1,000 people
(path/90236), and each who waits learns what became of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.channels.base import Sent

T = TypeVar("T")
PEOPLE = 1_000
GATHERING = 0.02  # seconds: what is due in one moment is claimed together, and made ready one after the other


@dataclass
class Gathered(Generic[T]):
    ones: list[T] = field(default_factory=list)
    waiting: list[asyncio.Future[Sent]] = field(default_factory=list)


class Batch(Generic[T]):
    """`does` is given what differs in nobody's eyes but by who it is for, and answers in the same order."""

    def __init__(self, does: Callable[[Sequence[T]], Awaitable[Sequence[Sent]]]) -> None:
        self._does = does
        self._gathered: dict[Hashable, Gathered[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, alike: Hashable, one: T) -> Sent:
        group = self._gathered.get(alike)
        if group is None:
            group = self._gathered[alike] = Gathered()
            asyncio.get_running_loop().call_later(GATHERING, self._leave, alike, group)
        waiting: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        group.ones.append(one)
        group.waiting.append(waiting)
        if len(group.ones) == PEOPLE:
            self._leave(alike, group)
        return await waiting

    def _leave(self, alike: Hashable, group: Gathered[T]) -> None:
        """Once: when it is full, or when its moment is over."""
        if self._gathered.get(alike) is group:
            del self._gathered[alike]
            task = asyncio.create_task(self._done(group))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _done(self, group: Gathered[T]) -> None:
        try:
            became = await self._does(group.ones)
        except BaseException as fault:
            for waiting in group.waiting:
                if not waiting.done():
                    waiting.set_exception(fault)
            if not isinstance(fault, Exception):
                raise
            return
        for waiting, sent in zip(group.waiting, became, strict=True):
            if not waiting.done():
                waiting.set_result(sent)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
