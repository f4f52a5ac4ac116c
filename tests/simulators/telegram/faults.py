"""What goes wrong on demand.

telegram.faults.ban(2, bot, after=40)            # 429 at the 41st send, and for two seconds from then
telegram.faults.fail(502, times=3)               # Bad Gateway as a web server says it: no JSON
telegram.faults.slow(0.02)                       # until `.stop()`
telegram.faults.cut("after", method="sendPhoto") # it was sent, and the answer never came
"""

import time
from dataclasses import dataclass
from math import ceil

from tests.simulators import faults
from tests.simulators.faults import Cut

from .journal import LISTENING, Entry, Journal
from .rules import Refused

# An answer needs this long to be read by a client in the same loop; what begins until then could not know of the ban.
ON_ITS_WAY = 0.05


@dataclass
class Fault(faults.Fault):
    """Concerns requests of this bot, method and chat; all but listening when not named."""

    bot: str | None = None
    method: str | None = None
    chat: int | None = None
    refusal: Refused | None = None  # no effect, this answer

    def concerns(self, entry: Entry) -> bool:
        if self.method is None and entry.method in LISTENING:
            return False  # listening is disturbed only when it is named
        return self.bot in (None, entry.bot) and self.method in (None, entry.method) and self.chat in (None, entry.chat)


@dataclass
class Ban:
    """Begins with the first 429. Whatever begins once that answer was read, and before the end, is a violation."""

    seconds: float
    trigger: Fault
    told: float = 0.0
    first: Entry | None = None

    def remaining(self, now: float) -> float:
        return self.told + self.seconds - now if self.first else 0.0

    def concerns(self, entry: Entry) -> bool:
        return entry.method not in LISTENING and self.trigger.bot in (None, entry.bot)

    def begin(self, entry: Entry, now: float) -> None:
        if self.first is None and self.trigger.meets(entry):
            self.first, self.told = entry, now

    def violated_by(self, entry: Entry) -> bool:
        return self.first is not None and 0 < self.first.done < entry.at - ON_ITS_WAY


class Faults(faults.Faults[Fault]):
    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.bans: list[Ban] = []

    def fail(
        self, status: int, said: str = "", *, bot: str | None = None, method: str | None = None,
        chat: int | None = None, times: float = 1, after: int = 0, retry_after: int = 0,
    ) -> Fault:  # fmt: skip
        """Without words it is the HTML page of the web server in front of the Bot API."""
        refusal = Refused(status, said, retry_after)
        return self.add(Fault(bot, method, chat, times=times, after=after, refusal=refusal))

    def slow(
        self, seconds: float, *, bot: str | None = None, method: str | None = None,
        chat: int | None = None, times: float = float("inf"), after: int = 0,
    ) -> Fault:  # fmt: skip
        return self.add(Fault(bot, method, chat, times=times, after=after, seconds=seconds))

    def cut(
        self, where: Cut, *, bot: str | None = None, method: str | None = None,
        chat: int | None = None, times: float = 1, after: int = 0,
    ) -> Fault:  # fmt: skip
        return self.add(Fault(bot, method, chat, times=times, after=after, cut=where))

    def ban(self, seconds: float, bot: str | None = None, after: int = 0) -> Ban:
        """429 for everything but listening; `retry_after` is whole seconds, as Telegram's."""
        ban = Ban(seconds, Fault(bot=bot, after=after))
        self.bans.append(ban)
        return ban

    def clear(self) -> None:
        super().clear()
        self.bans.clear()

    def check_bans(self, entry: Entry) -> None:
        now = time.monotonic()
        for ban in (one for one in self.bans if one.concerns(entry)):
            ban.begin(entry, now)
            left = ban.remaining(now)
            if left > 0:
                if ban.violated_by(entry):
                    self.journal.violations.append(entry)
                raise Refused(429, f"Too Many Requests: retry after {ceil(left)}", ceil(left))
