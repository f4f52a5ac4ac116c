"""A regime of a plan (制度) as data: who puts what to whom, at which stages each stands, and who may move it on.

Nothing here knows a county or a regime by name. What may happen next is decided in `rules.courses`; which clock runs at a stage
is a demand of the plan with ``every: event``; what is asked is a form of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

from rules.terms import STRICT, Origin, Text, UnitId

Sees = Literal["all", "title", "number"]
"""Everything that was handed in; what it is called and where it stands; its number and days only (the sealed routes)."""

Asked = Literal["reason", "note", "reference", "until", "units"]
"""What a move asks before it is made: why; what is to be said; the number of a paper; a day; who else."""


OWN_KEYS = (
    "roles",
    "stages",
    "moves",
    "doors",
    "lists",
)  # of a regime: their keys are their ids, as everywhere in a plan


@dataclass(frozen=True)
class Proposal:
    """A line of the plan on who is meant for what. `when`: what the form says, each field one of these; empty: whatever it says.
    Why it is proposed is shown beside it; a person decides."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    unit: UnitId
    why: Text
    origin: Origin
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clause: str | None = None
    law: str | None = None
    note: str | None = None

    def fits(self, answers: Mapping[str, Any]) -> bool:
        return _says(answers, self.when)


@dataclass(frozen=True)
class Role:
    """One side of it. `who`: units, groups or sets that may have this part; `chosen`: picked when it is added, one or
    several (left out: everybody of `who` has it). `suggests`: who is proposed for what, the first that fits before the others.
    `when`: it has a part only where the form says so, each field one of these. `same`: whoever has that other role has this part
    besides, for what they owe beside the first: each part has a stage and a clock of its own.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    who: tuple[str, ...]
    seat: str = "liaison"
    chosen: Literal["", "one", "several"] = ""
    suggests: tuple[Proposal, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same: str | None = None
    sees: Sees = "all"

    def concerned(self, answers: Mapping[str, Any]) -> bool:
        return _says(answers, self.when)

    def proposed(self, answers: Mapping[str, Any]) -> tuple[Proposal, ...]:
        """By what the form says, each unit once; empty where the plan says nothing."""
        found: dict[UnitId, Proposal] = {}
        for one in self.suggests:
            if one.fits(answers):
                found.setdefault(one.unit, one)
        return tuple(found.values())


@dataclass(frozen=True)
class Stage:
    """Where one party stands. `duty`: the demand whose clock runs as long as it stands there; `since`: the field of the form
    that says from which day, left out: from the moment it came there; `until`: the one that says by which, where it is answered,
    instead of the demand's span. `ends`: nothing is awaited of it any more. `answer`: the move that is awaited, where several
    lead on; a reminder offers it; false: none stands before the others. `hears`: roles whose every move is told to whoever stands here, though it moves them nowhere. `hastens`: another county of the
    deployment that is asked so is asked to answer within the same time."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    duty: str | None = None
    since: str | None = None
    until: str | None = None
    ends: bool = False
    answer: str | Literal[False] | None = None
    hears: tuple[str, ...] = ()
    hastens: bool = False

    def __post_init__(self) -> None:
        if self.ends and self.duty:
            raise ValueError(f"{self.id}: no clock runs where nothing is awaited; duty or ends, not both")
        if (self.since or self.until) and not self.duty:
            raise ValueError(f"{self.id}: since and until belong to the clock of a duty")
        if self.hastens and not self.duty:
            raise ValueError(f"{self.id}: hastens is of a duty, whose time is told")
        if self.answer is not None and not self.duty:
            raise ValueError(f"{self.id}: answer is what a duty awaits")


@dataclass(frozen=True)
class Move:
    """What somebody may do. `by`: whose; `of`: the role that is moved, left out: whoever makes it; `at`: at which of its
    stages; `to`: where it stands then, left out: where it stood; `renews`: and its clock begins anew (每日续报).

    `adds`: roles that have a part in it from now, and their first stage; `sets`: everybody of a role stands there now, who is
    not at an end; `wakes`: whoever is at an end too. `form`: a form of the plan that it asks. `once`: for each party. `starts`: the regime it goes on as.
    `enforces`: an act of authority (立案、处罚、督办), which no company makes. `stand_in`: where nobody of the unit is there, the
    county's coordinators may make it for that unit (接报、要求补充), and no other move.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    by: tuple[str, ...]
    at: tuple[str, ...]
    of: str | None = None
    to: str | None = None
    asks: tuple[Asked, ...] = ()
    form: str | None = None
    once: bool = False
    renews: bool = False
    adds: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    wakes: Mapping[str, str] = field(default_factory=dict)
    starts: str | None = None
    enforces: bool = False
    stand_in: bool = False
    clause: str | None = None
    law: str | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """All that it names."""
        return tuple(filter(None, (*self.by, self.of, *self.adds, *self.sets, *self.wakes)))

    @property
    def stages(self) -> tuple[str, ...]:
        led = (*self.adds.values(), *self.sets.values(), *self.wakes.values())
        return tuple(filter(None, (*self.at, self.to, *led)))

    def __post_init__(self) -> None:
        if not self.by or not self.at:
            raise ValueError(f"{self.id}: by says whose move it is, at from which stages")
        if self.renews and self.to:
            raise ValueError(f"{self.id}: renews is of what stays where it stood; to moves it on")


@dataclass(frozen=True)
class Door:
    """A way in: who begins it, at which stage, with which form; `straight` as in the regime. The same matter is behind each."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    starter: str
    opens: str
    form: str | None = None
    straight: str | None = None
    words: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roll:
    """A list that offices keep over matters (未录平台的案件): those in which somebody stands `at` one of these. `who`, at which
    seat, may see it: unit, number, day and who stands where, nothing that was handed in. `when`: only those of which the form says
    so, each field one of these; `flags`: what it says of those that are flagged, `flag`: and as what. `late`: of stages with a
    clock only where its day has passed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    at: tuple[str, ...]
    who: tuple[str, ...]
    seats: tuple[str, ...] = ("coordinator",)
    words: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    late: bool = False
    flag: Text | None = None
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clause: str | None = None

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return _says(answers, self.when)

    def flagged(self, answers: Mapping[str, Any]) -> bool:
        return self.flag is not None and _says(answers, self.flags)


@dataclass(frozen=True)
class Regime:
    """`starter`: the role that begins it; `opens`: its first stage; `straight`: the move that is offered with the form, so that
    one message begins it and sends it. `form`: what is put. `urgent`: 先打电话, whoever is told is told at once, at night
    too; it is never asked whether it is complete, nor is what is `brief` (异常上报, two taps).
    `doors`: further ways into the same matter (公安商请 beside 申请督办). `from_tips`: an officer may begin it from the edited copy of a tip. `sealed`: no content is taken, a number and days only.
    `receives`: regimes of other counties in the same deployment whose matters come in here as this one; its starter is that county.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    clauses: tuple[str, ...]
    origin: Origin
    starter: str
    opens: str
    roles: Mapping[str, Role]
    stages: Mapping[str, Stage]
    moves: Mapping[str, Move]
    form: str | None = None
    straight: str | None = None
    urgent: bool = False
    brief: bool = False
    from_tips: bool = False
    sealed: bool = False
    receives: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    doors: Mapping[str, Door] = field(default_factory=dict)
    lists: Mapping[str, Roll] = field(default_factory=dict)
    law: str | None = None
    note: str | None = None

    @cached_property
    def ways(self) -> tuple[Door, ...]:
        """Every way in, its own first."""
        own = Door(self.id, self.name, self.starter, self.opens, self.form, self.straight, self.words, self.clauses)
        return (own, *self.doors.values())

    @cached_property
    def starters(self) -> frozenset[str]:
        return frozenset(one.starter for one in self.ways)

    def begun_by(self, role: str) -> bool:
        """Whether whoever has the role began it, by whichever of their parts."""
        return not self.starters.isdisjoint((role, self.roles[role].same))

    def led_on(self, role: str, stage: str) -> tuple[Move, ...]:
        """The moves by which whoever stands there does what is awaited of them."""
        mine = (one for one in self.moves.values() if one.of is None and role in one.by and stage in one.at)
        return tuple(one for one in mine if one.to is not None or one.renews)

    def answer(self, role: str, stage: str) -> Move | None:
        """The one that is meant, where the file says so or there is no other."""
        able, named = self.led_on(role, stage), self.stages[stage].answer
        return next((one for one in able if len(able) == 1 or one.id == named), None)

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]{0,31}", self.id):
            raise ValueError(f"a regime's key is '{self.id}'; small letters, digits and _ are meant")
        self._names_are_known()
        if not any(stage.ends for stage in self.stages.values()):
            raise ValueError("one stage has ends: true, or it would never be over")
        if self.sealed and any(way.form for way in self.ways):
            raise ValueError("sealed takes no content: no form")
        if self.receives and (self.straight is None or self.form or self.words):
            raise ValueError(
                "receives comes in by its straight move, with the sender's form; nobody here begins it: no words"
            )

    def _names_are_known(self) -> None:
        for way in self.ways:
            at = "" if way.id == self.id else f"doors.{way.id}."
            _known(self.roles, [way.starter], f"{at}starter")
            _known(self.stages, [way.opens], f"{at}opens")
            _known(self.moves, filter(None, [way.straight]), f"{at}straight")
        for roll in self.lists.values():
            _known(self.stages, roll.at, f"lists.{roll.id}.at")
        for role in self.roles.values():
            _known(self.roles, filter(None, [role.same]), f"roles.{role.id}.same")
        for stage in self.stages.values():
            _known(self.roles, stage.hears, f"stages.{stage.id}.hears")
            _known(self.moves, [stage.answer] if stage.answer else [], f"stages.{stage.id}.answer")
        for move in self.moves.values():
            _known(self.roles, move.roles, f"moves.{move.id}")
            _known(self.stages, move.stages, f"moves.{move.id}")


ASKED_BY = "asked_by"
"""Of a matter that another county has put: the day by which it asks for an answer, where it does; for `until`."""


def _says(answers: Mapping[str, Any], when: Mapping[str, tuple[str, ...]]) -> bool:
    return all(answers.get(code) in keys for code, keys in when.items())


def _known(names: Mapping[str, object], wanted: Iterable[str], where: str) -> None:
    if unknown := [one for one in wanted if one not in names]:
        raise ValueError(f"{where} names '{unknown[0]}'; known are {', '.join(names)}")
