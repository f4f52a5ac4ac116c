"""我的职责: what the plan gives a unit to do, in short words with the clause of each; and 通讯录: where the others can be reached.

Posts and the units' own duty numbers only: nobody's name, and no number of a person's.
"""

import re
from typing import Any

from handlers.desk import Desk, Outcome
from handlers.forms import Choice, Say
from rules import demands, routing
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
        "leads": [_task(desk, one, unit) for one in tasks if one.leads],
        "assists": [_task(desk, one, unit) for one in tasks if not one.leads],
        "asked": [_demand(desk, one) for one in _asked(desk.plan, unit)],
    }


def _task(desk: Desk, one: Ours, unit: str) -> Line:
    """Some plans head the tasks with the unit that has them, which says nothing to its own people."""
    items = [{"name": _said(desk, item.name), "clause": item.clause} for item in one.task.items]
    name = _said(desk, one.task.name)
    return {"name": "" if _said(desk, desk.plan.units[unit].name) in name else name, "items": items}


def _asked(plan: Plan, unit: str) -> list[demands.Demand]:
    """What comes round by itself; what an event opens is shown where the event is."""
    return [one for one in plan.duties.values() if one.every != "event" and unit in demands.owing(plan, one)]


def _demand(desk: Desk, one: demands.Demand) -> Line:
    return {"rule": one.id, "every": one.every, "clause": one.clause, "suggested": one.suggested}


def _said(desk: Desk, words: Any) -> str:
    return str(words.in_(desk.chat.language))


# -- where the others are ------------------------------------------------------------------------------------------------


def directory(desk: Desk) -> list[Say]:
    """Everybody at a glance: who has a telephone entered, where nobody sits, who is written to."""
    units = desk.plan.units
    lines = [_reached(desk.plan, unit, _filled(desk)) for unit in units if units[unit].seatable]
    empty = {seat: [one["unit"] for one in lines if seat in one["vacant"]] for seat in desk.plan.seats}
    told = {
        "phones": [one for one in lines if one["phone"]],
        "silent": [one["unit"] for one in lines if not one["phone"]],
        "vacant": [{"seat": seat, "units": at} for seat, at in empty.items() if at],
        "outside": [unit for unit, one in units.items() if one.outside and not one.group],
    }
    return [Say("staff/ours:directory", told, BACK)]


def whose(_: Desk, text: str) -> tuple[str, str] | None:
    """通讯录 公安: (what is meant, of which unit)."""
    found = _WHOSE.fullmatch(text.strip())
    return ("unit", found[1]) if found else None


def directory_of(desk: Desk, words: str) -> Outcome:
    """通讯录 公安: that unit alone; a person's name finds nobody."""
    unit = desk.plan.unit_names.find(words)
    if unit is None:
        return Outcome((Say("staff/ours:no_unit", {"words": words}, (Choice("go.directory"), *BACK)),))
    return Outcome((Say("staff/ours:reached", _reached(desk.plan, unit, _filled(desk)), BACK),))


def _filled(desk: Desk) -> set[tuple[str, str]]:
    return {(row.unit, row.seat) for row in people.roster(desk.tx, desk.plan.id)}


def _reached(plan: Plan, unit: str, filled: set[tuple[str, str]]) -> Line:
    one = plan.units[unit]
    seats = [] if one.outside else [seat.id for seat in plan.seats_of(unit)]
    wanted = {seat.seat for seat in routing.needed(plan) if seat.unit == unit} | {"liaison", "leader"}
    return {
        "unit": unit,
        "phone": one.phone or "",
        "outside": one.outside,
        "seats": [seat for seat in seats if (unit, seat) in filled],
        "vacant": [seat for seat in seats if (unit, seat) not in filled and seat in wanted],
    }
