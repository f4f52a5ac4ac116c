"""What a plan's demands and unit sets must satisfy beyond their form, and what of them only the county can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from rules.demands import Demand, missing, owing, receiving
from rules.escalation import IN_THE_UNIT
from rules.problems import Fault, each_known, known, shown

if TYPE_CHECKING:
    from rules.county import Plan


def check_demands(plan: Plan) -> Iterator[Fault]:
    sets = plan.unit_sets
    for key, one in sets.items():
        if key in plan.units:
            yield f"unit_sets.{key}", "a name no unit has", shown(key), None
        yield from each_known(f"unit_sets.{key}.members", one.members, {**plan.units, **sets})
    for demand in plan.duties.values():
        yield from _demand(plan, demand)


def _demand(plan: Plan, demand: Demand) -> Iterator[Fault]:
    at = f"duties.{demand.id}"
    if demand.asked is not None:
        yield f"{at}.asked", "no such key in a file; offices ask while the program runs", shown("asked"), None
    names = {**plan.units, **plan.unit_sets}
    faults = [
        *each_known(f"{at}.owed_by", demand.owed_by, names),
        *each_known(f"{at}.to", demand.to, names),
        *known(f"{at}.seat", demand.seat, plan.seats),
        *known(f"{at}.ladder", demand.ladder, plan.ladders),
    ]
    yield from faults or _sound(plan, demand, at)


def _sound(plan: Plan, demand: Demand, at: str) -> Iterator[Fault]:
    for unit in owing(plan, demand):
        if not plan.seat_exists(unit, demand.seat):
            wanted = f"units where people can hold the seat '{demand.seat}' (see seats.{demand.seat}.units)"
            yield f"{at}.owed_by", wanted, shown(unit), None
    if demand.to and not receiving(plan, demand) and not _groups(plan, demand.to):
        yield f"{at}.to", "a unit that people sit in; without one leave it out", shown(demand.to), None
    ladder = plan.ladders[demand.ladder]
    if demand.unleaving and not ladder.urgent and IN_THE_UNIT.isdisjoint(ladder.told()):
        yield (
            f"{at}.ladder",
            "a ladder that tells the unit itself, since the date is proposed",
            shown(demand.ladder),
            None,
        )


def _groups(plan: Plan, names: Iterable[str]) -> bool:
    return any(name in plan.units and plan.units[name].group for name in names)


def unfilled_demands(plan: Plan) -> Iterator[str]:
    """One sentence for each key that keeps duties from opening, and one for the dates that are only proposed."""
    demands = plan.duties.values()
    for key, words in (
        ("goes_live", "fill in the first day the county works with it"),
        ("issue_date", "fill in the day the plan was issued"),
    ):
        waiting = [one.id for one in demands if key in missing(plan, one)]
        if waiting:
            yield f"{key}: {words}; until then none of these opens: {', '.join(waiting)}"
    for unit in plan.units.values():
        if unit.since and plan.goes_live and unit.since < plan.goes_live:
            yield (
                f"units.{unit.id}.since: {unit.since} is before the county's own first day, goes_live {plan.goes_live}; "
                "it is asked from that day on, so leave it out"
            )
    proposed = [one.id for one in demands if one.suggested]
    if proposed:
        yield f"duties: confirm these proposed dates, each with 'confirmed: DATE' (nobody is late on them until then): {', '.join(proposed)}"


def not_yet(plan: Plan, today: date) -> Iterator[str]:
    """Units that are asked nothing yet."""
    for unit in plan.units.values():
        if unit.since and unit.since > today:
            yield f"units.{unit.id}.since: {unit.since} is still to come; until then nothing is asked of {unit.name.zh}"
