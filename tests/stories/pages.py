"""People at browser windows, for stories: they write, press and read what is on the screen, in a real Chromium.

    async with Street.open(town, browser) as street:
        citizen = await street.window()
        await citizen.says("码头有人在卸走私烟")
        await citizen.presses("no")

Buttons are pressed by the choice they stand for, which does not change with the words. `XIEZHI_PICTURES=1` keeps pictures of
the main screens for the documentation.
"""

import base64
import contextlib
import io
import os
import re
import shutil
from collections.abc import AsyncIterator
from typing import Any

from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, Page, Request, async_playwright, expect

from storage import people
from tests.town import ROOT, Town

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SWITCHES = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-gpu", "--no-first-run")
PICTURES = ROOT / "docs" / "img" if os.environ.get("XIEZHI_PICTURES") == "1" else None
PHONE, DESK, OLD_PHONE = (390, 844), (1180, 1020), (320, 640)
PATIENCE = 15_000.0  # milliseconds; only a story that fails waits as long
FARTHEST = 60  # presses of Tab

NUMBER = re.compile(r"[A-Z]{2}-\d{8}")
PASSWORD = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")

# -- what is asked of the document ---------------------------------------------------------------------------------------

SIDEWAYS = """() => [document.scrollingElement, ...document.querySelectorAll('#log, .log')]
    .map((one) => one.scrollWidth - one.clientWidth)"""
# All that a curious person would find in this window: on the screen, in fields, in storage, in the address.
HELD = """() => [document.documentElement.outerHTML, document.title, location.href, document.cookie,
    ...[...document.querySelectorAll('input, textarea')].map((one) => one.value),
    JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})].join(' ')"""
FOCUSED = "() => { const one = document.activeElement; return one.id || one.value || one.textContent.trim(); }"
SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), textarea, nav a, a.file')]
    .map((one) => [one.id || one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([name]) => name)"""
DROPPED = """([name, type, data, zeros]) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0)), carried = new DataTransfer();
    carried.items.add(new File([bytes, new Uint8Array(zeros)], name, {type}));
    return carried;
}"""
NAMELESS = re.compile(
    r"^\s*- (?:button|link|textbox|checkbox|progressbar|img|navigation|log)\b(?! [\"/])", re.MULTILINE
)


class Window:
    """One person's window: a browser profile of its own, so nothing is shared with the others."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log, self.text, self.send = page.locator("#log"), page.locator("#text"), page.locator("#send")
        self.newest = page.locator("#log > .turn:last-child:not(.mine)")
        self.token, self.faults, self.requests = "", list[str](), list[str]()
        page.on("request", self._asked)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda line: self._wrote(line.type, line.text))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        self.token = request.headers.get("authorization", "").removeprefix("Bearer ") or self.token

    def _wrote(self, kind: str, words: str) -> None:
        """What a lost connection or a refusal (4xx, 5xx) makes the browser write is no fault of the page."""
        if kind == "error" and not words.startswith("Failed to load resource"):
            self.faults.append(words)

    # -- acting ----------------------------------------------------------------------------------------------------------

    async def says(self, words: str) -> None:
        await self.text.fill(words)
        await self.send.click()
        await self.answered()

    async def presses(self, *choices: str) -> None:
        for choice in choices:
            await self.button(choice).click()
            await self.answered()

    def button(self, choice: str) -> Locator:
        """The newest open button of this choice."""
        return self.log.locator(f'button.choice[value="{choice}"]:enabled').last

    async def attaches(self, name: str, data: bytes, mime: str = "image/jpeg") -> None:
        await self.page.locator("#file").set_input_files(FilePayload(name=name, mimeType=mime, buffer=data))
        await self.answered()

    async def drops(self, name: str, mime: str, data: bytes = b"", zeros: int = 0) -> None:
        """Drag a file from the desktop onto the page. `zeros` are added to it in the browser."""
        what = [name, mime, base64.b64encode(data).decode(), zeros]
        carried = await self.page.evaluate_handle(DROPPED, what)
        for event in ("dragover", "drop"):
            await self.log.dispatch_event(event, {"dataTransfer": carried})

    async def tabs_to(self, target: str, key: str = "Tab") -> None:
        for _ in range(FARTHEST):
            if await self.focused() == target:
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not reach {target!r}")

    # -- seeing ----------------------------------------------------------------------------------------------------------

    async def answered(self) -> None:
        """The newest turn is the office's."""
        await expect(self.newest).to_be_visible()

    async def hears(self, *words: str | re.Pattern[str]) -> str:
        """Waits until the newest turn says all of this; returns it."""
        for one in words:
            await expect(self.newest).to_contain_text(one)
        return await self.newest.inner_text()

    async def receipt(self) -> tuple[str, str]:
        said = await self.hears(PASSWORD)
        return NUMBER.findall(said)[0], PASSWORD.findall(said)[0]

    async def turns(self) -> list[str]:
        """Who spoke, in order."""
        return [
            "mine" if "mine" in (await one.get_attribute("class") or "") else "office"
            for one in await self.log.locator("> .turn").all()
        ]

    async def offered(self) -> list[str]:
        """The choices that are open now, in order."""
        buttons = self.newest.locator("button.choice:enabled")
        return [await one.get_attribute("value") or "" for one in await buttons.all()]

    async def held(self) -> str:
        return str(await self.page.evaluate(HELD))

    async def focused(self) -> str:
        return str(await self.page.evaluate(FOCUSED))

    # -- judging ---------------------------------------------------------------------------------------------------------

    async def fits(self) -> None:
        """Nothing scrolls sideways, neither the page nor the conversation in it."""
        assert max(await self.page.evaluate(SIDEWAYS)) <= 0

    async def is_usable(self) -> None:
        """Every control has a name that a screen reader can say, and is large enough for a thumb."""
        said = await self.page.locator("body").aria_snapshot()
        assert NAMELESS.findall(said) == [], said
        assert await self.page.evaluate(SMALL) == []

    async def picture(self, name: str) -> None:
        """Only when pictures are wanted. Few colours: they are kept in the repository."""
        if PICTURES is None:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        await self.page.mouse.move(0, 0)
        taken = await self.page.screenshot(animations="disabled", caret="hide")
        with Image.open(io.BytesIO(taken)) as image:
            image.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)


class Plain(Window):
    """A window without JavaScript, at /plain: every step is a form that is sent."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.log, self.newest = page.locator(".log"), page.locator(".log > .turn").last

    async def starts(self) -> None:
        await self._submits(self.page.locator("button.primary"))

    async def says(self, words: str) -> None:
        await self.text.fill(words)
        await self._submits(self.page.locator("button.primary:not(.choice)"))

    async def attaches(self, name: str, data: bytes, mime: str = "image/jpeg") -> None:
        await self.page.locator("#file").set_input_files(FilePayload(name=name, mimeType=mime, buffer=data))
        await self._submits(self.page.locator("button.primary:not(.choice)"))

    def button(self, choice: str) -> Locator:
        return self.page.locator(f'button.choice[value="{choice}"]')

    async def presses(self, *choices: str) -> None:
        for choice in choices:
            await self._submits(self.button(choice))

    async def _submits(self, button: Locator) -> None:
        async with self.page.expect_event("domcontentloaded"):
            await button.click()


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        expect.set_options(PATIENCE)
        yield browser
        await browser.close()


class Street:
    """A town and the windows that look at it."""

    def __init__(self, town: Town, browser: Browser) -> None:
        self.town, self.browser = town, browser
        self.windows: list[Window] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, town: Town, browser: Browser) -> AsyncIterator["Street"]:
        """Afterwards: no page may have met a fault of its own, a breach of the CSP included."""
        street = cls(town, browser)
        try:
            yield street
        finally:
            for window in street.windows:
                await window.page.context.close()
        assert [fault for window in street.windows for fault in window.faults] == []

    async def window(
        self, path: str = "/", size: tuple[int, int] = PHONE, kind: type[Window] = Window, **options: Any
    ) -> Any:
        """Somebody opens a browser that knows nothing yet."""
        context = await self.browser.new_context(
            base_url=f"http://127.0.0.1:{self.town.app.port}",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            device_scale_factor=2 if PICTURES else 1,
            locale="zh-CN",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        window = kind(await context.new_page())
        self.windows.append(window)
        await window.page.goto(path)
        return window

    async def staff(self, unit: str, seat: str, name: str, size: tuple[int, int] = DESK, **options: Any) -> Window:
        """Somebody newly seated, who comes in by the link of an invitation."""
        plan, now = self.town.plan, self.town.app.timepiece.now()
        code = await self.town.app.database.run(lambda tx: people.invite(tx, plan.id, unit, seat, name, None, now))
        window: Window = await self.window(f"/#login={code}", size, **options)
        await expect(window.page.locator("#title")).to_have_text(name)
        await window.answered()
        return window
