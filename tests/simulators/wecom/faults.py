"""What goes wrong on demand.

sim.faults.refuse(-1)                                  # the next request: busy (also 45009, 45033, 6000, 60020)
sim.faults.refuse(45009, path="message/send", times=3)
sim.faults.broken(502)                                 # as a web server in front says it: no JSON
sim.faults.slow(0.02)                                  # until `.stop()`; the effect has happened by then
sim.faults.cut("after", path="kf/send_msg")            # it was accepted, and the answer never came
sim.faults.expire_token(path="message/send", after=2)  # withdrawn in mid-send: this request is answered 42001
"""

from dataclasses import dataclass, field
from typing import Literal

from .journal import Entry

Cut = Literal["before", "after", "body"]


@dataclass
class Fault:
    """Applies to requests with this path and app (all but gettoken when not named): the next `times` after `after`."""

    path: str | None = None
    agent: int | None = None
    times: float = 1
    after: int = 0
    code: int = 0  #          no effect, this errcode
    status: int = 0  #        no effect, this HTTP status
    seconds: float = 0.0
    cut: Cut | None = None  # "before" the effect, "after" it without a word, or in mid-"body" of the answer
    expires: str = ""  #      "expire" or "withdraw" the token first
    met: list[Entry] = field(default_factory=list)

    def stop(self) -> None:
        self.times = 0

    def meets(self, entry: Entry) -> bool:
        named = self.path == entry.path if self.path else entry.path != "gettoken"
        if self.times <= 0 or not named or self.agent not in (None, entry.agent):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.met.append(entry)
        return True


class Faults:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault

    def refuse(
        self, code: int, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times, after, code=code))

    def broken(
        self, status: int = 502, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times, after, status=status))

    def slow(
        self, seconds: float, path: str | None = None, agent: int | None = None,
        times: float = float("inf"), after: int = 0,
    ) -> Fault:  # fmt: skip
        return self.add(Fault(path, agent, times, after, seconds=seconds))

    def cut(
        self, where: Cut, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times, after, cut=where))

    def expire_token(
        self, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0,
        how: Literal["expire", "withdraw"] = "expire",
    ) -> Fault:  # fmt: skip
        """42001, or 40014 with `withdraw`. With many times: a server that keeps saying so."""
        return self.add(Fault(path, agent, times, after, expires=how))

    def clear(self) -> None:
        self.faults.clear()

    def met_by(self, entry: Entry) -> list[Fault]:
        return [one for one in self.faults if one.meets(entry)]
