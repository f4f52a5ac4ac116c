"""What a notice needs to go, whoever is at work: somebody at a desk, or the clock."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from rules.county import Plan
from storage.database import Tx
from storage.seated import Today, local_day


class Scene(Protocol):
    """A `Desk` is one."""

    @property
    def tx(self) -> Tx: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def now(self) -> datetime: ...
    @property
    def today(self) -> Today: ...


@dataclass
class AtTheClock:
    tx: Tx
    plan: Plan
    now: datetime

    @cached_property
    def today(self) -> Today:
        return Today(self.tx, self.plan, local_day(self.plan, self.now))
