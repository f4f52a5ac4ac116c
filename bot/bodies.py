"""What comes in over HTTP: read whole and bounded, or refused with a sentence before anything of it is kept."""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from bot.caller import Sorry
from handlers.forms import MAX_TEXT, plain

MAX_BODY = 64 * 1024
_ID = re.compile("[!-~]{8,80}")  # a message's own id: printable ASCII, as every database keeps it


def heard_of(body: dict[str, Any], language: str) -> dict[str, Any]:
    """A message as it is kept in the inbox. Longer texts than a person writes are refused before they are kept."""
    if "choice" in body:
        prompt = body.get("prompt")
        prompt = -1 if prompt is None else prompt
        if not isinstance(prompt, int) or isinstance(prompt, bool):
            raise Sorry(400, "not_json", language)
        return {"kind": "chose", "choice": plain(str(body["choice"]))[:120], "prompt": prompt if prompt < 2**31 else -1}
    if isinstance(spot := body.get("location"), dict):
        return {"kind": "location", "place": _spot(spot, language)}
    text = body.get("text")
    if not isinstance(text, str):
        raise Sorry(400, "not_json", language)
    if len(text) > MAX_TEXT:
        raise Sorry(413, "too_long", language, limit=MAX_TEXT)
    return {"kind": "said", "text": text}


def _spot(spot: dict[str, Any], language: str) -> list[float]:
    lat, lon = spot.get("lat"), spot.get("lon")
    if isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lat) <= 90 and abs(lon) <= 180:
        return [float(lat), float(lon)]
    raise Sorry(400, "not_json", language)


def id_of(given: Any, language: str) -> str:
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise Sorry(400, "not_json", language)
    return given


async def json_of(request: web.Request, language: str = "") -> dict[str, Any]:
    """Refuses what is larger than 64 KiB, or is no JSON object."""
    if (request.content_length or 0) > MAX_BODY:
        raise Sorry(413, "too_long", language, limit=MAX_TEXT)
    try:
        raw = await request.read()  # never more than the application's client_max_size
    except web.HTTPRequestEntityTooLarge:
        raise Sorry(413, "too_long", language, limit=MAX_TEXT) from None
    try:
        body = orjson.loads(raw) if b"\\u" not in raw else _without_halves(raw)
    except (ValueError, RecursionError):
        raise Sorry(400, "not_json", language) from None
    if not isinstance(body, dict):
        raise Sorry(400, "not_json", language)
    return body


def _without_halves(raw: bytes) -> Any:
    """Half of a surrogate pair, which JSON can spell, is no character: nothing could keep it."""
    return json.loads(json.dumps(json.loads(raw.decode()), ensure_ascii=False).encode(errors="replace"))


@contextlib.contextmanager
def whole(language: str) -> Iterator[None]:
    """While the parts of a body are read: one that ends too early, or is none, gets a sentence."""
    try:
        yield
    except (ValueError, AssertionError, RuntimeError, web.RequestPayloadError):
        raise Sorry(400, "not_json", language) from None


async def parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            yield part


async def field_of(part: BodyPartReader, most: int) -> str:
    """A short text field; what is beyond `most` bytes is not kept."""
    kept = bytearray()
    while chunk := await part.read_chunk():
        kept += chunk[: most - len(kept)]
    return kept.decode("utf-8", "replace")


def number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
