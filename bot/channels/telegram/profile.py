"""What Telegram shows of a bot and where it sends what people write: set when a process starts, and only what has changed.

Commands, descriptions and the menu button come from the templates, in Chinese for everybody and in English for whoever has
it so. A webhook is set with its secret, or taken away where the bot polls: Telegram does one or the other.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
import structlog

from bot.bots import CitizensBot, TelegramBot
from bot.channels import telegram
from bot.channels.base import Door
from bot.channels.telegram.api import Api, Refused, Unreachable, group_link, link
from bot.render import Renderer
from bot.rings import rings
from storage import bots
from storage.database import Database

log = structlog.get_logger()
# Words that always work, in the order of the menu; each is understood by `handlers.menu` with its slash.
CITIZENS = ("tip", "find", "learn", "back", "cancel", "menu", "stop", "language", "help")
STAFF = ("todo", "find", "back", "cancel", "menu", "login", "language", "help")
FIRST, LONGEST = 1.0, 300.0  # seconds between two tries

Call = tuple[str, dict[str, Any]]


def commands(bot: TelegramBot) -> tuple[str, ...]:
    if isinstance(bot, CitizensBot):
        return CITIZENS if bot.accept_tips else ()
    return STAFF


def profile(door: Door, bot: TelegramBot, renderer: Renderer) -> list[Call]:
    """The calls that make it look as it should. Without a language they are for everybody."""
    who = "closed" if telegram.turns_away(bot) else door.bot
    calls: list[Call] = []
    for code, language in (("", "zh"), ("en", "en")):
        words = partial(_words, renderer, door, language)
        menu = [{"command": one, "description": words(f"command_{one}")} for one in commands(bot)]
        calls += [
            ("setMyCommands", {"commands": menu, "language_code": code}),
            ("setMyDescription", {"description": words(f"{who}_about"), "language_code": code}),
            ("setMyShortDescription", {"short_description": words(f"{who}_short"), "language_code": code}),
        ]
    button = "commands" if commands(bot) else "default"
    return [*calls, ("setChatMenuButton", {"menu_button": {"type": button}})]


def _words(renderer: Renderer, door: Door, language: str, block: str) -> str:
    return renderer.block(f"profile:{block}", {}, language, door.county)


def address(door: Door, bot: TelegramBot, public_url: str) -> str:
    """Where Telegram is to send updates; empty where they are fetched."""
    return public_url.rstrip("/") + telegram.path(door) if bot.mode == "webhook" else ""


def webhook(url: str, secret: str) -> Call:
    if not url:
        return "deleteWebhook", {}
    return "setWebhook", {"url": url, "secret_token": secret, "allowed_updates": list(telegram.UPDATES)}


class Introduction:
    """Of one bot, by one process; others that do the same do no harm."""

    def __init__(self, door: Door, bot: TelegramBot, database: Database, renderer: Renderer) -> None:
        self.door, self.bot, self.database, self.renderer = door, bot, database, renderer

    @property
    def url(self) -> str:
        return address(self.door, self.bot, self.renderer.site)

    async def run(self, stopping: asyncio.Event) -> None:
        """Tries until it is done; then there is nothing left to do but wait."""
        wait = FIRST
        while not stopping.is_set():
            try:
                async with Api(self.bot) as api:
                    await self.made(api)
                await stopping.wait()
            except Refused as fault:
                log.error("bot refused", channel=self.door.name, reason=str(fault), remedy="xiezhi check")
                wait = max(fault.after, wait)
            except Unreachable as fault:
                log.warning("bot not introduced yet", channel=self.door.name, reason=str(fault))
            if not await rings(stopping, wait):
                wait = min(wait * 2, LONGEST)

    async def made(self, api: Api) -> None:
        """Raises `Refused` or `Unreachable`; what was done by then is done again, to the same effect."""
        secret = telegram.secrets_of(self.door, self.bot, self.database.keys)[0]
        direction, calls = webhook(self.url, secret), profile(self.door, self.bot, self.renderer)
        wanted = _digest([self.bot.token, direction, calls, self._into_groups("")])
        _, told = await self.database.read(lambda tx: bots.told(tx, self.door.name))
        known = told == wanted
        if not known or (await api.ask("getWebhookInfo")).get("url", "") != self.url:
            await api.ask(direction[0], **direction[1])
        for method, fields in () if known else calls:
            await api.ask(method, **fields)
        if not known:
            name = (await api.ask("getMe"))["username"]
            found = (link(name, bots.CODE), wanted, self._into_groups(name))
            await self.database.run(lambda tx: bots.keep(tx, self.door.name, *found))

    def _into_groups(self, name: str) -> str:
        return group_link(name, bots.CODE) if self.bot.groups else ""


def _digest(what: Any) -> bytes:
    return hashlib.sha256(orjson.dumps(what, option=orjson.OPT_SORT_KEYS)).digest()


# -- what is wrong with it -----------------------------------------------------------------------------------------------

STALE = 3600  # seconds: an error of Telegram's call that is older is over
BEHIND = 100  # updates waiting at Telegram


def amiss(info: Mapping[str, Any], url: str, now: float) -> list[str]:
    """What Telegram's own account of a webhook shows (`getWebhookInfo`): each a sentence with its remedy."""
    found = []
    if (at := info.get("url", "")) != url:
        found.append(
            f"webhook is set to {at or 'nothing'} instead of {url}; `xiezhi run` sets it"
            if url
            else f"a webhook is set to {at}, so polling gets nothing; `xiezhi run` takes it away"
        )
    error, when = info.get("last_error_message"), info.get("last_error_date", 0)
    if url and error and now - when < STALE:
        remedy = (
            "the secret set there is another; start `xiezhi run` again, which sets it"
            if "401" in error
            else f"see that {url} can be reached from outside with a valid certificate"
        )
        found.append(f"Telegram's last call failed: {error}; {remedy}")
    if (waiting := info.get("pending_update_count", 0)) > BEHIND:
        found.append(f"{waiting} updates wait at Telegram; see that `xiezhi run` is running and reachable")
    return found
