"""A matter played without a database: what the rules alone make of a row of moves. Clocks are of the desk: tests/stories/walks.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from rules.county import Plan
from rules.courses import Change, Course, Party, Possible, given
from rules.regimes import Door, Regime, Role
from rules.terms import UnitId
from rules.unit_sets import meant

Answers = Mapping[str, str]
THERE = ("@", "")  # whoever sits in the other county of the deployment


def able(plan: Plan, role: Role) -> tuple[UnitId, ...]:
    return meant(plan, role.who)


@dataclass
class Played:
    plan: Plan
    regime: Regime
    parties: tuple[Party, ...]
    answers: Answers

    @staticmethod
    def begun(plan: Plan, regime: Regime, way: Door, unit: UnitId, answers: Answers) -> Played:
        played = Played(plan, regime, (), answers)
        played._enter(way.starter, unit, way.opens)
        if regime.receives:  # delivered by the county that put it, in the same commit
            sender = played.parties[0]
            straight = Possible(regime.moves[regime.straight or ""], sender, sender)
            played.make(straight, played.choices(straight))
        return played

    @property
    def course(self) -> Course:
        return Course(self.regime, self.parties)

    def seat(self, party: Party) -> tuple[UnitId, str]:
        return party.unit, self.regime.roles[party.role].seat

    def seats_for(self, party: Party) -> set[tuple[UnitId, str]]:
        """Whoever can act for it: the unit itself, or whoever writes down here what is done outside."""
        if party.hosted:
            return {THERE}
        begun = (one for one in self.parties if one.role in self.regime.starters)
        return {self.seat(one) for one in begun} if party.outside else {self.seat(party)}

    def may(self, seats: Collection[tuple[UnitId, str]]) -> tuple[Possible, ...]:
        hosted = [one for one in self.parties if one.hosted] if THERE in seats else []
        moves = [(one, move) for one in hosted for move in self.regime.moves.values()]
        found = (self.course.by_another_county(one, move) for one, move in moves)
        return (*self.course.possible(seats), *(one for one in found if one is not None))

    def choices(self, done: Possible) -> dict[str, tuple[UnitId, ...]]:
        """Of each role that the move adds, the units it may be."""
        roles = given(done.move, self.regime.roles, self.answers)
        return {role.id: self._able(role) for role in roles}

    def _able(self, role: Role) -> tuple[UnitId, ...]:
        return self.course.units(role.same) if role.same else able(self.plan, role)

    def make(self, done: Possible, chosen: Mapping[str, Iterable[UnitId]]) -> Change:
        change = self.course.after(done, {role: tuple(units) for role, units in chosen.items()})
        self.parties = tuple(self._after(one, done, change) for one in self.parties)
        for entry in change.entries:
            self._enter(*entry)
        return change

    def _after(self, one: Party, done: Possible, change: Change) -> Party:
        made = one.made | {done.move.id} if one.id == done.party.id else one.made
        return replace(one, stage=change.stages.get(one.id, one.stage), made=made)

    def _enter(self, role: str, unit: UnitId, stage: str) -> None:
        outside = not self.plan.units[unit].seatable
        hosted = bool(self.regime.receives) and role == self.regime.starter
        party = Party(len(self.parties) + 1, role, unit, stage, outside=outside, hosted=hosted)
        self.parties = (*self.parties, party)

    # -- for tables ------------------------------------------------------------------------------------------------------

    def does(self, role: str, move: str, *units: UnitId) -> None:
        """As the role's own people; `units`: who is chosen, or of several parties whose move it is."""
        seats = {seat for one in self.parties if one.role == role for seat in self.seats_for(one)}
        found = [one for one in self.may(seats) if one.move.id == move and role in one.move.by]
        assert found, f"{role} may not {move}; {self.stands()}"
        adds = given(found[0].move, self.regime.roles, self.answers)
        done = next((one for one in found if not adds and one.party.unit in units), found[0])
        self.make(done, {one.id: self._named(one, units) if one.chosen else self._able(one) for one in adds})

    def _named(self, role: Role, units: tuple[UnitId, ...]) -> tuple[UnitId, ...]:
        named = tuple(one for one in units if one in able(self.plan, role))
        return named[:1] if role.chosen == "one" else named

    def stands(self) -> dict[str, str]:
        """`receiver.police`: where one role is had by several."""
        several = {one.role for one in self.parties if sum(other.role == one.role for other in self.parties) > 1}
        return {f"{one.role}.{one.unit}" if one.role in several else one.role: one.stage for one in self.parties}
