"""How python-telegram-bot's requests travel: over aiohttp, which the house has anyway, at a third of what httpx takes of the
processor. Its errors come without addresses (the token is in them), and an answer that can't be read is not written down.
"""

from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels import outward

READ = 20.0  # seconds
PATIENCE = aiohttp.ClientTimeout(total=40, connect=20, sock_connect=10, sock_read=READ)
WITH_FILES = aiohttp.ClientTimeout(total=180, connect=20, sock_connect=10, sock_read=120)
JSON = {"Content-Type": "application/json"}


class Wire(BaseRequest):
    """Opens its connections at the first request, in the loop it is made in."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._http: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ

    async def initialize(self) -> None:
        if self._http is None or self._http.closed:
            self._http = outward.session(self._api_url, {"User-Agent": self.USER_AGENT})

    async def shutdown(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        if self._http is None:
            await self.initialize()
        assert self._http is not None
        data = request_data or RequestData()
        sent = _form(data) if data.contains_files else orjson.dumps(data.parameters)
        timeout, headers = (WITH_FILES, None) if data.contains_files else (PATIENCE, JSON)
        try:
            async with self._http.request(
                method, url, data=sent, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as fault:
            raise NetworkError(type(fault).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(found, dict):
            raise TelegramError("Invalid server response")
        return found


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
