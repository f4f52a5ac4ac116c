"""/plain: the citizen's part with forms alone, for browsers without JavaScript. The token travels in POST bodies."""

import asyncio
import hashlib
import secrets
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.web import NAME, Caller, Sorry, WebChannel, _number, heard_of
from bot.inbox import Incoming
from bot.server import Pages

PATIENCE = 6.0
MAX_FIELD = 32 * 1024


class Plain:
    def __init__(self, channel: WebChannel, pages: Pages) -> None:
        self.channel, self.pages = channel, pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/plain", self.front), web.post("/plain", self.talk)]

    async def front(self, request: web.Request) -> web.Response:
        return self._page({"county": request.query.get("county", "")}, "", [], 0)

    async def talk(self, request: web.Request) -> web.Response:
        """One POST: what was pressed, attached or written; then the page with all that was answered."""
        fields: dict[str, str] = {}
        try:
            return await self._talked(request, fields)
        except Sorry as sorry:
            text = self.pages.renderer.block(f"common:http_{sorry.why}", sorry.data, fields.get("language", "zh"), None)
            kept = fields.get("token", "") if sorry.status != 401 else ""
            return self._page(fields, kept, await self._shown(kept, fields), _number(fields.get("after")), text)

    async def _talked(self, request: web.Request, fields: dict[str, str]) -> web.Response:
        files = await self._read(request, fields)
        token = fields.get("token", "")
        if not token:
            county = fields.get("county") or None
            token, _ = await self.channel.open(
                county if county in self.pages.renderer.plans else None, _language(fields), None
            )
            return await self._answered(fields, token)
        if fields.get("leave"):
            caller = await self.channel.known(token)
            await self.channel.end(token, caller)
            return self._page(fields, "", [], 0)
        caller = await self.channel.known(token)
        await self._say(fields, files, caller)
        return await self._answered(fields, token)

    async def _read(self, request: web.Request, fields: dict[str, str]) -> list[dict[str, Any]]:
        """Text fields into `fields`, files into the store as they come. An empty file part is no file."""
        files: list[dict[str, Any]] = []
        if not request.content_type.startswith("multipart/"):
            fields.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
            return files
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            if part.name == "file" and part.filename:
                files.append(
                    await self.channel.uploads.receive(part, await self.channel.known(fields.get("token", "")))
                )
            elif part.name and part.name != "file":
                fields[part.name] = (await part.read(decode=True))[:MAX_FIELD].decode("utf-8", "replace")
        return files

    async def _say(self, fields: dict[str, str], files: list[dict[str, Any]], caller: Caller) -> None:
        """Files, then the button, then the words. Their ids come from the page and its content: a reload has no effect."""
        said: list[dict[str, Any]] = [{"kind": "file", "file": one} for one in files]
        if fields.get("choice"):
            prompt = fields.get("prompt", "")
            said.append(
                heard_of(
                    {"choice": fields["choice"], "prompt": int(prompt) if prompt.isdigit() else -1}, caller.language
                )
            )
        if fields.get("text", "").strip():
            said.append(heard_of({"text": fields["text"]}, caller.language))
        for one in said:
            key = hashlib.sha256(f"{fields.get('id')}|{sorted(one.items())!r}".encode()).hexdigest()[:40]
            await self.channel.inbox.receive(Incoming(NAME, f"{caller.chat}:{key}", caller.chat, one))

    async def _answered(self, fields: dict[str, str], token: str) -> web.Response:
        """What has been said so far, once the answer is there or patience ends."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        seen = _number(fields.get("after"))
        messages = await self._shown(token, fields)
        while not any(one["n"] > seen for one in messages) and asyncio.get_running_loop().time() < deadline:
            caller = await self.channel.known(token)
            await self.channel.bell.wait(caller.chat, 0.5)
            messages = await self._shown(token, fields)
        after = max((one["n"] for one in messages), default=seen)
        return self._page(fields, token, messages, after)

    async def _shown(self, token: str, fields: dict[str, str]) -> list[dict[str, Any]]:
        """Nothing is acknowledged but what the receipt's repetition erases: without a script the page cannot remember."""
        if not token:
            return []
        caller = await self.channel.known(token)
        messages = await self.channel.take(caller, 0, 0)
        return messages[-30:]

    def _page(
        self, fields: dict[str, str], token: str, messages: list[dict[str, Any]], after: int, error: str = ""
    ) -> web.Response:
        named = self.pages.named(fields.get("county", ""))
        text = self.pages.jinja.get_template("plain.html").render(
            named
            | {
                "token": token,
                "messages": messages,
                "after": after,
                "error": error,
                "language": _language(fields, messages),
            }
            | {"say_id": secrets.token_hex(16)}
        )
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _language(fields: dict[str, str], messages: list[dict[str, Any]] | None = None) -> str:
    spoken = {"English": "en", "中文": "zh"}.get(fields.get("text", ""))
    return spoken or ("en" if fields.get("language") == "en" else "zh")
