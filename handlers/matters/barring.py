"""A unit turns out to be involved in the tip that a matter began with: from that commit on it has no part in the matter. Its clock
ends, the others go on without it; where it is the one in whose name the matter was begun, whoever has the tip now stands there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.matters import across, held, making, pulled, views
from handlers.matters.held import BARRED, FREED, Held
from rules.courses import Party
from storage import duties, matter_moves, matters, people

REHOMED = "rehomed"  # in the course of a matter; no regime has a move of this name
Line = dict[str, Any]


def shut_out(desk: Desk, tip: int, units: frozenset[str]) -> list[Line]:
    """From every matter of this tip. Which of them had a part, and whether it goes on without."""
    persons = set(people.members(desk.tx, desk.plan.id, units))
    found = [_shut_out(desk, row, units, persons) for row in matters.of_tip(desk.tx, tip)]
    return [line for line in found if line["units"]]


def _shut_out(desk: Desk, row: Row[Any], units: frozenset[str], persons: set[int]) -> Line:
    one = _held(desk, row)
    pulled.take_back(desk, one, persons, matter.NONE)
    made = matter_moves.made(desk.tx, [row.id])
    out = [
        party
        for party in one.rows.values()
        if held.now_of(desk, party.unit) in units and party.unit != row.unit and BARRED not in made.get(party.id, ())
    ]
    if row.pulled_at is None:
        for party in out:
            _ended(desk, one, party)
        for left in one.course.parties:
            _freed(desk, one, left, units)
        if held.known(desk, row.id).course.over and row.closed_at is None:
            matters.ended(desk.tx, row.id, desk.now)
    about: Line = {"regime": row.regime, "number": row.number, "over": one.course.over or row.pulled_at is not None}
    return about | {"units": _names(desk, out), "signed": _names(desk, [party for party in out if party.times > 1])}


def _held(desk: Desk, row: Row[Any]) -> Held:
    matters.by_id(desk.tx, row.id, lock=True)
    desk.not_before(matter_moves.latest(desk.tx, row.id))
    return held.known(desk, row.id)


def _ended(desk: Desk, one: Held, party: Row[Any]) -> None:
    """Without a word to the unit, late or not."""
    clock = held.running(one.debts, party)
    if clock is not None:
        duties.end(desk.tx, clock, desk.now, "moved")
    about: dict[str, Any] = {"party": party.id, "stage": party.stage, "unit": one.row.unit, "person": making.who(desk)}
    matter_moves.move(desk.tx, one.row, desk.now, BARRED, **about)
    desk.audit("matter barred", one.row.number, party.unit)


def _freed(desk: Desk, one: Held, party: Party, units: frozenset[str]) -> None:
    """What these units alone had asked for is owed to nobody any more: it is as if it had been given."""
    answer = one.regime.answer(party.role, party.stage)
    askers = {held.now_of(desk, move.unit) for move in _asking(desk, one, party)}
    if answer is None or answer.to is None or not askers or not askers <= units:
        return
    making.stand(desk, one, party, answer.to, desk.now)
    about: dict[str, Any] = {"party": party.id, "stage": answer.to, "unit": one.row.unit, "person": making.who(desk)}
    matter_moves.move(desk.tx, one.row, desk.now, FREED, **about)


def _asking(desk: Desk, one: Held, party: Party) -> Iterator[Row[Any]]:
    """Since it stands there: who stayed where they stood, and wait for what they asked of it (要求补充)."""
    moves = one.regime.moves
    asks = {
        key
        for key, move in moves.items()
        if move.to is None and party.stage in (move.adds.get(party.role), move.wakes.get(party.role))
    }
    since = one.rows[party.id].entered_at
    return (row for row in matter_moves.of_matter(desk.tx, one.row.id) if row.move in asks and row.at >= since)


def _names(desk: Desk, parties: Iterable[Row[Any]]) -> list[str]:
    return [matters.label(desk.tx, party) or views.unit_name(desk, held.body(party.unit)) for party in parties]


def rehome(desk: Desk, tips: Iterable[int], office: str) -> None:
    """Whose matters of these tips an involved unit began: this one has them now, with every clock that ran there; where it can't,
    their ground is gone."""
    for tip in tips:
        units = held.barred(desk, tip)
        for row in matters.of_tip(desk.tx, tip):
            if row.pulled_at is None and held.now_of(desk, row.unit) in units:
                _rehomed(desk, row, office, units)


def _rehomed(desk: Desk, row: Row[Any], office: str, units: frozenset[str]) -> None:
    one = _held(desk, row)
    if office not in held.may_have(desk, one.regime.roles[one.starter.role]):
        pulled.of_matter(desk, row)
        return
    matters.rehome(desk.tx, row, office)
    for clock in one.debts:
        if held.now_of(desk, clock.unit) in units:
            _readdressed(desk, clock, office)
    about: dict[str, Any] = {"party": one.starter.id, "stage": one.starter.stage, "unit": office}
    matter_moves.move(desk.tx, row, desk.now, REHOMED, **about, person=making.who(desk))
    desk.audit("matter rehomed", row.number, office)
    across.rehomed(desk, held.known(desk, row.id))


def _readdressed(desk: Desk, clock: Row[Any], office: str) -> None:
    """The debt passes on with its day; whoever has it now is told at once."""
    if duties.change(desk.tx, clock.id, unit=office, person=None, step=0, look_at=desk.now):
        desk.tx.due_now = True
