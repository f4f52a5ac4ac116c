"""What a plan's meetings must satisfy beyond their form: somebody can call each, somebody can come to it, and what it fulfils exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rules.demands import owing
from rules.meetings import MeetingKind
from rules.problems import Fault, each_known, known, shown
from rules.terms import UnitId
from rules.unit_sets import members, unlisted

if TYPE_CHECKING:
    from rules.county import Plan

COORDINATOR = "coordinator"


def check_meetings(plan: Plan) -> Iterator[Fault]:
    names = {**plan.units, **plan.unit_sets}
    for kind in plan.meetings.values():
        at = f"meetings.{kind.id}"
        faults = [
            *each_known(f"{at}.by", kind.by, names),
            *each_known(f"{at}.invites", kind.invites, names),
            *known(f"{at}.duty", kind.duty, plan.duties),
        ]
        yield from faults or _sound(plan, kind, at)


def _sound(plan: Plan, kind: MeetingKind, at: str) -> Iterator[Fault]:
    for unit in members(plan, kind.by):
        if not plan.seat_exists(unit, COORDINATOR) and unit != plan.head.unit:
            wanted = f"units where people can hold the seat '{COORDINATOR}', or the head's ({plan.head.unit})"
            yield f"{at}.by", wanted, shown(unit), None
    if not members(plan, kind.invites) and not unlisted(plan, kind.invites):
        yield f"{at}.invites", "units that people sit in", shown(kind.invites), None
    if kind.duty is not None and not fulfils(plan, kind):
        wanted = f"units that owe '{kind.duty}', or no duty, since holding it fulfils nothing"
        yield f"{at}.by", wanted, shown(kind.by), None


def fulfils(plan: Plan, kind: MeetingKind) -> tuple[UnitId, ...]:
    """For whom what the plan asks is done, once such a meeting has been held."""
    demand = plan.duties.get(kind.duty or "")
    owe = owing(plan, demand) if demand is not None else ()
    return tuple(unit for unit in members(plan, kind.by) if unit in owe)
