"""How Telegram's bots are configured."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.bots.contract import Bot, OfStaff, Part, Secret


def _header(secret: str) -> str:
    """As Telegram sends it back (core.telegram.org/bots/api#setwebhook)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise ValueError("expected letters, digits, _ and -, at most 256; empty: one is made from the keyring")
    return secret


class TelegramBot(Bot):
    token: Secret = ""
    mode: Literal["polling", "webhook"] = "polling"
    api_url: str = Field("https://api.telegram.org", pattern="^https?://")
    webhook_secret: Annotated[Secret, AfterValidator(_header)] = ""

    @property
    def is_configured(self) -> bool:
        return bool(self.token)

    @property
    def identity(self) -> str:
        return self.token

    def amiss(self, public_url: str) -> Iterator[tuple[str, str]]:
        if self.is_called and not public_url.startswith("https://"):
            yield "mode", "webhook needs server.public_url, an https address Telegram can call; or write polling"

    @property
    def is_called(self) -> bool:
        return self.mode == "webhook"

    @property
    def is_abroad(self) -> bool:
        return True


class CitizensBot(TelegramBot):
    accept_tips: bool = False

    @property
    def takes_tips(self) -> bool:
        return self.accept_tips


class StaffBot(OfStaff, TelegramBot):
    @property
    def groups(self) -> bool:
        return True


class Telegram(Part):
    citizens: CitizensBot = CitizensBot()
    staff: StaffBot = StaffBot()
