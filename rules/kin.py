"""Which units are one body in fact, so that excluding one excludes all.

Nobody accused may learn of it, nor anybody seated there (信访工作条例 30): an office and its host (one institution, two
signs), a unit and the one it was merged into, a bureau and its stations. Downward every child counts; upward only a
`sub_unit`, which has no standing of its own: a tip about one township must not shut out all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rules.terms import UnitId

if TYPE_CHECKING:
    from rules.county import Plan

Edges = dict[UnitId, set[UnitId]]


def kin_table(plan: Plan) -> dict[UnitId, frozenset[UnitId]]:
    """The kin of every unit of the plan, itself included."""
    edges = _edges(plan)
    return {unit: _reach(edges, unit) for unit in plan.units}


def kin_of(plan: Plan, units: Iterable[UnitId]) -> frozenset[UnitId]:
    """All kin of `units`. A unit the plan no longer knows is its own kin, so that an upgrade never un-excludes it."""
    return frozenset().union(*(plan.kin_table.get(unit, {unit}) for unit in units))


def successor_of(plan: Plan, unit: UnitId) -> UnitId:
    """Where to turn instead of an abolished unit; the unit itself while it stands or nobody is known to follow it."""
    for _ in plan.units:
        now = plan.units[unit]
        if not now.abolished or now.successor is None or now.successor.to is None:
            break
        unit = now.successor.to
    return unit


def _edges(plan: Plan) -> Edges:
    edges: Edges = {unit: set() for unit in plan.units}
    for unit in plan.units.values():
        same = [unit.host, unit.successor.to if unit.successor else None]
        if unit.kind == "sub_unit":
            same.append(unit.parent)
        for other in same:
            if other in edges:
                edges[unit.id].add(other)
                edges[other].add(unit.id)
        if unit.parent in edges:
            edges[unit.parent].add(unit.id)
    return edges


def _reach(edges: Edges, start: UnitId) -> frozenset[UnitId]:
    found, todo = {start}, [start]
    while todo:
        new = edges[todo.pop()] - found
        found |= new
        todo.extend(new)
    return frozenset(found)
