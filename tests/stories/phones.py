"""People with Telegram on their phone, who act as those at the page do (`tests.town.Person`): the same stories can be told.

zhang = Phone(town, sim, "citizens", "甲", by="numbers")
await zhang.opens()
await zhang.says("夜里有人在老粮仓卸货")
await zhang.presses("no")           # tapped, or typed as its number or label
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import func, select

from bot.bots import CitizensBot, StaffBot, Telegram
from bot.channels.telegram import mouth
from bot.channels.telegram.pace import Pace, Rates
from storage import people
from storage.models import bots, outbox
from tests.simulators.telegram import Button, Message, Simulator
from tests.town import Town

By = Literal["buttons", "numbers", "labels"]


class Phone:
    def __init__(
        self, town: Town, sim: Simulator, bot: str, name: str, by: By = "buttons", language: str = "zh"
    ) -> None:
        self.town, self.sim, self.bot, self.by = town, sim, sim.bot(bot), by
        self.user, self.fresh = sim.user(name, language=language), list[Message]()
        self._heard = 0  # how much of what was shown has been looked at

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def opens(self, payload: str = "") -> str:
        return await self._after(self.user.starts(self.bot, payload))

    async def says(self, text: str) -> str:
        return await self._after(self.user.says(self.bot, text))

    async def presses(self, words: str) -> str:
        """The newest button with this id or label. What is typed answers the open question, so a push's buttons are tapped."""
        message, number, button = self._button(words)
        if self.by == "buttons" or message is not self._asked or button.data.startswith("-"):
            return await self._after(self.user.presses(button.data, self.bot, message))
        return await self.says(str(number) if self.by == "numbers" else button.label)

    async def sends(self, name: str, data: bytes) -> tuple[int, dict[str, Any]]:
        await self._after(self.user.sends_document(self.bot, name, data))
        return 202, {}

    async def does(self, doing: Any) -> str:
        """Anything else a person can do there."""
        return await self._after(doing)

    async def listens(self) -> str:
        """All that has come since one last looked."""
        return await self._after(asyncio.sleep(0), self._heard)

    async def _after(self, doing: Any, since: int | None = None) -> str:
        before = len(self.user.shown) if since is None else since
        await doing
        await delivered(self.town, self.sim)
        self._heard = len(self.user.shown)
        self.fresh = [one.message for one in self.user.shown[before:] if one.message.mine and not one.message.gone]
        return "\n".join(one.text for one in self.user.shown[before:] if one.message.mine)

    # -- seeing --------------------------------------------------------------------------------------------------------

    @property
    def _asked(self) -> Message | None:
        return next((one for one in reversed(self.user.sees(self.bot)) if one.keyboard), None)

    def _button(self, words: str) -> tuple[Message, int, Button]:
        for message in reversed(self.user.sees(self.bot)):
            for number, one in enumerate(message.buttons, 1):
                if words in (one.label, _id(one)):
                    return message, number, one
        raise AssertionError(f"no button {words!r} among {self.ids}")

    @property
    def ids(self) -> list[str]:
        return [_id(one) for one in self._asked.buttons] if self._asked else []

    @property
    def text(self) -> str:
        """Everything that is in the chat now."""
        return self.user.text(self.bot)

    @property
    def ever(self) -> str:
        """Everything that ever was, buttons included."""
        shown = (f"{one.text}\n{' '.join(one.labels)}" for one in self.user.shown if one.sender is self.bot)
        return "\n".join(shown)


def _id(button: Button) -> str:
    return button.data.partition(":")[2]


async def delivered(town: Town, sim: Simulator) -> None:
    """Everything that was done there is worked off, and all that came of it has been sent."""
    await sim.settled()
    await town.settle()
    waiting = select(func.count()).select_from(outbox).where(outbox.c.channel.startswith("telegram:"))
    async with asyncio.timeout(20):
        while await town.app.database.read(lambda tx: tx.execute(waiting).scalar_one()):  # noqa: ASYNC110
            await asyncio.sleep(0)


@asynccontextmanager
async def on_telegram(
    url: str,
    folder: Path,
    sim: Simulator,
    mode: Any = "polling",
    disclosure: Any = "none",
    accept_tips: bool = True,
    live: date | None = None,
    county: str = "luzhai",
) -> AsyncIterator[Town]:
    """Of tips and of duties as much is shown as `disclosure` says."""
    both = Telegram(
        citizens=CitizensBot(mode=mode, accept_tips=accept_tips),
        staff=StaffBot(mode=mode, disclosure=disclosure, duties=disclosure),
    )
    with unhurried():
        async with Town.open(url, folder, (county,), telegram=sim, bots=both, live=live) as town:
            await introduced(town)
            yield town
            for bot in sim.bots.values():
                await bot.webhook.close()
    assert not sim.journal.strays


async def introduced(town: Town) -> None:
    """Both bots have said who they are: what they note of it is noted last."""
    known = select(func.count()).select_from(bots)
    async with asyncio.timeout(20):
        while await town.app.database.read(lambda tx: tx.execute(known).scalar_one()) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)


@contextmanager
def unhurried() -> Iterator[None]:
    """Nobody in a story waits for a second between two messages; how they are paced has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mouth, "Pace", lambda name, database, rates: Pace(name, database, Rates(1, 1, 1, 1)))
        yield


async def invited(town: Town, unit: str, seat: str, name: str = "甲", county: str | None = None) -> str:
    where, now = county or town.plan.id, town.app.timepiece.now()
    return await town.app.database.run(lambda tx: people.invite(tx, where, unit, seat, name, None, now))


async def official(town: Town, sim: Simulator, unit: str, seat: str, name: str, by: By = "buttons") -> Phone:
    """Somebody who came by a deep link and said yes."""
    phone = Phone(town, sim, "staff" if town.plan.id == "luzhai" else f"staff_{town.plan.id}", name, by)
    await phone.opens(await invited(town, unit, seat, name))
    await phone.presses("bind")
    return phone


def links(text: str) -> list[tuple[str, str]]:
    """(code, what it opens) of the links to the page."""
    return re.findall(r"/#login=([0-9A-Z-]+)&go=(go\.[\w.-]+)", text)
