"""会议: those to come, first what waits for an answer; and those that were, for as long as a yearly one is looked up."""

from datetime import timedelta
from typing import Any

from handlers.desk import Desk
from handlers.duties.asking import offices
from handlers.forms import Choice, Say
from handlers.meetings import calling, replying, seen
from handlers.meetings.seen import Seen
from rules.unit_sets import members
from storage import meetings

SHOWN = 12
RECENT = timedelta(days=30)  # in which it is asked how it was


def listed(desk: Desk) -> list[Say]:
    found = mine(desk)
    data = {"meetings": [seen.line(desk, one) for one in found[:SHOWN]]}
    call = (Choice("go.meet", style="primary"),) if calling.kinds(desk) else ()
    doors = tuple(map(seen.door, found[:SHOWN]))
    return [Say("meetings/list:list", data, (*doors, *call, Choice("go.menu", style="quiet")))]


def mine(desk: Desk) -> list[Seen]:
    """What waits first, then what is to come, then what was, the latest first."""
    since = desk.now - seen.LISTED
    rows = {row.id: row for row in meetings.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, since)}
    rows |= {row.id: row for row in meetings.of_offices(desk.tx, desk.plan.id, _led(desk), since)}
    found = [seen.of_row(desk, row) for row in rows.values()]
    able = [one for one in found if one.mine or one.leads]
    return sorted(able, key=lambda one: _order(desk, one))


def _order(desk: Desk, one: Seen) -> tuple[int, float]:
    at = one.meeting.starts.timestamp()
    if one.meeting.status != "called":
        return 3, -at
    if one.owes(desk.now) or (one.leads and one.meeting.begun(desk.now)):
        return 0, at
    return (1, at) if one.meeting.open(desk.now) else (2, -at)


def _led(desk: Desk) -> list[str]:
    """Offices whose meetings one leads: one's own, and those that may call the same."""
    own = set(offices(desk))
    others = (unit for kind in desk.plan.meetings.values() for unit in _with(desk, kind.by, own))
    return sorted(own.union(others)) if own else []


def _with(desk: Desk, by: tuple[str, ...], own: set[str]) -> tuple[str, ...]:
    units = members(desk.plan, by)
    return units if own & set(units) else ()


# -- for 待办 -------------------------------------------------------------------------------------------------------------


def waiting(desk: Desk) -> list[Seen]:
    """What wants an answer, then what wants to be recorded, then the next to which one's unit comes."""
    ahead = replying.ahead(desk)
    owed = [one for one in ahead if one.owes(desk.now)]
    coming = [one for one in ahead if one not in owed and any(one.units[unit].reply != "absent" for unit in one.mine)]
    return [*owed, *_to_record(desk), *coming[:1]]


def owing(desk: Desk) -> int:
    """How many still want an answer."""
    return sum(one.owes(desk.now) for one in replying.ahead(desk))


def _to_record(desk: Desk) -> list[Seen]:
    led = _led(desk)
    rows: list[Any] = meetings.of_offices(desk.tx, desk.plan.id, led, desk.now - RECENT) if led else []
    found = [seen.of_row(desk, row) for row in rows if row.status == "called" and row.starts_at <= desk.now]
    return [one for one in found if one.leads]
