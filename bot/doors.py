"""The bots of this house: what listens at each door, what fetches and what speaks. A platform is imported only where it is
configured: a house without bots pays for none.
"""

import asyncio
import importlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from aiohttp import web

from bot.bots import Bot
from bot.channels.base import Channel, Door
from bot.config import Config
from bot.fetching import Fetcher, Source
from bot.files import Uploads
from bot.inbox import Inbox
from bot.render import Renderer
from bot.sender import Sender
from bot.timepiece import Timepiece
from storage.database import Database
from storage.parcels import PLAINLY, Terms

Job = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True)
class House:
    """What every door is built into. `bells` are rung by one door for another, by a name both know."""

    database: Database
    inbox: Inbox
    renderer: Renderer
    bells: Mapping[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))


@dataclass(frozen=True)
class Opened:
    """One door: who speaks, who fetches files, what is called from outside, what runs where there is work, what is closed
    at the end."""

    channel: Channel
    source: Source | None = None
    routes: Sequence[web.RouteDef] = ()
    jobs: Sequence[Job] = ()
    closing: Sequence[Callable[[], Awaitable[Any]]] = ()


class Platform(Protocol):
    """The module `bot.channels.<platform>.door`."""

    def opened(self, door: Door, bot: Any, house: House) -> Opened:
        """Within the loop it will run in. Raises `ConfigError`."""
        ...

    async def invitation(self, bot: Any, code: str) -> str:
        """How somebody is let in with this code, for whoever hands it on: a link, or what to do with it."""
        ...


def platform(door: Door) -> Platform:
    found: Platform = importlib.import_module(f"bot.channels.{door.platform}.door")
    return found


class Doors:
    def __init__(self, house: House, uploads: Uploads, timepiece: Timepiece) -> None:
        self.house, self.uploads, self.timepiece = house, uploads, timepiece
        self.open: dict[str, Opened] = {}
        self.sender: Sender | None = None
        self._sources: dict[str, Source] = {}
        self.fetcher = Fetcher(house.database, uploads, self._sources, house.inbox.wake)
        house.inbox.to_fetch = self.fetcher.wake

    def __bool__(self) -> bool:
        return bool(self.open)

    def open_all(self, config: Config, *, works: bool) -> None:
        """A process that does not work takes in what is posted to it, and nothing else. Raises `ConfigError`."""
        for door, bot in config.bots().items():
            if works or bot.is_called:
                self._open(door, bot)

    def _open(self, door: Door, bot: Bot) -> None:
        one = platform(door).opened(door, bot, self.house)
        self.open[door.name] = one
        if one.source is not None:
            self._sources[door.name] = one.source

    def routes(self) -> list[web.RouteDef]:
        return [route for one in self.open.values() for route in one.routes]

    def jobs(self, stopping: asyncio.Event) -> list[Callable[[], Awaitable[None]]]:
        """For a process that works."""
        if not self:
            return []
        channels = {name: one.channel for name, one in self.open.items()}
        self.sender = Sender(self.house.database, self.house.renderer, channels, self.timepiece, self.uploads)
        does: list[Job] = [self.sender.run, self.fetcher.run]
        does += [job for one in self.open.values() for job in one.jobs]
        return [partial(one, stopping) for one in does]

    def terms(self, config: Config) -> dict[str, Terms]:
        """How each channel that pushes is served, those included that only another process of the house has open."""
        there = dict.fromkeys((door.name for door in config.bots()), PLAINLY)
        return there | {name: one.channel.can.terms for name, one in self.open.items()}

    def wake(self) -> None:
        """Something is to be sent."""
        if self.sender is not None:
            self.sender.wake()

    async def close(self) -> None:
        for one in self.open.values():
            for close in one.closing:
                await close()
