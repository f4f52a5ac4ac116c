"""A matter begun, and moved on: the parties, their clocks, the course and whom to tell, in one commit.

rules.courses says where everybody stands afterwards; here it is written. The matter's row is held by whoever calls, so that of
two who decide at once the second sees what the first has decided.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Choice, Say
from handlers.matters import held, views
from handlers.matters.held import Held
from handlers.matters.ways import Way
from rules import courses, deadlines
from rules.courses import Change, Party, Possible, given
from rules.escalation import Days
from rules.regimes import Move, Regime, Role
from rules.unit_sets import meant
from storage import attachments, duties, matter_moves, matters, opening
from storage.attachments import Owner

Chosen = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Said:
    """What a move was made with. `units`: by role; `labels`: what places are called that were named freely."""

    words: Mapping[str, Any] = field(default_factory=dict)
    until: date | None = None
    units: Chosen = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    files: tuple[int, ...] = ()


TITLE = 40  # characters


def begin(
    desk: Desk, way: Way, unit: str, values: Mapping[str, Any], tip: int | None = None, parent: int | None = None
) -> Held:
    """It stands at the first stage of its door, and that stage's clock runs."""
    regime, door = way
    content = {"title": called(desk, door.form, values), "values": dict(values), "form": door.form, "door": door.id}
    about: dict[str, Any] = {"unit": unit, "person": desk.person, "at": desk.now, "urgent": regime.urgent, "tip": tip}
    row = matters.begin(desk.tx, desk.plan.id, desk.plan.letters, regime.id, content=content, parent=parent, **about)
    party = enter(desk, regime, row, door.starter, unit, "", door.opens, values)
    begun: dict[str, Any] = {"party": party, "stage": door.opens, "unit": unit, "person": desk.person}
    matter_moves.move(desk.tx, row, desk.now, "", **begun)
    desk.audit("matter begun", row.number, regime.id)
    found = held.reach(desk, row.id, lock=True)
    assert found is not None
    return found


def called(desk: Desk, form: str | None, values: Mapping[str, Any]) -> str:
    """What the form says that it is called by."""
    named = desk.plan.forms[form].title if form else ()
    sheet = views.filled(desk, form, {key: one for key, one in values.items() if key in named})
    colon = "：" if "：" in sheet else ": "
    return " · ".join(line.partition(colon)[2] for line in sheet.splitlines())[:TITLE]


def make(desk: Desk, one: Held, done: Possible, said: Said) -> Held:
    """Everybody stands where the regime says, each with its clock; who has something new to know is told."""
    change = one.course.after(done, _chosen(desk, one, done.move, said))
    moved, late = _moved(desk, one, done, change, said)
    moved += _entered(desk, one, change, said)
    attach(desk, one, said.files)
    _told(desk, one, done, change, said, late)
    matters.ended(desk.tx, one.row.id, (one.row.closed_at or desk.now) if _over(one, change) else None)
    desk.audit(f"matter {done.move.id}", one.row.number, done.by.unit[:48])
    after = held.reach(desk, one.row.id) if desk.chat.person is not None else held.known(desk, one.row.id)
    assert after is not None
    heard = [(each.role, each.unit) for each in after.course.hearing(done)]
    tell(desk, after, done, [*(moved or _waiting_for(after, done.by)), *heard])
    return after


def _moved(desk: Desk, one: Held, done: Possible, change: Change, said: Said) -> tuple[list[tuple[str, str]], str]:
    """Who stands elsewhere now, or anew, beside whoever made the move; and how late the one was whom it is about."""
    late, others = "", []
    for party in one.course.parties:
        to, own = change.stages.get(party.id, party.stage), party.id == done.party.id
        if to == party.stage and party.id not in change.renewed:
            continue
        ended = stand(desk, one, party, to, _done_at(desk, said), said.until if own else None)
        late = ended if own else late
        others += [(party.role, party.unit)] if party.id != done.by.id else []
    return others, late


def _entered(desk: Desk, one: Held, change: Change, said: Said) -> list[tuple[str, str]]:
    """Who has a part in it from now on."""
    values = matters.content(desk.tx, one.row).get("values", {})
    for entry in change.entries:
        label = said.labels.get(entry.unit, "")
        enter(desk, one.regime, one.row, entry.role, entry.unit, label, entry.stage, values)
    return [(entry.role, entry.unit) for entry in change.entries]


def _chosen(desk: Desk, one: Held, move: Move, said: Said) -> Chosen:
    """Whoever was picked; of a role that nobody is picked for, everybody who has it, outside too; none where the form says so."""
    values = matters.content(desk.tx, one.row).get("values", {})
    out = held.barred(desk, one.row.tip)
    everybody = {
        role.id: said.units.get(role.id, ()) if role.chosen else _everybody(desk, one, role, move.adds[role.id])
        for role in given(move, one.regime.roles, values)
    }
    return {role: [unit for unit in units if unit not in out] for role, units in everybody.items()}


def _everybody(desk: Desk, one: Held, role: Role, stage: str) -> tuple[str, ...]:
    """Whoever began it tells itself nothing, and takes in nothing of its own where another can."""
    if role.same:
        return one.course.units(role.same)
    all_ = meant(desk.plan, role.who)
    others = tuple(unit for unit in all_ if unit != held.now_of(desk, one.row.unit))
    return others if others or one.regime.stages[stage].ends else all_


def _again(desk: Desk, one: Held, done: Possible, change: Change) -> list[tuple[str, str]]:
    """Who had that part before and stands at its first stage again."""
    adds = done.move.adds
    back = (each for each in one.course.parties if each.role in adds)
    parties = [each for each in back if change.stages.get(each.id) == adds[each.role]]
    return [(each.unit, matters.label(desk.tx, one.rows[each.id])) for each in parties]


def _over(one: Held, change: Change) -> bool:
    stages = one.regime.stages
    stands = [change.stages.get(party.id, party.stage) for party in one.course.parties]
    return all(stages[stage].ends for stage in (*stands, *(entry.stage for entry in change.entries)))


def _told(desk: Desk, one: Held, done: Possible, change: Change, said: Said, late: str) -> None:
    stage = change.stages.get(done.party.id, done.party.stage)
    until = deadlines.end_of(said.until, desk.plan.tz) if said.until else None
    about: dict[str, Any] = {"party": done.party.id, "stage": stage, "unit": done.by.unit, "person": who(desk)}
    words = dict(said.words) | ({"files": list(said.files)} if said.files else {})
    to = [] if one.regime.sealed else [(entry.unit, said.labels.get(entry.unit, "")) for entry in change.entries]
    to += [] if one.regime.sealed else _again(desk, one, done, change)
    words |= _in_place(desk, done)
    if to:
        words["to"] = [[held.body(unit), label] for unit, label in to]
    about |= {"until": until, "recorded": done.recorded, "late": late, "said": words}
    matter_moves.move(desk.tx, one.row, desk.now, done.move.id, **about)


def _in_place(desk: Desk, done: Possible) -> dict[str, str]:
    """Whoever makes it for a unit where nobody is stands in the course by their own."""
    own = sorted({unit for unit, _ in desk.seats})
    return {"for": own[0]} if own and not done.recorded and held.now_of(desk, done.by.unit) not in own else {}


NOBODY = 0  # of another county: who did it there is not told here


def who(desk: Desk) -> int:
    return desk.chat.person if desk.chat.person is not None else NOBODY


def attach(desk: Desk, one: Held, files: Collection[int]) -> None:
    attachments.adopt_for(desk.tx, files, desk.chat.id, Owner("matter", one.row.id))


# -- the parties and their clocks ----------------------------------------------------------------------------------------


def enter(
    desk: Desk,
    regime: Regime,
    row: Row[Any],
    role: str,
    unit: str,
    label: str,
    stage: str,
    values: Mapping[str, Any],
) -> int:
    number = matters.enter(desk.tx, row, desk.plan.letters, role, unit, label, stage, desk.now)
    _open(desk, regime, row, (number, 1), role, unit, stage, values)
    return number


def _done_at(desk: Desk, said: Said) -> datetime:
    """What is recorded from a letter was done by the end of the day that it bears."""
    on = said.words.get("on")
    return min(deadlines.end_of(date.fromisoformat(on), desk.plan.tz), desk.now) if on else desk.now


def stand(desk: Desk, one: Held, party: Party, to: str, at: datetime, until: date | None = None) -> str:
    """Its clock ends, and the one of where it stands now begins: `until` the day that was said. How late it was, done `at` that
    moment."""
    clock, times = one.clock(party.id), one.rows[party.id].times + 1
    if clock is not None:
        duties.end(desk.tx, clock, desk.now, "moved")
    matters.stand(desk.tx, party.id, to, times, desk.now)
    values = matters.content(desk.tx, one.row).get("values", {})
    _open(desk, one.regime, one.row, (party.id, times), party.role, party.unit, to, values, until)
    past = clock is not None and clock.due_at < at
    return "" if clock is None or not past else "late" if duties.firm(clock) else "suggested"


def _open(  # noqa: PLR0913, PLR0917  # a party, and where it stands
    desk: Desk,
    regime: Regime,
    row: Row[Any],
    party: tuple[int, int],
    role: str,
    unit: str,
    stage: str,
    values: Mapping[str, Any],
    until: date | None = None,
) -> None:
    """The clock of a body outside runs for whoever wrote to it: an answer that never comes is theirs to ask for."""
    at = regime.stages[stage]
    if at.duty is None:
        return
    away = held.outside(desk, unit)
    asked_by = matters.parties(desk.tx, row.id)[0] if away else None  # whoever began it
    whose = (asked_by.role, held.now_of(desk, asked_by.unit)) if asked_by is not None else (role, unit)
    owed = held.sits(desk, row, regime, *whose)
    if held.outside(desk, owed[0]):  # of another county: the clock of its part runs there
        return
    demand = desk.plan.duties[at.duty]
    demand = demand.posted if away and not unit.startswith(held.HOSTED) else demand
    began = _since(desk, at.since, values)
    due = courses.due(at, demand, values, desk.now, desk.plan.calendar, desk.plan.tz, until)
    about = {"kind": duties.MATTER, "unit": owed[0], "seat": owed[1], "period": row.number}
    look_at = opening.open_clock(desk.tx, desk.plan, demand, f"matter:{party[0]}:{party[1]}", began, due, about)
    desk.tx.due_now = desk.tx.due_now or look_at <= desk.now


def _since(desk: Desk, name: str | None, values: Mapping[str, Any]) -> datetime:
    """The day that was given, and never one that is still to come."""
    day = values.get(name) if name else None
    if not day:
        return desk.now
    return min(datetime.combine(date.fromisoformat(str(day)), datetime.min.time(), desk.plan.tz), desk.now)


# -- whom to tell --------------------------------------------------------------------------------------------------------


def _waiting_for(after: Held, by: Party) -> list[tuple[str, str]]:
    """What whoever began it does moves nobody else (补充): who goes on with it hears of it."""
    if not after.regime.begun_by(by.role):
        return []
    course = after.course
    at_work = (one for one in course.parties if one.unit != by.unit and not course.stage(one).ends)
    return [(one.role, one.unit) for one in at_work if course.regime.roles[one.role].sees == "all"]


def tell(desk: Desk, after: Held, done: Possible, moved: Iterable[tuple[str, str]] = ()) -> None:
    """Each party that came in or was moved by somebody else, and whoever began it; at night too where it is urgent. Whom a
    clock calls in this minute is not told twice."""
    starter = (after.starter.role, after.starter.unit)
    gave = _who_gave(after, done.by)
    own = after.regime.begun_by(done.by.role)
    both = dict.fromkeys((*moved, *gave, *([] if own else [starter])))
    called = {(clock.unit, clock.seat) for clock in after.debts if clock.closed_at is None and _rings(desk, clock)}
    if not after.regime.urgent:
        called &= desk.today.filled  # for an empty seat a proposed date calls nobody beyond its unit
    here = [(role, unit) for role, unit in both if not held.outside(desk, unit)]
    seats = [held.sits(desk, after.row, after.regime, role, unit) for role, unit in here]
    hears = [*(seat for seat in seats if seat not in called), *_still_alarmed(desk, after)]
    persons = held.persons(desk, hears, after.row.tip, stand_ins=not after.regime.sealed)
    told = list(dict.fromkeys(one for one in persons if one != desk.chat.person))
    about = {
        "regime": after.regime.id,
        "number": after.row.number,
        "unit": held.body(done.by.unit),
        "move": done.move.id,
    }
    about |= {"phone": views.phone(desk, after.row.unit), "origin": after.row.unit}
    about |= {"urgent": after.regime.urgent and not after.course.over}
    about |= {"title": views.alarm(desk, after)}
    say = Say("reminders:matter_moved", about, (Choice(f"go.matter.{after.row.id}", style="primary"),))
    once = f"matter:{after.row.id}:{done.move.id}:{done.party.id}:{desk.now.timestamp()}"
    desk.tell(told, say, once, owes=1, urgent=after.regime.urgent)


def _still_alarmed(desk: Desk, after: Held) -> list[tuple[str, str]]:
    """Whoever was called out about it, up to the county's leader, hears that it is over."""
    over = after.regime.urgent and after.course.over
    return [(seat.unit, seat.seat) for seat in held.alarmed(desk, after)] if over else []


def _who_gave(after: Held, by: Party) -> list[tuple[str, str]]:
    """An office that passed it on to a unit, and still owes an answer, hears what the unit does with it."""
    course = after.course
    givers = {role for move in course.regime.moves.values() if by.role in move.adds for role in move.by} - {by.role}
    return [(one.role, one.unit) for one in course.parties if one.role in givers and not course.stage(one).ends]


def _rings(desk: Desk, clock: Row[Any]) -> bool:
    """In this minute; or, at night, with the morning for which what is not urgent waits as well: nobody reads the list of the
    morning and then one line of it once more."""
    days = Days(desk.plan.calendar, desk.plan.tz, desk.plan.quiet)
    return clock.look_at is not None and clock.look_at <= days.awake(desk.now) and clock.step == 0
