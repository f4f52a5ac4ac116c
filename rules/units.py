"""The bodies of a plan, as its file describes them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from rules.part import Part
from rules.terms import Origin, Text, UnitId

Kind = Literal[
    "government",
    "party_organ",
    "lead_agency",
    "cooperating_agency",
    "coordination_office",
    "judicial_organ",
    "supervision_organ",
    "state_company",
    "township",
    "sub_unit",
    "upper_level_agency",
    "external",
]


class Successor(Part):
    """Where a renamed, merged or abolished unit went. `to` empty: not known here; the county must say."""

    to: UnitId | None
    note: str | None = None


class Unit(Part):
    """A body of the plan. People sit in units, never in groups nor outside the county."""

    id: UnitId
    name: Text
    full: Text | None = None
    kind: Kind
    aliases: tuple[str, ...] = ()
    parent: UnitId | None = None
    host: UnitId | None = None
    successor: Successor | None = None
    abolished: bool = False
    outside: bool = False
    group: bool = False
    powers: tuple[Literal["enforce", "coordinate", "prosecute", "report"], ...] = ()
    goods: tuple[str, ...] = ()
    since: date | None = None  # its first day with the county's work; left out: the county's own
    phone: str | None = None  # 值班电话: of the office, never a person's
    clauses: tuple[str, ...] = ()
    origin: Origin = Origin.SEED
    note: str | None = None

    @property
    def seatable(self) -> bool:
        return not (self.group or self.outside or self.abolished)
