"""How each door is configured: the bots of each platform, and what may pass through them.

What varies between platforms is said here once, as properties; the house asks a bot, never which platform it is of.
"""

from collections.abc import Iterator

from bot.bots.contract import Bot, Part, Secret
from bot.bots.telegram import CitizensBot, StaffBot, Telegram, TelegramBot
from bot.bots.wecom import KF_WINDOW, Wecom, WecomApp, WecomBot, WecomGroup, WecomKf

__all__ = [
    "KF_WINDOW",
    "Bot",
    "Channels",
    "CitizensBot",
    "Part",
    "Secret",
    "StaffBot",
    "Telegram",
    "TelegramBot",
    "Web",
    "Wecom",
    "WecomApp",
    "WecomBot",
    "WecomGroup",
    "WecomKf",
]


class Web(Part):
    enabled: bool = True


class Channels(Part):
    web: Web = Web()
    telegram: Telegram = Telegram()
    wecom: Wecom = Wecom()

    @property
    def any(self) -> bool:
        """Whether there is a door at all."""
        return self.web.enabled or any(bot.is_configured and bot.hears for _, _, bot in self.bots())

    def bots(self) -> Iterator[tuple[str, str, Bot]]:
        """(platform, bot, how it is configured)."""
        for name, one in (("citizens", self.telegram.citizens), ("staff", self.telegram.staff)):
            yield "telegram", name, one
        corp = (self.wecom.corp_id, self.wecom.api_url, self.wecom.open_url)
        yield "wecom", "app", self.wecom.app.of(*corp)
        yield "wecom", "kf", self.wecom.kf.of(*corp)
        yield "wecom", "group", self.wecom.group.at(self.wecom.api_url)
