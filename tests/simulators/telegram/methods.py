"""The methods of the Bot API, one function each; the name is the method's in our writing (sendMessage: send_message)."""

import json
import re
from collections.abc import Callable
from typing import Any

from . import rules
from .bots import Bot
from .calls import Call
from .chats import Chat, Message
from .files import File
from .rules import Stray, bad


async def answer(bot: Bot, call: Call) -> Any:
    """What `result` holds, or `Refused`."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", call.method).lower()
    if name in SETTINGS:
        return _setting(bot, call, *SETTINGS[name])
    if name == "get_updates":
        bot.updates.allow(call["allowed_updates"])
        asked = int(call["offset"] or 0), int(call["limit"] or 0), float(call["timeout"] or 0)
        return await bot.updates.poll(*asked, bot.limits)
    if name not in METHODS:
        raise Stray(f"{call.method} is not simulated")
    return METHODS[name](bot, call)


def get_me(bot: Bot, call: Call) -> Any:
    return bot.me()


# -- webhook -----------------------------------------------------------------------------------------------------------


def set_webhook(bot: Bot, call: Call) -> Any:
    url, secret = call["url"] or "", call["secret_token"] or ""
    if not url:
        return delete_webhook(bot, call)
    rules.webhook(bot.limits, url, secret)
    _drop(bot, call)
    bot.updates.allow(call["allowed_updates"])
    bot.webhook.set(url, secret, min(max(int(call["max_connections"] or 40), 1), 100))
    return True


def delete_webhook(bot: Bot, call: Call) -> Any:
    _drop(bot, call)
    bot.webhook.set("", "", 40)
    return True


def get_webhook_info(bot: Bot, call: Call) -> Any:
    return bot.webhook.info()


def _drop(bot: Bot, call: Call) -> None:
    if call["drop_pending_updates"]:
        bot.updates.clear()


# -- sending -----------------------------------------------------------------------------------------------------------


def send_message(bot: Bot, call: Call) -> Any:
    content = rules.message_text(bot.limits, call.fields)
    keyboard, chat = rules.keyboard(bot.limits, call["reply_markup"]), _writable(bot, call)
    return bot.says(chat, content | _reply(chat, call), keyboard=keyboard).json()


def send_photo(bot: Bot, call: Call) -> Any:
    return _send_file(bot, call, "photo")


def send_document(bot: Bot, call: Call) -> Any:
    return _send_file(bot, call, "document")


def send_video(bot: Bot, call: Call) -> Any:
    return _send_file(bot, call, "video")


def send_voice(bot: Bot, call: Call) -> Any:
    return _send_file(bot, call, "voice")


def send_media_group(bot: Bot, call: Call) -> Any:
    items, (fewest, most) = call["media"], bot.limits.album
    if not items or len(items) > most:
        raise bad("too many messages to send as an album" if items else "there are no messages to send")
    if len(items) < fewest:
        raise Stray(f"an album has {fewest} to {most} items")
    kinds = {one["type"] for one in items}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        raise bad("can't use the media of the specified type in the album")
    chat = _writable(bot, call)
    made = [_media(bot, call, one["type"], one["media"], one) for one in items]
    group = {"media_group_id": bot.album()}
    return [bot.says(chat, content | group, files=(file,)).json() for content, file in made]


def send_chat_action(bot: Bot, call: Call) -> Any:
    if call["action"] not in rules.ACTIONS:
        raise bad("wrong parameter action in request")
    _writable(bot, call)
    return True


def _send_file(bot: Bot, call: Call, kind: str) -> Any:
    keyboard, chat = rules.keyboard(bot.limits, call["reply_markup"]), _writable(bot, call)
    content, file = _media(bot, call, kind, call[kind], call.fields)
    return bot.says(chat, content | _reply(chat, call), keyboard=keyboard, files=(file,)).json()


def _media(bot: Bot, call: Call, kind: str, said: Any, fields: dict[str, Any]) -> tuple[dict[str, Any], File]:
    caption = rules.words(bot.limits, fields, "caption", bot.limits.caption)
    file = bot.files.received(call, kind, said, bot.limits)
    return bot.files.described(file) | caption, file


def _writable(bot: Bot, call: Call) -> Chat:
    chat = bot.chats.get(call.chat)
    chat.check()
    return chat


def _reply(chat: Chat, call: Call) -> dict[str, Any]:
    asked = call["reply_parameters"] or {"message_id": call["reply_to_message_id"]}
    if not asked.get("message_id"):
        return {}
    if asked.get("allow_sending_without_reply") and int(asked["message_id"]) not in chat.messages:
        return {}
    return {"reply_to_message": chat.message(asked["message_id"], "be replied").json()}


# -- changing ----------------------------------------------------------------------------------------------------------


def edit_message_text(bot: Bot, call: Call) -> Any:
    content = rules.message_text(bot.limits, call.fields)
    message = _editable(bot, call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    kept = {key: value for key, value in message.content.items() if key not in ("text", "entities")}
    return _edit(bot, message, kept | content, rules.keyboard(bot.limits, call["reply_markup"]))


def edit_message_reply_markup(bot: Bot, call: Call) -> Any:
    message = _editable(bot, call)
    return _edit(bot, message, message.content, rules.keyboard(bot.limits, call["reply_markup"]))


def _editable(bot: Bot, call: Call) -> Message:
    chat = bot.chats.get(call.chat)
    message = chat.message(call["message_id"], "edit")
    chat.check()
    if not message.mine:
        raise bad("message can't be edited")
    return message


def _edit(bot: Bot, message: Message, content: dict[str, Any], keyboard: list[list[dict[str, Any]]]) -> Any:
    if (message.content, message.keyboard) == (content, keyboard):
        raise bad(rules.NOT_MODIFIED)
    message.content, message.keyboard, message.edited = content, keyboard, bot.clock.now()
    bot.shows(message)
    return message.json()


def delete_message(bot: Bot, call: Call) -> Any:
    chat = bot.chats.get(call.chat)
    _delete(bot, [chat.message(call["message_id"], "delete")])
    return True


def delete_messages(bot: Bot, call: Call) -> Any:
    """Those that aren't there are skipped."""
    numbers, chat = call["message_ids"], bot.chats.get(call.chat)
    if len(numbers) > bot.limits.delete_many:
        raise bad("too many message identifiers specified")
    if not numbers:
        raise bad("message identifiers are not specified")
    _delete(bot, [one for one in map(chat.messages.get, numbers) if one and not one.gone])
    return True


def _delete(bot: Bot, messages: list[Message]) -> None:
    if any(bot.clock.now() - one.date >= bot.limits.delete_seconds for one in messages):
        raise bad("message can't be deleted for everyone")
    for one in messages:
        one.gone = True
        bot.shows(one)


def answer_callback_query(bot: Bot, call: Call) -> Any:
    if rules.units(call["text"] or "") > bot.limits.toast:
        raise bad("MESSAGE_TOO_LONG")
    bot.answered(str(call["callback_query_id"]), {"text": call["text"] or "", "alert": bool(call["show_alert"])})
    return True


# -- files, chats ------------------------------------------------------------------------------------------------------


def get_file(bot: Bot, call: Call) -> Any:
    return bot.files.link(call["file_id"], bot.limits)


def get_chat(bot: Bot, call: Call) -> Any:
    told: dict[str, Any] = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    return bot.chats.get(call.chat).json() | told


def leave_chat(bot: Bot, call: Call) -> Any:
    chat = bot.chats.get(call.chat)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.check()
    bot.stands(chat, bot.json(), "left")
    return True


_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_NO_GIFTS = dict.fromkeys(_GIFTS, False)


# -- what a bot says about itself --------------------------------------------------------------------------------------


def _setting(bot: Bot, call: Call, what: str, doing: str, check: Callable[[Bot, Call], Any], default: Any) -> Any:
    """Kept by language, and by scope or chat; read with the key it was set with."""
    where = json.dumps(call["scope"] or call["chat_id"], sort_keys=True)
    key = what, call["language_code"] or "", where
    if doing == "get":
        return bot.settings.get(key, default)
    bot.settings[key] = check(bot, call) if doing == "set" else default
    return True


def _commands(bot: Bot, call: Call) -> Any:
    rules.commands(bot.limits, call["commands"])
    return call["commands"]


def _words(field: str, limit: str) -> Callable[[Bot, Call], Any]:
    def check(bot: Bot, call: Call) -> Any:
        text = call[field] or ""
        if rules.units(text) > getattr(bot.limits, limit):
            raise bad(f"{limit.replace('_', ' ')} is too long")
        return {field: text}

    return check


def _menu(bot: Bot, call: Call) -> Any:
    return call["menu_button"] or {"type": "default"}


_ABOUT = _words("description", "description")
_SHORT = _words("short_description", "short_description")
SETTINGS: dict[str, tuple[str, str, Callable[[Bot, Call], Any], Any]] = {
    "set_my_commands": ("commands", "set", _commands, []),
    "get_my_commands": ("commands", "get", _commands, []),
    "delete_my_commands": ("commands", "delete", _commands, []),
    "set_my_description": ("description", "set", _ABOUT, {"description": ""}),
    "get_my_description": ("description", "get", _ABOUT, {"description": ""}),
    "set_my_short_description": ("short", "set", _SHORT, {"short_description": ""}),
    "get_my_short_description": ("short", "get", _SHORT, {"short_description": ""}),
    "set_chat_menu_button": ("menu", "set", _menu, {"type": "default"}),
    "get_chat_menu_button": ("menu", "get", _menu, {"type": "default"}),
}

METHODS: dict[str, Callable[[Bot, Call], Any]] = {
    one.__name__: one
    for one in (
        get_me, set_webhook, delete_webhook, get_webhook_info, send_message, send_photo, send_document, send_video,
        send_voice, send_media_group, send_chat_action, edit_message_text, edit_message_reply_markup, delete_message,
        delete_messages, answer_callback_query, get_file, get_chat, leave_chat,
    )
}  # fmt: skip
