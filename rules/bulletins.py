"""What citizens may read: what a county's plan says of it, who writes it, who lets it out, and the questions it has to pass first.

A piece is let out by a second person, and exactly as they saw it. What is said of the law without anybody's writing (`Fact`) rests
on an article that has been read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import model_validator

from rules.part import Key, Part, Sourced, with_ids
from rules.problems import Fault, each_known, known
from rules.terms import Origin, SeatRef, Text, UnitId

if TYPE_CHECKING:
    from rules.county import Plan

Answer = Literal["yes", "no"]
LONGEST = 1_500  # bytes of UTF-8, about five hundred Chinese characters: with its title it is one message of 微信客服 (2048 bytes)
TITLE = 120  # likewise, about forty


class Chair(Sourced):
    """A kind of seat in one unit."""

    unit: UnitId
    seat: Key

    @property
    def ref(self) -> SeatRef:
        return SeatRef(self.unit, self.seat)


class Category(Sourced):
    """What a piece is. `ends`: it has a last day. `words`: how else people call it."""

    id: str
    name: Text
    words: tuple[str, ...] = ()
    ends: bool = False
    facts: bool = False  # what the law says, and no piece of anybody's, stands here too


class GateQuestion(Sourced):
    """Asked before a piece goes to whoever lets it out; the answer `stops` ends that, and `then` says what to do. `only`: of pieces
    of these categories."""

    id: str
    asks: Text
    stops: Answer
    then: Text
    only: tuple[Key, ...] = ()

    def asked_of(self, category: str) -> bool:
        return not self.only or category in self.only


class Fact(Sourced):
    """One thing the law says, in plain words, with its article."""

    id: str
    title: Text
    text: Text
    words: tuple[str, ...] = ()  # by which it is found besides


class Bulletins(Part):
    """Where no chair is named, coordinators write, and whoever heads the county's work or another coordinator lets it out."""

    categories: dict[Key, Category] = {}
    gate: dict[Key, GateQuestion] = {}
    facts: dict[Key, Fact] = {}
    drafts: tuple[Chair, ...] = ()
    approves: tuple[Chair, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _keys_as_ids(cls, raw: Any) -> Any:
        return with_ids(raw, "categories", "gate", "facts")

    def asked_of(self, category: str) -> tuple[GateQuestion, ...]:
        return tuple(one for one in self.gate.values() if one.asked_of(category))


def _coordinators(plan: Plan) -> tuple[SeatRef, ...]:
    return tuple(SeatRef(unit, "coordinator") for unit in plan.units if plan.seat_exists(unit, "coordinator"))


def writers(plan: Plan) -> tuple[SeatRef, ...]:
    return tuple(one.ref for one in plan.bulletins.drafts) or _coordinators(plan)


def deciders(plan: Plan, office: UnitId = "") -> tuple[SeatRef, ...]:
    """In the order in which they are asked: of another office than wrote it first."""
    chairs = tuple(one.ref for one in plan.bulletins.approves) or (*_coordinators(plan), plan.head.ref)
    return tuple(sorted(chairs, key=lambda one: one.unit == office))


def check_bulletins(plan: Plan) -> Iterable[Fault]:
    for field in ("drafts", "approves"):
        for n, one in enumerate(getattr(plan.bulletins, field)):
            yield from known(f"bulletins.{field}[{n}].unit", one.unit, plan.units)
            yield from known(f"bulletins.{field}[{n}].seat", one.seat, plan.seats)
    for key, question in plan.bulletins.gate.items():
        yield from each_known(f"bulletins.gate.{key}.only", question.only, plan.bulletins.categories)
    laws = plan.common.laws
    for key, fact in plan.bulletins.facts.items():
        if fact.origin is not Origin.LAW or (fact.law in laws and laws[fact.law].status != "verified"):
            yield (
                f"bulletins.facts.{key}.law",
                "an article that has been read (status: verified)",
                f"'{fact.law}'",
                None,
            )


# -- a piece and its life ------------------------------------------------------------------------------------------------

Status = Literal["waiting", "stopped", "returned", "published", "withdrawn", "replaced", "dropped"]
Act = Literal["approve", "return", "revise", "drop", "withdraw", "correct", "replace"]
WRITES, DECIDES = "writes", "decides"  # those of the office that wrote it; those who may let it out

# (what it is, what is done) -> what it is then. A correction is a piece of its own; once it is out, it replaces this one.
MOVES: Mapping[tuple[Status, Act], Status] = {
    ("waiting", "approve"): "published",
    ("waiting", "return"): "returned",
    ("waiting", "revise"): "waiting",
    ("waiting", "drop"): "dropped",
    ("stopped", "revise"): "waiting",
    ("stopped", "drop"): "dropped",
    ("returned", "revise"): "waiting",
    ("returned", "drop"): "dropped",
    ("published", "withdraw"): "withdrawn",
    ("published", "correct"): "published",
    ("published", "replace"): "replaced",
}
WHOSE: Mapping[Act, frozenset[str]] = {
    "approve": frozenset({DECIDES}),
    "return": frozenset({DECIDES}),
    "revise": frozenset({WRITES}),
    "drop": frozenset({WRITES}),
    "withdraw": frozenset({WRITES, DECIDES}),
    "correct": frozenset({WRITES}),
}


@dataclass(frozen=True)
class Bulletin:
    """`until`: the last day on which it stands. `authors`: everybody who had a hand in its words."""

    number: int
    office: UnitId
    category: str
    title: str
    words: str
    until: date | None = None
    law: str | None = None
    gate: Mapping[str, Answer] | None = None
    authors: tuple[int, ...] = ()
    replaces: int | None = None

    def stopped_by(self, plan: Plan) -> GateQuestion | None:
        asked = plan.bulletins.asked_of(self.category)
        return next((one for one in asked if (self.gate or {}).get(one.id) == one.stops), None)


def stands(status: str, until: date | None, today: date) -> bool:
    """Whether citizens may read it: a day that has passed ends it, and nothing else has to happen for that."""
    return status == "published" and (until is None or today <= until)


class Hand(NamedTuple):
    """Who looks at a piece: a person, and their seats."""

    person: int
    seats: Collection[tuple[str, str]]

    def parts(self, plan: Plan, piece: Bulletin) -> frozenset[str]:
        """What they are to it. Nobody lets out what they have written, whatever seat they have."""
        writes = any((one.unit, one.seat) in self.seats for one in writers(plan) if one.unit == piece.office)
        decides = self.person not in piece.authors and any(tuple(one) in self.seats for one in deciders(plan))
        return frozenset((*((WRITES,) if writes else ()), *((DECIDES,) if decides else ())))

    def acts(self, plan: Plan, piece: Bulletin, status: Status) -> tuple[Act, ...]:
        parts = self.parts(plan, piece)
        return tuple(act for (at, act) in MOVES if at == status and act in WHOSE and parts & WHOSE[act])
