"""That no debt is lost: what somebody owes is never replaced by what another asks of the same part meanwhile.

Counted over every two parties that may stand where they stand at the same time, so that what can never meet is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from rules.regimes import Move, Regime


class Stand(NamedTuple):
    role: str
    stage: str


class Lost(NamedTuple):
    """What `stand` owes, and to which stage a move leads it away from that."""

    move: str
    stand: Stand
    to: str


class After(NamedTuple):
    """Where one stands after a move; `given`: because it gave the part, for the first time or anew."""

    stand: Stand
    given: bool


Pairs = set[tuple[Stand, Stand]]
Lone = frozenset[str]
"""Roles that one unit of the plan alone may have."""


def lost(regime: Regime, lone: Lone) -> Iterator[Lost]:
    """Both stages have a duty. Who asked for the one may ask for the other instead, where nobody else can have asked."""
    pairs = _together(regime, lone)
    found = {
        Lost(move.id, other, to)
        for one, other in pairs
        for move in _moves(regime, one)
        if (to := _led(regime, move, other)) != other.stage
        if regime.stages[other.stage].duty and regime.stages[to].duty
        if not _its_own(regime, pairs, other, frozenset(move.by) if move.of else frozenset({one.role}))
    }
    yield from sorted(found)


def _its_own(regime: Regime, pairs: Pairs, owes: Stand, by: frozenset[str]) -> bool:
    """Whether what is owed was asked for by one party alone, the same that asks for something else now."""
    asked = {role for move in regime.moves.values() for role in _askers(move, owes)}
    begun = any((way.starter, way.opens) == owes for way in regime.ways)
    several = any(one.role == other.role and one.role in by for one, other in pairs)
    return asked == by and len(by) == 1 and not begun and not several


def _askers(move: Move, owes: Stand) -> frozenset[str]:
    """Whose move brings it there."""
    theirs = owes in {*move.wakes.items(), *move.sets.items(), *move.adds.items()}
    own = move.to == owes.stage and owes.role in ((move.of,) if move.of else move.by)
    return frozenset(move.by if theirs else ()) | frozenset((owes.role,) if own else ())


# -- who may stand where at the same time ----------------------------------------------------------------------------------


def _together(regime: Regime, lone: Lone) -> Pairs:
    stands = {Stand(way.starter, way.opens) for way in regime.ways}
    pairs: Pairs = set()
    while True:
        before = len(stands), len(pairs)
        for one, move in [(stand, move) for stand in stands for move in _moves(regime, stand)]:
            beside = [other for first, other in pairs if first == one]
            new = _step(regime, move, one, beside, pairs, lone)
            stands |= {Stand(one.role, move.to or one.stage), *(each for two in new for each in two)}
            pairs |= new | {(other, first) for first, other in new}
        if before == (len(stands), len(pairs)):
            return pairs


def _step(regime: Regime, move: Move, one: Stand, beside: list[Stand], pairs: Pairs, lone: Lone) -> Pairs:
    """Every two that may stand somewhere together after the move."""
    moved = After(Stand(one.role, move.to or one.stage), given=False)
    came = [After(Stand(*entry), given=True) for entry in move.adds.items()]
    then = {other: _images(regime, move, other) for other in beside}
    known = [each for images in then.values() for each in images]
    two = [(moved, each) for each in (*came, *known)]
    two += [(a, b) for a, b in product(came, came) if _at_once(regime, a, b, lone)]
    two += [(a, b) for a, b in product(known, came) if _later(regime, a, b, lone)]
    met = [(a, b) for a, b in product(beside, beside) if (a, b) in pairs]
    two += [(a, b) for x, y in met for a, b in product(then[x], then[y]) if not _one_of(regime, a, b)]
    return {(a.stand, b.stand) for a, b in two}


def _at_once(regime: Regime, one: After, other: After, lone: Lone) -> bool:
    """Both come in by the same move: of one role only where several can."""
    role = one.stand.role
    return role != other.stand.role or (role not in lone and regime.roles[role].chosen != "one")


def _later(regime: Regime, known: After, new: After, lone: Lone) -> bool:
    """One was there before: a role that nobody is chosen for came in at once."""
    role = known.stand.role
    if role != new.stand.role:
        return True
    return role not in lone and bool(regime.roles[role].chosen) and not _one_of(regime, known, new)


def _one_of(regime: Regime, one: After, other: After) -> bool:
    """Both are given a part of which one unit is chosen."""
    role = one.stand.role
    return role == other.stand.role and one.given and other.given and regime.roles[role].chosen == "one"


def _images(regime: Regime, move: Move, other: Stand) -> list[After]:
    """Where another stands then, as `Course.after` says, given the part anew or not."""
    role, stage = other
    led = [After(Stand(role, _led(regime, move, other)), given=False)]
    again = role in move.adds and (regime.stages[stage].ends or role in move.wakes or role in move.sets)
    return led + ([After(Stand(role, move.adds[role]), given=True)] if again else [])


def _led(regime: Regime, move: Move, other: Stand) -> str:
    """Whoever is not given the part."""
    role, stage = other
    return move.wakes.get(role, stage if regime.stages[stage].ends else move.sets.get(role, stage))


def _moves(regime: Regime, one: Stand) -> Iterator[Move]:
    for move in regime.moves.values():
        if one.stage in move.at and (one.role == move.of if move.of else one.role in move.by):
            yield move
