"""How a matter goes on: who may do what where it stands, and where everybody stands after it. Pure; the regime is data.

A party is one unit's part in a matter, with a stage of its own: receivers sign, answer and are late each for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, NamedTuple

from rules import deadlines
from rules.calendar import Calendar
from rules.deadlines import Due
from rules.demands import Demand
from rules.regimes import Move, Regime, Role, Sees, Stage
from rules.terms import Origin, UnitId


@dataclass(frozen=True)
class Party:
    """`made`: the moves made for it so far. `outside`: nobody of it sits here; what it does is recorded from its letters.
    `hosted`: another county of this deployment has a matter of its own about it, and moves it from there; nobody records."""

    id: int
    role: str
    unit: UnitId
    stage: str
    made: frozenset[str] = frozenset()
    outside: bool = False
    hosted: bool = False


class Possible(NamedTuple):
    """A move, who is moved by it, and as whom one makes it."""

    move: Move
    party: Party
    by: Party

    @property
    def recorded(self) -> bool:
        """On paper, by somebody outside: written down here by whoever sent it the letter."""
        return self.party.outside and self.by.id != self.party.id and self.move.of is None


class Entry(NamedTuple):
    """Somebody who has a part in it from now on."""

    role: str
    unit: UnitId
    stage: str


@dataclass(frozen=True)
class Change:
    """Where each stands after a move: `stages` by party, those of `renewed` where they stood with a new clock; `entries`."""

    stages: Mapping[int, str]
    renewed: frozenset[int]
    entries: tuple[Entry, ...]


def due(
    stage: Stage,
    demand: Demand,
    answers: Mapping[str, Any],
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
    said: date | None = None,
) -> Due:
    """When what is awaited at a stage is due: by the day that was `said` with the move that leads there, never later than a law
    has it; else by the day or from the day that the form says, else from `now`. A day that is over is no day to be done by, nor
    does a clock wait for one that is still to come."""
    own = _due(stage, demand, answers, now, calendar, tz)
    if said is None or said < now.astimezone(tz).date():
        return own
    asked = deadlines.on_day(said, "later", calendar, tz)
    return own if demand.origin == Origin.LAW and own.at < asked.at else asked


def _due(
    stage: Stage, demand: Demand, answers: Mapping[str, Any], now: datetime, calendar: Calendar, tz: tzinfo
) -> Due:
    until, since = (_day(answers, name) for name in (stage.until, stage.since))
    if until is not None and until >= now.astimezone(tz).date():
        return deadlines.on_day(until, "later", calendar, tz)
    start = min(datetime.combine(since, time(), tz), now) if since is not None else now
    return deadlines.due(demand.clock, start, calendar, tz)


def asked_by(
    regime: Regime,
    stands: Party,
    duties: Mapping[str, Demand],
    answers: Mapping[str, Any],
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
) -> date | None:
    """The day by which another county is asked to answer once it has signed: the one that the form says, or, in haste, when it
    would be due here; None: whenever its own plan says."""
    sign = regime.answer(stands.role, stands.stage)
    stage = regime.stages[sign.to] if sign is not None and sign.to is not None else None
    if stage is None or stage.duty is None:
        return None
    said = _day(answers, stage.until)
    if said is None and stage.hastens:
        return due(stage, duties[stage.duty], answers, now, calendar, tz).day
    return said


def _day(answers: Mapping[str, Any], name: str | None) -> date | None:
    said = answers.get(name) if name else None
    return date.fromisoformat(str(said)) if said else None


def given(move: Move, roles: Mapping[str, Role], answers: Mapping[str, Any]) -> tuple[Role, ...]:
    """The roles that a move gives a part, by what the form says."""
    return tuple(roles[one] for one in move.adds if roles[one].concerned(answers))


def open_to(move: Move, party: Party) -> bool:
    """Where it stands, and not a second time what is done once."""
    return party.stage in move.at and not (move.once and move.id in party.made)


@dataclass(frozen=True)
class Course:
    """A matter as it stands."""

    regime: Regime
    parties: tuple[Party, ...]

    def stage(self, party: Party) -> Stage:
        return self.regime.stages[party.stage]

    def units(self, role: str) -> tuple[UnitId, ...]:
        """Who has it."""
        return tuple(one.unit for one in self.parties if one.role == role)

    def hearing(self, done: Possible) -> tuple[Party, ...]:
        """Who stands where what its maker does is told, whether it moves them or not. After the move."""
        role = done.by.role if done.move.of else done.party.role
        return tuple(one for one in self.parties if role in self.stage(one).hears and one.id != done.by.id)

    @property
    def over(self) -> bool:
        """Nothing is awaited of anybody."""
        return all(self.stage(one).ends for one in self.parties)

    def held(self, seats: Collection[tuple[UnitId, str]]) -> tuple[Party, ...]:
        """The parts in it of whoever holds these seats."""
        roles = self.regime.roles
        return tuple(one for one in self.parties if not one.outside and (one.unit, roles[one.role].seat) in seats)

    def sees(self, seats: Collection[tuple[UnitId, str]]) -> Sees | None:
        """The most that one of their parts may see; None: nothing, not even that it is there."""
        seen = {self.regime.roles[one.role].sees for one in self.held(seats)}
        most: tuple[Sees, ...] = ("all", "title", "number")
        return next((one for one in most if one in seen), None)

    def possible(self, seats: Collection[tuple[UnitId, str]]) -> tuple[Possible, ...]:
        """In the order of the regime's file; of one move, each party that it may move."""
        mine = self.held(seats)
        return tuple(one for move in self.regime.moves.values() for one in self._of(move, mine))

    def _of(self, move: Move, mine: tuple[Party, ...]) -> Iterator[Possible]:
        for party in self.parties:
            by = self._maker(move, party, mine) if open_to(move, party) else None
            if by is not None:
                yield Possible(move, party, by)

    def _maker(self, move: Move, party: Party, mine: tuple[Party, ...]) -> Party | None:
        if move.of is not None:
            return next((one for one in mine if one.role in move.by), None) if party.role == move.of else None
        if party.role not in move.by:
            return None
        if party.hosted:
            return None
        if party.outside:
            return next((one for one in mine if one.role in self.regime.starters), None)
        return party if party in mine else None

    def by_another_county(self, party: Party, made: Move) -> Possible | None:
        """What a hosted party does where it sits is done here too, if a move of that key, or called the same, is open here."""
        return next((one for one in self.meant_by(party, made) if open_to(one.move, party)), None)

    def meant_by(self, party: Party, made: Move) -> tuple[Possible, ...]:
        """What is called so here and is that party's to do, open where it stands or not."""
        moves = self.regime.moves.values()
        named = [one for one in moves if one.id == made.id] + [one for one in moves if one.name.zh == made.name.zh]
        mine = (one for one in named if party.hosted and one.of is None and party.role in one.by)
        return tuple(Possible(one, party, party) for one in mine)

    def after(self, done: Possible, chosen: Mapping[str, Collection[UnitId]]) -> Change:
        """`chosen`: the units of each role that the move adds. Who has that part already is not added twice, but stands at the
        first stage again if it was at an end."""
        stages = self._set(done)
        entries: list[Entry] = []
        for role, stage in done.move.adds.items():
            for unit in dict.fromkeys(chosen.get(role, ())):
                known = next((one for one in self.parties if (one.role, one.unit) == (role, unit)), None)
                if known is None:
                    entries.append(Entry(role, unit, stage))
                elif self.stage(known).ends or known.id in stages:
                    stages[known.id] = stage
        renewed = frozenset([done.party.id] if done.move.renews else [])
        return Change(stages, renewed, tuple(entries))

    def _set(self, done: Possible) -> dict[int, str]:
        sets, wakes = done.move.sets, done.move.wakes
        stages = {one.id: sets[one.role] for one in self.parties if one.role in sets and not self.stage(one).ends}
        stages |= {one.id: wakes[one.role] for one in self.parties if one.role in wakes}
        return stages | ({done.party.id: done.move.to} if done.move.to is not None else {})
