"""A browser without JavaScript, at /plain: reads the page it has, fills in its forms, follows its buttons."""

from html.parser import HTMLParser
from typing import Any

import aiohttp

from tests.town import Town


class Page(HTMLParser):
    """What a browser without scripts keeps of a page: its words, and its forms with their fields and buttons."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.buttons: list[tuple[int, str, str]] = []  # which form, name, value
        self.words, self.links, self.typed, self.tags = "", [], "", set[str]()  # type: list[str]
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given, self._inside = dict(attrs), tag
        self.tags.add(tag)
        if tag == "form":
            assert given["method"] == "post" and given["action"].partition("#")[0] == "/plain"
            self.forms.append({})
        elif tag == "input" and given.get("type") == "hidden":
            self.forms[-1][given["name"]] = given.get("value") or ""
        elif tag == "button" and given.get("name"):
            self.buttons.append((len(self.forms) - 1, given["name"], given.get("value") or ""))
        elif tag == "a":
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._inside == "textarea":
            self.typed += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


class Browser:
    """Reads the page it has, fills in its forms, follows its buttons."""

    def __init__(self, town: Town) -> None:
        self.town, self.page, self.status = town, Page(""), 0
        self.sent: list[tuple[str, Any, Any]] = []

    async def opens(self, path: str = "/plain") -> "Browser":
        answer = await self.town.http.get(path)
        return await self._has(answer)

    async def _has(self, answer: aiohttp.ClientResponse) -> "Browser":
        self.status, self.page = answer.status, Page(await answer.text())
        assert "script" not in self.page.tags and "onclick" not in self.page.words
        return self

    async def sends(self, files: tuple[tuple[str, bytes], ...] = (), **fields: str) -> "Browser":
        """The form at the foot of the page."""
        self.sent = [(name, value, None) for name, value in {**self.page.forms[-1], **fields}.items()]
        self.sent += [("file", data, name) for name, data in files or (("", b""),)]
        return await self.reloads()

    async def reloads(self) -> "Browser":
        """The same POST again, as a browser does when somebody presses reload and confirms."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value, filename in self.sent:
            form.add_field(name, value, **({"filename": filename} if filename is not None else {}))
        return await self._has(await self.town.http.post("/plain", data=form))

    async def presses(self, value: str) -> "Browser":
        form, name, _ = next(one for one in self.page.buttons if one[2] == value)
        if form == len(self.page.forms) - 1:
            return await self.sends(**{name: value})
        return await self._has(await self.town.http.post("/plain", data=self.page.forms[form] | {name: value}))

    @property
    def offers(self) -> list[str]:
        return [value for _, name, value in self.page.buttons if name == "choice"]
