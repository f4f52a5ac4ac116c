"""Callbacks: the GET check, and events carried by POST, encrypted here and not by the program's own cipher [D 90930, 90968]."""

import asyncio
import base64
import contextlib
import hashlib
import itertools
import secrets
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.simulators.bell import Bell, Clock

from .rules import Limits

DTD = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
# What no program may take for genuine, or fall over; `forge` posts one and tells the status.
FORGERIES = (
    "signature", "receiver", "hello", "empty", "dtd", "inner_dtd", "base64", "block", "nothing",
    "padding_0", "padding_33", "length", "huge", "no_query",
)  # fmt: skip


class Unverified(Exception):
    """The console doesn't save this URL."""


def digest(token: str, *parts: str) -> str:
    return hashlib.sha1("".join(sorted([token, *parts])).encode()).hexdigest()


def seal(key: str, message: bytes, receiver: str, pad: int | None = None, length: int | None = None) -> str:
    aes = base64.b64decode(key + "=")
    said = len(message) if length is None else length
    plain = secrets.token_bytes(16) + struct.pack(">I", said) + message + receiver.encode()
    count = 32 - len(plain) % 32
    plain += bytes([count if pad is None else pad]) * count
    encryptor = Cipher(algorithms.AES(aes), modes.CBC(aes[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def cdata(value: Any) -> str:
    return f"<![CDATA[{value}]]>" if isinstance(value, str) else str(value)


def xml(fields: dict[str, Any]) -> str:
    """Text as CDATA, numbers bare, as the documents print it; a list repeats its element."""

    def one(name: str, value: Any) -> str:
        if isinstance(value, list):
            return "".join(one(name, item) for item in value)
        return f"<{name}>{''.join(one(*item) for item in value.items()) if isinstance(value, dict) else cdata(value)}</{name}>"

    return one("xml", fields)


@dataclass
class Delivery:
    """One event on its way; `statuses` has 0 for no answer in time."""

    what: str
    query: dict[str, str]
    body: bytes
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)  # a passive reply would be here
    over: bool = False
    lost: bool = False


class Callbacks:
    """`copies`: how often each push comes; `lose`: how many of the next never do; `hold()`: they wait, and come reversed."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock, limits: Limits, corp: str, agent: int) -> None:
        self.http, self.clock, self.limits, self.corp, self.agent = http, clock, limits, corp, agent
        self.url = self.token = self.key = ""
        self.copies, self.lose = 1, 0
        self.retry_refused = True  # D 90238 retries any status but 200, D 90930 only timeouts and lost connections
        self.backoff = 0.05  #       seconds between tries; WeCom's own are not documented
        self.deliveries: list[Delivery] = []
        self.bell = Bell()
        self._held: list[Delivery] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = itertools.count()

    async def save(self, url: str, token: str, aes_key: str) -> None:
        """D 90930: the form isn't saved unless the URL answers the check within a second, with nothing but the message."""
        assert 0 < len(token) <= 32 and token.isalnum() and len(aes_key) == 43 and aes_key.isalnum()
        message = str(secrets.randbits(63))
        try:
            answer = await self._check(url, token, seal(aes_key, message.encode(), self.corp))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unverified(type(error).__name__) from None
        if answer != (200, message.encode()):
            raise Unverified(f"status {answer[0]}, {len(answer[1])} bytes")
        self.url, self.token, self.key = url, token, aes_key

    def push(self, what: str, fields: dict[str, Any], agent: bool = True) -> None:
        """Nowhere to go without a URL: the event is gone, as in life."""
        if not self.url:
            return
        delivery = self._made(what, seal(self.key, xml(fields).encode(), self.corp), agent)
        self.deliveries.append(delivery)
        if self.lose > 0:
            self.lose -= 1
            delivery.lost = delivery.over = True
        elif self._held is not None:
            self._held.append(delivery)
        else:
            self._start(delivery)

    @contextlib.asynccontextmanager
    async def hold(self) -> AsyncIterator[None]:
        """What happens inside arrives afterwards, the last first."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for delivery in reversed(held):
                self._start(delivery)
                await self.bell.until(lambda one=delivery: one.over or None, 30)  # type: ignore[misc]

    async def forge(self, how: str, fields: dict[str, Any] | None = None) -> int:
        """Posts something that isn't WeCom's; the status of the answer, 0 for none."""
        delivery = self._forged(how, fields or {"MsgType": "text", "FromUserName": "nobody", "Content": how})
        return await self._post(delivery)

    async def settled(self, within: float = 20) -> None:
        await self.bell.until(lambda: all(one.over for one in self.deliveries) or None, within)

    async def close(self) -> None:
        self.url = ""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- below ---------------------------------------------------------------------------------------------------------

    async def _check(self, url: str, token: str, echo: str) -> tuple[int, bytes]:
        stamp, nonce = str(self.clock.now()), str(secrets.randbits(31))
        query = {
            "msg_signature": digest(token, stamp, nonce, echo),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": echo,
        }
        timeout = aiohttp.ClientTimeout(total=self.limits.check_timeout)
        async with self.http.get(url, params=query, timeout=timeout, allow_redirects=False) as answer:
            return answer.status, await answer.read()

    def _made(self, what: str, sealed: str, agent: bool = True) -> Delivery:
        stamp, nonce = str(self.clock.now()), str(secrets.randbits(31))
        query = {"msg_signature": digest(self.token, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}
        parts = [f"<ToUserName>{cdata(self.corp)}</ToUserName>", f"<Encrypt>{cdata(sealed)}</Encrypt>"]
        parts += [f"<AgentID>{cdata(str(self.agent))}</AgentID>"] if agent else []
        turn = next(self._turns) % len(parts)  # the order of the elements is not fixed: D 90930 and 90968 differ
        return Delivery(what, query, f"<xml>{''.join(parts[turn:] + parts[:turn])}</xml>".encode())

    def _forged(self, how: str, fields: dict[str, Any]) -> Delivery:
        assert how in FORGERIES
        plain = xml(fields)
        inner = (DTD + plain if how == "inner_dtd" else plain).encode()
        pad = {"padding_0": 0, "padding_33": 33}.get(how)
        receiver = "ww0000000000000000" if how == "receiver" else self.corp
        sealed = seal(self.key, inner, receiver, pad, 1 << 30 if how == "length" else None)
        junk = {"base64": "!*" + sealed[2:], "block": base64.b64encode(b"x" * 17).decode(), "nothing": ""}
        delivery = self._made(how, junk.get(how, sealed) if how != "huge" else "A" * (2 << 20))
        bodies = {"hello": b"hello", "empty": b"<xml/>", "dtd": DTD.encode() + delivery.body}
        delivery.body = bodies.get(how, delivery.body)
        if how == "signature":
            said = delivery.query["msg_signature"]
            delivery.query["msg_signature"] = said[:-1] + ("0" if said[-1] != "0" else "1")
        if how == "no_query":
            delivery.query = {}
        return delivery

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._carry(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivery: Delivery) -> None:
        await asyncio.gather(*(self._tried(delivery) for _ in range(self.copies)))
        delivery.over = True
        self.bell.ring()

    async def _tried(self, delivery: Delivery) -> None:
        """The same body and query each time: M."""
        for number in range(1 + self.limits.push_retries):
            if number:
                await asyncio.sleep(self.backoff)
            status = await self._post(delivery)
            if status == 200 or (status and not self.retry_refused):
                return

    async def _post(self, delivery: Delivery) -> int:
        status, began = 0, time.monotonic()
        timeout = aiohttp.ClientTimeout(total=self.limits.push_timeout)
        headers = {"Content-Type": "text/xml"}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self.http.post(
                self.url, params=delivery.query, data=delivery.body, headers=headers, timeout=timeout,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                said = await answer.text()
                status = answer.status
                delivery.replies += [said] if said not in ("", "success") else []
        delivery.statuses.append(status)
        delivery.seconds.append(time.monotonic() - began)
        return status
