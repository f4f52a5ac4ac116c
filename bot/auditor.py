"""What should have happened and has not: messages nobody works off, duties nobody looks at, rows nobody sends. Asked by whoever
watches from outside (`bot.watch`), and before the house says by itself that all is well (`bot.heartbeat`).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from bot.timepiece import Timepiece
from storage import duties, figures, sending
from storage.database import Database, Tx, Unavailable
from storage.sending import Terms

STUCK, LATE = timedelta(seconds=30), timedelta(minutes=5)
NO_TIME = timedelta()


class Auditor:
    def __init__(
        self,
        database: Database,
        timepiece: Timepiece,
        counties: Iterable[str],
        terms: Callable[[], Mapping[str, Terms]] = dict,
    ) -> None:
        """`terms`: how each channel that pushes is served. A page's outbox is its mailbox: there nothing is late."""
        self.database, self.timepiece, self.counties, self._terms = database, timepiece, tuple(counties), terms

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
        due, now = await self.database.read(lambda tx: duties.next_look(tx, self.counties)), self.timepiece.now()
        return max(NO_TIME, now - due) if due is not None else NO_TIME

    async def unsent(self) -> timedelta:
        """For how long what may be sent has not been begun: time of the machine."""
        return timedelta(milliseconds=await self.database.read(self._unclaimed_ms))

    def _unclaimed_ms(self, tx: Tx) -> int:
        return max((sending.unclaimed_ms(tx, *channel) for channel in self._terms().items()), default=0)
