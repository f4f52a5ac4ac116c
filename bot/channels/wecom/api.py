"""Calls to WeCom's API: one token for each app, asked for by one process at a time; success by `errcode` alone.

The token goes into the query and nowhere else (path/90664), so no address stands in any message of ours. A token is renewed
before it ends, and once when WeCom calls it invalid or expired (it "may be withdrawn early", path/91039). A secret that was
refused is not tried again for an hour, by nobody, or until it is changed: WeCom bans the address for that long (path/90313,
45009).
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import aiohttp
import orjson
import structlog
from yarl import URL

from bot.channels import outward
from bot.channels.base import Sent
from bot.channels.wecom import codes
from bot.channels.wecom.tokens import Alone, Kept, Shared
from storage import access
from storage.access import Access
from storage.database import Database

log = structlog.get_logger()
T = TypeVar("T")
Body = Mapping[str, Any] | Callable[[], aiohttp.FormData] | None
Pause = Callable[[float], Awaitable[Any]]

PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=5)
WITH_FILES = aiohttp.ClientTimeout(total=120, sock_connect=5, sock_read=30)
MARGIN = 300  # seconds before its end a token is renewed
OTHERS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0)  # seconds between looks while another process asks
AGAIN = (0.5, 2.0, 5.0)  # seconds before the same call is made again
MOST = 32 << 20  # bytes of an answer: 1,000 messages of 微信客服 and more


class Refused(Exception):
    """WeCom's errcode. Not its words: they quote addresses and userids."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code} {codes.group_of(code)}")
        self.code = code


class Barred(Refused):
    """There is no token: gettoken refused, and is not asked again for the time being."""


class Unreachable(Exception):
    """There was no answer that could be read; says which kind of fault, not where. Whether the call was accepted is not
    known."""


def became(fault: Refused | Unreachable, ext_ids: tuple[str, ...] = (), parts: int = 0) -> Sent:
    """What became of the message the call was made for."""
    if isinstance(fault, Unreachable):
        return Sent(codes.NO_ANSWER.result, code=f"no answer: {fault}", ext_ids=ext_ids, parts=parts)
    sent = codes.sent(fault.code, ext_ids, parts)
    if isinstance(fault, Barred) and sent.result != "retry":  # whatever gettoken says is no fault of the message's
        return Sent("retry", codes.MINUTE_MS, f"configuration {fault.code}", ext_ids, parts, costs=False)
    return sent


class Api:
    """One app's. `name` is its row's, at most 58 characters; without a database the token is kept by this object alone.
    Connections are opened at the first call, in its loop."""

    def __init__(
        self,
        name: str,
        corp_id: str,
        secret: str,
        api_url: str,
        database: Database | None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.name, self._corp_id, self._secret = name, corp_id, secret
        self._api_url, self._pause = api_url.rstrip("/"), pause
        self._kept: Kept = Shared(database, name, corp_id, secret) if database else Alone()
        self._held = access.NONE
        self._renewing: asyncio.Task[None] | None = None
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
        if self._http is not None:
            await self._http.close()

    async def call(
        self, path: str, body: Body = None, *, query: Mapping[str, str] | None = None, retry: int = 0
    ) -> dict[str, Any]:
        """`path` below /cgi-bin/; without a body it is a GET. Raises `Refused`, `Unreachable`, or the database's own.

        `retry`: how many times more it is tried when it may pass by itself. Only for what may be done twice, or carries a key
        against that; what the sender sends has back-off of its own.
        """
        for seconds in AGAIN[:retry]:
            try:
                return await self._authorized(partial(self._once, path, body, query or {}))
            except Unreachable:
                pass
            except Refused as fault:
                if codes.group_of(fault.code) != "back_off":
                    raise
            await self._pause(seconds)
        return await self._authorized(partial(self._once, path, body, query or {}))

    async def keyed(self, path: str, body: Body, key: str) -> dict[str, Any]:
        """What a key of its own lets in, and no token (a group's webhook, path/99110). Raises `Refused` or `Unreachable`."""
        async with self._request(path, body, {"key": key}) as answer:
            return _succeeded(await _whole(answer))

    @contextlib.asynccontextmanager
    async def opened(
        self, path: str, query: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """What answers with bytes. An error comes as JSON with status 200 and is raised (path/90254)."""
        async with contextlib.AsyncExitStack() as stack:
            yield await self._authorized(partial(self._bytes, stack, path, query, headers))

    # -- one request ---------------------------------------------------------------------------------------------------

    async def _once(self, path: str, body: Body, query: Mapping[str, str], token: str) -> dict[str, Any]:
        async with self._request(path, body, {**query, "access_token": token}) as answer:
            return _succeeded(await _whole(answer))

    async def _bytes(
        self, stack: contextlib.AsyncExitStack, path: str, query: Mapping[str, str],
        headers: Mapping[str, str] | None, token: str,
    ) -> aiohttp.ClientResponse:  # fmt: skip
        asked = self._request(path, None, {**query, "access_token": token}, headers, WITH_FILES)
        async with contextlib.AsyncExitStack() as trying:
            answer = await trying.enter_async_context(asked)
            if answer.content_disposition is None and answer.content_type in ("application/json", "text/plain"):
                _succeeded(await _whole(answer))
                raise Unreachable("no file")
            stack.push_async_exit(trying.pop_all())
            return answer

    @contextlib.asynccontextmanager
    async def _request(
        self, path: str, body: Body, query: Mapping[str, str], headers: Mapping[str, str] | None = None,
        patience: aiohttp.ClientTimeout | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:  # fmt: skip
        if self._http is None or self._http.closed:
            self._http = outward.session(self._api_url)
        url = URL(f"{self._api_url}/cgi-bin/{path}").with_query(dict(query))
        sent, kind, usual = _body(body)
        try:
            async with self._http.request(
                "GET" if body is None else "POST", url, data=sent, headers={**kind, **(headers or {})},
                timeout=patience or usual, allow_redirects=False,
            ) as answer:  # fmt: skip
                if answer.status not in (200, 206):
                    raise Unreachable(f"HTTP {answer.status}")
                yield answer
        except TimeoutError:
            raise Unreachable("timeout") from None
        except (aiohttp.ClientError, OSError) as fault:
            raise Unreachable(type(fault).__name__) from None

    # -- the token -----------------------------------------------------------------------------------------------------

    async def _authorized(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """With a token that was renewed at most once for it: a server that calls every token expired is not asked on."""
        token = await self._token()
        try:
            return await ask(token)
        except Refused as fault:
            if codes.group_of(fault.code) != "refresh":
                raise
        return await ask(await self._token(stale=token))

    async def _token(self, stale: str = "") -> str:
        """Another than `stale`. Raises `Barred` while nobody may ask."""
        if not self._usable(stale):
            if self._renewing is None or self._renewing.done():
                self._renewing = asyncio.create_task(self._renew(stale))
            await asyncio.shield(self._renewing)  # one for all who wait: so is its failure
        held = self._held
        if held.refused:
            raise Barred(held.refused)
        return held.token

    def _usable(self, stale: str) -> bool:
        return self._held.barred or (self._held.good and self._held.token != stale)

    async def _renew(self, stale: str) -> None:
        """Somebody else's, or asked for by us when it is our turn."""
        for seconds in OTHERS:
            found = await self._kept.turn(stale)
            if found is not None:
                self._held = await self._asked() if found == access.NONE else found
                return
            await self._pause(seconds)
        raise Unreachable("token under way")

    async def _asked(self) -> Access:
        held: Access | None = None
        try:
            held = await self._granted()
        finally:
            await self._kept.settle(held)
        return held

    async def _granted(self) -> Access:
        """gettoken (path/91039). A refusal is something to keep, too, unless their system is busy."""
        credentials = {"corpid": self._corp_id, "corpsecret": self._secret}
        try:
            async with self._request("gettoken", None, credentials) as answer:
                body = _succeeded(await _whole(answer))
        except Refused as fault:
            if codes.group_of(fault.code) == "back_off":
                raise
            log.error("token refused", channel=self.name, errcode=fault.code, remedy="xiezhi check")
            rest = codes.HOUR_MS if fault.code in codes.REFUSED_SECRET else codes.MINUTE_MS
            return Access.denied(fault.code, rest)
        return _access(body)


def _access(body: Mapping[str, Any]) -> Access:
    """To be renewed before its end; where little is left of it, after half of that, since gettoken gives the same one while
    it is valid."""
    token, seconds = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, int):
        raise Unreachable("no token")
    return Access.granted(token, (seconds - min(MARGIN, seconds // 2)) * 1000)


def _body(body: Body) -> tuple[bytes | aiohttp.FormData | None, dict[str, str], aiohttp.ClientTimeout]:
    """UTF-8 as it is: \\u escapes are refused (path/90313, 40033)."""
    if body is None:
        return None, {}, PATIENCE
    if callable(body):
        return body(), {}, WITH_FILES
    return orjson.dumps(dict(body)), {"Content-Type": "application/json"}, PATIENCE


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_any():
        found += chunk
        if len(found) > MOST:
            raise Unreachable("answer too large")
    return bytes(found)


def _succeeded(raw: bytes) -> dict[str, Any]:
    """Raises `Refused` for any errcode but 0. Fields tell nothing: errors come with empty ones (path/90930)."""
    try:
        body = _loaded(raw)
    except ValueError:
        raise Unreachable("not JSON") from None
    code = body.get("errcode") if isinstance(body, dict) else None
    if type(code) is not int:
        raise Unreachable("no errcode")
    if code:
        raise Refused(code)
    return dict(body)


def _loaded(raw: bytes) -> Any:
    """Half a sign in what somebody wrote is no reason to read nothing of it."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return json.loads(raw.decode(errors="replace"))
