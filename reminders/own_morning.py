"""What a morning brings to one person: at once, or held for the time they chose, and then found anew.

    Batch.mornings -> rules.mornings.hears_at (pure) -> one message now, or rows of `mornings` until then
    mornings.due -> is it still open, who hears it today -> Rung -> Batch.mornings, as if it came now

A row that is held says nothing by itself. What was done meanwhile is not said; whoever has come in somebody's place hears it;
what an outage kept past its day comes with the next morning of theirs. What cannot wait, or is urgent, is not held.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reminders.batch import Batch, Reminder
from reminders.doors import doors
from reminders.rungs import MOVED, Rung
from reminders.subjects import chosen
from reminders.subjects.shelf import Shelf
from rules.county import Plan
from rules.escalation import After, Days, Ladder, Step, Template
from rules.mornings import brought_forward, next_one, of, on
from storage import duties, mornings, pushes, reminder_choices
from storage.database import Tx
from storage.pushes import Push
from storage.seated import local_day

# -- when ------------------------------------------------------------------------------------------------------------------


def _days(plan: Plan) -> Days:
    return Days(plan.calendar, plan.tz, plan.quiet)


def early(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> dict[str, datetime]:
    """Counties whose morning is climbed already, since somebody there hears it before the others: up to which moment."""
    found: dict[str, datetime] = {}
    for county, plan in plans.items():
        days = _days(plan)
        if days.awake(now) == now and now.astimezone(plan.tz).time() < plan.quiet.morning:
            first = reminder_choices.earliest(tx, county, local_day(plan, now), plan.quiet.morning)
            at = brought_forward(now, first, days)
            found |= {county: at} if at is not None else {}
    return found


def brought(row: Row[Any], now: datetime, early: Mapping[str, datetime]) -> bool:
    """Whether it is due, or of that morning: a minute of an urgent ladder that falls before it is not."""
    return row.look_at <= now or (row.look_at == early.get(row.county) and not Ladder.loads(row.ladder).urgent)


def next_look(tx: Tx, plans: Mapping[str, Plan], now: datetime) -> datetime | None:
    """The earliest moment at which a duty, or somebody's morning, wants to be looked at."""
    moments = [mornings.next_at(tx, plans), *(_next_duty(tx, plan, now) for plan in plans.values())]
    return min((one for one in moments if one is not None), default=None)


def _next_duty(tx: Tx, plan: Plan, now: datetime) -> datetime | None:
    at, days = duties.next_look(tx, [plan.id]), _days(plan)
    if at is None or days.morning(at, 0) != at:
        return at
    first = reminder_choices.earliest(tx, plan.id, local_day(plan, at), plan.quiet.morning)
    sooner = on(local_day(plan, at), first, days, at) if first is not None else at
    return min(at, sooner) if sooner > now else at


# -- held, and found again -------------------------------------------------------------------------------------------------


def come(
    tx: Tx, plans: Mapping[str, Plan], now: datetime, rows: Sequence[Row[Any]], only: int | None
) -> list[Row[Any]]:
    """What was held until now; but not where another worker climbs the county's duties and takes it along."""
    where = mornings.counties(tx, now, plans)
    if only is None:
        where -= duties.in_other_hands(tx, now, where - {row.county for row in rows})
    return mornings.due(tx, now, sorted(where), only)


def found_again(batch: Batch, plan: Plan, shelf: Shelf, one: Row[Any], row: Row[Any] | None) -> None:
    """`row`: the duty, if it is still open."""
    days = _days(plan)
    if days.awake(batch.now) != batch.now:
        own = of(batch.choice(plan, one.person), plan.quiet)
        mornings.until(batch.tx, one.id, next_one(batch.now, own, days))
        return
    mornings.told(batch.tx, [one.id])
    subject = chosen.subject(shelf, plan, row) if row is not None and _wanted(one, row, batch.now) else None
    if subject is None or row is None:
        return
    mark = "" if one.mark == MOVED else one.mark
    heard = frozenset(map(int, one.beside.split())) - {one.person}
    rung = Rung(batch, plan, Ladder.loads(row.ladder), one.rung, subject, mark, one.person, heard, one.first)
    if one.mark == MOVED:
        rung.moved()
        return
    if rung.known(one.audience):
        return
    template: Template = one.template if one.day == local_day(plan, batch.now) else "again"
    rung.fired(Step(After(0, "workday"), one.audience, template))


def _wanted(one: Row[Any], row: Row[Any], now: datetime) -> bool:
    """Not once it has a new day, nor while somebody's word holds that it comes later."""
    return row.step >= one.rung and (row.promised is None or row.promised <= now)


# -- said ------------------------------------------------------------------------------------------------------------------


def brings(batch: Batch, plan: Plan, person: int, reminders: Sequence[Reminder]) -> None:
    """One line for each duty, the latest; all of it at one time."""
    mine = list({one.subject.key: one for one in reminders}.values())
    at = batch.hears_at(plan, person, [one.subject.row.due_at for one in mine])
    if at > batch.now and not any(one.urgent for one in mine):
        _hold(batch, plan, person, mine, at)
    else:
        _tell(batch, plan, person, mine)


def _hold(batch: Batch, plan: Plan, person: int, mine: Sequence[Reminder], at: datetime) -> None:
    for one in mine:
        mornings.hold(
            batch.tx,
            county=plan.id,
            person=person,
            at=at,
            day=local_day(plan, batch.now),
            duty=one.subject.row.id,
            rung=one.index,
            mark=one.mark,
            audience=one.data["audience"],
            template=one.data["template"],
            first=one.data["first"],
            beside=" ".join(map(str, sorted(one.beside))),
        )


def _tell(batch: Batch, plan: Plan, person: int, mine: Sequence[Reminder]) -> None:
    """One thing in its own words; several as a list of names."""
    about = tuple(dict.fromkeys(tip for one in mine for tip in one.subject.about))
    told = (mine[0].block, mine[0].data, mine[0].options, mine[0].once, about)
    subjects = {one.subject.name: one.subject for one in mine}
    if len(mine) > 1:
        data = {"items": [one.data for one in mine], "count": len(subjects)}
        options = doors(list(subjects.values()))
        told = ("reminders:morning", data, options, f"morning:{person}:{batch.now.timestamp()}", about)
    live, owes = batch.live([person]), sum(one.owes for one in subjects.values())
    where = live if any(one.urgent for one in mine) else batch.where(plan, person)
    pushes.to_lanes(batch.tx, where, Push(plan.id, *told, owes=owes, alone=len(where) < len(live)))
