"""A matter whose ground is gone: the citizen has withdrawn what it began with, or its copy was taken back from everybody. Nothing of it
is awaited of anybody any more, nobody reads what it said, here or in another county; that it was there, and its course, stays.

What went out on paper cannot be called back, nor what somebody has read: whoever took the tip in is told of both.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Say
from handlers.matters import across, held, making, views
from storage import duties, handovers, matter_moves, matters

PULLED = "pulled"  # in the course of a matter; no regime has a move of this name
Line = dict[str, Any]


def of_tips(desk: Desk, tips: Iterable[int]) -> list[Line]:
    """What was begun from them and stood until now."""
    return [_pulled(desk, row) for tip in tips for row in matters.of_tip(desk.tx, tip) if row.pulled_at is None]


def after_a_recall(desk: Desk, tip: int) -> list[Line]:
    """As long as another unit has its copy its ground is not gone."""
    live = any(one.status in handovers.LIVE for one in handovers.of_tip(desk.tx, tip))
    return [] if live else of_tips(desk, [tip])


def _pulled(desk: Desk, row: Row[Any]) -> Line:
    locked = matters.by_id(desk.tx, row.id, lock=True)
    assert locked is not None
    desk.not_before(matter_moves.latest(desk.tx, row.id))
    one = held.known(desk, row.id)
    for clock in one.debts:
        duties.end(desk.tx, clock, desk.now, "moved")
    first = one.starter
    about: dict[str, Any] = {"party": first.id, "stage": first.stage, "unit": row.unit, "person": making.who(desk)}
    matter_moves.move(desk.tx, row, desk.now, PULLED, **about)
    matters.pulled(desk.tx, row, desk.now)
    desk.audit("matter pulled", row.number)
    _tell(desk, one)
    for party in one.course.parties:
        there = matters.received(desk.tx, party.id) if party.hosted else None
        if there is not None and there.pulled_at is None:
            _pulled(across.desk_in(desk, there.county), there)
    return _line(desk, one)


def _line(desk: Desk, one: held.Held) -> Line:
    """Who had taken it up, and who has it on paper."""
    others = [party for party in one.course.parties if party.id != one.starter.id]
    signed = [views.party_name(desk, one, party) for party in others if one.rows[party.id].times > 1]
    posted = [views.party_name(desk, one, party) for party in others if party.outside and not party.hosted]
    return {"regime": one.regime.id, "number": one.row.number, "signed": signed, "posted": posted}


def _tell(desk: Desk, one: held.Held) -> None:
    roles = one.regime.roles
    seats = [(party.unit, roles[party.role].seat) for party in one.course.parties if not party.outside]
    told = [who for who in dict.fromkeys(held.persons(desk, seats, one.row.tip)) if who != desk.chat.person]
    say = Say("reminders:matter_pulled", {"regime": one.regime.id, "number": one.row.number})
    desk.tell(told, say, f"matter:{one.row.id}:{PULLED}")
