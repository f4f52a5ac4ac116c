"""What an update means to us. aiogram reads and routes it; its types end in this file.

No conversation state of aiogram's is used, and no synchronous filter: each would take a hop to a thread, and updates would
overtake each other there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from handlers import doorway
from handlers.forms import plain
from storage import people

START = "/start"
# What our words for it are; every other command is a word of its own, or none.
COMMANDS = {"/find": "查询"}


class NotUnderstood(Exception):
    """Not an update as we know them."""


@dataclass(frozen=True)
class InGroup:
    """Something happened in a group, and of what was said there no more than a code, and whose. `out`: we were taken out of it;
    `becomes`: its number from now on (core.telegram.org/bots/api#message, migrate_to_chat_id)."""

    chat: int
    by: str = ""
    code: str = ""
    out: bool = False
    becomes: int = 0


@dataclass(frozen=True)
class Noticed:
    """Who did it and what; without `heard` there is nothing to answer. `aside`: it is also kept to be looked at."""

    peer: str = ""
    language: str = "zh"
    heard: Mapping[str, Any] | None = None
    message: int | None = None
    press: str = ""  # to be acknowledged
    group: InGroup | None = None  # where nobody is answered
    aside: bool = False


NOTHING = Noticed()
File = Callable[[Message], Any]
FILES: dict[str, File] = {
    ContentType.PHOTO: lambda message: max(message.photo or (), key=lambda one: one.width * one.height),
    ContentType.DOCUMENT: lambda message: message.document,
    ContentType.VIDEO: lambda message: message.video,
    ContentType.VOICE: lambda message: message.voice,
    ContentType.AUDIO: lambda message: message.audio,
    ContentType.ANIMATION: lambda message: message.animation,
    ContentType.VIDEO_NOTE: lambda message: message.video_note,
}
# Sent by a person, and nothing that could be an answer: the question is put again.
NO_ANSWER = frozenset(
    {ContentType.STICKER, ContentType.DICE, ContentType.POLL, ContentType.GAME, ContentType.STORY}
    | {ContentType.PAID_MEDIA, ContentType.CHECKLIST, ContentType.LIVE_PHOTO, ContentType.RICH_MESSAGE}
    | {ContentType.UNKNOWN}
)


def client(token: str, api_url: str) -> Bot:
    """To listen with: polls and downloads. It never sends."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api_url)))


class Ears:
    """Of one bot. With `closed`, nothing of what is told is heard, only that something was."""

    def __init__(self, bot: Bot, closed: bool) -> None:
        self.bot, self.closed = bot, closed
        self.dispatcher = Dispatcher(disable_fsm=True)
        self.dispatcher.include_router(_router())

    async def hear(self, raw: Mapping[str, Any]) -> Noticed:
        """Raises `NotUnderstood`."""
        try:
            update = Update.model_validate(raw, context={"bot": self.bot})
            update.event_type  # noqa: B018  # aiogram would print the whole update in a warning
        except (ValidationError, UpdateTypeLookupError):
            raise NotUnderstood from None
        noticed = await self.dispatcher.feed_update(self.bot, update)
        if noticed is UNHANDLED or not isinstance(noticed, Noticed):
            raise NotUnderstood
        return _turned_away(noticed) if self.closed else noticed


def _turned_away(noticed: Noticed) -> Noticed:
    """STOP is heard, the wish to read what is public, that somebody came or went, and of anything else only that it was."""
    heard = noticed.heard
    if heard is None and noticed.message is None:
        return noticed
    if heard is not None and (heard["kind"] in ("blocked", "unblocked", "opened") or doorway.heeded(heard)):
        return noticed
    if heard is not None and heard["kind"] == "started":
        return replace(noticed, heard={"kind": "opened"})
    return replace(noticed, heard={"kind": "turned_away", "message": noticed.message or 0})


# -- routes --------------------------------------------------------------------------------------------------------------


def _router() -> Router:
    router = Router()
    router.message.register(_said, _in_private)
    router.message.register(_in_a_group)
    router.edited_message.register(_edited, _in_private)
    router.edited_message.register(_edited_in_a_group)
    router.callback_query.register(_pressed)
    router.my_chat_member.register(_stands)
    return router


async def _in_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


async def _in_a_group(message: Message) -> Noticed:
    """Whoever speaks as the group itself is nobody we know."""
    if old := message.migrate_from_chat_id:
        return Noticed(group=InGroup(old, becomes=message.chat.id))
    found, by = people.CODE.search(message.text or ""), message.from_user
    who = str(by.id) if by and not message.sender_chat else ""
    return Noticed(
        group=InGroup(message.chat.id, who, found[0] if found else "", becomes=message.migrate_to_chat_id or 0)
    )


async def _edited_in_a_group(message: Message) -> Noticed:
    return Noticed(group=InGroup(message.chat.id))


async def _said(message: Message) -> Noticed:
    heard = _heard(message)
    if heard is None:
        return NOTHING
    if heard["kind"] in ("said", "file"):
        heard["message"] = message.message_id  # so that an edit of it is known for what it corrects
    return replace(_from(message), heard=heard, aside=message.content_type == ContentType.UNKNOWN)


async def _edited(message: Message) -> Noticed:
    """A place that moves on is no correction."""
    text = message.text or message.caption
    if not text:
        return NOTHING
    return replace(_from(message), heard={"kind": "edited", "text": text, "message": message.message_id})


async def _pressed(query: CallbackQuery) -> Noticed:
    chat = query.message.chat if query.message else None
    if chat is not None and chat.type != ChatType.PRIVATE:
        return Noticed(group=InGroup(chat.id))
    heard = _choice(query.data or "")
    return Noticed(str(chat.id if chat else query.from_user.id), _language(query.from_user), heard, press=query.id)


async def _stands(event: ChatMemberUpdated) -> Noticed:
    out = event.new_chat_member.status in (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)
    if event.chat.type != ChatType.PRIVATE:
        return Noticed(group=InGroup(event.chat.id, out=out))
    return Noticed(str(event.chat.id), _language(event.from_user), {"kind": "blocked" if out else "unblocked"})


# -- what it means -------------------------------------------------------------------------------------------------------


def _from(message: Message) -> Noticed:
    return Noticed(str(message.chat.id), _language(message.from_user), message=message.message_id)


def _language(user: User | None) -> str:
    """At first contact, until they choose: Chinese, also where Telegram doesn't say."""
    code = (user.language_code or "zh") if user else "zh"
    return "zh" if code.lower().startswith("zh") else "en"


def _heard(message: Message) -> dict[str, Any] | None:
    """None for what Telegram itself says: a pin, a timer, a new picture."""
    kind = message.content_type
    if message.text is not None:
        return _text(message.text)
    if kind in FILES:
        return {"kind": "file", "remote": _remote(message, FILES[kind](message)), "text": message.caption or ""}
    if message.location is not None:
        return {"kind": "location", "place": [message.location.latitude, message.location.longitude]}
    if kind == ContentType.CONTACT:
        return {"kind": "contact"}
    return {"kind": "said", "text": ""} if kind in NO_ANSWER else None


def _text(text: str) -> dict[str, Any]:
    if not text.startswith("/"):
        return {"kind": "said", "text": text}
    first, _, rest = text.partition(" ")
    word, rest = first.partition("@")[0].lower(), rest.strip()
    if word == START:
        return {"kind": "started", "payload": rest[:64]} if rest else {"kind": "opened"}
    if word == "/find" and rest:
        return {"kind": "said", "text": f"查 {rest}"}
    return {"kind": "said", "text": f"{COMMANDS.get(word, word)} {rest}".strip()}


def _remote(message: Message, file: Any) -> dict[str, Any]:
    mime = "image/jpeg" if message.photo else getattr(file, "mime_type", None)
    named = {"name": getattr(file, "file_name", None) or "", "mime": mime or ""}
    return {"id": file.file_id, "size": file.file_size or 0, "album": message.media_group_id, **named}


def _choice(data: str) -> dict[str, Any]:
    """prompt:choice. Anything else was not sent by us, and presses a question that is closed."""
    prompt, _, choice = data.partition(":")
    known = prompt.removeprefix("-").isdecimal() and prompt.isascii() and len(prompt) < 10
    return {"kind": "chose", "choice": plain(choice)[:120] if known else "", "prompt": int(prompt) if known else 0}
