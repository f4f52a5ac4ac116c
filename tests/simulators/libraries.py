"""The two real clients behind one face, so that one conversation can be held through either.

They receive as programs do: by getUpdates with an offset, or at a webhook of their own.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiogram
import aiohttp
import telegram.ext
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.types import InputMediaDocument as AiogramDocument
from aiohttp import web

from tests.simulators.serving import serving
from tests.simulators.telegram.bots import Bot

Buttons = list[tuple[str, str]]

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
FACES = "😀" * 2048  # 2,048 characters, 4,096 UTF-16 units
BUTTON = {"text": "是", "callback_data": "a"}


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


class Aiogram:
    def __init__(self, bot: aiogram.Bot) -> None:
        self.bot = bot

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, token: str) -> AsyncIterator["Aiogram"]:
        session = AiohttpSession(api=TelegramAPIServer.from_base(url))
        bot = aiogram.Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
        try:
            yield cls(bot)
        finally:
            await (await session.create_session()).close()  # its own close sleeps a quarter of a second

    def keys(self, buttons: Buttons) -> Any:
        return InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons]
        )

    async def say(self, chat: int, text: str, buttons: Buttons = ()) -> int:  # type: ignore[assignment]
        return (
            await self.bot.send_message(chat, text, reply_markup=self.keys(buttons) if buttons else None)
        ).message_id

    async def edit(self, chat: int, message: int, text: str) -> None:
        await self.bot.edit_message_text(text, chat_id=chat, message_id=message)

    async def keyboard(self, chat: int, message: int, buttons: Buttons) -> None:
        await self.bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=self.keys(buttons))

    async def delete(self, chat: int, *messages: int) -> None:
        await self.bot.delete_messages(chat, list(messages))

    async def photo(self, chat: int, data: bytes, caption: str) -> None:
        await self.bot.send_photo(chat, BufferedInputFile(data, "p.jpg"), caption=caption)

    async def document(self, chat: int, name: str, data: bytes) -> None:
        await self.bot.send_document(chat, BufferedInputFile(data, name))

    async def album(self, chat: int, *files: tuple[str, bytes]) -> None:
        media: list[Any] = [AiogramDocument(media=BufferedInputFile(data, name)) for name, data in files]
        await self.bot.send_media_group(chat, media)

    async def answer(self, press: str, text: str) -> None:
        await self.bot.answer_callback_query(press, text=text)

    async def fetch(self, file: str) -> bytes:
        found = await self.bot.download(file)
        assert found is not None
        return found.read()

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        return await self.bot.get_updates(offset=offset, timeout=seconds)

    async def listen(self, url: str, secret: str) -> None:
        await self.bot.set_webhook(url, secret_token=secret)

    def read(self, body: Any) -> Any:
        return aiogram.types.Update.model_validate(body, context={"bot": self.bot})

    def kind(self, update: Any) -> str:
        return update.event_type


class Ptb:
    def __init__(self, bot: Any) -> None:
        self.bot = bot

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, token: str) -> AsyncIterator["Ptb"]:
        """Without `Defaults`: PTB puts a default parse_mode even into editMessageReplyMarkup, which has no such field."""
        bot: Any = telegram.ext.ExtBot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
        async with bot:
            yield cls(bot)

    def keys(self, buttons: Buttons) -> Any:
        return telegram.InlineKeyboardMarkup(
            [[telegram.InlineKeyboardButton(text, callback_data=data)] for text, data in buttons]
        )

    async def say(self, chat: int, text: str, buttons: Buttons = ()) -> int:  # type: ignore[assignment]
        markup = self.keys(buttons) if buttons else None
        return int((await self.bot.send_message(chat, text, "HTML", reply_markup=markup)).message_id)

    async def edit(self, chat: int, message: int, text: str) -> None:
        await self.bot.edit_message_text(text, chat, message, parse_mode="HTML")

    async def keyboard(self, chat: int, message: int, buttons: Buttons) -> None:
        await self.bot.edit_message_reply_markup(chat, message, reply_markup=self.keys(buttons))

    async def delete(self, chat: int, *messages: int) -> None:
        await self.bot.delete_messages(chat, messages)

    async def photo(self, chat: int, data: bytes, caption: str) -> None:
        await self.bot.send_photo(chat, data, caption=caption, parse_mode="HTML")

    async def document(self, chat: int, name: str, data: bytes) -> None:
        await self.bot.send_document(chat, data, filename=name)

    async def album(self, chat: int, *files: tuple[str, bytes]) -> None:
        await self.bot.send_media_group(
            chat, [telegram.InputMediaDocument(data, filename=name) for name, data in files]
        )

    async def answer(self, press: str, text: str) -> None:
        await self.bot.answer_callback_query(press, text)

    async def fetch(self, file: str) -> bytes:
        return bytes(await (await self.bot.get_file(file)).download_as_bytearray())

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        return list(await self.bot.get_updates(offset=offset, timeout=seconds))

    async def listen(self, url: str, secret: str) -> None:
        await self.bot.set_webhook(url, secret_token=secret)

    def read(self, body: Any) -> Any:
        return telegram.Update.de_json(body, self.bot)

    def kind(self, update: Any) -> str:
        kinds = ("message", "edited_message", "callback_query", "my_chat_member")
        return next(one for one in kinds if getattr(update, one))


Library = Aiogram | Ptb


class Ear:
    """Hears one update after the other, by polling or at a webhook on loopback."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.heard: list[Any] = []
        self._offset = 0

    async def next(self, kind: str = "message") -> Any:
        """The next update, which has to be of this kind."""
        while not self.heard:
            self.heard += await self.library.updates(self._offset, 10)
        update = self.heard.pop(0)
        self._offset = update.update_id + 1
        assert self.library.kind(update) == kind
        return getattr(update, kind)


class Webhook(Ear):
    """Answers what `says` gives, 200 once that is used up; `times` counts every delivery."""

    def __init__(self, library: Library, says: list[int]) -> None:
        super().__init__(library)
        self.says, self.secrets, self.times = says, set[str | None](), list[int]()

    async def handle(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        body = await request.json()
        self.times.append(body["update_id"])
        if self.says and (status := self.says.pop(0)) != 200:
            return web.Response(status=status)
        self.heard.append(self.library.read(body))
        return web.Response()

    async def next(self, kind: str = "message") -> Any:
        """Everything said so far has been delivered by then."""
        await self.bot.updates.bell.until(lambda: self.heard or None, 10)
        return await super().next(kind)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, library: Library, bot: Bot, says: list[int] | None = None) -> AsyncIterator["Webhook"]:
        ear = cls(library, says if says is not None else [])
        ear.bot = bot
        app = web.Application()
        app.router.add_post("/hook", ear.handle)
        async with serving(app) as url:
            await library.listen(f"{url}/hook", "a-secret_1")
            try:
                yield ear
            finally:
                await bot.webhook.close()

    bot: Bot


async def post(url: str, token: str, method: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    """A request as no library would make it."""
    async with aiohttp.ClientSession() as http, http.post(f"{url}/bot{token}/{method}", json=body) as answer:
        return answer.status, await answer.json()
