"""应办事项: what waits for oneself, and for those who receive it per demand and period who has answered and who has not. A list of facts, by due day
and then by name; nobody is counted, scored or ranked."""

from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.duties import owed
from handlers.forms import Choice, Say
from rules import demands as asked
from rules import routing
from storage import duties, duty_moves, filings

SHOWN = 40
Line = dict[str, Any]


def board(desk: Desk) -> list[Say]:
    rules = [demand.id for demand in desk.plan.duties.values() if _received(desk, demand)]
    open_ = duties.of_rules(desk.tx, desk.plan.id, rules)
    cases = [_case(desk, *case) for case in dict.fromkeys((row.rule, row.period) for row in open_)]
    own = owed.mine(desk)
    doors = tuple(Choice(f"go.duty.{one.row.id}", owed.called(desk, one)) for one in own)
    received = (owed.Owed(row, desk.plan.duties[row.rule], own=False, receives=True) for row in open_)
    choices = doors + tuple(Choice(f"go.duty.{one.row.id}", owed.called(desk, one, whose=True)) for one in received)
    return [
        Say(
            "duties/board:list",
            {"own": [owed.line(desk, one) for one in own], "cases": cases},
            (*choices[:SHOWN], Choice("go.menu", style="quiet")),
        )
    ]


def _received(desk: Desk, demand: asked.Demand) -> bool:
    to = routing.watchers(desk.plan, asked.receiving(desk.plan, demand))
    return not demand.unleaving and bool(set(desk.units("coordinator")) & set(to))


def _case(desk: Desk, rule: str, period: str) -> Line:
    rows = duties.of_case(desk.tx, desk.plan.id, rule, period)
    waiting = [row for row in rows if row.closed_at is None]
    return {
        "rule": rule,
        "period": period,
        "due": min(row.due_at for row in rows).isoformat(),
        "asked": len(rows),
        "answered": len(rows) - len(waiting),
        "waiting": [_waits(desk, row) for row in sorted(waiting, key=lambda one: (one.due_at, one.unit))],
    }


def _waits(desk: Desk, row: Row[Any]) -> Line:
    one = owed.Owed(row, desk.plan.duties[row.rule], own=False, receives=True)
    back = filings.handed_back(desk.tx, row.id) is not None
    not_ours = duty_moves.moved(desk.tx, row.id, "not_ours", row.unit)
    return owed.line(desk, one) | {"returned": back, "not_ours": not_ours}
