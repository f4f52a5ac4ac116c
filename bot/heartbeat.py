"""A sign of life to somebody outside, so that silence is news: a house that lies still cannot say so itself."""

import aiohttp
import structlog

from bot.auditor import Auditor
from bot.log import cause

log = structlog.get_logger()
PATIENCE = aiohttp.ClientTimeout(total=5)


class Heartbeat:
    def __init__(self, url: str, auditor: Auditor) -> None:
        """`url` may carry a token and stands in no log; empty: nobody listens."""
        self._url, self._auditor = url, auditor

    async def beat(self) -> None:
        """Only while all is well. Nothing of the answer is read, and nobody sends us on to another address."""
        if not self._url or await self._auditor.amiss():
            return
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE) as http,
                http.get(self._url, allow_redirects=False) as answer,
            ):
                if not answer.ok or answer.status >= 300:
                    log.warning("heartbeat refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError) as fault:
            log.warning("heartbeat not heard", cause=cause(fault))
