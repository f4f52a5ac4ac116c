"""Files that people sent to a bot, from Telegram's servers. An address with the token in it goes into no message of ours."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramRetryAfter

from bot.caller import Sorry
from bot.fetching import NotNow, Part
from storage.files import MAX_FILE

# getFile: "for the moment, bots can download files of up to 20MB in size"; the store takes no larger ones either.
ASKING = 15


class Downloads:
    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @contextlib.asynccontextmanager
    async def fetch(self, remote: Mapping[str, Any]) -> AsyncIterator[Part]:
        """Raises `Sorry` for what will never come, `NotNow` for what may."""
        if remote["size"] > MAX_FILE:
            raise Sorry(413, "file_too_large")
        url = await self._address(remote["id"])
        try:
            session = self.bot.session
            assert isinstance(session, AiohttpSession)
            async with (await session.create_session()).get(url) as answer:
                if answer.status == 404:
                    raise Sorry(404, "file_gone")
                if answer.status != 200:
                    raise NotNow
                yield Download(remote["name"], answer.content)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise NotNow from None

    async def _address(self, number: str) -> str:
        try:
            file = await self.bot.get_file(number, request_timeout=ASKING)
        except TelegramBadRequest as fault:
            raise Sorry(413, "file_too_large" if "too big" in fault.message else "file_gone") from None
        except TelegramRetryAfter as fault:
            raise NotNow(fault.retry_after * 1000) from None
        except (TelegramAPIError, OSError, TimeoutError):
            raise NotNow from None
        return str(self.bot.session.api.file_url(self.bot.token, file.file_path or ""))


class Download:
    """Read as a part of an upload is."""

    def __init__(self, filename: str, content: aiohttp.StreamReader) -> None:
        self.filename, self._content = filename, content

    async def read_chunk(self, size: int) -> bytes:
        return await self._content.read(size)
