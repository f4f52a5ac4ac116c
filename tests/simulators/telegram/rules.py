"""What Telegram refuses: its documented limits, and its own words when they are passed."""

import re
from dataclasses import dataclass
from typing import Any

from . import markup


class Refused(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after


class Stray(Refused):
    """Telegram would swallow or guess this; a test should see it."""

    def __init__(self, why: str) -> None:
        super().__init__(400, f"Bad Request: simulator: {why}")


def bad(why: str) -> Refused:
    return Refused(400, f"Bad Request: {why}")


@dataclass(frozen=True)
class Limits:
    """core.telegram.org/bots/api, the method or type named beside each. UTF-16 units are counted after parsing."""

    text: int = 4096  #                sendMessage: 1-4096 characters after entities parsing
    raw_text: int = 1 << 15  #         telegram-bot-api: bytes before parsing
    caption: int = 1024  #             sendPhoto: 0-1024 characters after entities parsing
    data: int = 64  #                  InlineKeyboardButton.callback_data: 1-64 bytes
    toast: int = 200  #                answerCallbackQuery.text: 0-200 characters
    photo: int = 10 << 20  #           sendPhoto: at most 10 MB in size
    upload: int = 50 << 20  #          sendDocument: files of any type of up to 50 MB
    download: int = 20 << 20  #        getFile: files of up to 20 MB
    link_seconds: int = 3600  #        getFile: the link is guaranteed to be valid for at least 1 hour
    album: tuple[int, int] = (2, 10)  # sendMediaGroup: must include 2-10 items
    delete_many: int = 100  #          deleteMessages: 1-100 messages
    delete_seconds: int = 48 * 3600  # deleteMessage: only if it was sent less than 48 hours ago
    update_seconds: int = 24 * 3600  # "Getting updates": not kept longer than 24 hours
    press_seconds: int = 150  #        no figure documented; the server keeps an unfetched press for 150 s
    commands: int = 100  #             setMyCommands: at most 100 commands
    command: int = 32  #               BotCommand.command: 1-32 of a-z, 0-9 and _
    command_words: int = 256  #        BotCommand.description: 1-256 characters
    description: int = 512  #          setMyDescription: 0-512 characters
    short_description: int = 120  #    setMyShortDescription: 0-120 characters
    secret: int = 256  #               setWebhook.secret_token: 1-256 of A-Z, a-z, 0-9, _ and -
    poll_answer: int = 100  #          getUpdates.limit: 1-100
    poll_seconds: int = 50  #          telegram-bot-api: a longer timeout is taken as 50 s
    start: int = 64  #                 deep links: up to 64 of A-Z, a-z, 0-9, _ and -


LIMITS = Limits()

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
POLLED_ELSEWHERE = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

# What is said when a field that must be there isn't (or is empty, which a form cannot tell apart).
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "video": "there is no video in the request",
    "voice": "there is no voice in the request",
    "media": 'parameter "media" is required',
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "action": "wrong parameter action in request",
    "callback_query_id": TOO_OLD,
    "file_id": "file_id not specified",
    "url": "",  # an empty url takes the webhook away
}

ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "record_video", "record_voice", "record_video_note"}
    | {f"upload_{kind}" for kind in ("photo", "video", "voice", "document", "video_note")}
)

# What a button may do; InlineKeyboardButton: "exactly one of the fields other than text, icon and style".
DOES = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")


def units(text: str) -> int:
    """Telegram counts UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def words(limits: Limits, fields: dict[str, Any], name: str, longest: int) -> dict[str, Any]:
    """`text` or `caption` as it will be seen, with its entities."""
    raw = str(fields.get(name) or "")
    if len(raw.encode()) > limits.raw_text:
        raise bad("text is too long")
    mode = str(fields.get("parse_mode") or "").lower()
    if mode not in ("", "html"):
        raise (
            Stray(f"parse_mode {mode} is not simulated")
            if mode.startswith("markdown")
            else bad("unsupported parse_mode")
        )
    prefix = "caption_" if name == "caption" else ""
    try:
        seen, entities = markup.parse(raw) if mode else (raw, fields.get(f"{prefix}entities") or [])
    except markup.Malformed as error:
        raise bad(f"can't parse entities: {error}") from None
    if units(seen.strip()) > longest:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    text, entities = markup.trim(seen, entities)
    return ({name: text} if text else {}) | ({f"{prefix}entities": entities} if text and entities else {})


def message_text(limits: Limits, fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.get("text"):
        raise bad("message text is empty")
    found = words(limits, fields, "text", limits.text)
    if not found:
        raise bad("text must be non-empty")
    return found


def keyboard(limits: Limits, asked: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard; an empty one is none."""
    rows = (asked or {}).get("inline_keyboard") or []
    for button in (button for row in rows for button in row):
        check_button(limits, button)
    return [row for row in rows if row]


def check_button(limits: Limits, button: dict[str, Any]) -> None:
    does = [one for one in DOES if button.get(one) not in (None, "", False)]
    if not does:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(does) > 1:
        raise Stray(f"a button does one thing, this one {' and '.join(does)}")
    if not str(button.get("text", "")).strip():
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if len(str(button.get("callback_data") or "").encode()) > limits.data:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in does and not re.match(r"(https?|tg)://[^\s/]", button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def commands(limits: Limits, asked: list[dict[str, str]]) -> None:
    """Telegram's server answers in capitals here."""
    if len(asked) > limits.commands:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in asked:
        if not re.fullmatch(rf"[a-z0-9_]{{1,{limits.command}}}", one["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(one["description"].strip()) <= limits.command_words:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def webhook(limits: Limits, url: str, secret: str) -> None:
    """Reality knows https only; here the program under test sits on loopback."""
    if not re.match(r"https://[^/]|http://(127\.0\.0\.1|localhost)[:/]", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > limits.secret:
        raise bad("secret token is too long")
    if re.search(r"[^A-Za-z0-9_-]", secret):
        raise bad("secret token contains unallowed characters")
