"""What the clocks of one look need to know of their subjects, read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from rules import demands
from rules.county import Plan
from rules.demands import Demand
from storage import matters, tips
from storage.database import Tx
from storage.seated import Today


@dataclass(frozen=True)
class Shelf:
    tx: Tx
    now: datetime
    tips: Mapping[int, Row[Any]]
    barred: Mapping[int, frozenset[str]]
    today: Callable[[Plan], Today]  # who is there in its county
    _receivers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _matters: dict[str, Row[Any] | None] = field(default_factory=dict)

    def receivers(self, plan: Plan, demand: Demand) -> tuple[str, ...]:
        """Of every case of it the same."""
        key = (plan.id, demand.id)
        if key not in self._receivers:
            self._receivers[key] = demands.receiving(plan, demand)
        return self._receivers[key]

    def matter(self, number: str) -> Row[Any] | None:
        """What one unit put to others."""
        if number not in self._matters:
            self._matters[number] = matters.by_number(self.tx, number)
        return self._matters[number]

    @classmethod
    def of(cls, tx: Tx, now: datetime, rows: list[Row[Any]], today: Callable[[Plan], Today]) -> Shelf:
        about = {row.tip for row in rows if row.tip is not None}
        return cls(tx, now, tips.by_ids(tx, about), tips.involved_of(tx, about), today)
