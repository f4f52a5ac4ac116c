"""Every request that came, in order, and what became of it without a word to the program."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.journal import most


@dataclass
class Entry:
    """`at` is the simulator's clock. Never a token, a secret or a multipart body."""

    at: float
    path: str
    agent: int = 0  # whose token
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    code: int = 0
    said: str = ""
    effect: bool = False
    violation: str = ""  # the program must not do that, whatever WeCom answered
    advice: list[str] = field(default_factory=list)  # lengths that are only advised and were passed
    began: float = field(default_factory=time.monotonic)
    done: float = 0.0


@dataclass(frozen=True)
class Reached:
    """One app message and one member."""

    at: float
    agent: int
    user: str
    msgid: str
    kind: str


class Journal:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.reached: list[Reached] = []  # shown to the member
        self.dropped: list[Reached] = []  # beyond 30/min or 1000/h: errcode 0 and nothing shown
        self.repeated: list[Entry] = []  #  stopped by enable_duplicate_check or by a task_id, with errcode 0
        self.cut: list[Entry] = []  #       text beyond 2048 bytes, of which the rest is lost

    def begin(self, at: float, path: str) -> Entry:
        entry = Entry(at, path)
        self.entries.append(entry)
        return entry

    def clear(self) -> None:
        for one in (self.entries, self.reached, self.dropped, self.repeated, self.cut):
            one.clear()

    def of(self, *paths: str, agent: int | None = None) -> list[Entry]:
        return [one for one in self.entries if one.path in paths and agent in (None, one.agent)]

    def done(self, *paths: str) -> list[Entry]:
        """Those that had an effect, answered or cut off after it."""
        return [one for one in self.of(*paths) if one.effect]

    @property
    def refused(self) -> list[Entry]:
        return [one for one in self.entries if one.code or one.status >= 400]

    @property
    def violations(self) -> list[Entry]:
        return [one for one in self.entries if one.violation]

    def busiest(self, seconds: float = 60, agent: int | None = None) -> int:
        """The most that any one member was sent within a span of that length, dropped or not."""
        sent = [one for one in self.reached + self.dropped if agent in (None, one.agent)]
        times: dict[tuple[int, str], list[float]] = {}
        for one in sent:
            times.setdefault((one.agent, one.user), []).append(one.at)
        return max((most(one, seconds) for one in times.values()), default=0)
