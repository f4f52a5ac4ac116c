"""One bot of Telegram's, put together: ears and downloads on aiogram, the mouth on python-telegram-bot."""

from functools import partial

from aiogram import Bot as Ear
from aiogram.utils.token import TokenValidationError

from bot.bots import TelegramBot
from bot.channels import telegram
from bot.channels.base import Door
from bot.channels.telegram.api import Api, Refused, Unreachable, link
from bot.channels.telegram.ears import Ears, client
from bot.channels.telegram.fetch import Downloads
from bot.channels.telegram.groups import Groups
from bot.channels.telegram.listener import Listener, nowhere
from bot.channels.telegram.mouth import Mouth
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.profile import Introduction
from bot.channels.telegram.webhook import Webhook
from bot.config import ConfigError, place
from bot.doors import House, Opened
from bot.doorway import Doorway


def opened(door: Door, bot: TelegramBot, house: House) -> Opened:
    """Raises `ConfigError` for a token that can't be one."""
    ear = _ear(door, bot)
    mouth = Mouth(door, bot.token, bot.api_url, house.database, bot.shown)
    ears, doorway = Ears(ear, telegram.turns_away(bot)), Doorway(door, house.database, house.inbox)
    listener = Listener(ears, doorway, mouth, Groups(door, house).stays if bot.groups else nowhere)
    introduction = Introduction(door, bot, house.database, house.renderer)
    closing = (listener.close, mouth.close, ear.session.close)
    if bot.is_called:
        hook = Webhook(telegram.path(door), partial(telegram.secrets_of, door, bot, house.database.keys), listener)
        return Opened(mouth, Downloads(ear), hook.routes(), (introduction.run,), closing)
    polling = Polling(door.name, ear, listener, house.database)
    return Opened(mouth, Downloads(ear), (), (polling.run, introduction.run), closing)


async def invitation(bot: TelegramBot, code: str) -> str:
    try:
        async with Api(bot) as api:
            return link((await api.ask("getMe"))["username"], code)
    except (Refused, Unreachable):
        return link("<name of the bot, as @BotFather gave it>", code)


def _ear(door: Door, bot: TelegramBot) -> Ear:
    try:
        return client(bot.token, bot.api_url)
    except TokenValidationError:
        where = ".".join(place(door))
        raise ConfigError(f"{where}.token: not a token of Telegram's; copy it whole from @BotFather") from None
