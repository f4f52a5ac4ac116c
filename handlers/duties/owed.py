"""A duty of the plan on somebody's desk: who may see it, who may answer it, who receives it; what is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.duties import of_matter
from handlers.forms import Choice, Say
from rules import deadlines, demands, routing
from rules.demands import Demand
from rules.pasted import sheet
from rules.periods import spoken
from rules.terms import SeatRef
from storage import attachments, duties, duty_moves, filings, people
from storage.attachments import Owner

Line = dict[str, Any]


@dataclass(frozen=True)
class Owed:
    """`own`: this person answers it; `receives`: they are told of it and decide; neither: they look on."""

    row: Row[Any]
    demand: Demand
    own: bool
    receives: bool
    carrier: int | None = None  # who has it, where that is not simply who sits there
    ordered_by: SeatRef | None = None  # the office that has named its day, and moves it

    @property
    def leaves(self) -> bool:
        """Whether it goes to its receivers at all: a proposed date never leaves its unit, one that may still move does."""
        return not self.demand.unleaving

    @property
    def open(self) -> bool:
        return self.row.closed_at is None

    @property
    def of_matter(self) -> bool:
        """Whether it is the clock of a matter: what ends it is a move there, and no word that it is done."""
        return bool(self.row.kind == duties.MATTER)

    @property
    def extendable(self) -> bool:
        """Whether more time may be asked for: once, and never of a law."""
        return self.demand.extendable and not (self.row.asked_until or self.row.extended)

    @property
    def firm(self) -> bool:
        """Whether anybody can be late on it."""
        return duties.firm(self.row)

    @property
    def movable(self) -> bool:
        """Whether its unit moves the day itself: it is our proposal, and no office has named it."""
        return not self.firm and self.ordered_by is None


def reach(desk: Desk, number: int, *, lock: bool = False) -> Owed | None:
    """None, and on record, for whoever has no part in it. `lock`: for a move, which no other may make meanwhile."""
    row = duties.by_id(desk.tx, number, lock=lock)
    found = _owed(desk, row) if row is not None else None
    if found is None:
        desk.audit("refused", str(number), "duty")
    elif lock:
        desk.not_before(duty_moves.latest(desk.tx, number))
    return found


def _owed(desk: Desk, row: Row[Any]) -> Owed | None:
    demand = desk.plan.duties.get(row.rule) if row.county == desk.plan.id and row.rule else None
    if demand is None or desk.chat.person is None or not of_matter.known(desk, row):
        return None
    carrier = carried_by(desk, row, demand)
    own = (row.unit, row.seat) in desk.seats or carrier in _selves(desk) or of_matter.stands_in(desk, row)
    ordered_by = of_matter.ordered_by(desk, row) if row.kind == duties.MATTER else None
    receives = ordered_by in desk.seats or (not demand.unleaving and bool(_receiving(desk, demand)))
    looks_on = row.unit in desk.units("leader") or (not demand.unleaving and oversees(desk))
    if not own and (not (receives or looks_on) or of_matter.sealed(desk, row)):
        return None
    return Owed(row, demand, own, receives, carrier, ordered_by)


def of_row(desk: Desk, row: Row[Any]) -> Owed | None:
    """None for whoever has no part in it."""
    return _owed(desk, row)


def carried_by(desk: Desk, row: Row[Any], demand: Demand) -> int | None:
    """Whoever moved elsewhere, or turned out to be involved, carries it no more: it is its unit's again."""
    if row.person is None or not of_matter.free(desk, row, [row.person]):
        return None
    to = demands.receiving(desk.plan, demand)
    return row.person if routing.may_carry(desk.plan, row.unit, to, desk.today.held(row.person)) else None


def _receiving(desk: Desk, demand: Demand) -> list[str]:
    """Those of this person's offices that receive it."""
    return sorted(set(desk.units("coordinator")) & set(receivers(desk, demand)))


def may_see_filing(desk: Desk, number: int) -> bool:
    """Whoever owed it and whoever receives it."""
    filed = filings.by_id(desk.tx, number)
    one = reach(desk, filed.duty) if filed is not None else None
    return one is not None and (one.own or one.receives)


def documents(desk: Desk, one: Owed) -> tuple[Line, ...]:
    """The files of what was handed in, as they hang under a message: cleaned copies only."""
    filed = filings.latest(desk.tx, one.row.id) if _may_read(desk, one) else None
    rows = attachments.of_owner(desk.tx, Owner("filing", filed.id)) if filed is not None else []
    ready = [(n, row) for n, row in enumerate(rows, 1) if row.state == "ready"]
    return tuple({"id": row.id, "n": n, "kind": row.family, "which": "clean"} for n, row in ready)


def receivers(desk: Desk, demand: Demand) -> tuple[str, ...]:
    """The offices it goes to; what goes to nobody is watched by those who coordinate."""
    return routing.watchers(desk.plan, demands.receiving(desk.plan, demand))


def deciding(desk: Desk, one: Owed) -> tuple[str, ...]:
    """The offices that answer for it: whoever has named its day, else those it goes to; nothing that is only our proposal leaves
    its unit."""
    if one.ordered_by is not None:
        return (one.ordered_by.unit,)
    return receivers(desk, one.demand) if one.leaves else ()


def mine(desk: Desk) -> list[Owed]:
    """What waits for this person to answer, the nearest first."""
    carries = _selves(desk)
    rows = duties.owed(desk.tx, desk.plan.id, {unit for unit, _ in desk.seats}, carries)
    found = (_owed(desk, row) for row in rows)
    return [one for one in found if one is not None and one.own and one.carrier in {None, *carries}]


def watched(desk: Desk) -> list[Owed]:
    """What the units are still to do whose leader this person is, and which is not theirs to answer or to decide; to look at."""
    rows = duties.owed(desk.tx, desk.plan.id, desk.units("leader"), ())
    found = (_owed(desk, row) for row in rows if row.unit in desk.units("leader"))
    return [one for one in found if one is not None and not one.own and not one.receives]


def oversees(desk: Desk) -> bool:
    """Whether they look at what the whole county owes."""
    return tuple(desk.plan.head.ref) in desk.seats


def received(desk: Desk) -> list[Owed]:
    """What is still owed to an office of this person's, the nearest first."""
    mine = set(desk.units("coordinator"))
    rules = [key for key, one in desk.plan.duties.items() if mine & set(receivers(desk, one))] if mine else []
    found = (_owed(desk, row) for row in duties.of_rules(desk.tx, desk.plan.id, rules))
    return [one for one in found if one is not None and one.receives]


def _selves(desk: Desk) -> set[int]:
    """Oneself, and everybody one stands in for."""
    return {desk.person, *(one.person for one in desk.behind)}


def _acts_for(desk: Desk, one: Owed) -> list[str]:
    seat = (one.row.unit, one.row.seat)
    offices = [(unit, "coordinator") for unit in receivers(desk, one.demand)] if one.receives and not one.own else []
    return desk.acts_for(seat, *offices, carrier=one.carrier)


def called(desk: Desk, one: Owed, *, whose: bool = False) -> str:
    """As a button calls it: two of one name are told apart by their period, and by whose they are."""
    period = spoken(one.row.period, desk.chat.language)
    name = one.demand.name.in_(desk.chat.language)
    if one.of_matter and (waits := of_matter.waits(desk, one.row)) is not None:
        name = f"{name} · {waits['to']}"
    unit = f"{desk.plan.units[one.row.unit].name.in_(desk.chat.language)} · " if whose else ""
    return f"{unit}{name} {period}".strip()


def door(desk: Desk, one: Owed) -> Choice:
    """Of one's own; what was taken over for another unit is called by that."""
    return Choice(f"go.duty.{one.row.id}", called(desk, one, whose=(one.row.unit, one.row.seat) not in desk.seats))


def line(desk: Desk, one: Owed) -> Line:
    row = one.row
    return {
        "id": row.id,
        "rule": row.rule,
        "period": row.period,
        "unit": row.unit,
        "due": matter.stamp(row.due_at),
        "suggested": duties.suggested(row),
        "provisional": row.provisional,
        "past": row.due_at < desk.now,
        "days": deadlines.days_past(row.due_at, desk.now, desk.plan.tz),
        "asked_until": matter.stamp(row.asked_until),
        "promised": _promised(desk, one),
        "extended": row.extended,
        "waits": of_matter.waits(desk, row) if one.of_matter else None,
        "who": people.name(desk.tx, one.carrier),
        "theirs": one.own and (row.unit, row.seat) not in desk.seats,
        "away": one.open and desk.today.nobody_back(row.unit, row.seat),
        "ended": row.ended,
        "closed": matter.stamp(row.closed_at),
    }


def _promised(desk: Desk, one: Owed) -> str | None:
    """A day that was promised and has not come."""
    until = duty_moves.promised(desk.tx, one.row.id) if one.open else None
    return matter.stamp(until) if until is not None and until > desk.now else None


def whole(desk: Desk, one: Owed) -> Line:
    """For its card: the line, who says so, to whom it goes, what happened, and the receipts of what was handed in."""
    demand, filed = one.demand, filings.latest(desk.tx, one.row.id)
    return line(desk, one) | {
        "to": list(demands.receiving(desk.plan, demand)),
        "matter": of_matter.told(desk, one.row) if one.of_matter else None,
        "clause": demand.clause,
        "law": demand.law,
        "origin": str(one.row.origin),
        "tone": demands.tone(desk.plan, one.row.unit) if one.row.unit in desk.plan.units else "notice",
        "course": [_told(desk, told) for told in duty_moves.course(desk.tx, one.row.id)],
        "receipts": [_receipt(desk, row) for row in filings.receipts(desk.tx, filed.id)] if filed is not None else [],
        "sheet": _sheet(desk, filed) if filed is not None and _may_read(desk, one) else "",
        "nil": filed is not None and filed.nil,
        "revision": filed.revision if filed is not None else 0,
        "own": one.own,
        "asked": _asked(desk, demand),
        "acts_for": _acts_for(desk, one),
    }


def _asked(desk: Desk, demand: Demand) -> Line | None:
    """Of what an office asks beyond the plan: who, why so soon, and what explains it, where a chat may show that."""
    if (asked := demand.asked) is None:
        return None
    shown = desk.entrance.disclosure.duties == "full"
    words = {"words": asked.words if shown else "", "withheld": bool(asked.words) and not shown}
    return {"by": demand.to[0], "why": asked.urgent, "minutes": demand.minutes} | words


def _told(desk: Desk, told: dict[str, Any]) -> Line:
    when = {"at": matter.stamp(told["at"]), "until": matter.stamp(told["until"])}
    return told | when | {"who": people.name(desk.tx, told["person"])}


def _may_read(desk: Desk, one: Owed) -> bool:
    """Whoever owed it and whoever receives it, where a chat may show it."""
    return (one.own or one.receives) and desk.entrance.disclosure.duties == "full"


def _sheet(desk: Desk, filed: Row[Any]) -> str:
    """What was handed in, as the list it was asked for; of a form that has changed since, what still has a name."""
    content = filings.content(desk.tx, filed)
    form = desk.plan.forms.get(content["form"])
    return sheet(form, content["values"], desk.chat.language) if form is not None else ""


def _receipt(desk: Desk, row: Row[Any]) -> Line:
    about = {"unit": row.unit, "number": row.number, "status": row.status, "at": matter.stamp(row.at)}
    return about | {"remarks": filings.remarks(desk.tx, row)}


def entered(desk: Desk, one: Owed, name: str, *, note: str = "", until: datetime | None = None) -> None:
    """One entry in its course and one in the audit."""
    acting = one.row.unit if one.own else next(iter(_receiving(desk, one.demand)), one.row.unit)
    duty_moves.move(desk.tx, one.row, desk.now, name, unit=acting, person=desk.person, until=until, note=note)
    desk.audit(f"duty_{name}", str(one.row.id), one.row.unit)


def tell(desk: Desk, one: Owed, persons: list[int], what: str, **data: Any) -> None:
    """A card that opens it, to each of these but who has just done it. What is not urgent rings for nobody at night."""
    about = {"rule": one.row.rule, "period": one.row.period, "unit": one.row.unit} | data
    say = Say(f"reminders:duty_{what}", about, (Choice(f"go.duty.{one.row.id}", style="primary"),))
    others = [person for person in persons if person != desk.person]
    once = f"{duties.pushed(None, one.row.id)}{what}:{desk.now.timestamp()}"
    desk.tell(others, say, once, owes=1, calm=not desk.plan.ladders[one.demand.ladder].urgent)


def tell_receivers(desk: Desk, one: Owed, what: str, **data: Any) -> None:
    told = of_matter.free(
        desk, one.row, (person for unit in deciding(desk, one) for person in desk.today.news(unit, "coordinator"))
    )
    tell(desk, one, list(dict.fromkeys(told)), what, **data)


def tell_unit(desk: Desk, one: Owed, what: str, **data: Any) -> None:
    tell(desk, one, hearers(desk, one), what, **data)


def hearers(desk: Desk, one: Owed) -> list[int]:
    """Who hears of it where it is owed."""
    carries = one.carrier and desk.today.in_place_of(one.carrier)
    hear = [carries] if carries else desk.today.news(one.row.unit, one.row.seat)
    return of_matter.free(desk, one.row, hear)
