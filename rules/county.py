"""A county's plan as data: the model of `counties/*.yaml` and how such a file is read.

Every figure says where it comes from: a clause of the plan, an entry of `laws`, or that it is our proposal. What a
file gets wrong is told all at once, one sentence each (`rules.problems`). Nothing else in the code knows a county.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from rules.bulletins import Bulletins
from rules.calendar import Calendar, Year
from rules.clauses import Clauses, clauses_of
from rules.common import Common, Elsewhere, Hotline, Outside
from rules.deadlines import Clock
from rules.demands import Demand
from rules.escalation import Ladder, Quiet
from rules.filings import FilingForm
from rules.kin import kin_of, kin_table
from rules.meetings import MeetingKind
from rules.names import UnitNames
from rules.notices import Category
from rules.part import Key, Part, Sourced, laid_over, with_ids
from rules.plan_checks import check_common, check_plan, unfilled
from rules.plan_file import read_yaml
from rules.posts import Intake, Post, Route, SealedRoute, Seat
from rules.problems import PlanError, Problem, told
from rules.regimes import OWN_KEYS, Regime
from rules.tasks import Task
from rules.terms import Origin, Text, UnitId
from rules.unit_sets import UnitSet
from rules.units import Unit

M = TypeVar("M", bound=Part)


class Named(Sourced):
    """A choice offered to citizens: a kind of goods, a violation, a place. `words`: how else people call it, in any
    language. `sealed`: takes the sealed route."""

    id: str
    name: Text
    words: tuple[str, ...] = ()
    sealed: bool = False

    @cached_property
    def called(self) -> tuple[str, ...]:
        """As a text is searched for it: folded, once."""
        return tuple(map(str.casefold, (self.name.zh, self.name.en, *self.words)))


class Demo(Part):
    """Only for `xiezhi demo`: towns with made-up names, since neither plan lists its towns."""

    towns: tuple[Text, ...]


class Plan(Part):
    """One county. Frozen; the units, seats and choices keep the order of the file."""

    id: Key
    name: Text
    letters: str = Field(pattern=r"^[A-Z]{2,4}$")
    title: Text
    wording: Path | None = None  # where its own words stand, beside this file
    issue_date: date | None
    goes_live: date | None = None
    timezone: str
    units: dict[Key, Unit]
    unit_sets: dict[Key, UnitSet] = {}
    tasks: dict[Key, Task] = {}
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
    duties: dict[Key, Demand] = {}
    forms: dict[Key, FilingForm] = {}
    regimes: dict[Key, Regime] = {}
    notice_categories: dict[Key, Category] = {}
    meetings: dict[Key, MeetingKind] = {}
    bulletins: Bulletins = Bulletins()
    rewards: Any = None  # a later issue gives it a model of its own
    common: Common

    @model_validator(mode="before")
    @classmethod
    def _keys_as_ids(cls, raw: Any) -> Any:
        filled = with_ids(
            raw,
            "units",
            "unit_sets",
            "tasks",
            "seats",
            "goods",
            "violations",
            "places",
            "hotlines",
            "elsewhere",
            "duties",
            "forms",
            "regimes",
            "notice_categories",
            "meetings",
        )
        regimes = filled.get("regimes") if isinstance(filled, Mapping) else None
        if not isinstance(regimes, Mapping):
            return filled
        return {**filled, "regimes": {key: with_ids(one, *OWN_KEYS) for key, one in regimes.items()}}

    @model_validator(mode="after")
    def _inherit(self) -> Self:
        """The plan's own entries stand before the common ones of the same name."""
        for field in ("hotlines", "elsewhere", "clocks", "ladders", "retention", "notice_categories"):
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
    def clauses(self) -> Clauses:
        return clauses_of(self.wording)

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
        return self._with(units={**self.units, **made})

    def going_live(self, day: date) -> Plan:
        """As if it were put into use on that day; and issued then, where its file does not say when."""
        return self._with(goes_live=day, issue_date=self.issue_date or day)

    def with_calendar(self, years: Mapping[int, Year]) -> Plan:
        """With the notices that came after the file was written."""
        common = self.common.model_copy(update={"calendar": {**self.common.calendar, **years}})
        return self._with(common=common)

    def asking(self, demands: Iterable[Demand]) -> Plan:
        """With what offices ask of units beyond it."""
        more = {one.id: one for one in demands}
        return self._with(duties={**self.duties, **more}) if more else self

    def _with(self, **changed: Any) -> Plan:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**{**fields, **changed})


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
        raw = {**raw, "common": common, **_beside(Path(path), raw), **_shared(common, raw)}
    plan = _parsed(str(path), Plan, raw)
    return _sound(plan, check_plan(str(path), plan))


def _shared(common: Common, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What is said in common of the regimes that the county has, and of what citizens may read, below what it says itself."""
    own, bulletins = raw.get("regimes"), laid_over(common.bulletins, raw.get("bulletins", {}))
    if not isinstance(own, Mapping):
        return {"bulletins": bulletins}
    regimes = {key: laid_over(common.regimes.get(key), one) for key, one in own.items()}
    return {"regimes": regimes, "bulletins": bulletins}


def _beside(path: Path, raw: Mapping[str, Any]) -> dict[str, Path]:
    """Where the plan's own words stand: named as from this file, and read when somebody asks for them."""
    wording = raw.get("wording")
    return {"wording": path.parent / wording} if isinstance(wording, str) else {}


def _parsed(file: str, model: type[M], raw: Any) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise PlanError(told(file, model, error.errors(include_url=False))) from error


def _sound(made: M, problems: list[Problem]) -> M:
    if problems:
        raise PlanError(problems)
    return made
