"""Telegram's door: aiogram listens (`ears`, by `webhook` or `polling`), python-telegram-bot speaks (`mouth`).

Nothing here imports either library: a house without a bot does not pay for them.
"""

import base64

from bot.bots import TelegramBot
from bot.channels.base import Door
from storage.sealed import Keyring

# Everything else is not asked for: nothing that nobody reads is sent to us.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


def path(door: Door) -> str:
    """Where Telegram posts to, below `server.public_url`."""
    return f"/{door.county}/{door.platform}/{door.bot}"


def secrets_of(door: Door, bot: TelegramBot, keys: Keyring) -> tuple[str, ...]:
    """What Telegram may send as the webhook's secret; the first is the one to set. Made from the keyring where none is
    configured, and good after its rotation until the webhook is set again."""
    if bot.webhook_secret:
        return (bot.webhook_secret,)
    return tuple(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in keys.macs("link", _named(door, bot)))


def _named(door: Door, bot: TelegramBot) -> bytes:
    return f"webhook:{door.name}:{bot.token}".encode()


def turns_away(bot: TelegramBot) -> bool:
    """Whether nothing of what is told there may be kept (PIPL art. 36: real tip-offs stay off unless switched on)."""
    return not bot.for_staff and not bot.takes_tips
