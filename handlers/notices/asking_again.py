"""A notice is told once to every conversation of each reader; who owes it something has a clock, and hears once more by its ladder,
then their leader, then the office. What somebody has given ends their clock, and that of whoever they stand in for."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk, buttons
from handlers.forms import Choice, Say
from handlers.meetings import seen, telling
from handlers.notices.audience import Reader
from handlers.notices.scene import Scene
from rules import escalation
from rules.county import Plan
from rules.deadlines import Due, due, end_of
from rules.due_days import Asked
from rules.notices import LADDERS, OF_UNITS, Notice
from storage import broadcasts, duties, notices
from storage.notices import NOTICE
from storage.pushes import Push


def tell(scene: Scene, notice: Notice, persons: Iterable[int]) -> None:
    told = telling.invitation(scene, notice) if notice.want == "attend" else said(scene.plan, notice)
    broadcasts.begin(scene.tx, notice.number, pushed(scene.plan, notice, told), persons)


def push(plan: Plan, notice: Notice) -> Push:
    """What they are told; where little may be shown it is veiled when it leaves."""
    return pushed(plan, notice, said(plan, notice))


def pushed(plan: Plan, notice: Notice, told: Say) -> Push:
    once = f"{NOTICE}:{notice.number}"
    return Push(plan.id, told.block, told.data, buttons(told.choices), once, owes=1, calm=True)


def said(plan: Plan, notice: Notice) -> Say:
    until = end_of(notice.until, plan.tz).isoformat() if notice.until else None
    about: dict[str, Any] = {"title": notice.title, "office": notice.office, "want": notice.want, "until": until}
    about |= {"corrects": notice.replaces is not None, "category": notice.category}
    nod = (Choice(f"go.noted.{notice.number}"),) if notice.want == "read" else ()
    return Say("reminders:notice", about, (Choice(f"go.notice.{notice.number}", style="primary"), *nod))


def begin(desk: Scene, notice: Notice, readers: Iterable[Reader]) -> None:
    """One clock for each person, by the first of their units. It is a proposal's: nobody is late on a notice."""
    if notice.want not in LADDERS:
        return
    plan, named = desk.plan, LADDERS[notice.want]
    ladder, when = plan.ladders[named], due_of(desk, notice)
    look_at = escalation.first(ladder, desk.now, when.at, plan.calendar, plan.tz, plan.quiet)
    for one in {reader.person: reader for reader in reversed(owing(desk, notice, readers))}.values():
        duties.open_(
            desk.tx,
            notices.clock(notice.number, one.person),
            look_at,
            county=plan.id,
            kind=NOTICE,
            unit=one.unit,
            seat=one.seat,
            person=one.person,
            opened_at=desk.now,
            due_at=when.at,
            provisional=when.provisional,
            origin=plan.clock(NOTICE, one.unit).origin.value,
            ladder=ladder.dumps(),
        )
    desk.tx.due_now = desk.tx.due_now or look_at <= desk.now


def owing(scene: Scene, notice: Notice, readers: Iterable[Reader]) -> list[Reader]:
    """Who calls or chairs a meeting owes no answer."""
    hosts = seen.hosts(scene, notice.number) if notice.want == "attend" else ()
    return [one for one in readers if one.unit not in hosts]


def due_of(desk: Scene, notice: Notice) -> Due:
    if notice.until is None:
        return due(desk.plan.clock(NOTICE, notice.office), desk.now, desk.plan.calendar, desk.plan.tz)
    return Asked(notice.until).due(desk.plan.calendar, desk.plan.tz)


def settled(desk: Desk, notice: Notice) -> None:
    """If whoever speaks has given what was wanted: their clock is over, and that of who is away from the same seat or has left it.
    An answer is a unit's: nobody else of it is asked for another."""
    receipts = notices.receipts(desk.tx, notice.number)
    mine = [row for row in receipts if row.person == desk.person]
    if not mine or notices.standing(mine[0]).owes(notice.want):
        return
    units = {row.unit for row in mine} if notice.want in OF_UNITS else frozenset()
    for row in receipts:
        if row.person == desk.person or row.unit in units or _in_their_place(desk, row):
            clock = duties.named(desk.tx, notices.clock(notice.number, row.person))
            if clock is not None:
                duties.end(desk.tx, clock, desk.now, "done")


def _in_their_place(desk: Desk, row: Row[Any]) -> bool:
    seat = (row.unit, row.seat)
    return seat in desk.seats and (row.person in desk.today.away or seat not in desk.today.held(row.person))
