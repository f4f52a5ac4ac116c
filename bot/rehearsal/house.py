"""The real app on a clock of ours: it stands still until it is set, and then all that fell due is looked at.

    async with Rehearsal.open(plan, url, folder, start) as house:
        officer = await house.seated("tobacco", "liaison", "甲")
        await house.until(moment)          # from due moment to due moment, and through every midnight
        await house.presses(officer, "go.duty.…")

Nothing of it is copied: duties open by `reminders.periods`, are looked at by `reminders.due`, answers go through the inbox,
and what is said leaves by the sender.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.app import App
from bot.bots import Channels, Web
from bot.channels.base import Door
from bot.config import Config, CountyConfig
from bot.doors import Opened
from bot.inbox import Incoming
from bot.rehearsal.channel import Platform, Received, Simulated
from bot.timepiece import Timepiece
from handlers.desk import Entrance
from reminders import own_morning, periods
from reminders.clock import Clock
from rules.calendar import Year
from rules.county import Plan
from storage import calendar_years, chats, migrate, people
from storage.database import Database, Tx, Unavailable
from storage.models import outbox
from storage.sealed import Keyring

AGAIN = timedelta(minutes=5)  # a look that failed is tried again, as by the next tick


class Hand(Timepiece):
    """Shows what it is set to, and never goes back."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, moment: datetime) -> None:
        self.at = max(self.at, moment)


class Unwound(Clock):
    """Does not wake of itself."""

    def __init__(self) -> None:
        """Has nobody to wake."""

    async def run(self, stopping: asyncio.Event) -> None:
        await stopping.wait()


def configured(plan: Plan, url: str, folder: Path) -> Config:
    """One county and no door but the one that is opened here."""
    county = {plan.id: CountyConfig(plan=f"counties/{plan.id}.yaml", channels=Channels(web=Web(enabled=False)))}
    return Config(database=url, data=folder, min_free_mb=0, counties=county)


async def said(database: Database, channel: Platform) -> None:
    """Until what is to be said there has arrived."""
    mine = (outbox.c.channel == channel.name, ~outbox.c.handed)
    waiting = select(func.count()).select_from(outbox).where(*mine)
    while True:
        if not await database.read(lambda tx: tx.peek(waiting).scalar_one()):
            return
        await asyncio.sleep(0.001)


class Rehearsed(App):
    def __init__(self, config: Config, plans: dict[str, Plan], keys: Keyring, hand: Hand, channel: Platform) -> None:
        super().__init__(config, plans, keys, hand, "worker")
        self.clock = Unwound()
        self.doors.open[channel.name] = Opened(channel, channel)
        self.setting.doors[channel.name] = Entrance(frozenset(plans), citizens=False)  # type: ignore[index]


@dataclass
class Member:
    """Somebody of the staff: what they are called, who they are in the roster, their conversation, what they heard."""

    name: str
    person: int
    lane: int
    heard: list[Received] = field(default_factory=list)


class Rehearsal:
    app: Rehearsed

    def __init__(self, plan: Plan, url: str, folder: Path, start: datetime, floods: Callable[[str], bool]) -> None:
        self.planned, self.hand, self.folder = plan, Hand(start), folder
        self.keys = Keyring.make(folder / "keys")
        self.config = configured(plan, url, folder)
        self.received: list[Received] = []
        self.members: dict[str, Member] = {}
        self.up = False
        self.channel = Simulated(Door("simulated", "staff", plan.id), self.hand, self._heard, floods)
        self._said = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, plan: Plan, url: str, folder: Path, start: datetime, floods: Callable[[str], bool] = lambda peer: False
    ) -> AsyncIterator["Rehearsal"]:
        house = cls(plan, url, folder, start, floods)
        await house.starts()
        try:
            yield house
        finally:
            if house.up:
                await house.stops()

    def _heard(self, one: Received) -> None:
        """What comes once more is counted by the channel, and nobody does anything about it."""
        if self.channel.arrived[one.message.key] == 1:
            self.received.append(one)
            self.members[one.peer].heard.append(one)

    # -- life ----------------------------------------------------------------------------------------------------------

    async def starts(self) -> None:
        """A new process on the same rows."""
        self.app = Rehearsed(self.config, {self.planned.id: self.planned}, self.keys, self.hand, self.channel)
        self.channel.database = self.app.database
        await migrate.bring_up(self.app.database)
        await self.app.start(migrated=True)
        self.up = True

    async def stops(self) -> None:
        self.up = False
        await self.app.stop()

    @property
    def plan(self) -> Plan:
        """As it holds now."""
        return self.app.plans[self.planned.id]

    @property
    def now(self) -> datetime:
        return self.hand.at

    # -- time ----------------------------------------------------------------------------------------------------------

    async def until(self, moment: datetime) -> None:
        """From due moment to due moment, this one included."""
        await self.looks()
        while await self.steps(moment):
            pass
        self.hand.set(moment)
        await self.looks()

    async def steps(self, limit: datetime) -> bool:
        """To the next moment at which something is due, if it comes by then."""
        nearest = await self._nearest()
        if nearest <= limit:
            self.hand.set(nearest)
            await self.looks()
        return nearest <= limit

    async def _nearest(self) -> datetime:
        due = await self.app.database.read(lambda tx: own_morning.next_look(tx, self.app.plans, self.now))
        opening = periods.next_opening(self.app.plans, self.now)
        return min(due, opening) if due is not None else opening

    async def looks(self) -> None:
        """A database that cannot be reached is tried again, as by the next tick."""
        while True:
            try:
                await self.app.looked()
                break
            except Unavailable:
                self.hand.set(self.now + AGAIN)
        await self.settled()

    async def fails(self) -> None:
        """A look while the database cannot be had: nothing is written, and nobody is told anything."""
        before = len(self.received)
        with contextlib.suppress(Unavailable):
            await self.app.looked()
        assert len(self.received) == before

    async def settled(self) -> None:
        """Until what came in has been answered, and what is to be said has arrived. While the platform is down it waits."""
        await self.app.inbox.idle.wait()
        if not self.channel.down:
            await said(self.app.database, self.channel)

    async def imports(self, year: int, notice: Year) -> None:
        """A year's notice has come: from the next look on every process follows it."""
        await self.app.database.run(lambda tx: calendar_years.put(tx, year, notice, 0, self.now))
        await self.looks()

    # -- people --------------------------------------------------------------------------------------------------------

    async def seated(self, unit: str, seat: str, name: str) -> Member:
        """Somebody new, who has opened a conversation."""
        self.channel.members.add(name)

        def begun(tx: Tx) -> Member:
            person = people.add(tx, self.plan.id, name, self.now)
            people.seat(tx, person, self.plan.id, unit, seat, self.now)
            chat = chats.start(tx, self.channel.name, name, self.plan.id, "zh", person, address=True)
            return Member(name, person, chat.id)

        self.members[name] = await self.app.database.run(begun)
        return self.members[name]

    async def presses(self, who: Member, choice: str) -> Received | None:
        """The newest button of theirs that is this one, or begins so. What is answered; None: nobody offered it."""
        for one in reversed(who.heard):
            if (offered := one.offers(choice)) is not None:
                return await self._does(who, {"kind": "chose", "choice": offered, "prompt": one.message.prompt})
        return None

    async def says(self, who: Member, text: str) -> Received | None:
        return await self._does(who, {"kind": "said", "text": text})

    async def _does(self, who: Member, heard: dict[str, object]) -> Received | None:
        before, self._said = len(who.heard), self._said + 1
        await self.app.inbox.receive(Incoming(self.channel.name, f"{who.name}:{self._said}", who.lane, heard))
        await self.settled()
        return who.heard[-1] if len(who.heard) > before else None
