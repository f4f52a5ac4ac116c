"""The few questions to Telegram that are no message: who a bot is, what is shown of it, where its updates go. Asked without
either library, so that `xiezhi check` and `xiezhi invite` need not load one. No sentence here holds a token."""

from types import TracebackType
from typing import Any

import aiohttp
import orjson

from bot.bots import TelegramBot

PATIENCE = 10.0  # seconds


class Refused(Exception):
    """Telegram's answer, in its words."""

    def __init__(self, code: int, words: str, after: float = 0) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words, self.after = code, words, after


class Unreachable(Exception):
    """There was no answer; says which kind of fault, not where: the address has the token in it."""


class Api:
    """`async with Api(bot) as api: me = await api.ask("getMe")`"""

    def __init__(self, bot: TelegramBot) -> None:
        self._base = f"{bot.api_url.rstrip('/')}/bot{bot.token}/"
        self._token, self._http = bot.token, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    async def __aenter__(self) -> "Api":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def ask(self, method: str, **fields: Any) -> Any:
        """Raises `Refused` or `Unreachable`."""
        try:
            async with self._http.post(self._base + method, json=fields) as answer:
                body = orjson.loads(await answer.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            raise Unreachable(type(fault).__name__) from None
        if not isinstance(body, dict):
            raise Unreachable("not the Bot API")
        if body.get("ok"):
            return body.get("result")
        after = (body.get("parameters") or {}).get("retry_after", 0)
        words = str(body.get("description", "")).replace(self._token, "…")
        raise Refused(int(body.get("error_code", 0)), words, float(after))


def link(name: str, code: str) -> str:
    """Where people find the bot of this name, and bring a code along (core.telegram.org/bots/features#deep-linking)."""
    return f"https://t.me/{name}?start={code}"


def group_link(name: str, code: str) -> str:
    """Adds it to a group of theirs, where `/start` and the code is said in their name (the same page)."""
    return f"https://t.me/{name}?startgroup={code}"
