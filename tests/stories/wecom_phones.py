"""People with WeCom or WeChat in their hand, who act as those at the page do (`tests.town.Person`).

async with on_wecom(url, folder, sim) as town:
    office = await town.official(OFFICE, "intake", "zhang")     # a member of the corp, bound by a code
    citizen = town.wechat("甲")                                  # at the account of 微信客服
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.bots import Wecom, WecomApp, WecomKf
from bot.channels.wecom import app_mouth, batch, pull
from bot.channels.wecom.app_mouth import HIDDEN
from handlers.desk import Disclosure
from storage import chats, cursors, people, queue
from storage.chats import Chat
from storage.database import now_ms
from storage.models import bots, dead, outbox, said
from tests.machine import pass_time
from tests.simulators.wecom import Message, Simulator
from tests.simulators.wecom.apps import App
from tests.simulators.wecom.pushes import Unverified
from tests.simulators.wecom.screens import Screen
from tests.town import Town

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class Corp:
    """A town with its corp: an app for staff, and an account of 微信客服 that belongs to it."""

    def __init__(self, town: Town, sim: Simulator, app: Any, kf: Any) -> None:
        self.town, self.sim, self.app, self.kf = town, sim, app, kf
        self.monkeypatch = pytest.MonkeyPatch()

    @property
    def county(self) -> str:
        return self.town.plan.id

    def wechat(self, name: str) -> "Phone":
        return Phone(self, self.kf.citizen(name))

    def member(self, userid: str) -> "Phone":
        return Phone(self, self.app.corp.member(userid, self.app))

    async def official(self, unit: str, seat: str, userid: str, name: str = "甲") -> "Phone":
        """A member who typed the code they were given, and said yes."""
        phone = self.member(userid)
        now = self.town.app.timepiece.now()
        plan = self.town.plan.id
        code = await self.town.app.database.run(lambda tx: people.invite(tx, plan, unit, seat, name, None, now))
        await phone.says(code)
        await phone.presses("bind")
        return phone

    # -- what is kept --------------------------------------------------------------------------------------------------

    async def lane(self, phone: "Phone") -> Chat:
        found = await self.town.app.database.read(lambda tx: chats.find(tx, *phone._address))
        assert found is not None
        return found

    async def pushes(self, lane: int, text: str, channel: str = "wecom:kf:luzhai") -> None:
        """Something that is said without having been asked for."""
        message = queue.message("zh", "luzhai", [("test:x", {"text": text})])
        await self.town.app.database.run(lambda tx: queue.put(tx, channel, lane, message))

    async def causes(self) -> list[str]:
        return await self.town.app.database.run(lambda tx: list(tx.execute(select(dead.c.cause)).scalars()))

    async def passes(self, **span: float) -> None:
        """Time goes by for WeCom and for us."""
        self.sim.clock.forward(**span)
        pass_time(self.monkeypatch, **span)
        await self.town.fast_forward(**span)

    # -- waiting -------------------------------------------------------------------------------------------------------

    async def delivered(self) -> None:
        """Everything that was done there is worked off, all that may be sent has been, and all that came of that is known."""
        known = -1
        while known != len(self.kf.items):
            known = len(self.kf.items)
            await self._once()

    async def said_at_last(self) -> None:
        """Also what was put off, because nobody learnt what became of it, has been sent."""
        await self._until_none(select(func.count()).select_from(outbox).where(~outbox.c.handed))

    async def _once(self) -> None:
        await self.sim.settled()
        await self._pulled()
        self.town.app.inbox.wake()  # the commit was seen; its reader may not have been woken yet
        await self.town.settle()
        app = (outbox.c.channel.startswith("wecom:app"), ~outbox.c.handed)
        await self._until_none(select(func.count()).select_from(outbox).where(*app))
        wanted = (said.c.want != "", said.c.channel.startswith("wecom:app"))
        await self._until_none(select(func.count()).select_from(said).where(*wanted))
        line = self.town.app.doors.sender.lines[f"wecom:kf:{self.county}"]  # type: ignore[union-attr]
        await self._until(lambda: self._idle(line))

    async def _idle(self, line: Any) -> bool:
        """Nothing is due, and after that was seen: nothing is under way."""
        nothing_due = bool(await line._idle())
        under_way = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.channel == line.channel.name, ~outbox.c.handed, outbox.c.claimed_ms > now_ms())
        )
        claimed = await self.town.app.database.read(lambda tx: tx.execute(under_way).scalar_one())
        return nothing_due and not claimed and not line.tasks and not line.back

    async def _until_none(self, wanted: Any) -> None:
        async def none() -> bool:
            return not await self.town.app.database.read(lambda tx: tx.execute(wanted).scalar_one())

        await self._until(none)

    async def _pulled(self) -> None:
        async def all_of_it() -> bool:
            cursor = await self.town.app.database.read(
                lambda tx: cursors.read(tx, f"pull:wecom:kf:{self.county}", 1 << 50)
            )
            return not self.kf.items or self.kf._cursors.get(cursor, 0) >= self.kf.items[-1].number

        await self._until(all_of_it)

    async def _until(self, look: Any) -> None:
        async with asyncio.timeout(20):
            while not await look():  # noqa: ASYNC110
                await asyncio.sleep(0.01)


class Phone:
    """`user` is a member of the corp or a citizen in WeChat: both say, both see; what they press differs."""

    def __init__(self, corp: Corp, user: Any) -> None:
        self.corp, self.user, self.town = corp, user, corp.town
        self.fresh, self.shown = list[Message](), list[str]()
        self._listed: Message | None = None
        self._heard = 0  # how much of what was shown has been looked at

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def opens(self, **link: str) -> str:
        return await self._after(self.user.opens(**link))

    async def says(self, text: str) -> str:
        return await self._after(self.user.says(text))

    async def presses(self, words: str) -> str:
        """The newest button, menu item or option with this id or label; what stands as a number is typed."""
        for message in reversed(self.user.sees()):
            if message is self._listed and words in self.shown:
                return await self.says(str(self.shown.index(words) + 1))
            for question in message.options.values() if message.kind == "template_card" else ():
                for key, label in question:
                    if words in (label, key.partition(":")[2]):
                        confirm = message.buttons[0].key
                        return await self._after(self.user.presses(confirm, selects=[key], message=message))
            for button in message.buttons:
                if button.key and words in (button.label, button_id(button.key)):
                    press = getattr(self.user, "chooses", None) or self.user.presses
                    return await self._after(press(button.key, message=message))
        raise AssertionError(f"no button {words!r} among {self.ids}; the screen says {self.text[-400:]!r}")

    async def _looks(self) -> None:
        """What the open question offers where the newest message lists it as numbers."""
        newest = next(iter(reversed(self.user.sees())), None)
        self._listed, self.shown = None, []
        if newest is None or newest.labels or "\n1. " not in newest.text:
            return
        chat = await self.town.app.database.read(lambda tx: chats.find(tx, *self._address))
        self._listed, self.shown = newest, [one[0] for one in chat.state.get("shown", [])] if chat else []

    @property
    def _address(self) -> tuple[str, str]:
        if hasattr(self.user, "external"):
            return f"wecom:kf:{self.corp.county}", self.user.external
        return f"wecom:app:{self.corp.county}", self.user.key

    async def sends(self, name: str, data: bytes) -> tuple[int, dict[str, Any]]:
        send = self.user.sends_file(name, data) if hasattr(self.user, "sends_file") else self.user.sends_photo(data)
        await self._after(send)
        return 202, {}

    async def does(self, doing: Any) -> str:
        return await self._after(doing)

    async def listens(self) -> str:
        """All that has come since one last looked."""
        return await self._after(asyncio.sleep(0), self._heard)

    async def _after(self, doing: Any, since: int | None = None) -> str:
        before = len(self.user.shown) if since is None else since
        await doing
        await self.corp.delivered()
        self._heard = len(self.user.shown)
        self.fresh = [one.message for one in self.user.shown[before:] if not one.message.gone]
        await self._looks()
        return "\n".join(_seen(one.text) for one in self.user.shown[before:])

    # -- seeing --------------------------------------------------------------------------------------------------------

    @property
    def screen(self) -> Screen:
        assert isinstance(self.user, Screen)
        return self.user

    @property
    def ids(self) -> list[str]:
        for message in reversed(self.user.sees()):
            if message is self._listed:
                return self.shown
            if message.kind == "template_card" and message.options:
                return [key.partition(":")[2] for question in message.options.values() for key, _ in question]
            if found := [button_id(button.key) for button in message.buttons if button.key]:
                return found
        return []

    @property
    def text(self) -> str:
        return _seen(self.screen.text())

    @property
    def ever(self) -> str:
        return "\n".join(f"{_seen(one.text)}\n{' '.join(one.labels)}" for one in self.screen.shown)


def _seen(text: str) -> str:
    """As people see it."""
    return text.translate(dict.fromkeys(map(ord, HIDDEN)))


def button_id(key: str) -> str:
    """What is behind a button: on a card it travels as it is, in a menu without its colon and underscores."""
    if ":" in key:
        return key.partition(":")[2]
    plain = re.sub(r"(?:_[0-9a-f]{2})+", lambda one: bytes.fromhex(one[0].replace("_", "")).decode(), key)
    return plain.partition(":")[2]


@asynccontextmanager
async def on_wecom(
    url: str,
    folder: Path,
    sim: Simulator,
    disclosure: Disclosure = "none",
    role: str = "all",
    duties: Disclosure = "title",
    live: date | None = None,
    county: str = "luzhai",
    **town_too: Any,
) -> AsyncIterator[Corp]:
    corp = sim.corp()
    app = corp.app()
    kf = corp.kf(app)
    wecom = Wecom(
        api_url=sim.url,
        corp_id=corp.id,
        app=WecomApp(
            agent_id=app.agent_id, secret=app.secret, token=TOKEN, aes_key=KEY, disclosure=disclosure, duties=duties
        ),
        kf=WecomKf(open_kfid=kf.id, secret=app.secret, token=TOKEN, aes_key=KEY),
    )
    with unhurried():
        async with Town.open(url, folder, (county,), wecom=wecom, role=role, live=live, **town_too) as town:
            await _saved(app, f"http://127.0.0.1:{town.app.port}/{county}/wecom/app")
            one = Corp(town, sim, app, kf)
            await one._until(lambda: _introduced(town))
            plainly(town)
            yield one
            one.monkeypatch.undo()
            await sim.settled()
    assert not sim.journal.violations, sim.journal.violations


@asynccontextmanager
async def again(corp: Corp, url: str, folder: Path) -> AsyncIterator[Town]:
    """Another process on the same data."""
    wecom = corp.town.app.config.counties["luzhai"].channels.wecom
    async with Town.open(url, folder, wecom=wecom) as second:
        yield second


def plainly(town: Town) -> None:
    """Blocks `test:…` say their data's `text`."""
    block = town.app.renderer.block

    def said_(name: str, data: Any, language: str, county: str | None) -> str:
        return str(data["text"]) if name.startswith("test:") else block(name, data, language, county)

    town.app.renderer.block = said_  # type: ignore[method-assign]


async def _saved(app: App, url: str) -> None:
    """As whoever fills in the console does: pressed once more where a busy machine did not answer within its second."""
    for _ in range(4):
        with suppress(Unverified):
            await app.save(url, TOKEN, KEY)
            return
    await app.save(url, TOKEN, KEY)


async def _introduced(town: Town) -> bool:
    known = select(func.count()).select_from(bots)
    return bool(await town.app.database.read(lambda tx: tx.execute(known).scalar_one()))


@contextmanager
def unhurried() -> Iterator[None]:
    """Nobody in a story waits for the minute to change, or for others to be told the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_mouth, "SHY", ())
        patch.setattr(batch, "GATHERING", 0.0)
        patch.setattr(pull, "UNCALLED", 7.0)
        yield
