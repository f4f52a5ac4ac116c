"""Attachments between the page and the sealed store: taken in as they stream, handed out by short-lived signed links.

What may be opened is asked again when a link is followed: a link is a pointer, never a right.
"""

import asyncio
import base64
import hmac
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from weakref import WeakValueDictionary

import aiohttp
import structlog
from aiohttp import web

from bot.caller import Caller, Sorry
from bot.channels.base import Attachment
from bot.clean import Kind, Refused, kind_of
from bot.log import cause
from bot.papers import KINDS, Papers
from handlers.files import held
from handlers.forms import plain
from storage import attachments, chats
from storage.database import Database, Tx
from storage.files import DiskFull, FileMissing, FileStore, FileTooLarge, Stored
from storage.sealed import Unsealable, new_key

log = structlog.get_logger()
CHUNK, LINK_SECONDS = 64 * 1024, 600
AT_ONCE, EACH = 16, 2  # uploads in one process, and of one conversation: each is held in memory while it comes
STALLED, WHOLE = 60.0, 300.0  # seconds without a byte; seconds for all of it, 20 MB at half a megabit
May = Callable[[Tx, int, int, str], bool]  # (tx, conversation, file, which copy) -> may it be opened there now


@dataclass(frozen=True)
class Taken:
    """An upload that is whole and sealed on the disk, and known to no row yet."""

    stored: Stored
    key: bytes
    kind: Kind
    name: str


class Uploads:
    def __init__(
        self,
        database: Database,
        store: FileStore,
        may: May,
        max_tip: int = attachments.MAX_TIP,
        kept: Callable[[], None] = lambda: None,
        papers: Papers | None = None,
    ) -> None:
        self.database, self.store, self.may, self.max_tip, self.kept = database, store, may, max_tip, kept
        self.papers = papers
        self._coming = 0
        self._turns: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()  # by conversation

    async def take(self, part: aiohttp.BodyPartReader, caller: Caller) -> Taken:
        """Refused while too many come at once: who waits is told to try again, and nobody's memory runs out. Of one
        conversation the third waits, unread, so that nobody takes all places."""
        turn = self._turns.get(caller.chat) or self._turns.setdefault(caller.chat, asyncio.Semaphore(EACH))
        try:
            async with asyncio.timeout(WHOLE), turn:
                return await self._in_its_turn(part, caller)
        except TimeoutError:
            raise Sorry(408, "upload_stalled", caller.language) from None

    async def _in_its_turn(self, part: aiohttp.BodyPartReader, caller: Caller) -> Taken:
        if self._coming >= AT_ONCE:
            raise Sorry(503, "uploads_busy", caller.language)
        self._coming += 1
        try:
            return await self._taken(part, caller)
        finally:
            self._coming -= 1

    async def _taken(self, part: aiohttp.BodyPartReader, caller: Caller) -> Taken:
        """Stream into the store, never in the clear on the disk; the name given by the person decides nothing."""
        key, content = new_key(), io.BytesIO()
        try:
            with self.store.receive(key) as writer:
                while chunk := await _next(part, caller):
                    await asyncio.to_thread(writer.write, chunk)
                    content.write(chunk)
                stored = await asyncio.to_thread(writer.close)
        except FileTooLarge:
            raise Sorry(413, "file_too_large", caller.language) from None
        except DiskFull:
            raise Sorry(507, "disk_full", caller.language) from None
        kind = await asyncio.to_thread(kind_of, content.getvalue())
        if isinstance(kind, Refused):
            self.store.remove(stored.name)
            raise Sorry(415, f"file_{kind.reason}", caller.language)
        return Taken(stored, key, kind, _tame(part.filename or ""))

    def drop(self, taken: Taken | None) -> None:
        if taken is not None:
            self.store.remove(taken.stored.name)

    async def keep(self, taken: Taken, caller: Caller, ext_id: str) -> dict[str, Any]:
        """Make it a row of this conversation. The same message again is the same file, and the repeated bytes go. Where
        it is not certain that no row names these bytes (a commit whose answer was lost), they are left to the sweep."""
        try:
            number, named = await self.database.together(lambda tx: self._kept(tx, taken, caller, ext_id))
        except Sorry:
            self.drop(taken)
            raise
        if named:
            self.kept()
        else:
            self.drop(taken)
        return {"id": number, "name": taken.name, "family": taken.kind.family, "size": taken.stored.size}

    def _kept(self, tx: Tx, taken: Taken, caller: Caller, ext_id: str) -> tuple[int, bool]:
        """The row's id, and whether it names these bytes: tried again after a lost answer it may do so already."""
        number, stored, kind = attachments.number_of(tx, caller.chat, ext_id), taken.stored, taken.kind
        if (known := attachments.by_id(tx, number)) is not None:
            return number, attachments.about(tx, known)["store"] == stored.name
        if chats.over(tx, [caller.chat]):
            raise Sorry(401, "ended", caller.language)
        if held(tx, caller.chat) + stored.size > self.max_tip:
            raise Sorry(413, "tip_too_large", caller.language)
        about = {"store": stored.name, "key": _b64(taken.key), "mime": kind.mime, "ext": kind.extension}
        row = {"id": number, "county": caller.county or "", "lane": caller.chat, "family": kind.family}
        row |= {"size": stored.size, "digest": bytes.fromhex(stored.sha256)}
        attachments.keep(tx, row, about | {"name": taken.name})
        return number, True

    def link(self, file: dict[str, Any], chat: int, language: str) -> dict[str, Any]:
        """A neutral name and an address that works for this conversation and ten minutes."""
        which = "receipt" if file["kind"] == "receipt" else file.get("which", "clean")
        claim = json.dumps([file["id"], chat, which, int(time.time()) + LINK_SECONDS]).encode()
        token = _b64(claim) + "." + _b64(self.database.keys.mac("link", claim))
        extension = KINDS[which].extension if which in KINDS else file.get("ext")
        name = f"{_neutral(file, language)}.{extension}" if extension else _neutral(file, language)
        return {"name": name, "url": f"/chat/file/{token}", "kind": _family(file["kind"])}

    async def attached(self, file: dict[str, Any], chat: int, language: str, most: int) -> Attachment | None:
        """The same file as bytes, for a channel that sends them; None where it may not be opened there, is not there any
        more, or has more bytes than the channel sends."""
        which = "receipt" if file["kind"] == "receipt" else file.get("which", "clean")
        if which == "receipt":
            lines = await self.database.read(lambda tx: _shown_receipt(tx, chat))
            return Attachment("receipt.png", "receipt", await asyncio.to_thread(drawn, lines)) if lines else None
        if which in KINDS:
            made, _ = await self._paper(which, file["id"], chat)
            name = f"{_neutral(file, language)}.{KINDS[which].extension}"
            return Attachment(name, KINDS[which].family, made) if made and len(made) <= most else None
        row, about = await self.database.run(lambda tx: self._allowed(tx, file["id"], chat, which))
        if row is None or row.size > most:
            return None
        name, key, _ = _copy(about, which)
        try:
            data = await asyncio.to_thread(lambda: b"".join(self.store.read(name, key)))
        except (FileMissing, Unsealable) as fault:
            log.error("attachment damaged", file=file["id"], cause=cause(fault))
            return None
        extension = about["clean_ext"] if which == "clean" and "clean_ext" in about else about["ext"]
        return Attachment(f"{_neutral(file, language)}.{extension}", file["kind"], data)

    async def serve(self, request: web.Request, link: str) -> web.StreamResponse:
        claim = self._claimed(link)
        if claim is None:
            raise web.HTTPNotFound
        number, chat, which = claim
        if which == "receipt":
            return await self._receipt(chat, which)
        if which in KINDS:
            made, name = await self._paper(which, number, chat)
            if made is None:
                raise web.HTTPNotFound
            about = {"ext": KINDS[which].extension}
            return web.Response(body=made, headers=_headers(KINDS[which].mime, about, which, name))
        row, about = await self.database.run(lambda tx: self._allowed(tx, number, chat, which))
        if row is None:
            raise web.HTTPNotFound
        name, key, mime = _copy(about, which)
        response = web.StreamResponse(headers=_headers(mime, about, which))
        try:
            await self._sent(request, response, self.store.read(name, key))
        except FileMissing:
            raise web.HTTPNotFound from None
        except Unsealable as fault:
            log.error("attachment damaged", file=number, cause=cause(fault))
            if not response.prepared:
                raise
            _cut_off(request)
        return response

    async def _sent(self, request: web.Request, response: web.StreamResponse, chunks: Iterator[bytes]) -> None:
        """Nothing is sent before the first chunk has proved sound."""
        chunk = await asyncio.to_thread(next, chunks, b"")
        await response.prepare(request)
        while chunk:
            await response.write(chunk)
            chunk = await asyncio.to_thread(next, chunks, b"")

    async def _receipt(self, chat: int, which: str) -> web.Response:
        """Number and password as a picture that says nothing else; only until the last four have been repeated."""
        lines = await self.database.read(lambda tx: _shown_receipt(tx, chat))
        if lines is None:
            raise web.HTTPNotFound
        picture = await asyncio.to_thread(drawn, lines)
        return web.Response(body=picture, headers=_headers("image/png", {"ext": "png"}, which))

    async def _paper(self, kind: str, number: int, chat: int) -> tuple[bytes | None, str]:
        """With what it is called. Asked in a transaction, which puts it on record; written outside of it."""
        papers = self.papers
        if papers is None:
            return None, ""
        taken = await self.database.run(lambda tx: papers.taken(tx, kind, chat, number))
        return (await asyncio.to_thread(taken[0]), taken[1]) if taken is not None else (None, "")

    def _claimed(self, link: str) -> tuple[int, int, str] | None:
        raw, _, given = link.partition(".")
        try:
            claim, mac = _unb64(raw), _unb64(given)
        except ValueError:
            return None
        if not any(hmac.compare_digest(mac, one) for one in self.database.keys.macs("link", claim)):
            return None
        number, chat, which, until = json.loads(claim)
        return (number, chat, which) if time.time() < until else None

    def _allowed(self, tx: Tx, number: int, chat: int, which: str) -> tuple[Any, dict[str, Any]]:
        row = attachments.by_id(tx, number)
        if row is None or not self.may(tx, chat, number, which):
            return None, {}
        return row, attachments.about(tx, row)


async def _next(part: aiohttp.BodyPartReader, caller: Caller) -> bytes:
    """Whoever stops sending does not hold a place for ever."""
    try:
        async with asyncio.timeout(STALLED):
            return await part.read_chunk(CHUNK)
    except TimeoutError:
        raise Sorry(408, "upload_stalled", caller.language) from None


def _shown_receipt(tx: Tx, chat: int) -> tuple[str, str] | None:
    talk = chats.load(tx, [chat]).get(chat)
    frames = talk.state.get("stack", []) if talk and not talk.ended else []
    answers = next((one["answers"] for one in frames if one["at"] == "citizens/receipt"), None)
    return (answers["_number"], answers["_password"]) if answers else None


def drawn(lines: tuple[str, ...]) -> bytes:
    """A plain card, PNG: two lines of letters and digits, no title, no emblem, no metadata."""
    from PIL import Image, ImageDraw, ImageFont

    card = Image.new("RGB", (720, 240), "white")
    pen, font = ImageDraw.Draw(card), ImageFont.load_default(48)
    for number, line in enumerate(lines):
        pen.text((40, 50 + 80 * number), line, fill="black", font=font)
    out = io.BytesIO()
    card.save(out, "PNG")
    return out.getvalue()


def _cut_off(request: web.Request) -> None:
    """What has been sent cannot be called back; the browser must not take it for the whole."""
    if request.transport is not None:
        request.transport.abort()


def _copy(about: dict[str, Any], which: str) -> tuple[str, bytes, str]:
    if which == "clean" and "clean_store" in about:
        return about["clean_store"], _unb64(about["clean_key"]), about["clean_mime"]
    return about["store"], _unb64(about["key"]), about["mime"]


def _headers(mime: str, about: dict[str, Any], which: str, name: str = "") -> dict[str, str]:
    """Nothing runs, nothing is kept, and the browser does not guess."""
    extension = about["clean_ext"] if which == "clean" and "clean_ext" in about else about["ext"]
    shown = "inline" if mime.startswith(("image/", "video/", "audio/")) and mime != "image/svg+xml" else "attachment"
    named = f"; filename*=UTF-8''{quote(f'{name}.{extension}')}" if name else ""  # RFC 6266
    return {
        "Content-Type": mime,
        "Content-Disposition": f'{shown}; filename="attachment.{extension}"' + named,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _family(kind: str) -> str:
    """As a page shows it."""
    return "image" if kind == "receipt" else KINDS[kind].family if kind in KINDS else kind


def _neutral(file: dict[str, Any], language: str) -> str:
    if file["kind"] in KINDS:
        return KINDS[file["kind"]].called(language, file["n"])
    return file.get("named") or f"{'附件' if language == 'zh' else 'file'}{file.get('n', '')}"


def _tame(name: str) -> str:
    return plain(name.rpartition("/")[2].rpartition("\\")[2])[:80]


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
