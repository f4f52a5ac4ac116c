"""A meeting on somebody's desk: whether they are invited or lead it, and what of it is shown to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice
from handlers.notices.scene import Scene
from rules.county import Plan
from rules.deadlines import end_of
from rules.meetings import Answer, Meeting, MeetingKind, by_unit, comes
from rules.terms import UnitId
from rules.unit_sets import members
from storage import attachments, meetings, notices, people
from storage.attachments import Owner

NAME = "meetings/card"
GONE = "staff/todo:unknown"
LISTED = timedelta(days=400)  # how far back the list goes: the last of a yearly one
Line = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """`invited`: every unit, reached or not; `hosts`: of these who only calls or chairs it; `mine`: those for which whoever speaks may
    answer; `leads`: they may change it, and record how it was."""

    row: Row[Any]
    meeting: Meeting
    kind: MeetingKind | None
    invited: tuple[UnitId, ...]
    hosts: frozenset[UnitId]
    answers: tuple[Answer, ...]
    mine: tuple[UnitId, ...]
    leads: bool

    @cached_property
    def units(self) -> dict[UnitId, Answer]:
        return by_unit(self.answers)

    @cached_property
    def asked(self) -> dict[UnitId, Answer]:
        """Who calls or chairs it is asked for no answer, and is not counted."""
        return {unit: answer for unit, answer in self.units.items() if unit not in self.hosts}

    def comes(self, unit: UnitId) -> bool:
        """Who hosts it comes, unless they have said that they don't."""
        answer = self.units[unit]
        return comes(answer) or (unit in self.hosts and answer.reply is None)

    def owes(self, now: datetime) -> bool:
        """Whether one of their units has still to say whether it comes."""
        return self.meeting.open(now) and any(
            unit in self.asked and self.units[unit].reply is None for unit in self.mine
        )


def reach(desk: Desk, number: int | None, *, lock: bool = False) -> Seen | None:
    """None, and on record, for whoever is neither invited nor leads it. `lock`: for what no other may do meanwhile."""
    row = meetings.by_id(desk.tx, number, lock=lock) if number is not None else None
    found = of_row(desk, row) if row is not None and row.county == desk.plan.id else None
    if found is None or not (found.leads or found.mine):
        matter.refused(desk, str(number), "meeting")
        return None
    return found


def of_row(desk: Desk, row: Row[Any]) -> Seen:
    kind, told, sent = (
        desk.plan.meetings.get(row.kind),
        notices.receipts(desk.tx, row.id),
        notices.by_id(desk.tx, row.id),
    )
    order = {unit: n for n, unit in enumerate(desk.plan.units)}
    told.sort(key=lambda one: order.get(one.unit, len(order)))
    answers = tuple(meetings.answer(desk.tx, one) for one in told)
    named = notices.whom(sent).units if sent is not None else ()
    units = {*(one.unit for one in told), *named}
    invited = tuple(sorted(units, key=lambda unit: order.get(unit, len(order))))
    mine = tuple(dict.fromkeys(one.unit for one in told if _for_me(desk, one)))
    hosts = _hosts(desk.plan, row.office, kind, named)
    return Seen(row, meetings.read(desk.tx, row), kind, invited, hosts, answers, mine, leads(desk, row.office, kind))


def _hosts(plan: Plan, office: UnitId, kind: MeetingKind | None, named: Iterable[UnitId]) -> frozenset[UnitId]:
    return frozenset((office, *(members(plan, kind.by) if kind else ()))) - frozenset(named)


def hosts(scene: Scene, number: int) -> frozenset[UnitId]:
    """Who calls or chairs it, and is not invited as a unit: they hear of it and owe no answer. None of what is no meeting."""
    row, sent = meetings.by_id(scene.tx, number), notices.by_id(scene.tx, number)
    if row is None or sent is None:
        return frozenset()
    return _hosts(scene.plan, row.office, scene.plan.meetings.get(row.kind), notices.whom(sent).units)


def leaders(desk: Desk, one: Seen) -> list[int]:
    """Whoever coordinates one of the offices that lead it, and whoever chairs it now."""
    offices_ = dict.fromkeys((one.meeting.office, *(members(desk.plan, one.kind.by) if one.kind else ())))
    able = (unit for unit in offices_ if desk.plan.seat_exists(unit, "coordinator"))
    coordinators = [person for unit in able for person in desk.today.news(unit, "coordinator")]
    return [*coordinators, *(chairs(desk, one.kind) if one.kind else ())]


def chairs(desk: Desk, kind: MeetingKind) -> list[int]:
    """The leaders of those of `by` that have no coordinator who could call it (YX-3.5b)."""
    units = members(desk.plan, kind.by) if kind.chair else ()
    able = (unit for unit in units if not desk.plan.seat_exists(unit, "coordinator"))
    return [who for unit in able for who in desk.today.news(unit, "leader")]


def _for_me(desk: Desk, told: Row[Any]) -> bool:
    """To whom it was sent while they are of the unit, who sits there or stands in for them, and whoever else may speak for it."""
    here = told.unit in desk.units("liaison", "leader")
    return here or (told.person == desk.person and desk.sits_in(told.unit)) or (told.unit, told.seat) in desk.seats


def leads(desk: Desk, office: str, kind: MeetingKind | None) -> bool:
    """Each of the offices that may call such a meeting leads it, whichever of them did."""
    return bool({office, *(members(desk.plan, kind.by) if kind else ())} & set(offices(desk)))


def may_see_file(desk: Desk, number: int) -> bool:
    """Material and minutes: whoever is invited, or leads it."""
    return reach(desk, number) is not None


def shown_whole(desk: Desk) -> bool:
    """Whether a chat may show more of it than its name and time."""
    return desk.entrance.disclosure.duties == "full"


def card(one: Seen) -> tuple[str, Answers]:
    return NAME, {"_meeting": one.row.id}


# -- what is shown -------------------------------------------------------------------------------------------------------


def line(desk: Desk, one: Seen) -> Line:
    """In a list, and above every question about it."""
    meeting = one.meeting
    reply = next((one.units[unit].reply for unit in one.mine), None)
    return meeting.when(desk.plan.tz) | {
        "title": meeting.about.title,
        "office": meeting.office,
        "status": meeting.status,
        "past": meeting.begun(desk.now),
        "reply": reply,
        "owes": one.owes(desk.now),
        "leads": one.leads,
        "replied": sum(answer.reply is not None for answer in one.asked.values()),
        "coming": sum(comes(answer) for answer in one.asked.values()),
        "units": len([unit for unit in one.invited if unit not in one.hosts]),
    }


def whole(desk: Desk, one: Seen) -> Line:
    """For its card: what a chat may show of it."""
    notice = notices.by_id(desk.tx, one.row.id)
    until = end_of(notice.until, desk.plan.tz).isoformat() if notice is not None and notice.until else None
    told = line(desk, one) | {
        "chair": one.kind.chair.in_(desk.chat.language) if one.kind and one.kind.chair else "",
        "until": until if one.meeting.open(desk.now) else None,
        "who": people.name(desk.tx, notice.made_by) if notice is not None else "",
        "changed": matter.stamp(one.meeting.changed) if one.meeting.status == "called" else None,
        "withheld": not shown_whole(desk),
    }
    bare: Line = {"mine": [mine | {"words": "", "who": ""} for mine in _mine(desk, one)]}
    return told | _WITHHELD | bare | (_within(desk, one) if shown_whole(desk) else {})


_WITHHELD: Line = {
    **dict.fromkeys(("place", "link", "minutes", "why"), ""),
    **dict.fromkeys(("agenda", "invited", "unreached", "mine", "came", "missed", "decided"), ()),
    "files": 0,
}


def _within(desk: Desk, one: Seen) -> Line:
    about, came = one.meeting.about, meetings.attendance(desk.tx, one.row.id)
    return {
        "place": about.place,
        "link": about.link,
        "agenda": list(about.agenda),
        "files": len(links(desk, one)),
        "invited": [_answered(desk, one, answer) for answer in one.asked.values()] if one.leads else [],
        "unreached": [unit for unit in one.invited if unit not in one.units] if one.leads else [],
        "mine": _mine(desk, one),
        "came": [unit for unit, there in came.items() if there],
        "missed": [unit for unit, there in came.items() if not there],
        "decided": _decided(meetings.decided(desk.tx, one.row.id)),
        **meetings.told_after(desk.tx, one.row),
    }


def _mine(desk: Desk, one: Seen) -> list[Line]:
    """Of a host only what they have said."""
    answers = (one.units[unit] for unit in one.mine)
    return [_answered(desk, one, answer) for answer in answers if answer.unit in one.asked or answer.reply]


def _answered(desk: Desk, one: Seen, answer: Answer) -> Line:
    return {
        "unit": answer.unit,
        "reply": answer.reply,
        "words": answer.words,
        "who": people.name(desk.tx, answer.person) if answer.reply else "",
        "at": matter.stamp(answer.at),
        "before": answer.of_before(one.meeting) and one.meeting.status == "called",
    }


def _decided(found: Iterable[meetings.Decided]) -> list[Line]:
    """As it was decided: what several are to do together is one."""
    together = groupby(found, key=lambda one: (one.by, one.words, one.ask))
    return [
        {"units": [one.unit for one in ones], "by": by.isoformat(), "words": words, "asked": ask is not None}
        for (by, words, ask), ones in together
    ]


def links(desk: Desk, one: Seen) -> tuple[Line, ...]:
    """Material, minutes: cleaned copies only."""
    owners: Iterable[Owner] = (Owner("meeting", one.row.id), Owner("minutes", one.row.id))
    rows = [row for owner in owners for row in attachments.of_owner(desk.tx, owner)]
    ready = [(n, row) for n, row in enumerate(rows, 1) if row.state == "ready"]
    return tuple({"id": row.id, "n": n, "kind": row.family, "which": "clean"} for n, row in ready)


def door(one: Seen) -> Choice:
    return Choice(f"go.meeting.{one.row.id}", one.meeting.about.title)
