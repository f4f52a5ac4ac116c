"""What should have happened and has not: messages nobody works off, duties nobody looks at, rows nobody sends. Asked by whoever
watches from outside (`bot.watch`), and before the house says by itself that all is well (`bot.heartbeat`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.timepiece import Timepiece, resting
from rules.county import Plan
from storage import duties, figures, mornings, sending
from storage.database import Database, Tx, Unavailable
from storage.parcels import Terms

STUCK, LATE = timedelta(seconds=30), timedelta(minutes=5)
NO_TIME = timedelta()


class Auditor:
    def __init__(
        self,
        database: Database,
        timepiece: Timepiece,
        plans: Mapping[str, Plan],
        terms: Callable[[], Mapping[str, Terms]] = dict,
    ) -> None:
        """`terms`: how each channel that pushes is served. A page's outbox is its mailbox: there nothing is late."""
        self.database, self.timepiece, self.plans, self._terms = database, timepiece, plans, terms

    async def amiss(self) -> str:
        """The part that stands still, coarsely; empty when all is well."""
        try:
            waits = timedelta(milliseconds=(await self.database.run(figures.backlog))[1])
            parts = {
                "inbox": (waits, STUCK),
                "reminders": (await self.unlooked(), LATE),
                "outbox": (await self.unsent(), LATE),
            }
        except Unavailable:
            return "database"
        return next((name for name, (late, most) in parts.items() if late > most), "")

    async def unlooked(self) -> timedelta:
        """For how long what is due has not been looked at: time of the law."""
        due, now = await self.database.read(self._waits), self.timepiece.now()
        return max((now - one for one in due if one is not None and one < now), default=NO_TIME)

    def _waits(self, tx: Tx) -> tuple[datetime | None, datetime | None]:
        return duties.next_look(tx, self.plans), mornings.next_at(tx, self.plans)

    async def unsent(self) -> timedelta:
        """For how long what may be sent has not been begun: time of the machine."""
        return timedelta(milliseconds=await self.database.read(self._unclaimed_ms))

    def _unclaimed_ms(self, tx: Tx) -> int:
        """What has waited through the night, and goes out this minute, is not late since the evening."""
        now = self.timepiece.now()
        night = tuple({*resting(self.plans, now), *resting(self.plans, now - LATE)})
        return max((sending.unclaimed_ms(tx, *channel, night) for channel in self._terms().items()), default=0)
