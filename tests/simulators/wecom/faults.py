"""What goes wrong on demand.

sim.faults.refuse(-1)                                  # the next request: busy (also 45009, 45033, 6000, 60020)
sim.faults.refuse(45009, path="message/send", times=3)
sim.faults.broken(502)                                 # as a web server in front says it: no JSON
sim.faults.slow(0.02)                                  # until `.stop()`; the effect has happened by then
sim.faults.cut("after", path="kf/send_msg")            # it was accepted, and the answer never came
sim.faults.expire_token(path="message/send", after=2)  # withdrawn in mid-send: this request is answered 42001
"""

from dataclasses import dataclass
from typing import Literal

from tests.simulators import faults
from tests.simulators.faults import Cut

from .journal import Entry


@dataclass
class Fault(faults.Fault):
    """Concerns requests with this path and app; all but gettoken when not named."""

    path: str | None = None
    agent: int | None = None
    code: int = 0  #     no effect, this errcode
    status: int = 0  #   no effect, this HTTP status
    expires: str = ""  # "expire" or "withdraw" the token first

    def concerns(self, entry: Entry) -> bool:
        named = self.path == entry.path if self.path else entry.path != "gettoken"
        return named and self.agent in (None, entry.agent)


class Faults(faults.Faults[Fault]):
    def refuse(
        self, code: int, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times=times, after=after, code=code))

    def broken(
        self, status: int = 502, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times=times, after=after, status=status))

    def slow(
        self, seconds: float, path: str | None = None, agent: int | None = None,
        times: float = float("inf"), after: int = 0,
    ) -> Fault:  # fmt: skip
        return self.add(Fault(path, agent, times=times, after=after, seconds=seconds))

    def cut(
        self, where: Cut, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0
    ) -> Fault:
        return self.add(Fault(path, agent, times=times, after=after, cut=where))

    def expire_token(
        self, path: str | None = None, agent: int | None = None, times: float = 1, after: int = 0,
        how: Literal["expire", "withdraw"] = "expire",
    ) -> Fault:  # fmt: skip
        """42001, or 40014 with `withdraw`. With many times: a server that keeps saying so."""
        return self.add(Fault(path, agent, times=times, after=after, expires=how))
