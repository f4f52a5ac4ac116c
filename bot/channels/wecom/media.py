"""Files to and from WeCom. What is uploaded, and what people sent, is there for three days (path/90253, path/90254)."""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp

from bot.caller import Sorry
from bot.channels.base import Attachment
from bot.channels.parts import Limit, shortened, utf8
from bot.channels.wecom import codes
from bot.channels.wecom.api import Api, Barred, Refused, Unreachable
from bot.fetching import NotNow, Part
from storage.files import MAX_FILE

# -- up ------------------------------------------------------------------------------------------------------------------

MORE_THAN, MEGA = 5, 1 << 20  # bytes
MOST = {"image": 10 * MEGA, "voice": 2 * MEGA, "video": 10 * MEGA, "file": 20 * MEGA}
LARGEST = max(MOST.values())
NAME = 120  # bytes


@dataclass(frozen=True)
class Sign:
    """By what a file begins with, whatever it is called."""

    kind: str
    mime: str
    pattern: re.Pattern[bytes]


SIGNS = (
    Sign("image", "image/jpeg", re.compile(rb"\xff\xd8\xff")),
    Sign("image", "image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    Sign("voice", "audio/amr", re.compile(rb"#!AMR\n")),
    Sign("video", "video/mp4", re.compile(rb".{4}ftyp(?!M4A|qt  )", re.DOTALL)),
)
ANY = Sign("file", "application/octet-stream", re.compile(b""))


def kind_of(file: Attachment) -> str | None:
    """As what it can be sent; a picture that is too large for one is a file. None: it can't."""
    return sign.kind if (sign := _sign(file.data)) else None


def _sign(data: bytes) -> Sign | None:
    fits = (one for one in (*SIGNS, ANY) if one.pattern.match(data) and MORE_THAN < len(data) <= MOST[one.kind])
    return next(fits, None)


async def upload(api: Api, file: Attachment) -> tuple[str, str]:
    """(kind, media_id). Raises what a call raises; what has no `kind_of` is refused as WeCom would."""
    sign = _sign(file.data)
    if sign is None:
        raise Refused(45001)
    body = await api.call("media/upload", partial(_form, file, sign.mime), query={"type": sign.kind}, retry=1)
    media_id = body.get("media_id")
    if not isinstance(media_id, str) or not media_id:
        raise Unreachable("no media_id")
    return sign.kind, media_id


async def filled(api: Api, part: "Mapping[str, Any] | Attachment") -> dict[str, Any]:
    """The body of a message; a file is uploaded for it."""
    if not isinstance(part, Attachment):
        return dict(part)
    kind, media_id = await upload(api, part)
    return {"msgtype": kind, kind: {"media_id": media_id}}


def _form(file: Attachment, mime: str) -> aiohttp.FormData:
    """The name as it is, in UTF-8: percent signs would be shown to people."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", file.data, filename=filename(file.name), content_type=mime)
    return form


def filename(name: str) -> str:
    """Without what ends a header or names a folder; what comes after the last dot stays."""
    tame = re.sub(r'[\x00-\x1f\x7f"\\/:]', "_", name.encode(errors="replace").decode()).strip() or "file"
    stem, dot, ending = tame.rpartition(".")
    if not dot or utf8(ending) > 16:
        return shortened(tame, Limit(NAME, utf8))
    return shortened(stem or "file", Limit(NAME - 17, utf8)) + dot + ending


# -- down ------------------------------------------------------------------------------------------------------------------

ONE_RANGE = {"Range": f"bytes=0-{MAX_FILE - 1}"}  # a multiple of 16; what is longer is more than the store takes


class Downloads:
    """A `bot.fetching.Source`."""

    def __init__(self, api: Api) -> None:
        self.api = api

    @contextlib.asynccontextmanager
    async def fetch(self, remote: Mapping[str, Any]) -> AsyncIterator[Part]:
        """Raises `Sorry` for what will never come, `NotNow` for what may."""
        if remote["size"] > MAX_FILE:
            raise Sorry(413, "file_too_large")
        try:
            async with self._opened(remote["id"]) as answer:
                if _size(answer) > MAX_FILE:
                    raise Sorry(413, "file_too_large")
                yield Download(remote["name"] or _name(answer, remote["id"]), answer.content)
        except Refused as fault:
            raise _became(fault) from None
        except Unreachable:
            raise NotNow from None

    @contextlib.asynccontextmanager
    async def _opened(self, media_id: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Whole; or, where WeCom finds that too much, the first range."""
        asked = partial(self.api.opened, "media/get", {"media_id": media_id})
        async with contextlib.AsyncExitStack() as stack:
            try:
                answer = await stack.enter_async_context(asked())
            except Refused as fault:
                if codes.group_of(fault.code) != "range":
                    raise
                answer = await stack.enter_async_context(asked(ONE_RANGE))
            yield answer


class Download:
    """Read as a part of an upload is."""

    def __init__(self, filename: str, content: aiohttp.StreamReader) -> None:
        self.filename, self._content = filename, content

    async def read_chunk(self, size: int) -> bytes:
        return await self._content.read(size)


def _size(answer: aiohttp.ClientResponse) -> int:
    """Of the whole file, as far as it is told."""
    told = re.fullmatch(r"bytes \d+-\d+/(\d{1,18})", answer.headers.get("Content-Range", ""))
    return int(told[1]) if told else answer.content_length or 0


def _name(answer: aiohttp.ClientResponse, media_id: str) -> str:
    """The sender's, where it isn't only the number and an ending."""
    name = answer.content_disposition.filename if answer.content_disposition else None
    known = (name or "").encode(errors="replace").decode()
    return "" if known.rpartition(".")[0] == media_id or known == media_id else known


def _became(fault: Refused) -> Sorry | NotNow:
    group = codes.group_of(fault.code)
    if isinstance(fault, Barred) or group in ("configuration", "wait"):
        return NotNow(codes.MINUTE_MS)
    if group == "media":
        return Sorry(404, "file_gone")
    return Sorry(413, "file_too_large") if group == "range" else NotNow()
