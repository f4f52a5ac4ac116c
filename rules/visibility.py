"""The only place that answers who may see or do what with a tip.

Exclusion goes before every power: one seat in a unit that is involved, or is one body with it, shuts the whole person
out (信访工作条例 30; LZ-3.6d). What is left is a table: the roles a person has towards this tip, and what each may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.county import Plan
from rules.routing import duty_seat_for, register_units
from rules.terms import SeatRef, UnitId


class Power(StrEnum):
    SEE_NUMBER = "see_number"  # that a tip of this number exists
    SEE_REGISTER = "see_register"  # number, age, lateness, who has taken it
    READ = "read"  # what the citizen wrote, and the whole course
    TAKE = "take"  # a tip nobody has taken
    TAKE_OVER = "take_over"  # a tip somebody else has taken
    ACT = "act"  # triage: ask back, mark, redact, hand over, recall, close
    CARE = "care"  # write to whoever told and see to their safety, after the end too
    MERGE = "merge"
    READ_COPY = "read_copy"  # the redacted copy made for one's own unit
    WORK = "work"  # a liaison's moves: sign for, hand back, report, close
    OPEN_IDENTITY = "open_identity"  # a named informant's contact, with a motive on record
    SEE_ORIGINAL_FILE = "see_original_file"  # an attachment as it was sent, metadata and all


class Role(StrEnum):
    """What a person is to one tip."""

    INTAKE = "intake"  # intake seat of the unit that took the tip in
    COORDINATOR = "coordinator"  # coordinator of that unit
    DUTY = "duty"  # the duty seat, for something happening now
    REGISTER = "register"  # coordinator or leader who watches over intake, and the head of the county's work
    SEALED = "sealed"  # the one seat of the sealed route
    LIAISON = "liaison"  # liaison of a unit the tip was handed to
    LEADER = "leader"  # leader of such a unit


@dataclass(frozen=True)
class Viewer:
    """A person and every seat they hold in this county. A citizen holds none. `lent`: seats of people who are away, each with
    every unit those sit in; none of them shuts the person out, and none opens what those are shut out of."""

    county: str
    person: int
    seats: frozenset[SeatRef]
    lent: frozenset[tuple[SeatRef, frozenset[UnitId]]] = frozenset()


@dataclass(frozen=True)
class TipFacts:
    """What has to be known of a tip to decide who may see it; nothing of its content.

    `holders`: units that have it or have done with it, not those it was recalled from or that gave it back. `ended`: closed, merged, withdrawn or turned away. `forgotten`: its content is destroyed.
    """

    county: str
    number: str
    intake_unit: UnitId
    sealed: bool = False
    urgent: bool = False
    involved: frozenset[UnitId] = frozenset()
    holders: frozenset[UnitId] = frozenset()
    taken_by: int | None = None
    ended: bool = False
    forgotten: bool = False


Table = Mapping[Power, frozenset[Role]]

DESK = frozenset({Role.INTAKE, Role.COORDINATOR})
ON_DUTY = DESK | {Role.DUTY}
COPY = frozenset({Role.LIAISON, Role.LEADER})

OPEN: Table = {
    Power.SEE_NUMBER: ON_DUTY | COPY | {Role.REGISTER},
    Power.SEE_REGISTER: ON_DUTY | {Role.REGISTER},
    Power.READ: ON_DUTY,
    Power.TAKE: ON_DUTY,
    Power.TAKE_OVER: ON_DUTY,
    Power.ACT: ON_DUTY,
    Power.CARE: ON_DUTY,
    Power.MERGE: DESK,
    Power.READ_COPY: COPY,
    Power.WORK: frozenset({Role.LIAISON}),
    Power.OPEN_IDENTITY: frozenset({Role.INTAKE}),
    Power.SEE_ORIGINAL_FILE: DESK,
}

# 保护伞, officials: outside all queues, only the number in the register (YX-2.10b, LZ-4.8f)
ONLY_SEALED = frozenset({Role.SEALED})
SEALED: Table = {
    Power.SEE_NUMBER: ON_DUTY | {Role.REGISTER, Role.SEALED},
    Power.SEE_REGISTER: ONLY_SEALED,
    Power.READ: ONLY_SEALED,
    Power.TAKE: ONLY_SEALED,
    Power.TAKE_OVER: ONLY_SEALED,
    Power.ACT: ONLY_SEALED,
    Power.CARE: ONLY_SEALED,
    Power.OPEN_IDENTITY: ONLY_SEALED,
    Power.SEE_ORIGINAL_FILE: ONLY_SEALED,
}

MOVES = frozenset({Power.TAKE, Power.TAKE_OVER, Power.ACT, Power.CARE, Power.MERGE, Power.WORK})


def may(plan: Plan, viewer: Viewer, power: Power, tip: TipFacts) -> bool:
    """Whether this person may do this with this tip, now."""
    if not (plan.id == viewer.county == tip.county) or excluded(plan, viewer, tip):
        return False
    if tip.forgotten and power not in (Power.SEE_NUMBER, Power.SEE_REGISTER):
        return False
    if power in MOVES and not _still(power, viewer, tip):
        return False
    table = SEALED if tip.sealed else OPEN
    return not table.get(power, frozenset()).isdisjoint(roles(plan, viewer, tip))


def excluded(plan: Plan, viewer: Viewer, tip: TipFacts) -> bool:
    """Whether any seat of the person lies in a unit that is involved or one body with it. Shuts out of everything."""
    barred = plan.kin_of(tip.involved)
    return any(unit in barred for unit, _ in viewer.seats)


def roles(plan: Plan, viewer: Viewer, tip: TipFacts) -> frozenset[Role]:
    """What the person is to this tip. Says nothing of exclusion: ask `may`."""
    barred = plan.kin_of(tip.involved)
    held = viewer.seats | {seat for seat, units in viewer.lent if units.isdisjoint(barred)}
    return frozenset(role for role, seats in _seats(plan, tip) if not held.isdisjoint(seats))


def _seats(plan: Plan, tip: TipFacts) -> Iterator[tuple[Role, set[SeatRef]]]:
    yield Role.INTAKE, {SeatRef(tip.intake_unit, "intake")}
    yield Role.COORDINATOR, {SeatRef(tip.intake_unit, "coordinator")}
    duty = duty_seat_for(plan, tip.involved) if tip.urgent else None
    yield Role.DUTY, {duty} if duty else set()
    watchers = {SeatRef(unit, seat) for unit in _watching(plan, tip) for seat in ("coordinator", "leader")}
    yield Role.REGISTER, watchers | {plan.head.ref}
    yield Role.SEALED, {plan.sealed.ref}
    yield Role.LIAISON, {SeatRef(unit, "liaison") for unit in tip.holders}
    yield Role.LEADER, {SeatRef(unit, "leader") for unit in tip.holders}


def _watching(plan: Plan, tip: TipFacts) -> set[UnitId]:
    return {tip.intake_unit, *register_units(plan, tip.involved)}


def _still(power: Power, viewer: Viewer, tip: TipFacts) -> bool:
    """What has ended is moved no more, whoever had it; who told of it is looked after by anybody who may."""
    return power is Power.CARE if tip.ended else _hands_free(power, viewer, tip)


def _hands_free(power: Power, viewer: Viewer, tip: TipFacts) -> bool:
    """One person takes a tip; whoever else could act sees who it is, and takes it over first."""
    if power is Power.TAKE:
        return tip.taken_by is None
    if power is Power.TAKE_OVER:
        return tip.taken_by not in (None, viewer.person)
    return power is Power.WORK or tip.taken_by in (None, viewer.person)
