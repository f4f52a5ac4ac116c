"""Units a plan speaks of together (各牵头单位, 各镇), and who they are one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rules.kin import successor_of
from rules.terms import STRICT, Origin, Text, UnitId

if TYPE_CHECKING:
    from rules.county import Plan


@dataclass(frozen=True)
class UnitSet:
    """A member is a unit, a group, which means each of its members, or another set."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    members: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    origin: Origin = Origin.SEED
    note: str | None = None


def members(plan: Plan, names: tuple[str, ...]) -> tuple[UnitId, ...]:
    """The units in which people sit behind `names`, each once: an abolished one is who followed it."""
    each = (successor_of(plan, unit) for named in _named(plan, names) for unit in _each(plan, named))
    return tuple(dict.fromkeys(unit for unit in each if plan.units[unit].seatable))


def meant(plan: Plan, names: tuple[str, ...]) -> tuple[UnitId, ...]:
    """As `members`, with the units outside the county too; a group outside (其他地方或者单位) stands for itself."""
    each = (
        one for named in _named(plan, names) for one in ((named,) if plan.units[named].outside else _each(plan, named))
    )
    now = (successor_of(plan, unit) for unit in each)
    return tuple(dict.fromkeys(one for one in now if plan.units[one].outside or plan.units[one].seatable))


def unlisted(plan: Plan, names: tuple[str, ...]) -> tuple[UnitId, ...]:
    """The groups among them whose members the county has not listed yet."""
    return tuple(dict.fromkeys(one for one in _named(plan, names) if not _each(plan, one)))


def _named(plan: Plan, names: tuple[str, ...], seen: frozenset[str] = frozenset()) -> Iterator[UnitId]:
    """The units and groups meant, without the sets around them."""
    for name in names:
        if name in plan.unit_sets and name not in seen:
            yield from _named(plan, plan.unit_sets[name].members, seen | {name})
        elif name in plan.units:
            yield name


def _each(plan: Plan, unit: UnitId) -> tuple[UnitId, ...]:
    if not plan.units[unit].group:
        return (unit,)
    return tuple(one.id for one in plan.units.values() if one.parent == unit)
