"""A move by which a matter goes on as another regime: the other one is begun, and this one moved, in one commit; each card names the
other. Until then the matter stands where it stood, and its clock runs.
"""

from typing import Any, NamedTuple

from handlers.desk import Desk, Outcome
from handlers.filling import Values
from handlers.forms import Answers, Say
from handlers.matters import held, views, ways
from handlers.matters.held import Held
from handlers.matters.ways import Way
from rules.courses import Possible
from rules.fields import Field
from rules.regimes import Move
from storage import matters


class Going(NamedTuple):
    one: Held
    possible: Possible


def opened(desk: Desk, one: Held, party: int, move: Move) -> Outcome:
    """What the two forms have in common is filled in."""
    possible = one.find(party, move.id)
    by = possible.by if possible is not None else None
    way = ways.onward(desk, move, by.unit, one.regime.roles[by.role]) if by is not None else None
    if way is None:
        return Outcome((Say("matters/list:not_yours"),))
    answers: Answers = {"_regime": way.key, "_from": [one.row.id, party, move.id]}
    values = _common(desk, one, way)
    if values:
        answers["values+"] = [{"values": values, "refused": [], "unknown": []}]
    return Outcome(next=("matters/put", answers | ({"_brief": True} if way.regime.urgent or way.regime.brief else {})))


def _common(desk: Desk, one: Held, way: Way) -> Values:
    content = matters.content(desk.tx, one.row)
    mine, theirs = (desk.plan.forms.get(name or "") for name in (views.form_of(one, content), way.door.form))
    if mine is None or theirs is None:
        return {}
    both = {key for key in theirs.slots if key in mine.slots and _alike(mine.field(key), theirs.field(key))}
    return {key: value for key, value in content.get("values", {}).items() if key in both}


def _alike(one: Field, other: Field) -> bool:
    return (one.kind, one.limit, tuple(one.options)) == (other.kind, other.limit, tuple(other.options))


def going(desk: Desk, answers: Answers, *, lock: bool = False) -> Going | None:
    """The matter it goes on from, as long as that move is still open; `lock`: which nobody else moves meanwhile."""
    if "_from" not in answers:
        return None
    number, party, move = answers["_from"]
    one = held.reach(desk, number, lock=lock)
    possible = one.find(party, move) if one is not None else None
    return Going(one, possible) if one is not None and possible is not None else None


def units(way: Way, from_: Going | None) -> tuple[str, ...]:
    """Whoever goes on."""
    goes_there = from_ is not None and from_.possible.move.starts == way.regime.id
    return (from_.possible.by.unit,) if from_ is not None and goes_there else ()


def asks(from_: Going | None) -> tuple[str, ...]:
    return tuple(one for one in from_.possible.move.asks if one != "units") if from_ is not None else ()


def told(from_: Going | None) -> dict[str, Any] | None:
    if from_ is None:
        return None
    return {"regime": from_.one.regime.id, "number": from_.one.row.number, "move": from_.possible.move.id}
