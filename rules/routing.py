"""Who receives a tip, who is alerted, and whom it may be handed to. Never a unit that is said to be involved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rules.common import Outside
from rules.county import Plan
from rules.escalation import Audience
from rules.kin import successor_of
from rules.posts import Route
from rules.terms import Origin, SeatRef, Text, UnitId
from rules.unit_sets import members


@dataclass(frozen=True)
class Suggestion:
    """A unit a tip may be handed to and why; the person at intake decides. `outside`: by letter, not in here."""

    unit: UnitId
    why: Text
    clause: str | None
    law: str | None
    origin: Origin
    outside: bool


def intake_for(plan: Plan, involved: frozenset[UnitId]) -> UnitId | None:
    """The unit that takes the tip in: intake, else the plan's other offices in their order (信访工作条例 30).

    None: every one of them is involved, so the tip takes the sealed route's way out (`outside_of`).
    """
    return next(_free(plan, (plan.intake.unit, *plan.intake.others), involved), None)


def duty_seat_for(plan: Plan, involved: frozenset[UnitId]) -> SeatRef | None:
    """The seat alerted within a minute when something is happening now."""
    unit = next(_free(plan, (plan.duty.unit, *plan.duty.others), involved), None)
    return SeatRef(unit, plan.duty.seat) if unit else None


def sealed_seat_for(plan: Plan, involved: frozenset[UnitId]) -> SeatRef | None:
    """The one seat that reads tips about officials. None: its own unit is involved, and nothing may be taken here."""
    return plan.sealed.ref if any(_free(plan, (plan.sealed.unit,), involved)) else None


def is_sealed(plan: Plan, violation: str | None, officials: bool) -> bool:
    """Whether a tip takes the sealed route: officials take part or protect, or the violation itself says so."""
    return officials or (violation in plan.violations and plan.violations[violation].sealed)


def outside_of(plan: Plan) -> Outside:
    """The address beyond the county, for a sealed tip nobody here may read."""
    return plan.outside


def suggest(
    plan: Plan, goods: str | None, violation: str | None, involved: frozenset[UnitId]
) -> tuple[Suggestion, ...]:
    """The units the plan or the law names for this kind of tip, best first, each once; none for a sealed violation."""
    if is_sealed(plan, violation, officials=False):
        return ()
    fitting = [route for route in plan.routes if _fits(route, goods, violation)]
    named = _suggested(plan, [route for route in fitting if not route.otherwise], involved)
    return named or _suggested(plan, [route for route in fitting if route.otherwise], involved)


def _suggested(plan: Plan, routes: Iterable[Route], involved: frozenset[UnitId]) -> tuple[Suggestion, ...]:
    found: dict[UnitId, Suggestion] = {}
    for route in routes:
        unit = successor_of(plan, route.to)
        if unit not in found and any(_free(plan, (unit,), involved)):
            outside = plan.units[unit].outside
            found[unit] = Suggestion(unit, route.why, route.clause, route.law, route.origin, outside)
    return tuple(found.values())


def receivers(plan: Plan, involved: frozenset[UnitId]) -> tuple[UnitId, ...]:
    """Every unit a tip may be handed to in here, in the order of the plan; never a company, which only reports."""
    bodies = (unit.id for unit in plan.units.values() if unit.kind != "state_company")
    return tuple(_free(plan, (unit for unit in bodies if plan.seat_exists(unit, "liaison")), involved))


def register_units(plan: Plan, involved: frozenset[UnitId]) -> tuple[UnitId, ...]:
    """Units whose coordinators and leaders see that a tip exists, how old it is and whether it is late."""
    units = (intake_for(plan, involved), plan.intake.unit, *plan.intake.viewers)
    return tuple(_free(plan, dict.fromkeys(unit for unit in units if unit), involved))


def audience(
    plan: Plan, whose: Audience, holder: UnitId, involved: frozenset[UnitId], told: Iterable[Audience] = ()
) -> tuple[SeatRef, ...]:
    """The seats a step of a ladder tells. `holder`: the unit the duty lies with; `told`: for ``everyone``, the
    ladder's audiences (`Ladder.told`). Exclusion comes first: no seat of an involved unit is ever among them."""
    if whose == "everyone":
        each = [seat for one in told if one != "everyone" for seat in audience(plan, one, holder, involved)]
        return tuple(dict.fromkeys(each))
    seats = _seats(plan, whose, holder, involved)
    return tuple(dict.fromkeys(seat for seat in seats if any(_free(plan, (seat.unit,), involved))))


def _seats(plan: Plan, whose: Audience, holder: UnitId, involved: frozenset[UnitId]) -> Iterator[SeatRef]:
    match whose:
        case "duty":
            seat = duty_seat_for(plan, involved)
            yield from (seat,) if seat else ()
        case "sealed":
            yield plan.sealed.ref
        case "coordinators":
            units = register_units(plan, involved)
            yield from (SeatRef(unit, "coordinator") for unit in units if plan.seat_exists(unit, "coordinator"))
        case "leader":
            yield SeatRef(holder, "leader")
            yield plan.head.ref
        case "taker":  # while the tip is with nobody who may be told
            yield SeatRef(holder, "intake")
        case _:
            yield SeatRef(holder, "leader" if whose == "unit_leader" else whose)


def _free(plan: Plan, units: Iterable[UnitId], involved: frozenset[UnitId]) -> Iterator[UnitId]:
    """Those of `units` that are not one body with an involved one."""
    barred = plan.kin_of(involved)
    return (unit for unit in units if unit not in barred)


def _fits(route: Route, goods: str | None, violation: str | None) -> bool:
    return (not route.goods or goods in route.goods) and (not route.violations or violation in route.violations)


def watchers(plan: Plan, to: tuple[UnitId, ...]) -> tuple[UnitId, ...]:
    """The coordinators' offices that receive a duty of the plan; what goes to none of them is watched by those who see the
    register."""
    seated = tuple(unit for unit in to if plan.seat_exists(unit, "coordinator"))
    return seated or tuple(unit for unit in register_units(plan, frozenset()) if plan.seat_exists(unit, "coordinator"))


def may_carry(plan: Plan, owing: UnitId, to: tuple[UnitId, ...], held: Iterable[tuple[UnitId, str]]) -> bool:
    """Whether somebody with these seats may have a duty of the plan in hand: they sit where it is owed, or receive it."""
    return any(unit == owing or (seat == "coordinator" and unit in watchers(plan, to)) for unit, seat in held)


def told_of_duty(plan: Plan, whose: Audience, owed: SeatRef, to: tuple[UnitId, ...], firm: bool) -> tuple[SeatRef, ...]:
    """The seats a step of a plan's duty tells. One that is not `firm` (a proposal, or a day that may still move) leaves its
    unit to nobody."""
    match whose:
        case "liaison":
            return (owed,)
        case "duty":  # its own, or where it has none the county's
            own = SeatRef(owed.unit, "duty")
            return (own if plan.seat_exists(*own) else plan.duty.ref,)
        case "unit_leader":
            return (SeatRef(owed.unit, "leader"),)
        case "coordinators" | "leader" | "everyone" if not firm:
            return ()
        case "coordinators":
            return tuple(SeatRef(one, "coordinator") for one in watchers(plan, to))
        case "leader":
            return (plan.head.ref,)
        case "everyone":
            all_: tuple[Audience, ...] = ("liaison", "unit_leader", "coordinators", "leader")
            return tuple(seat for one in all_ for seat in told_of_duty(plan, one, owed, to, firm))
        case _:
            return (SeatRef(owed.unit, whose),)


# -- seats ---------------------------------------------------------------------------------------------------------------


def needed(plan: Plan) -> tuple[SeatRef, ...]:
    """Every seat that somebody waits for: where a duty of the plan is owed, and where a party of a regime may sit. With
    nobody there what is asked reaches a stand-in only (`stand_ins`)."""
    owed = (SeatRef(unit, one.seat) for one in plan.duties.values() for unit in members(plan, one.owed_by))
    roles = (role for regime in plan.regimes.values() for role in regime.roles.values())
    put = (SeatRef(unit, role.seat) for role in roles for unit in members(plan, role.who))
    return tuple(one for one in dict.fromkeys((*owed, *put)) if plan.seat_exists(*one))


STAND_IN = ("leader", "liaison", "coordinator", "duty")
"""Who acts for an empty seat of their own unit, the first of them that is held."""


def stand_ins(plan: Plan, empty: SeatRef, filled: Collection[tuple[UnitId, str]]) -> tuple[SeatRef, ...]:
    """Who acts for a seat that nobody holds: somebody else in the unit; with nobody there the county's coordinators, who
    can also fill it. Nobody does at a sealed seat, and nobody at one that is held."""
    if tuple(empty) in filled or empty.seat not in STAND_IN:
        return ()
    own = next((SeatRef(empty.unit, seat) for seat in STAND_IN if (empty.unit, seat) in filled), None)
    if own is not None:
        return (own,)
    offices = (SeatRef(unit, "coordinator") for unit in watchers(plan, ()) if unit != empty.unit)
    return tuple(one for one in offices if tuple(one) in filled)
