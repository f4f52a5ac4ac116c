"""/plain: the citizen's part with forms alone, for browsers without JavaScript. The token travels in POST bodies."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.bodies import field_of, heard_of, number, parts, whole
from bot.caller import Caller, Sorry, unavailable
from bot.channels.web import WebChannel
from bot.files import Taken
from bot.server import Pages
from handlers.forms import EVERYTHING
from storage.database import Unavailable
from storage.mailbox import PAGE

PATIENCE, SHOWN = 6.0, 30
MAX_FIELD = 32 * 1024  # more than the longest text
OWN, OWN_LENGTH = 20, 300  # of what the person said: so many, and so much of each, go with the page from post to post


@dataclass
class Posted:
    """What one POST brought: the form's fields, and files that are in the store already."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Taken] = field(default_factory=list)
    own: list[tuple[int, str]] = field(default_factory=list)  # what the person has said, and after which message
    own_files: int = 0  # how many came along

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


class Plain:
    def __init__(self, channel: WebChannel, pages: Pages) -> None:
        self.channel, self.pages = channel, pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/plain", self.front), web.post("/plain", self.talk)]

    async def front(self, request: web.Request) -> web.Response:
        self.pages.offered("")
        return self._page(Posted({"county": request.query.get("county", "")}))

    async def talk(self, request: web.Request) -> web.Response:
        """One POST: what was pressed, attached or written; then the page with all that was answered."""
        posted = Posted()
        try:
            return await self._talked(request, posted)
        except Sorry as sorry:
            return await self._apologised(posted, sorry)
        except Unavailable as fault:
            return await self._apologised(posted, unavailable(fault.reason, _language(posted)))
        except web.HTTPRequestEntityTooLarge:
            return await self._apologised(posted, Sorry(413, "too_long", _language(posted), limit=MAX_FIELD))
        finally:
            for taken in posted.files:
                self.channel.uploads.drop(taken)

    async def _talked(self, request: web.Request, posted: Posted) -> web.Response:
        await self._read(request, posted)
        if not posted["token"]:
            county = posted["county"] if posted["county"] in self.pages.counties else None
            posted.fields["token"], caller = await self.channel.open(county, _language(posted), None)
            return await self._answered(posted, caller)
        caller = await self._citizen(posted)
        if posted["leave"]:
            await self.channel.end(posted["token"], caller)
            return self._page(Posted({"county": posted["county"], "language": caller.language}))
        posted.own = _own(posted["own"])
        await self._say(posted, caller)
        return await self._answered(posted, caller)

    async def _citizen(self, posted: Posted) -> Caller:
        """Staff work on the page, where what they may see is checked as they go."""
        caller = await self.channel.known(posted["token"])
        if caller.person is not None:
            raise Sorry(403, "citizens_only", caller.language)
        return caller

    async def _read(self, request: web.Request, posted: Posted) -> None:
        """Fields as they are, files into the store as they come. An empty file part is no file."""
        if not request.content_type.startswith("multipart/"):
            form = await request.post()
            posted.fields |= {name: value for name, value in form.items() if isinstance(value, str)}
            return
        with whole(_language(posted)):
            async for part in parts(request):
                if part.name == "file" and part.filename:
                    posted.files.append(await self.channel.uploads.take(part, await self._citizen(posted)))
                elif part.name and part.name != "file":
                    posted.fields[part.name] = await field_of(part, MAX_FIELD)

    async def _say(self, posted: Posted, caller: Caller) -> None:
        """Files, then the button, then the words. Their ids come from the page and what they hold: a reload has no
        effect."""
        while posted.files:
            posted.own_files += 1
            key, name = _key(posted, posted.files[0].stored.sha256), posted.files[0].name
            kept = await self.channel.uploads.keep(posted.files.pop(0), caller, key)
            await self.channel.hear(caller, key, {"kind": "file", "file": kept})
            _said(posted, name)
        if posted["choice"]:
            prompt = posted["prompt"]
            said = {"choice": posted["choice"], "prompt": int(prompt) if prompt.isdecimal() else -1}
            await self.channel.hear(caller, _key(posted, f"choice {said}"), heard_of(said, caller.language))
            _said(posted, posted[f"label.{posted['choice']}"])
        if posted["text"].strip() and not _untouched(posted):
            heard = heard_of({"text": posted["text"]}, caller.language)
            await self.channel.hear(caller, _key(posted, f"text {posted['text']}"), heard)
            _said(posted, posted["text"])

    async def _answered(self, posted: Posted, caller: Caller) -> web.Response:
        """What has been said so far, once the answer is there or patience ends."""
        seen = number(posted["after"])
        await self.channel.until_something(caller, seen, PATIENCE)
        messages = await self._shown(caller)
        posted.fields |= {"language": caller.language, "id": "", "text": ""}
        return self._page(posted, messages)

    async def _apologised(self, posted: Posted, sorry: Sorry) -> web.Response:
        """The page again with a sentence, and with what was written: under the same id, so that none of it counts twice."""
        text = self.pages.renderer.block(f"common:http_{sorry.why}", sorry.data, sorry.language or "zh", None)
        messages: list[dict[str, Any]] = []
        if sorry.status in (401, 403):
            posted.fields["token"] = ""
        elif posted["token"]:
            try:
                messages = await self._shown(await self._citizen(posted))
            except (Sorry, Unavailable):
                messages = []  # the sentence is what matters now
        return self._page(posted, messages, text, sorry.status)

    async def _shown(self, caller: Caller) -> list[dict[str, Any]]:
        """The last of them, each time anew: without a script the page cannot remember. What lies further back than that
        will not be shown again, and is acknowledged as more comes."""
        shown: list[dict[str, Any]] = []
        past = beyond = 0
        while True:
            page = await self.channel.take(caller, past, beyond)
            shown = [*shown, *page]
            if len(page) < PAGE - SHOWN:
                return shown[-SHOWN:]
            past, beyond = (shown[-SHOWN - 1]["n"] if len(shown) > SHOWN else 0), shown[-1]["n"]

    def _page(
        self, posted: Posted, messages: list[dict[str, Any]] | None = None, error: str = "", status: int = 200
    ) -> web.Response:
        messages, own = _since_erased(messages or [], posted.own or _own(posted["own"]))
        shown = {
            "token": posted["token"],
            "messages": _in_order(messages, own),
            "own": json.dumps(own, ensure_ascii=False),
            "after": max((one["n"] for one in messages), default=number(posted["after"])),
            "error": error,
            "typed": posted["text"],
            "begun": _begun(messages),
            "language": _language(posted),
            "say_id": posted["id"] or secrets.token_hex(16),
        }
        text = self.pages.jinja.get_template("plain.html").render(self.pages.named(posted["county"]) | shown)
        return web.Response(
            text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"} | _again(status)
        )


def _said(posted: Posted, words: str) -> None:
    """What was sent by this page; the server keeps none of it to show."""
    one = (number(posted["after"]), words.strip()[:OWN_LENGTH])
    if one[1] and one not in posted.own[-3:]:  # a reload
        posted.own = [*posted.own, one][-OWN:]


def _own(given: str) -> list[tuple[int, str]]:
    """As the page carried it, whoever wrote that; nothing else than numbers and words."""
    try:
        return [(int(n), str(words)[:OWN_LENGTH]) for n, words in json.loads(given or "[]")][-OWN:]
    except (ValueError, TypeError):
        return []


def _untouched(posted: Posted) -> bool:
    """The old words that stood in the box are nothing new said, when a button was pressed or a file was sent beside them."""
    same = posted["text"].split() == posted["begun"].split()
    return same and bool(posted["choice"] or posted.own_files)


def _begun(messages: list[dict[str, Any]]) -> str:
    """What the open question gives to start with: the old words, when they are to be changed."""
    asked: dict[str, Any] = next((one for one in reversed(messages) if one.get("choices") or one.get("prompt")), {})
    return str(asked.get("prefill") or "")


def _since_erased(
    messages: list[dict[str, Any]], own: list[tuple[int, str]]
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """Where all was taken out of the chat nothing from before that stays on the page, nor goes with it from post to post."""
    erased = max((one["n"] for one in messages if EVERYTHING in one.get("erase", ())), default=0)
    return [one for one in messages if one["n"] >= erased], [one for one in own if one[0] >= erased]


def _in_order(messages: list[dict[str, Any]], own: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """Each thing said stands after what it answered, as far back as that is still shown."""
    first = messages[0]["n"] if messages else 0
    mine = [{"n": n, "mine": True, "text": words} for n, words in own if n >= first]
    return sorted([*messages, *mine], key=lambda one: (one["n"], "mine" in one))


def _again(status: int) -> dict[str, str]:
    return {"Retry-After": "2"} if status == 503 else {}


def _key(posted: Posted, content: str) -> str:
    return hashlib.sha256(f"{posted['id']}|{content}".encode()).hexdigest()[:40]


def _language(posted: Posted) -> str:
    return "en" if posted["language"] == "en" else "zh"
