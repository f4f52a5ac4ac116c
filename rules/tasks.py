"""Who does what by the plan, in short words: the ten tasks of one plan, the eighteen entries of another. Shown, never driven."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from rules.kin import successor_of
from rules.terms import STRICT, Text, UnitId

if TYPE_CHECKING:
    from rules.county import Plan


@dataclass(frozen=True)
class Item:
    """One sentence of the plan; `name` is ours, shorter than it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    clause: str
    name: Text


@dataclass(frozen=True)
class Task:
    """`lead`: 牵头单位, or whose entry it is; `assists`: 配合单位. Units and groups."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    lead: tuple[UnitId, ...]
    items: tuple[Item, ...]
    assists: tuple[UnitId, ...] = ()


class Ours(NamedTuple):
    """A task as one unit has it."""

    task: Task
    leads: bool


def tasks_of(plan: Plan, units: Iterable[UnitId]) -> tuple[Ours, ...]:
    """Of these units, those they lead first; an abolished unit's are its successor's, a group's each member's."""
    mine = {name for unit in units for name in (unit, plan.units[unit].parent)}
    found = [
        Ours(one, leads) for leads in (True, False) for one in plan.tasks.values() if mine & _who(plan, one, leads)
    ]
    led = {one.task.id for one in found if one.leads}
    return tuple(one for one in found if one.leads or one.task.id not in led)


def _who(plan: Plan, task: Task, leads: bool) -> set[UnitId]:
    return {successor_of(plan, unit) for unit in (task.lead if leads else task.assists)}
