"""A matter whose ground is gone: the citizen has withdrawn what it began with, its copy was taken back from everybody, or the tip is
sealed from now on. Nothing of it is awaited of anybody any more, nobody reads what it said, here or in another county, nor what
chats still show of it; that it was there, and its course, stays.

What went out on paper cannot be called back, nor what somebody has read: whoever took the tip in is told of both.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Say
from handlers.matters import across, by_post, held, making, views
from storage import chats, duties, handovers, matter_moves, matters, people, pushes

PULLED = "pulled"  # in the course of a matter; no regime has a move of this name
GONE = "reminders:card_gone"
Line = dict[str, Any]


def of_tips(desk: Desk, tips: Iterable[int], *, silently: bool = False) -> list[Line]:
    """What was begun from them and stood until now, with what other counties made of it. `silently`: nobody is told."""
    rows = {row.id: row for tip in tips for row in matters.carrying(desk.tx, tip)}
    lines = [(row, _pulled(desk, row, silently=silently)) for row in rows.values() if row.pulled_at is None]
    return [line for row, line in lines if row.tip is not None]


def of_matter(desk: Desk, row: Row[Any]) -> None:
    """This one, with what other counties made of it."""
    for one in matters.below(desk.tx, [row]):
        if one.pulled_at is None:
            _pulled(desk, one, silently=False)


def after_a_recall(desk: Desk, tip: int) -> list[Line]:
    """As long as another unit has its copy its ground is not gone."""
    live = any(one.status in handovers.LIVE for one in handovers.of_tip(desk.tx, tip))
    return [] if live else of_tips(desk, [tip])


def _pulled(desk: Desk, row: Row[Any], *, silently: bool) -> Line:
    if row.county != desk.plan.id:
        desk = across.desk_in(desk, row.county)
    locked = matters.by_id(desk.tx, row.id, lock=True)
    assert locked is not None
    desk.not_before(matter_moves.latest(desk.tx, row.id))
    one = held.known(desk, row.id)
    for clock in one.debts:
        duties.end(desk.tx, clock, desk.now, "moved")
    line, first = _line(desk, one), one.starter
    about: dict[str, Any] = {"party": first.id, "stage": first.stage, "unit": row.unit, "person": making.who(desk)}
    matter_moves.move(desk.tx, row, desk.now, PULLED, **about)
    matters.pulled(desk.tx, row, desk.now)
    desk.audit("matter pulled", row.number)
    take_back(desk, one, {person.person for person in people.roster(desk.tx, desk.plan.id)}, GONE)
    if not silently:
        _tell(desk, one)
    return line


def take_back(desk: Desk, one: held.Held, persons: set[int], instead: str) -> None:
    """What these people's chats show of it, what waits to be said of it, and what they have open about it."""
    clocks = [duties.pushed(None, clock.id) for clock in one.debts]
    pushes.take_back(desk.tx, one.row.id, persons, instead, named=clocks)
    chats.put_away(desk.tx, persons, None, (), {one.row.id, *(clock.id for clock in one.debts)})


def _line(desk: Desk, one: held.Held) -> Line:
    """Who had taken it up, and who has it on paper."""
    others = [party for party in one.course.parties if party.unit != one.starter.unit]
    signed = [views.party_name(desk, one, party) for party in others if one.rows[party.id].times > 1]
    away = [party for party in others if party.outside and not party.hosted]
    sent = {move.party for move in matter_moves.of_matter(desk.tx, one.row.id) if move.move == by_post.POSTED}
    sent |= {party.id for party in away if one.rows[party.id].times > 1}  # its receipt came back
    posted = [views.party_name(desk, one, party) for party in away if party.id in sent]
    unposted = [views.party_name(desk, one, party) for party in away if party.id not in sent]
    about = {"regime": one.regime.id, "number": one.row.number}
    return about | {"signed": signed, "posted": posted, "unposted": unposted}


def _tell(desk: Desk, one: held.Held) -> None:
    here = [party for party in one.course.parties if not party.outside]
    seats = [held.sits(desk, one.row, one.regime, party.role, party.unit) for party in here]
    told = [who for who in dict.fromkeys(held.persons(desk, seats, one.row.tip)) if who != desk.chat.person]
    say = Say("reminders:matter_pulled", {"regime": one.regime.id, "number": one.row.number})
    desk.tell(told, say, f"matter:{one.row.id}:{PULLED}")
