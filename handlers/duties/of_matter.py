"""What the page of a duty says of the matter whose clock it is: which one, and who gets what is done."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.matters import held, views
from rules import deadlines, routing
from rules.courses import given
from rules.regimes import Regime
from rules.terms import SeatRef
from rules.unit_sets import meant
from storage import duties, matters


def told(desk: Desk, clock: Row[Any]) -> dict[str, Any] | None:
    """`to`: the other parties, and those whom the move that ends it gives a part. Of a sealed one nobody is named, and nobody
    who is kept out of it."""
    row = matters.by_number(desk.tx, clock.period)
    party = matters.party(desk.tx, int(clock.once.split(":")[1])) if row is not None else None
    regime = desk.plan.regimes.get(row.regime) if row is not None else None
    if row is None or party is None or regime is None:
        return None
    out = {clock.unit, *held.barred(desk, row.tip)}
    units = () if regime.sealed else (*_parties(desk, row), *_coming(desk, regime, row, party))
    to = [held.body(one) for one in dict.fromkeys(units) if one not in out]
    return {"regime": regime.id, "number": row.number, "to": list(dict.fromkeys(to))}


def known(desk: Desk, clock: Row[Any]) -> bool:
    """Whether they may know of it at all: nobody with a seat in an involved unit, and nobody once the matter's ground is gone. What is
    shown of it from here on is taken back with the matter."""
    row = matters.by_number(desk.tx, clock.period) if clock.kind == duties.MATTER else None
    if row is None:
        return True
    if row.pulled_at is not None or not {unit for unit, _ in desk.seats}.isdisjoint(held.barred(desk, row.tip)):
        return False
    held.looked_at(desk, row)
    return True


def free(desk: Desk, clock: Row[Any], persons: Iterable[int]) -> list[int]:
    """Those of them who have no seat in a unit that is involved in it."""
    row = matters.by_number(desk.tx, clock.period) if clock.kind == duties.MATTER else None
    out = held.barred(desk, row.tip) if row is not None else frozenset()
    return [one for one in persons if not out or all(unit not in out for unit, _ in desk.today.held(one))]


def stands_in(desk: Desk, clock: Row[Any]) -> bool:
    """Whether this person acts for the empty seat where it is owed, in their own unit."""
    if clock.kind != duties.MATTER or clock.unit not in {unit for unit, _ in desk.seats}:
        return False
    ins = routing.stand_ins(desk.plan, SeatRef(clock.unit, clock.seat), desk.today.filled)
    return any(one.unit == clock.unit and tuple(one) in desk.seats for one in ins) and not sealed(desk, clock)


def sealed(desk: Desk, clock: Row[Any]) -> bool:
    """Nobody knows of it but the seat that owes it: no leader looks on, no office receives it, nobody takes another's place."""
    row = matters.by_number(desk.tx, clock.period) if clock.kind == duties.MATTER else None
    return row is not None and (row.regime not in desk.plan.regimes or desk.plan.regimes[row.regime].sealed)


def waits(desk: Desk, clock: Row[Any]) -> dict[str, str] | None:
    """Of a clock that runs here for somebody outside: whose paper is waited for, and which."""
    party = matters.party(desk.tx, int(clock.once.split(":")[1]))
    if party is None or not held.outside(desk, held.now_of(desk, party.unit)):
        return None
    name = matters.label(desk.tx, party) or views.unit_name(desk, held.body(party.unit))
    return {"to": name, "what": views.awaited_by_post(party)}


def ordered_by(desk: Desk, clock: Row[Any]) -> SeatRef | None:
    """The office that has named the day in what it put to a unit (整改期限): the unit does not move it by itself."""
    row = matters.by_number(desk.tx, clock.period)
    regime = desk.plan.regimes.get(row.regime) if row is not None else None
    party = matters.party(desk.tx, int(clock.once.split(":")[1]))
    if row is None or regime is None or party is None:
        return None
    first, field = matters.parties(desk.tx, row.id)[0], regime.stages[party.stage].until
    named = matters.content(desk.tx, row).get("values", {}).get(field) if field else None
    office = SeatRef(held.now_of(desk, first.unit), regime.roles[first.role].seat)
    if not named or office.seat != "coordinator" or office.unit == clock.unit:
        return None
    day = deadlines.on_day(date.fromisoformat(named), "later", desk.plan.calendar, desk.plan.tz)
    return office if day.at == clock.due_at else None


def _parties(desk: Desk, row: Row[Any]) -> list[str]:
    return [held.now_of(desk, one.unit) for one in matters.parties(desk.tx, row.id)]


def _coming(desk: Desk, regime: Regime, row: Row[Any], party: Row[Any]) -> list[str]:
    """Whom nobody picks: everybody who has the part by what the form says."""
    move = regime.answer(party.role, party.stage)
    values = matters.content(desk.tx, row).get("values", {})
    roles = given(move, regime.roles, values) if move is not None else ()
    return [unit for role in roles if not role.chosen for unit in meant(desk.plan, role.who)]
