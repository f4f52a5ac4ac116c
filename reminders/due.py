"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> rules.escalation.step (pure) -> rules.routing.audience -> people, excluded
    ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. An urgent rung that reaches nobody does not wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from rules import escalation, routing
from rules.county import Plan
from rules.escalation import Ladder, Next, Step
from storage import duties, people, queue, tips
from storage.database import Tx

BATCH = 200


def look(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> int:
    """Handle up to a batch of what is due now; returns how many duties were looked at."""
    rows = duties.due(tx, now, BATCH)
    if rows:
        Look(tx, plans, now, rows).climb()
    return len(rows)


@dataclass
class Look:
    """One batch, with what it needs of tips and people read once."""

    tx: Tx
    plans: Mapping[str, Plan]
    now: datetime
    rows: list[Row[Any]]
    holders: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    held: dict[int, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def climb(self) -> None:
        about = {row.tip for row in self.rows}
        self.tips = tips.by_ids(self.tx, about)
        self.involved = tips.involved_of(self.tx, about)
        duties.looked(self.tx, [self._climbed(row) for row in self.rows])

    def _climbed(self, row: Row[Any]) -> tuple[int, Next]:
        """An urgent rung that reached nobody is followed by the next one at once, as if its moment had come."""
        plan, ladder, index, moment = self.plans[row.county], Ladder.loads(row.ladder), row.step, self.now
        while True:
            move = escalation.step(ladder, index, row.opened_at, row.due_at, moment, plan.calendar, plan.tz, plan.quiet)
            heard = move.fire is None or self._tell(plan, row, ladder, move.fire, move.index)
            if heard or not ladder.urgent or move.look_at is None:
                return row.id, move
            index, moment = move.index, max(moment, move.look_at)

    def _tell(self, plan: Plan, row: Row[Any], ladder: Ladder, fire: Step, index: int) -> bool:
        """Whether anybody was reached."""
        tip = self.tips.get(row.tip)
        told = self._people(plan, row, ladder, fire) if tip is not None else []
        if tip is None or not told:
            return False
        data = {"number": tip.number, "kind": row.kind, "due": row.due_at.isoformat(), "unit": row.unit}
        data |= {"suggested": row.origin not in ("seed", "law"), "audience": fire.audience}
        options = [[f"go.open.{tip.number}", None, "primary", None]]
        block, once = f"reminders:{row.kind}_{fire.template}", f"duty:{row.id}:{index}"
        return bool(queue.push_to_people(self.tx, told, plan.id, block, data, options, once))

    def _people(self, plan: Plan, row: Row[Any], ladder: Ladder, fire: Step) -> list[int]:
        """Who sits on the seats of this rung; nobody with any seat in an involved unit is among them."""
        involved = self.involved.get(row.tip, frozenset())
        seats = routing.audience(plan, fire.audience, row.unit, involved, ladder.told())
        found = [person for seat in seats for person in self._holders(plan, seat.unit, seat.seat)]
        barred = plan.kin_of(involved) if involved else frozenset()
        return [one for one in dict.fromkeys(found) if not any(unit in barred for unit, _ in self.held[one])]

    def _holders(self, plan: Plan, unit: str, seat: str) -> list[int]:
        key = (plan.id, unit, seat)
        if key not in self.holders:
            found = self.holders[key] = people.holders(self.tx, *key)
            self.held |= people.all_seats(self.tx, found) if found else {}
        return self.holders[key]
