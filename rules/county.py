"""A county's plan as data: the model of `counties/*.yaml` and how such a file is read.

Every figure says where it comes from: a clause of the plan, an entry of `laws`, or that it is our proposal. What a
file gets wrong is told all at once, one sentence each (`rules.problems`). Nothing else in the code knows a county.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rules.calendar import Calendar, Year
from rules.deadlines import Clock
from rules.escalation import Ladder, Quiet
from rules.kin import kin_of, kin_table
from rules.names import UnitNames
from rules.plan_checks import check_common, check_plan, unfilled
from rules.problems import PlanError, Problem, told
from rules.terms import Origin, SeatRef, Text, UnitId

M = TypeVar("M", bound="Part")
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
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


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Part):
    """A statement with its source: `clause` for seed, `law` for law (checked in `plan_checks`)."""

    origin: Origin
    clause: str | None = None
    law: str | None = None
    note: str | None = None


class Law(Part):
    name: Text
    article: str | None = None
    status: Literal["verified", "secondary", "memory"]
    note: str | None = None


class Hotline(Part):
    """A number to call. `number` empty: only the county knows it, and `xiezhi check` asks for it."""

    id: str
    name: Text
    number: str | None
    when: Text
    origin: Origin
    note: str | None = None


class Elsewhere(Part):
    """A concern that is not ours, and the hotline that takes it."""

    id: str
    name: Text
    hotline: Key


class Outside(Part):
    """The address beyond the county for tips about officials, when the sealed seat is vacant or involved."""

    name: Text
    number: str
    url: str | None = None


class Common(Part):
    """What no county decides: law, calendar, national numbers, and the clocks and ladders a plan may override."""

    laws: dict[Key, Law]
    calendar: dict[int, Year]
    quiet: Quiet
    outside: Outside
    hotlines: dict[Key, Hotline]
    elsewhere: dict[Key, Elsewhere]
    clocks: dict[str, Clock]
    ladders: dict[Key, Ladder]
    retention: dict[Key, Clock]

    @model_validator(mode="before")
    @classmethod
    def _keys_as_ids(cls, raw: Any) -> Any:
        return with_ids(raw, "hotlines", "elsewhere")


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
    clauses: tuple[str, ...] = ()
    origin: Origin = Origin.SEED
    note: str | None = None

    @property
    def seatable(self) -> bool:
        return not (self.group or self.outside or self.abolished)


class Seat(Sourced):
    """A kind of seat. `units`: where it exists; left out, in every unit where people can sit."""

    id: str
    name: Text
    units: tuple[UnitId, ...] | None = None


class Named(Sourced):
    """A choice offered to citizens: a kind of goods, a violation, a place. `words`: how else people call it, in any
    language. `sealed`: takes the sealed route."""

    id: str
    name: Text
    words: tuple[str, ...] = ()
    sealed: bool = False


class Post(Sourced):
    """A seat with a job, and who does it instead when the unit is involved in a tip (in this order)."""

    unit: UnitId
    seat: Key
    others: tuple[UnitId, ...] = ()

    @property
    def ref(self) -> SeatRef:
        return SeatRef(self.unit, self.seat)


class Intake(Sourced):
    """Who takes tips in. `viewers`: units whose coordinators see number, age and lateness, nothing else."""

    unit: UnitId
    others: tuple[UnitId, ...]
    viewers: tuple[UnitId, ...] = ()

    @property
    def other(self) -> UnitId:
        """The plan's other office: the first that receives when intake itself is involved."""
        return self.others[0]


class SealedRoute(Sourced):
    """The one seat that reads tips about officials, and the unit or address they go on to."""

    unit: UnitId
    seat: Key
    passes_to: UnitId | None = None
    outside: Outside | None = None

    @property
    def ref(self) -> SeatRef:
        return SeatRef(self.unit, self.seat)


class Route(Sourced):
    """Where a kind of tip goes. Empty lists match everything; `otherwise`: only when no other route matched."""

    id: str
    goods: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    to: UnitId
    otherwise: bool = False
    why: Text


class Demo(Part):
    """Only for `xiezhi demo`: towns with made-up names, since neither plan lists its towns."""

    towns: tuple[Text, ...]


class Plan(Part):
    """One county. Frozen; the units, seats and choices keep the order of the file."""

    id: Key
    name: Text
    letters: str = Field(pattern=r"^[A-Z]{2,4}$")
    title: Text
    issue_date: date | None
    goes_live: date | None = None
    timezone: str
    units: dict[Key, Unit]
    seats: dict[Key, Seat]
    goods: dict[Key, Named]
    violations: dict[Key, Named]
    places: dict[Key, Named]
    hotlines: dict[Key, Hotline]
    elsewhere: dict[Key, Elsewhere] = {}
    intake: Intake
    duty: Post
    head: Post
    sealed: SealedRoute
    routes: tuple[Route, ...]
    clocks: dict[str, Clock] = {}
    ladders: dict[Key, Ladder] = {}
    retention: dict[Key, Clock] = {}
    demo: Demo | None = None
    regimes: Any = None  # later issues give these four their own model
    duties: Any = None
    forms: Any = None
    rewards: Any = None
    common: Common

    @model_validator(mode="before")
    @classmethod
    def _keys_as_ids(cls, raw: Any) -> Any:
        return with_ids(raw, "units", "seats", "goods", "violations", "places", "hotlines", "elsewhere")

    @model_validator(mode="after")
    def _inherit(self) -> Self:
        """The plan's own entries stand before the common ones of the same name."""
        for field in ("hotlines", "elsewhere", "clocks", "ladders", "retention"):
            merged = {**getattr(self.common, field), **getattr(self, field)}
            self.__dict__[field] = merged
        return self

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.common.calendar)

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def nameable(self) -> tuple[UnitId, ...]:
        """The units a citizen may say are involved: all that stand, a group only while its members are not listed."""
        groups = {unit.parent for unit in self.units.values()}
        return tuple(
            unit.id
            for unit in self.units.values()
            if unit.kind != "external" and not unit.abolished and not (unit.group and unit.id in groups)
        )

    @property
    def quiet(self) -> Quiet:
        return self.common.quiet

    @property
    def outside(self) -> Outside:
        return self.sealed.outside or self.common.outside

    @cached_property
    def unit_names(self) -> UnitNames:
        return UnitNames(self)

    @cached_property
    def kin_table(self) -> dict[UnitId, frozenset[UnitId]]:
        return kin_table(self)

    def unit_named(self, words: str) -> Unit | None:
        """The unit a person means: by id, short or full name or alias, with or without the county in front."""
        found = self.unit_names.find(words)
        return self.units[found] if found else None

    def kin(self, unit: UnitId) -> frozenset[UnitId]:
        """`unit` and every unit that is the same body in fact, hosts, stations and successors: see `rules.kin`."""
        return kin_of(self, (unit,))

    def kin_of(self, units: Iterable[UnitId]) -> frozenset[UnitId]:
        return kin_of(self, units)

    def clock(self, name: str, unit: UnitId | None = None) -> Clock:
        """The clock of that name; a unit's own (``decide.tobacco``) stands before the general one."""
        return self.clocks.get(f"{name}.{unit}") or self.clocks[name]

    def seat_exists(self, unit: UnitId, seat: str) -> bool:
        """Whether people may be seated there at all."""
        if unit not in self.units or seat not in self.seats or not self.units[unit].seatable:
            return False
        allowed = self.seats[seat].units
        return allowed is None or unit in allowed

    def seats_of(self, unit: UnitId) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats.values() if self.seat_exists(unit, seat.id))

    def unfilled(self) -> tuple[str, ...]:
        """What only the county can say and has not said yet, one sentence each; no reason not to start."""
        return unfilled(self)

    def with_demo_towns(self) -> Plan:
        """This plan with the made-up towns of its `demo` section as members of its township group."""
        group = next((u.id for u in self.units.values() if u.group and u.kind == "township"), None)
        towns = self.demo.towns if self.demo and group else ()
        made = {
            f"town_{n}": Unit(id=f"town_{n}", name=name, kind="township", parent=group, origin=Origin.DEFAULT)
            for n, name in enumerate(towns, start=1)
        }
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**{**fields, "units": {**self.units, **made}})


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A mapping that has a key twice is a fault; YAML would silently keep the second."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' twice", key_node.start_mark)
            seen.add(key)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def load(paths: Iterable[Path | str], common: Path | str | None = None) -> dict[str, Plan]:
    """The plans of all counties, by id; `common.yaml` lies beside them. Tells the faults of all files together."""
    files = [Path(path) for path in paths]
    if not files:
        return {}
    shared = load_common(Path(common) if common else files[0].parent / "common.yaml")
    plans: dict[str, Plan] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            plan = load_plan(file, shared)
        except PlanError as error:
            problems.extend(error.problems)
            continue
        for other in plans.values():
            for field in ("id", "letters"):
                if getattr(plan, field) == getattr(other, field):
                    taken = f"{field} unlike those of every other county"
                    problems.append(Problem(str(file), field, taken, f"'{getattr(plan, field)}' twice"))
        plans[plan.id] = plan
    if problems:
        raise PlanError(problems)
    return plans


def load_common(path: Path | str) -> Common:
    common = _parsed(str(path), Common, read_yaml(Path(path)))
    return _sound(common, check_common(str(path), common))


def load_plan(path: Path | str, common: Common) -> Plan:
    """One plan, checked; raises `PlanError` with every fault of the file."""
    raw = read_yaml(Path(path))
    if isinstance(raw, dict):
        if "common" in raw:
            raise PlanError([Problem(str(path), "common", "no such key here", "'common'")])
        raw = {**raw, "common": common}
    plan = _parsed(str(path), Plan, raw)
    return _sound(plan, check_plan(str(path), plan))


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  a subclass of the safe loader
    except OSError as error:
        raise PlanError([Problem(str(path), "", "a file that can be read", error.strerror or "an error")]) from error
    except UnicodeDecodeError as error:
        raise PlanError([Problem(str(path), "", "text in UTF-8", f"another byte at {error.start}")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise PlanError([Problem(str(path), where, "YAML", f"a fault in it ({error.problem})")]) from error
    except yaml.YAMLError as error:
        raise PlanError([Problem(str(path), "", "YAML", "a character YAML does not allow")]) from error


def _parsed(file: str, model: type[M], raw: Any) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise PlanError(told(file, model, error.errors(include_url=False))) from error


def _sound(made: M, problems: list[Problem]) -> M:
    if problems:
        raise PlanError(problems)
    return made


def with_ids(raw: Any, *fields: str) -> Any:
    """The key of a mapping's entry is its id; writing it twice in YAML would only let the two differ."""
    if not isinstance(raw, Mapping):
        return raw
    filled = dict(raw)
    for field in fields:
        entries = filled.get(field)
        if isinstance(entries, Mapping):
            filled[field] = {k: {"id": str(k), **e} if isinstance(e, Mapping) else e for k, e in entries.items()}
    return filled
