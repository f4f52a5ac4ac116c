"""我的职责: what the plan gives a unit to do, in short words with the clause of each; and 通讯录: where the others can be reached.

Posts and the units' own duty numbers only: nobody's name, and no number of a person's.
"""

import re
from typing import Any

from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Say
from rules import demands
from rules.county import Plan
from rules.tasks import Ours, tasks_of
from storage import people

PLAN, BACK = Choice("go.plan"), (Choice("go.menu", style="quiet"),)
Line = dict[str, Any]
_WHOSE = re.compile(r"(?:通讯录|值班电话|directory|contacts)\s*[:：,，]?\s*(\S.{0,39})", re.IGNORECASE)


def ours(desk: Desk) -> list[Say]:
    """Of every unit where one sits: what it leads, what it assists with, what it hands in."""
    units = [unit for unit in desk.plan.units if any(unit == one for one, _ in desk.seats)]
    told = [_unit(desk, unit) for unit in units]
    return [Say("staff/ours:tasks", {"units": told, "title": _said(desk, desk.plan.title)}, (PLAN, *BACK))]


def _unit(desk: Desk, unit: str) -> Line:
    tasks = tasks_of(desk.plan, [unit])
    return {
        "unit": unit,
        "leads": [_task(desk, one) for one in tasks if one.leads],
        "assists": [_task(desk, one) for one in tasks if not one.leads],
        "asked": [_demand(desk, one) for one in _asked(desk.plan, unit)],
    }


def _task(desk: Desk, one: Ours) -> Line:
    items = [{"name": _said(desk, item.name), "clause": item.clause} for item in one.task.items]
    return {"name": _said(desk, one.task.name), "items": items}


def _asked(plan: Plan, unit: str) -> list[demands.Demand]:
    """What comes round by itself; what an event opens is shown where the event is."""
    return [one for one in plan.duties.values() if one.every != "event" and unit in demands.owing(plan, one)]


def _demand(desk: Desk, one: demands.Demand) -> Line:
    return {"rule": one.id, "every": one.every, "clause": one.clause, "suggested": one.suggested}


def _said(desk: Desk, words: Any) -> str:
    return str(words.in_(desk.chat.language))


# -- where the others are ------------------------------------------------------------------------------------------------


def directory(desk: Desk) -> list[Say]:
    standing = [unit for unit, one in desk.plan.units.items() if one.seatable or (one.outside and not one.group)]
    return [_listed(desk, standing)]


def whose(text: str) -> tuple[str, str] | None:
    """通讯录 公安: (what is meant, of which unit)."""
    found = _WHOSE.fullmatch(text.strip())
    return ("unit", found[1]) if found else None


def directory_of(desk: Desk, words: str) -> Outcome:
    """通讯录 公安: that unit alone; words that name none show everybody."""
    unit = desk.plan.unit_names.find(words)
    return Outcome((_listed(desk, [unit]),) if unit else tuple(directory(desk)))


def _listed(desk: Desk, units: list[str]) -> Say:
    filled = {(row.unit, row.seat) for row in people.roster(desk.tx, desk.plan.id)}
    return Say("staff/ours:directory", {"units": [_reached(desk.plan, unit, filled) for unit in units]}, BACK)


def _reached(plan: Plan, unit: str, filled: set[tuple[str, str]]) -> Line:
    one = plan.units[unit]
    seats = [] if one.outside else [seat.id for seat in plan.seats_of(unit)]
    return {
        "unit": unit,
        "phone": one.phone or "",
        "outside": one.outside,
        "seats": [seat for seat in seats if (unit, seat) in filled],
        "vacant": [seat for seat in seats if (unit, seat) not in filled and seat in ("liaison", "leader")],
    }
