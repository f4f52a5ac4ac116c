"""Duties whose moment has come: rows compared with now, one rung each, pushes and the next look in ONE COMMIT.

    duties.due (claimed, others pass over) -> rules.escalation.step (pure) -> rules.routing.audience -> people, excluded
    ones left out -> outbox (unique: duty, rung, conversation) + step, look_at

A tick that comes late finds more rows; several missed rungs become one. A rung that reaches nobody does not wait.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from rules import escalation, routing
from rules.county import Plan
from rules.escalation import Ladder, Next, Step
from storage import duties, people, queue, tips
from storage.database import Tx


def look(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> int:
    """Handle what is due now; returns how many rungs were climbed."""
    rows = duties.due(tx, now)
    for row in rows:
        _climb(tx, plans[row.county], row, now)
    return len(rows)


def _climb(tx: Tx, plan: Plan, row: Row[Any], now: datetime) -> None:
    """An urgent rung that reached nobody is followed by the next one at once, as if its moment had come."""
    ladder, index, moment = Ladder.loads(row.ladder), row.step, now
    while True:
        move = escalation.step(ladder, index, row.opened_at, row.due_at, moment, plan.calendar, plan.tz, plan.quiet)
        unheard = move.fire is not None and ladder.urgent and not _tell(tx, plan, row, ladder, move)
        if move.fire is not None and not ladder.urgent:
            _tell(tx, plan, row, ladder, move)
        if not unheard or move.look_at is None:
            break
        index, moment = move.index, max(moment, move.look_at)
    duties.looked(tx, row.id, move.index, move.look_at)


def _tell(tx: Tx, plan: Plan, row: Row[Any], ladder: Ladder, move: Next) -> bool:
    """Whether anybody was reached."""
    assert move.fire is not None
    involved = tips.involved(tx, row.tip)
    told = _people(tx, plan, row, ladder, move.fire, involved)
    tip = tips.by_id(tx, row.tip)
    if tip is None:
        return True
    data = {"number": tip.number, "kind": row.kind, "due": row.due_at.isoformat(), "unit": row.unit}
    data |= {"suggested": row.origin not in ("seed", "law"), "audience": move.fire.audience}
    block = f"reminders:{row.kind}_{move.fire.template}"
    options = [[f"go.open.{tip.number}", None, "primary", None]]
    reached = queue.push_to_people(tx, told, plan.id, block, data, options, f"duty:{row.id}:{move.index}")
    return bool(reached)


def _people(tx: Tx, plan: Plan, row: Row[Any], ladder: Ladder, fire: Step, involved: frozenset[str]) -> list[int]:
    seats = routing.audience(plan, fire.audience, row.unit, involved, ladder.told())
    found = [person for seat in seats for person in people.holders(tx, plan.id, seat.unit, seat.seat)]
    held = people.all_seats(tx, found)
    barred = plan.kin_of(involved)
    return [one for one in dict.fromkeys(found) if not any(unit in barred for unit, _ in held[one])]
