"""What a plan's regimes must satisfy beyond their form: nobody is led into a stage that nothing leads out of, nobody is given a
part where they cannot sit, and no clock runs that the plan does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rules.debts import lost
from rules.fields import Field
from rules.names import plain
from rules.problems import Fault, each_known, known, shown
from rules.regimes import ASKED_BY, Move, Regime, Role, Roll, Stage
from rules.unit_sets import meant, members, unlisted

if TYPE_CHECKING:
    from rules.county import Plan

Stand = tuple[str, str]
"""A role at a stage."""


def check_regimes(plan: Plan) -> Iterator[Fault]:
    yield from _words(plan)
    yield from _titles(plan)
    for regime in plan.regimes.values():
        at = f"regimes.{regime.id}"
        faults = [*_names(plan, regime, at)]
        yield from faults or _sound(plan, regime, at)


def colliding(plan: Plan, opens: Callable[[str], str | None]) -> Iterator[Fault]:
    """The words of regimes that are heard as something else before. `opens`: what a word opens already, if anything."""
    for path, word in _said(plan):
        if other := opens(word):
            yield path, f"a word that opens nothing else ('{other}' has it)", shown(word), None


def unknown_clauses(plan: Plan) -> Iterator[Fault]:
    """The clauses that regimes name and the plan's own words do not have; nothing where the county has not given its words."""
    for regime in plan.regimes.values():
        for path, clause in _clauses(regime) if plan.clauses else ():
            yield from known(f"regimes.{regime.id}.{path}", clause, plan.clauses)


def _clauses(regime: Regime) -> Iterator[tuple[str, str | None]]:
    for way in regime.ways:
        at = "clauses" if way.id == regime.id else f"doors.{way.id}.clauses"
        yield from ((f"{at}[{n}]", one) for n, one in enumerate(way.clauses))
    yield from ((f"moves.{move.id}.clause", move.clause) for move in regime.moves.values())
    for role in regime.roles.values():
        yield from ((f"roles.{role.id}.suggests[{n}].clause", one.clause) for n, one in enumerate(role.suggests))
    yield from ((f"lists.{roll.id}.clause", roll.clause) for roll in regime.lists.values())


def _names(plan: Plan, regime: Regime, at: str) -> Iterator[Fault]:
    """What a regime names exists."""
    for role in regime.roles.values():
        here = f"{at}.roles.{role.id}"
        yield from each_known(f"{here}.who", role.who, {**plan.units, **plan.unit_sets})
        yield from known(f"{here}.seat", role.seat, plan.seats)
        for n, one in enumerate(role.suggests):
            yield from known(f"{here}.suggests[{n}].unit", one.unit, plan.units)
    for stage in regime.stages.values():
        yield from known(f"{at}.stages.{stage.id}.duty", stage.duty, plan.duties)
    for way in regime.ways:
        where = at if way.id == regime.id else f"{at}.doors.{way.id}"
        yield from known(f"{where}.form", way.form, plan.forms)
    for roll in regime.lists.values():
        here = f"{at}.lists.{roll.id}"
        yield from each_known(f"{here}.who", roll.who, {**plan.units, **plan.unit_sets})
        yield from each_known(f"{here}.seats", roll.seats, plan.seats)
    for move in regime.moves.values():
        yield from known(f"{at}.moves.{move.id}.form", move.form, plan.forms)
        yield from known(f"{at}.moves.{move.id}.starts", move.starts, plan.regimes)


def _sound(plan: Plan, regime: Regime, at: str) -> Iterator[Fault]:
    stands = standing(regime)
    for role in regime.roles.values():
        yield from _role(plan, regime, role, at)
    for stage in regime.stages.values():
        yield from _stage(plan, regime, stage, at)
        if all(stage.id != one for _, one in stands):
            yield f"{at}.stages.{stage.id}", "a stage that somebody comes to", "no door or move that leads there", None
    for roll in regime.lists.values():
        yield from _roll(plan, regime, roll, f"{at}.lists.{roll.id}")
    for move in regime.moves.values():
        yield from _move(plan, regime, move, at)
    for role_id, stage_id in sorted(stands):
        yield from _way_out(regime, role_id, stage_id, at)
        yield from _answer(regime, role_id, stage_id, at)
    for one in lost(regime, _lone(plan, regime)):
        wanted = f"nobody at '{one.stand.stage}', where what is owed would be lost (a role that is the same keeps both)"
        how = "wakes" if one.stand.role in regime.moves[one.move].wakes else "sets"
        yield f"{at}.moves.{one.move}.{how}.{one.stand.role}", wanted, shown(one.to), None
    for way in regime.ways:
        where = at if way.id == regime.id else f"{at}.doors.{way.id}"
        straight = regime.moves[way.straight] if way.straight else None
        if straight and not (way.starter in straight.by and way.opens in straight.at):
            wanted = f"a move of '{way.starter}' at '{way.opens}'"
            yield f"{where}.straight", wanted, shown(straight.id), None


def _roll(plan: Plan, regime: Regime, roll: Roll, here: str) -> Iterator[Fault]:
    yield from _when(plan, regime, roll.when, f"{here}.when")
    yield from _when(plan, regime, roll.flags, f"{here}.flags")
    if roll.late and not any(regime.stages[one].duty for one in roll.at):
        yield f"{here}.late", "a stage with a duty in at, whose day can pass", "none", None


def _titles(plan: Plan) -> Iterator[Fault]:
    """Nothing that was told in a tip stands in what a matter is called: the copy is text, and so is whatever goes on from it."""
    tips = {regime.id for regime in plan.regimes.values() if regime.from_tips}
    while further := {one for key in tips for one in _goes_on(plan, key)} - tips:
        tips |= further
    forms = {way.form for key in sorted(tips) for way in plan.regimes[key].ways}
    for form in (plan.forms[key] for key in sorted(one for one in forms if one in plan.forms)):
        for n, code in enumerate(form.title):
            if form.field(code).kind == "text":
                wanted = "no text, since a matter of a tip is begun with it"
                yield f"forms.{form.id}.title[{n}]", wanted, shown(code), None


def _goes_on(plan: Plan, regime: str) -> set[str]:
    return {move.starts for move in plan.regimes[regime].moves.values() if move.starts and move.starts in plan.regimes}


# -- roles ---------------------------------------------------------------------------------------------------------------


def _role(plan: Plan, regime: Regime, role: Role, at: str) -> Iterator[Fault]:
    here = f"{at}.roles.{role.id}"
    able = meant(plan, role.who)
    if not able and not unlisted(plan, role.who):
        yield f"{here}.who", "a unit that stands", shown(role.who), None
    for unit in members(plan, role.who):
        if not plan.seat_exists(unit, role.seat):
            wanted = f"units where people can hold the seat '{role.seat}' (see seats.{role.seat}.units)"
            yield f"{here}.who", wanted, shown(unit), None
    if regime.receives and role.id in regime.starters:
        if any(not plan.units[unit].outside for unit in able):
            yield f"{here}.who", "units outside the county only, since another county begins it", shown(role.who), None
    elif role.id in regime.starters:
        if any(plan.units[unit].outside for unit in able):
            yield f"{here}.who", "units of the county only, since the role begins it", "one outside the county", None
    elif not any(role.id in move.adds for move in regime.moves.values()):
        yield here, "a role that begins it or that a move adds", "neither", None
    yield from _same(regime, role, here)
    yield from _companies(plan, regime, role, here)
    yield from _when(plan, regime, role.when, f"{here}.when")
    yield from _suggests(plan, regime, role, here)


def _same(regime: Regime, role: Role, here: str) -> Iterator[Fault]:
    first = regime.roles[role.same] if role.same else None
    if first and (role.who, role.seat) != (first.who, first.seat):
        yield f"{here}.who", f"the units and the seat of '{first.id}', since it is the same", shown(role.who), None
    if first and (role.chosen or first.same):
        yield f"{here}.same", "another role with a part of its own, of which nobody is chosen", shown(role.same), None


def _companies(plan: Plan, regime: Regime, role: Role, here: str) -> Iterator[Fault]:
    """A company reports what it has found and punishes nobody (行政处罚法 17): it has no power to."""
    moves = [move for move in regime.moves.values() if role.id in move.by]
    authority = next((move.id for move in moves if move.enforces), None)
    for unit in (one for one in meant(plan, role.who) if plan.units[one].kind == "state_company"):
        if authority:
            yield f"{here}.who", f"no company, since '{authority}' is an act of authority", shown(unit), None
        elif moves and not regime.begun_by(role.id):
            yield f"{here}.who", "no company but where it reports or is only told", shown(unit), None


def _suggests(plan: Plan, regime: Regime, role: Role, here: str) -> Iterator[Fault]:
    able = meant(plan, role.who)
    if role.suggests and not role.chosen:
        yield f"{here}.suggests", "chosen, since only who is chosen is proposed", "everybody of who", None
    for n, one in enumerate(role.suggests):
        if not set(meant(plan, (one.unit,))) & set(able):
            yield f"{here}.suggests[{n}].unit", "a unit of who", shown(one.unit), None
        yield from _when(plan, regime, one.when, f"{here}.suggests[{n}].when")


def _when(plan: Plan, regime: Regime, when: Mapping[str, tuple[str, ...]], at: str) -> Iterator[Fault]:
    fields = {one.code: one for way in regime.ways for one in _fields(plan, way.form)}
    for code, keys in when.items():
        asked = fields.get(code)
        if asked is None or asked.kind not in ("choice", "yes_no"):
            found = f"'{asked.kind}'" if asked else "no such field"
            yield f"{at}.{code}", "a field of the form that is a choice or yes_no", found, None
        else:
            yield from each_known(f"{at}.{code}", keys, asked.options or ("yes", "no"))


def _fields(plan: Plan, form: str | None) -> tuple[Field, ...]:
    return plan.forms[form].fields if form else ()


# -- stages and moves ----------------------------------------------------------------------------------------------------


def _stage(plan: Plan, regime: Regime, stage: Stage, at: str) -> Iterator[Fault]:
    here = f"{at}.stages.{stage.id}"
    if stage.duty is None:
        if not stage.ends and stage.id not in {way.opens for way in regime.ways}:
            yield f"{here}.duty", "a duty, or ends: true where nothing is awaited", "neither", None
        return
    demand = plan.duties[stage.duty]
    if demand.every != "event":
        yield f"{here}.duty", "a duty with every: event", f"'{demand.id}', every: {demand.every}", None
    elif plan.ladders[demand.ladder].urgent and not regime.urgent:
        yield f"{here}.duty", "a ladder that is not urgent, since the regime is not", shown(demand.ladder), None
    forms = [way.form for way in regime.ways] + [move.form for move in regime.moves.values() if move.to == stage.id]
    days = {one.code: one for form in forms for one in _fields(plan, form) if one.kind == "day"}
    if stage.until and stage.until not in days and not (regime.receives and stage.until == ASKED_BY):
        yield f"{here}.until", "a day that the regime's form asks", shown(stage.until), None
    if stage.since and (stage.since not in days or days[stage.since].optional):
        yield f"{here}.since", "a day that the regime's form asks, not optional", shown(stage.since), None
    elif stage.since and demand.within is not None and demand.within.unit in ("minute", "hour"):
        found = f"{demand.within.n} {demand.within.unit}"
        yield f"{here}.since", "a clock of days, since a day is no moment", found, None


def _move(plan: Plan, regime: Regime, move: Move, at: str) -> Iterator[Fault]:
    here = f"{at}.moves.{move.id}"
    for n, stage in enumerate(move.at):
        if move.renews and not regime.stages[stage].duty:
            yield f"{here}.at[{n}]", "a stage with a duty, whose clock begins anew", shown(stage), None
    for field, one in (("adds", move.adds), ("sets", move.sets), ("wakes", move.wakes)):
        for role in (
            role for role in one if role in (move.of or "", *(() if move.of else move.by)) and field != "adds"
        ):
            yield f"{here}.{field}.{role}", "another role than the one that is moved", shown(role), None
    if "units" in move.asks and not any(regime.roles[role].chosen for role in move.adds):
        yield f"{here}.asks", "a chosen role in adds, since units are asked", "none", None
    if regime.sealed and (move.form or {"note", "reason"} & set(move.asks)):
        yield here, "no words, since the regime is sealed", "a form, note or reason", None
    if move.stand_in and (move.enforces or move.starts or regime.sealed):
        wanted = "false, since an act of authority, another matter and what is sealed are nobody else's"
        yield f"{here}.stand_in", wanted, "true", None
    if move.starts:
        begins = {unit for way in plan.regimes[move.starts].ways for unit in _able(plan, move.starts, way.starter)}
        if not any(begins & set(_able(plan, regime.id, role)) for role in move.by):
            yield f"{here}.starts", "a regime that somebody of 'by' may begin", shown(move.starts), None


def _able(plan: Plan, regime: str, role: str) -> tuple[str, ...]:
    return meant(plan, plan.regimes[regime].roles[role].who)


# -- where one can stand, and how one gets on ----------------------------------------------------------------------------


def standing(regime: Regime) -> frozenset[Stand]:
    """Every role at every stage that doors and moves can bring it to."""
    found = {(way.starter, way.opens) for way in regime.ways}
    while True:
        new = {one for move in regime.moves.values() for one in _brings(move, found)} - found
        if not new:
            return frozenset(found)
        found |= new


def _brings(move: Move, found: set[Stand]) -> Iterator[Stand]:
    moved = [role for role in ((move.of,) if move.of else move.by) if any((role, one) in found for one in move.at)]
    there = {role for role, _ in found}
    if not moved or not there & set(move.by):
        return
    yield from ((role, move.to) for role in moved if move.to)
    yield from move.adds.items()
    yield from ((role, stage) for one in (move.sets, move.wakes) for role, stage in one.items() if role in there)


def _way_out(regime: Regime, role: str, stage: str, at: str) -> Iterator[Fault]:
    """Moves that may be made once do not count: who comes back to the stage has made them."""
    seen, todo = {stage}, [stage]
    while todo:
        one = todo.pop()
        if regime.stages[one].ends:
            return
        further = [move for move in _of(regime, role) if one in move.at and not move.once]
        if one == stage and not further:
            yield f"{at}.stages.{stage}", f"a move for '{role}', of which something is awaited there", "none", None
            return
        new = {move.to for move in further if move.to} - seen
        seen |= new
        todo += new
    yield f"{at}.stages.{stage}", f"moves that lead '{role}' on to a stage that ends", "none", None


def _answer(regime: Regime, role: str, stage: str, at: str) -> Iterator[Fault]:
    able, named = regime.led_on(role, stage), regime.stages[stage].answer
    if not regime.stages[stage].duty or not able or named is False:
        return
    if named is None and len(able) > 1:
        wanted = f"the move that '{role}' is awaited to make, of {', '.join(one.id for one in able)}; false if none"
        yield f"{at}.stages.{stage}.answer", wanted, "nothing", None
    elif named and all(one.id != named for one in able):
        yield f"{at}.stages.{stage}.answer", f"a move that leads '{role}' on from there", shown(named), None


def _lone(plan: Plan, regime: Regime) -> frozenset[str]:
    """The roles that one unit alone has."""
    alone = {one.id for one in regime.roles.values() if regime.begun_by(one.id) or _one_unit(plan, one)}
    return frozenset(alone)


def _one_unit(plan: Plan, role: Role) -> bool:
    able = meant(plan, role.who)
    return len(able) <= 1 and not any(plan.units[one].group for one in able) and not unlisted(plan, role.who)


def _of(regime: Regime, role: str) -> Iterable[Move]:
    return (move for move in regime.moves.values() if (move.of == role if move.of else role in move.by))


# -- words ---------------------------------------------------------------------------------------------------------------


def _words(plan: Plan) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for path, word in _said(plan):
        first = owner.setdefault(plain(word), path)
        if first != path:
            yield path, f"a word that stands once ('{first}' has it)", shown(word), None


def _said(plan: Plan) -> Iterator[tuple[str, str]]:
    for regime in plan.regimes.values():
        for way in regime.ways:
            at = f"regimes.{regime.id}" if way.id == regime.id else f"regimes.{regime.id}.doors.{way.id}"
            yield from ((f"{at}.words[{n}]", word) for n, word in enumerate(way.words))
        for roll in regime.lists.values():
            at = f"regimes.{regime.id}.lists.{roll.id}"
            yield from ((f"{at}.words[{n}]", word) for n, word in enumerate(roll.words))
