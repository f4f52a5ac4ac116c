"""The bots of this house: what listens at each door, what fetches and what speaks. Built only where one is configured, so
that a house without bots imports neither library."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.channels import telegram
from bot.channels.base import Channel, Door
from bot.config import CitizensBot, ConfigError, StaffBot, place
from bot.doorway import Doorway
from bot.fetching import Fetcher, Source
from bot.files import Uploads
from bot.inbox import Inbox
from bot.render import Renderer
from bot.sender import Sender
from bot.timepiece import Timepiece
from storage.database import Database

if TYPE_CHECKING:
    from bot.channels.telegram.polling import Polling
    from bot.channels.telegram.profile import Introduction
    from bot.channels.telegram.webhook import Webhook

Job = Callable[[], Awaitable[None]]


class Doors:
    def __init__(
        self, database: Database, inbox: Inbox, uploads: Uploads, renderer: Renderer, timepiece: Timepiece
    ) -> None:
        self.database, self.inbox, self.uploads = database, inbox, uploads
        self.renderer, self.timepiece = renderer, timepiece
        self.webhooks: list[Webhook] = []
        self.pollings: list[Polling] = []
        self.channels: dict[str, Channel] = {}
        self.sender: Sender | None = None
        self._sources: dict[str, Source] = {}
        self.introductions: list[Introduction] = []
        self._closing: list[Callable[[], Awaitable[Any]]] = []
        self.fetcher = Fetcher(database, uploads, self._sources, inbox.wake)
        inbox.to_fetch = self.fetcher.wake

    def __bool__(self) -> bool:
        return bool(self.channels)

    def add(self, door: Door, bot: CitizensBot | StaffBot) -> None:
        """Within the loop it will run in. Raises `ConfigError` for a token that can't be one."""
        from aiogram.utils.token import TokenValidationError

        from bot.channels.telegram.ears import Ears, client
        from bot.channels.telegram.fetch import Downloads
        from bot.channels.telegram.listener import Listener
        from bot.channels.telegram.mouth import Mouth
        from bot.channels.telegram.profile import Introduction

        try:
            ear = client(bot.token, bot.api_url)
        except TokenValidationError:
            where = ".".join(place(door))
            raise ConfigError(f"{where}.token: not a token of Telegram's; copy it whole from @BotFather") from None
        shown = bot.disclosure if isinstance(bot, StaffBot) else "full"
        mouth = Mouth(door, bot.token, bot.api_url, self.database, shown)
        ears = Ears(ear, telegram.turns_away(door, bot))
        listener = Listener(ears, Doorway(door, self.database, self.inbox), mouth)
        self.channels[door.name], self._sources[door.name] = mouth, Downloads(ear)
        self._closing += [listener.close, mouth.close, ear.session.close]
        self.introductions.append(Introduction(door, bot, self.database, self.renderer))
        self._listens(door, bot, listener, ear)

    def _listens(self, door: Door, bot: CitizensBot | StaffBot, listener: Any, ear: Any) -> None:
        from bot.channels.telegram.polling import Polling
        from bot.channels.telegram.webhook import Webhook

        if bot.mode == "webhook":
            secrets = partial(telegram.secrets_of, door, bot, self.database.keys)
            self.webhooks.append(Webhook(telegram.path(door), secrets, listener))
        else:
            self.pollings.append(Polling(door.name, ear, listener, self.database))

    def routes(self) -> list[Any]:
        return [route for one in self.webhooks for route in one.routes()]

    def jobs(self, stopping: asyncio.Event) -> list[Job]:
        """For a process that works; one that only serves the web takes in what is posted to it."""
        if not self:
            return []
        self.sender = Sender(self.database, self.renderer, self.channels, self.timepiece, self.uploads)
        does = [self.sender.run, self.fetcher.run, *(one.run for one in self.pollings)]
        does += [one.run for one in self.introductions]
        return [partial(one, stopping) for one in does]

    def wake(self) -> None:
        """Something is to be sent."""
        if self.sender is not None:
            self.sender.wake()

    async def close(self) -> None:
        for close in self._closing:
            await close()
