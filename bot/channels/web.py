"""The web page's door: `/chat/*`. A pull channel: what is said waits sealed in the outbox until a later `after`.

A conversation is known by a random token that only the page holds; the database has its MAC. No cookie, no address kept.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from typing import Any

import orjson
import structlog
from aiohttp import web

from bot.bodies import field_of, heard_of, id_of, json_of, number, parts, whole
from bot.caller import Caller, Sorry, ended, unavailable
from bot.channels.base import Can
from bot.files import Uploads
from bot.inbox import Ended, Inbox, Incoming
from bot.log import cause
from bot.mailroom import Bell, Mailroom
from bot.render import Renderer
from bot.timepiece import Timepiece
from handlers.desk import EVERYTHING, UNBOUND
from rules.terms import Text
from storage import audit, chats, mailbox, people, successions
from storage.database import Database, Tx, Unavailable
from storage.mailbox import Fetch
from storage.queue import Message

log = structlog.get_logger()
NAME = "web"
CAN = Can(100_000, "characters", erase=True, pull=True, disclosure=EVERYTHING)
KEEP_ALIVE, KNOWN = 15.0, 20_000
STREAM_MESSAGES = 25  # then the stream ends, and the page's reconnection acknowledges them


class WebChannel:
    name, can = NAME, CAN

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        renderer: Renderer,
        timepiece: Timepiece,
        uploads: Uploads,
        bell: Bell,
        counties: tuple[str, ...],
    ) -> None:
        self.counties = counties  # those that are on the page
        self.database, self.inbox, self.renderer, self.timepiece = database, inbox, renderer, timepiece
        self.uploads, self.bell = uploads, bell
        self.closing, self.mailroom = asyncio.Event(), Mailroom(database, timepiece.now)
        self._known: OrderedDict[str, Caller] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/chat/start", self.start),
            web.post("/chat/say", self.say),
            web.get("/chat/events", self.events),
            web.post("/chat/leave", self.leave),
            web.get("/chat/file/{link}", self.file),
        ]

    # -- conversations -------------------------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        language = "en" if body.get("language") == "en" else "zh"
        if "Authorization" in request.headers and not body.get("login"):
            return await self._resume(request, language)
        county = body.get("county") or None
        if not self.counties or (county is not None and county not in self.counties):
            raise Sorry(404, "no_county", language)
        token, opened = await self.open(county, language, body.get("login") or None)
        named = self.named(opened.county, language)
        return _answer({"token": token, "county": named, "staff": opened.person is not None, "name": opened.name})

    async def _resume(self, request: web.Request, language: str) -> web.Response:
        """A page that comes back with its token goes on where it was; one that is no longer good is told so (401)."""
        caller = await self.caller(request)
        token = request.headers["Authorization"].partition(" ")[2]
        await self.hear(caller, secrets.token_hex(8), {"kind": "opened"})
        named = self.named(caller.county, language)
        about = {"staff": caller.person is not None, "name": caller.name, "language": caller.language}
        return _answer({"token": token, "county": named, **about})

    async def open(self, county: str | None, language: str, login: str | None) -> tuple[str, Caller]:
        """A new conversation; with a code, one of a member of staff. Greets at once."""
        token = secrets.token_urlsafe(32)
        if county is None and len(self.counties) == 1:
            county = self.counties[0]
        caller = await self.database.together(lambda tx: self._opened(tx, token, county, language, login))
        if caller is None:
            raise Sorry(403, "bad_code", language)
        self._remember(token, caller)
        await self.hear(caller, "open", {"kind": "opened"})
        return token, caller

    def _opened(self, tx: Tx, token: str, county: str | None, language: str, login: str | None) -> Caller | None:
        if login is None:
            return Caller(chats.start(tx, NAME, token, county, language).id, language, county)
        now = self.timepiece.now()
        person = people.redeem(tx, login, now, self.renderer.plans)
        if person is None:
            audit.tally(tx, now, county or "-", "login refused", "-")
            return None
        if person.county not in self.counties:
            raise Sorry(404, "no_county", language)  # the code stays good
        audit.record(tx, now, person.county, "login", str(person.id), None)
        successions.took_over(tx, login, now, self.renderer.plans, UNBOUND)
        chat = chats.start(tx, NAME, token, person.county, language, person.id)
        return Caller(chat.id, language, person.county, person.id, person.name)

    def _remember(self, token: str, caller: Caller) -> None:
        self._known[token] = caller
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    async def caller(self, request: web.Request) -> Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return await self.known(token if scheme == "Bearer" else "")

    async def known(self, token: str) -> Caller:
        if caller := self._known.get(token):
            return caller
        caller = await self.database.together(lambda tx: self._found(tx, token)) if token else None
        if caller is None or caller.over:
            raise ended(caller)
        self._remember(token, caller)
        return caller

    def _found(self, tx: Tx, token: str) -> Caller | None:
        chat = chats.find(tx, NAME, token)
        if chat is None:
            return None
        over = bool(chats.over(tx, [chat.id]))
        return Caller(chat.id, chat.language, chat.county, chat.person, people.name(tx, chat.person), over)

    def _forget(self, chat: int) -> None:
        self._known = OrderedDict((token, one) for token, one in self._known.items() if one.chat != chat)

    # -- in ------------------------------------------------------------------------------------------------------------

    async def say(self, request: web.Request) -> web.Response:
        caller = await self.caller(request)
        if request.headers.get("Content-Type", "").startswith("multipart/"):
            ext_id, heard = await self._file_said(request, caller)
        else:
            body = await json_of(request, caller.language)
            ext_id, heard = id_of(body.get("id"), caller.language), heard_of(body, caller.language)
        await self.hear(caller, ext_id, heard)
        return _answer({"ok": True}, 202)

    async def hear(self, caller: Caller, ext_id: str, heard: dict[str, Any]) -> None:
        """Returns once it is durable."""
        try:
            await self.inbox.receive(Incoming(NAME, f"{caller.chat}:{ext_id}", caller.chat, heard))
        except Ended:
            self._forget(caller.chat)
            raise ended(caller) from None
        except Unavailable as fault:
            raise unavailable(fault.reason, caller.language) from None

    async def _file_said(self, request: web.Request, caller: Caller) -> tuple[str, dict[str, Any]]:
        """One file and its id, in either order. The file becomes a row only when all of it is there."""
        ext_id, taken = "", None
        try:
            with whole(caller.language):
                async for part in parts(request):
                    if part.name == "id":
                        ext_id = id_of(await field_of(part, 81), caller.language)
                    elif part.name == "file" and taken is None:
                        taken = await self.uploads.take(part, caller)
            if not ext_id or taken is None:
                raise Sorry(400, "no_file", caller.language)
        except BaseException:
            self.uploads.drop(taken)
            raise
        return ext_id, {"kind": "file", "file": await self.uploads.keep(taken, caller, ext_id)}

    async def leave(self, request: web.Request) -> web.Response:
        """离开并清除: answers, waiting messages and the way back are gone."""
        caller = await self.caller(request)
        await self.end(request.headers["Authorization"].partition(" ")[2], caller)
        return _answer({"ok": True})

    async def end(self, token: str, caller: Caller) -> None:
        await self.database.together(lambda tx: chats.end(tx, caller.chat))
        self._known.pop(token, None)

    # -- out -----------------------------------------------------------------------------------------------------------

    async def take(self, caller: Caller, acknowledged: int, beyond: int) -> list[dict[str, Any]]:
        """What waits for this conversation beyond a number; what is acknowledged is removed."""
        rows = await self.mailroom.fetch(Fetch(caller.chat, acknowledged, beyond))
        if rows is None:
            self._forget(caller.chat)
            raise ended(caller)
        if rows:
            caller.language = rows[-1][1]["language"]
        return [self._readable(number, message, caller) for number, message in rows]

    def _readable(self, number: int, message: Message, caller: Caller) -> dict[str, Any]:
        """One message that cannot be shown (a block gone in an upgrade) does not shut the mailbox."""
        try:
            return self.shown(number, message, caller)
        except Exception as fault:
            log.error("message cannot be shown", outbox=number, cause=cause(fault))
            text = self.renderer.block("common:broken", {}, caller.language, caller.county)
            return {"n": number, "id": str(number), "text": text, "prompt": None, "choices": [], "files": []}

    def shown(self, number: int, message: Message, caller: Caller) -> dict[str, Any]:
        language, county = message["language"], message["county"]
        files = [self.uploads.link(file, caller.chat, language) for file in message.get("files", ())]
        shown: dict[str, Any] = {
            "n": number,
            "id": message.get("mark") or str(number),
            "text": self.renderer.text(message),
            "prompt": message["prompt"] if message["prompt"] >= 0 else None,  # a push asks nothing and closes nothing
            "choices": [
                {"id": key, "label": label, "style": style} for key, label, style in self.renderer.choices(message)
            ],
            "files": files,
        }
        more = {"asks": message["asks"], "erase": message.get("erases"), "prefill": message.get("prefill")}
        shown |= {name: value for name, value in more.items() if value}
        if "draft" in message:
            shown["draft"] = message["draft"]
        if county and county != caller.county:
            shown["county"] = self.named(county, language)
        return shown

    def named(self, county: str | None, language: str) -> dict[str, Any] | None:
        plan = self.renderer.plans.get(county or "")
        if plan is None:
            return None
        hotline = next((one for one in plan.hotlines.values() if one.number and one.number != "110"), None)
        call = (
            {"name": hotline.name.in_(language), "number": hotline.number, **_both(hotline.name)} if hotline else None
        )
        return {"id": plan.id, "name": plan.name.in_(language), **_both(plan.name), "hotline": call}

    async def events(self, request: web.Request) -> web.StreamResponse:
        caller = await self.caller(request)
        after = number(request.query.get("after"))
        if "text/event-stream" in request.headers.get("Accept", ""):
            return await self._stream(request, caller, after)
        until = _clock() + min(number(request.query.get("wait")), 30)
        while not (messages := await self.take(caller, after, after)) and (left := until - _clock()) > 0:
            if self.closing.is_set():
                break
            await self.bell.wait(caller.chat, after, left)
        return _answer({"messages": messages})

    async def until_something(self, caller: Caller, after: int, seconds: float) -> None:
        until = _clock() + seconds
        while (left := until - _clock()) > 0 and not self.closing.is_set():
            if await self.database.read(lambda tx: mailbox.anything(tx, {caller.chat: after})):
                return
            await self.bell.wait(caller.chat, after, left)

    async def _stream(self, request: web.Request, caller: Caller, after: int) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        beyond, sent = after, 0
        await response.write(b": \n\n")
        try:
            while not self.closing.is_set() and sent < STREAM_MESSAGES:
                messages = await self.take(caller, after, beyond)
                if messages:
                    sent, beyond = sent + len(messages), max(beyond, *(one["n"] for one in messages))
                    await response.write(b"data: " + orjson.dumps({"messages": messages}) + b"\n\n")
                else:
                    await response.write(b": \n\n")
                await self.bell.wait(caller.chat, beyond, KEEP_ALIVE)
        except (ConnectionResetError, Sorry, Unavailable):
            return response  # the page reconnects with the last number it has seen
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Signed, short-lived, for one conversation; rights are checked again when it is opened."""
        return await self.uploads.serve(request, request.match_info["link"])


_clock = time.monotonic


def _both(name: Text) -> dict[str, str]:
    """The page changes its language without asking."""
    return {"zh": name.zh, "en": name.en}


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
