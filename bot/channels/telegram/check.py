"""What Telegram itself tells of a bot, for `xiezhi check`."""

import time

from bot.bots import TelegramBot
from bot.channels.base import Door
from bot.channels.telegram.api import Api, Refused, Unreachable
from bot.channels.telegram.profile import address, amiss
from bot.config import Config


async def examined(door: Door, bot: TelegramBot, config: Config) -> tuple[list[str], list[str]]:
    """See `bot.check.Examiner`."""
    try:
        async with Api(bot) as api:
            await api.ask("getMe")
            info = await api.ask("getWebhookInfo")
    except Unreachable as fault:
        return [], [f".api_url: {bot.api_url} gave no answer ({fault}); see that it can be reached from here"]
    except Refused as fault:
        if fault.code in (401, 404):
            return [f".token: Telegram does not know it ({fault}); copy it whole from @BotFather"], []
        return [], [f": Telegram refused to answer ({fault}); try again later"]
    return [f": {one}" for one in amiss(info, address(door, bot, config.server.public_url), time.time())], []
