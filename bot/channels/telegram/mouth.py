"""The only thing that sends to Telegram: python-telegram-bot's `ExtBot`, paced by `pace`.

Imported only where a bot with a token is configured. Nothing here keeps anything: what was sent is told to the sender, which
writes it down. Errors of the library become the four words of the contract; none of its sentences goes any further, since
they quote texts and tokens.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.base import Attachment, Can, Door, Outgoing, Sent, degraded
from bot.channels.telegram import text
from bot.channels.telegram.pace import DECORATION, PUSH, RATES, REPLY, Pace, Rates, seconds_of
from bot.channels.telegram.wire import Wire
from bot.log import cause, hush
from handlers.desk import NOTHING, Shows
from storage.database import Database, Unavailable

log = structlog.get_logger()
PHOTO, UPLOAD = 10 << 20, 50 << 20  # sendPhoto, sendDocument: the most bytes
BUTTONS = 100  # in one keyboard
ERASABLE = 100  # messages in one deleteMessages
TOKEN_REFUSED_MS = 60_000
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)  # else Telegram fetches what we link to
# Telegram's words for a request that has nothing left to do, and for a chat that isn't there.
DONE = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
)
NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
TOO_LARGE = ("request entity too large", "(413)")  # a NetworkError to the library
Part = Callable[[], Awaitable[Message]]


class Mouth:
    """One bot's. `open` it in the loop it will speak in."""

    def __init__(
        self, door: Door, token: str, api_url: str, database: Database, disclosure: Shows = NOTHING,
        rates: Rates = RATES,
    ) -> None:  # fmt: skip
        hush()
        self.name = door.name
        self.can = Can(text.UNITS, "utf16", erase=True, pull=False, disclosure=disclosure, max_file=UPLOAD)
        self.pace = Pace(self.name, database, rates)
        self._request = Wire(api_url)
        self._bot: ExtBot[int] = ExtBot(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            base_file_url=f"{api_url.rstrip('/')}/file/bot",
            request=self._request,
            get_updates_request=self._request,
            rate_limiter=self.pace,
        )

    async def close(self) -> None:
        await self.pace.shutdown()
        await self._request.shutdown()

    # -- saying --------------------------------------------------------------------------------------------------------

    async def send(self, message: Outgoing) -> Sent:
        chat, urgency = int(message.address), PUSH if message.bulk else REPLY
        if message.spoken_ms:
            self.pace.spoke(chat, message.spoken_ms)
        ids: list[str] = []
        try:
            if message.deletes and not message.gone:
                await self._take_out(chat, message.deletes)
            parts = list(self._parts(chat, message, urgency))
            for part in parts[min(message.gone, len(parts) - 1) :]:
                ids.append(str((await part()).message_id))
        except (TelegramError, Unavailable) as fault:
            return self._became(fault, tuple(ids))
        return Sent("ok", ext_ids=tuple(ids), parts=len(ids))

    async def _take_out(self, chat: int, ext_ids: tuple[str, ...]) -> None:
        """What Telegram doesn't let a bot delete stays; the answer goes all the same."""
        try:
            await self._delete(chat, ext_ids)
        except BadRequest:
            degraded[self.name, "message left standing"] += 1

    def _parts(self, chat: int, message: Outgoing, urgency: int) -> Iterator[Part]:
        """The text's pieces and the files; the last piece carries the buttons and comes last."""
        words, keyboard = self._keyboard(message)
        found = [one for one in text.pieces(words) if one.strip()] or ["…"] * (not message.files or bool(keyboard))
        pieces = [
            partial(self._say, chat, one, keyboard if place == len(found) else None, urgency)
            for place, one in enumerate(found, 1)
        ]
        files = [partial(self._give, chat, one, urgency) for one in message.files]
        yield from [*pieces[:-1], *files, *pieces[-1:]] if keyboard else [*pieces, *files]

    async def _say(self, chat: int, words: str, keyboard: InlineKeyboardMarkup | None, urgency: int) -> Message:
        return await self._bot.send_message(
            chat, text.html(words), "HTML", reply_markup=keyboard, link_preview_options=NO_PREVIEW,
            rate_limit_args=urgency,
        )  # fmt: skip

    def _keyboard(self, message: Outgoing) -> tuple[str, InlineKeyboardMarkup | None]:
        """Buttons, and below the text those choices, with their numbers, that can't be buttons."""
        packed = [(label, text.data(message.prompt, choice)) for choice, label in message.choices]
        fit = [(label, data) for label, data in packed if data is not None][:BUTTONS]
        kept = {data for _, data in fit}
        words = [f"{n}. {label}" for n, (label, data) in enumerate(packed, 1) if data not in kept]
        if words:
            degraded[self.name, "choices as numbers"] += 1
        rows = text.rows([label for label, _ in fit])
        buttons = [[InlineKeyboardButton(fit[n][0], callback_data=fit[n][1]) for n in row] for row in rows]
        return "\n".join([message.text, *([""] if words else []), *words]), (
            InlineKeyboardMarkup(buttons) if buttons else None
        )

    async def _give(self, chat: int, file: Attachment, urgency: int) -> Message:
        """A picture as a picture, where Telegram takes it for one; all else as a document."""
        photo = file.kind in ("image", "receipt") and len(file.data) <= PHOTO
        await self._bot.send_chat_action(chat, "upload_photo" if photo else "upload_document")
        if photo:
            try:
                return await self._bot.send_photo(chat, InputFile(file.data, file.name), rate_limit_args=urgency)
            except BadRequest as fault:
                if not _says(fault, ("image_process_failed", "photo_invalid", "wrong type", "too big for a photo")):
                    raise
                degraded[self.name, "picture as document"] += 1
        document = InputFile(file.data, file.name)
        return await self._bot.send_document(
            chat, document, disable_content_type_detection=True, rate_limit_args=urgency
        )

    # -- changing ------------------------------------------------------------------------------------------------------

    async def plain(self, address: str, ext_id: str) -> Sent:
        edit = partial(self._bot.edit_message_reply_markup, int(address), int(ext_id), rate_limit_args=DECORATION)
        return await self._done(edit)

    async def delete(self, address: str, ext_ids: tuple[str, ...]) -> Sent:
        """Telegram deletes for two days; what is older loses its words instead."""
        chat = int(address)
        sent = await self._done(partial(self._delete, chat, ext_ids))
        if sent.result == "never":
            return await self._blank(chat, ext_ids)
        return sent

    async def _delete(self, chat: int, ext_ids: tuple[str, ...]) -> None:
        """Those that aren't there any more are passed over by Telegram itself."""
        numbers = [int(one) for one in ext_ids]
        for start in range(0, len(numbers), ERASABLE):
            try:
                await self._bot.delete_messages(chat, numbers[start : start + ERASABLE], rate_limit_args=REPLY)
            except BadRequest as fault:
                if not _says(fault, DONE):
                    raise

    async def _blank(self, chat: int, ext_ids: tuple[str, ...]) -> Sent:
        sent = Sent("ok")
        for one in ext_ids:
            edit = partial(self._bot.edit_message_text, "…", chat, int(one), rate_limit_args=REPLY)
            became = await self._done(edit)
            sent = became if became.result != "ok" else sent
        return sent

    async def _done(self, request: Callable[[], Awaitable[Any]]) -> Sent:
        try:
            await request()
        except (TelegramError, Unavailable) as fault:
            done = isinstance(fault, BadRequest) and _says(fault, DONE)
            return Sent("ok") if done else self._became(fault, ())
        return Sent("ok")

    # -- courtesies: best effort, nothing depends on them ----------------------------------------------------------------

    async def acknowledge(self, callback_id: str, words: str = "") -> None:
        """The button stops turning. Too late, or inside a ban, it stops by itself."""
        await self._try(partial(self._bot.answer_callback_query, callback_id, words[:200]))

    async def leave(self, chat: int) -> None:
        await self._try(partial(self._bot.leave_chat, chat))

    async def _try(self, request: Callable[[], Awaitable[Any]]) -> None:
        try:
            async with asyncio.timeout(10):
                await request()
        except (TelegramError, Unavailable, TimeoutError) as fault:
            log.debug("courtesy failed", channel=self.name, cause=cause(fault))

    # -- what became of it -----------------------------------------------------------------------------------------------

    def _became(self, fault: Exception, ids: tuple[str, ...]) -> Sent:
        went: dict[str, Any] = {"ext_ids": ids, "parts": len(ids)}
        kind = type(fault).__name__
        if isinstance(fault, RetryAfter):
            return Sent("retry", max(seconds_of(fault) * 1000, 1), "flood", costs=False, **went)
        if isinstance(fault, Unavailable):
            return Sent("retry", 1_000, "database", costs=False, **went)
        if isinstance(fault, Forbidden) or (isinstance(fault, BadRequest) and _says(fault, NOBODY)):
            return Sent("gone", code=kind, **went)
        if isinstance(fault, InvalidToken):
            log.error("token refused", channel=self.name, remedy="xiezhi check")
            return Sent("retry", TOKEN_REFUSED_MS, kind, **went)
        if isinstance(fault, BadRequest) or (isinstance(fault, TelegramError) and _says(fault, TOO_LARGE)):
            return Sent("never", code=f"{kind}: {_slug(fault)}", **went)
        return Sent("retry", code=kind if isinstance(fault, NetworkError) else "answer", **went)


def _says(fault: TelegramError, words: tuple[str, ...]) -> bool:
    said = fault.message.lower()
    return any(one in said for one in words)


def _slug(fault: Exception) -> str:
    """The fixed beginning of Telegram's sentence; what it quotes comes after a colon or in quotation marks."""
    found = re.match(r"[A-Za-z_' ]{0,60}", str(fault).split(":")[0].split('"')[0])
    return found[0].strip().lower() if found else ""
