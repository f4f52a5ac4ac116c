"""待办: what waits for this person, as things to open. The same list for intake, liaisons and those who watch the register.

And 查: a plate, a phone, a link or a parcel number -> the tips this person may read that carry it.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.bulletins import listed as bulletins
from handlers.bulletins import pieces
from handlers.desk import Desk, Outcome
from handlers.duties import board, owed, waiting
from handlers.forms import Choice, Say
from handlers.meetings import listed as meetings
from handlers.meetings import seen as seen_meetings
from handlers.notices import drafts, received
from rules.marks import sought
from rules.visibility import Power
from storage import duties, handovers, likeness, merges, notices, people, tips

MENU = {
    "intake": ("go.todo", "go.oral"),
    "coordinator": (
        "go.todo",
        "go.owed",
        "go.matters",
        "go.assign",
        "go.assigned",
        "go.notices",
        "go.meetings",
        "go.oral",
        "go.invite",
        "go.roster",
        "go.groups",
        "go.shifts",
        "go.calendar",
    ),
    "duty": ("go.todo", "go.oral", "go.shifts"),
    "liaison": ("go.todo", "go.matters", "go.notices", "go.meetings"),
    "leader": ("go.todo", "go.owed", "go.matters", "go.notices", "go.meetings"),
}
SHOWN = 20


def menu(desk: Desk) -> list[Say]:
    """By role: what these seats can start from here."""
    ids = [one for kind, ones in MENU.items() if desk.holds(kind) for one in ones] or ["go.todo"]
    ids += ["go.bulletins"] if pieces.able(desk) else []
    ids += ["go.ours", "go.directory", "go.leave", "go.morning", "go.sessions", "go.login"]
    return [Say("staff/todo:menu", counts(desk), tuple(Choice(one) for one in dict.fromkeys(ids)))]


def counts(desk: Desk) -> dict[str, Any]:
    readable, register, sealed = _tips(desk)
    takes_in = desk.holds("intake", "coordinator", "duty", "sealed")
    about = {"tips": len(readable), "leads": len(_leads(desk)), "register": len(register) + len(sealed)}
    acts_for = [people.name(desk.tx, one.person) for one in desk.behind]
    return about | {
        "takes_in": takes_in,
        "acts_for": acts_for,
        "owed": len(owed.mine(desk)),
        "waits": len(waiting.decisions(desk)),
        "notices": received.waiting(desk),
        "meetings": meetings.owing(desk),
        "to_approve": len(drafts.waiting(desk)),
        "bulletins": bulletins.waiting(desk),
    }


def _tips(desk: Desk) -> tuple[list[Row[Any]], list[Row[Any]], list[Row[Any]]]:
    """(those I may read, of which I see number, age and lateness, of which only the number: the sealed ones). A lead of
    my unit stands among the leads alone, and not here once more as a tip I may only count. First those whose author may be in
    danger, then what happens now, then the oldest."""
    found: dict[Power, list[Row[Any]]] = {Power.READ: [], Power.SEE_REGISTER: [], Power.SEE_NUMBER: []}
    led = {given.tip for given, _ in _leads(desk)}
    outliving = list(tips.by_ids(desk.tx, duties.outliving(desk.tx, desk.plan.id)).values())
    ended = [one for one in matter.allowed(desk, outliving, Power.READ) if one.status not in tips.OPEN]
    found[Power.READ] += ended  # what it ended in is no end of the danger
    for page in tips.listing(desk.tx, desk.plan.id, tips.OPEN):
        rest = {row.id: row for row in page}
        for power, mine in found.items():
            able = matter.allowed(desk, list(rest.values()), power)
            mine.extend(rest.pop(row.id) for row in able)
    exposed = merges.exposed(desk.tx, [row.id for row in found[Power.READ]])
    readable, register, sealed = (
        sorted(mine, key=lambda row: (row.id not in exposed, not row.urgent, row.received_at))
        for mine in found.values()
    )
    watched = [row for row in register if row.id not in led]
    return readable, watched, [row for row in sealed if row.route == "sealed"]


def _leads(desk: Desk) -> list[tuple[Row[Any], Row[Any]]]:
    """Handed-over copies of my units that I may work on or, as a leader, read: urgent first, then the oldest."""
    given = handovers.of_units(desk.tx, desk.plan.id, desk.units("liaison", "leader"))
    rows = list(tips.by_ids(desk.tx, {one.tip for one in given}).values())
    mine = {row.id: row for row in matter.allowed(desk, rows, Power.READ_COPY)}
    return sorted(
        ((one, mine[one.tip]) for one in given if one.tip in mine),
        key=lambda pair: (not pair[1].urgent, pair[0].made_at),
    )


def open_to(desk: Desk) -> tuple[list[Row[Any]], list[tuple[Row[Any], Row[Any]]]]:
    """The tips and the leads that this person may open."""
    return _tips(desk)[0], _leads(desk)


def todo(desk: Desk, start: int = 0) -> list[Say]:
    """From each list as many as a telephone shows; what it has more is one press away."""
    readable, register, sealed = _tips(desk)
    leads, asked, waits = _leads(desk), owed.mine(desk), waiting.decisions(desk)
    watched, to_approve, met = owed.watched(desk), drafts.waiting(desk), meetings.waiting(desk)
    longest = max(len(one) for one in (readable, register, sealed, leads, asked, waits, watched))
    start = start if start < longest else 0
    shown = slice(start, start + SHOWN)
    data = {
        "tips": [matter.line(desk, row) for row in readable[shown]],
        "leads": [lead_line(desk, given, tip) for given, tip in leads[shown]],
        "watched": [owed.line(desk, one) for one in watched[shown]],
        "overseen": board.overseen(desk),
        "notices": received.waiting(desk),
        "to_approve": len(to_approve),
        "meetings": [seen_meetings.line(desk, one) for one in met[:SHOWN]],
        "bulletins": bulletins.waiting(desk),
        "register": [matter.register(desk, row) for row in register[shown]],
        "sealed": [row.number for row in sealed[shown]],
        "waits": [one.line for one in waits[shown]],
        "owed": [owed.line(desk, one) for one in asked[shown]],
        "total": {
            "waits": len(waits),
            "owed": len(asked),
            "tips": len(readable),
            "leads": len(leads),
            "register": len(register) + len(sealed),
        },
        "paged": longest > SHOWN,
    }
    choices = [Choice(f"go.open.{row.number}", row.number) for row in readable[shown]]
    choices += [Choice(f"go.lead.{given.id}", tip.number) for given, tip in leads[shown]]
    choices += [one.door for one in waits[shown]]
    choices += [owed.door(desk, one) for one in asked[shown]]
    choices += [Choice(f"go.duty.{one.row.id}", owed.called(desk, one, whose=True)) for one in watched[shown]]
    choices += [seen_meetings.door(one) for one in met[:SHOWN]]
    choices += [Choice("go.notices")] if data["notices"] else []
    choices += [Choice(f"go.draft.{row.id}", notices.read(desk.tx, row).title) for row in to_approve[:SHOWN]]
    choices += [Choice("go.bulletins")] if data["bulletins"] else []
    choices += [Choice("go.owed")] if data["overseen"] else []
    choices += [Choice(f"go.more.{start + SHOWN}")] if longest > start + SHOWN else []
    return [Say("staff/todo:list", data, (*choices, Choice("go.menu", style="quiet")))]


def more(desk: Desk, start: str) -> Outcome:
    return Outcome(tuple(todo(desk, matter.row_of(start) or 0)))


def lead_line(desk: Desk, given: Row[Any], tip: Row[Any]) -> matter.Line:
    """Its own clocks only: that a named informant is to be told is nobody's business here."""
    desk.about.add(tip.id)
    own = [one for one in matter.clocks(desk, tip) if one["handover"] == given.id and one["kind"] != "tell_filing"]
    return {
        "number": tip.number,
        "unit": given.unit,
        "status": given.status,
        "at": matter.stamp(given.made_at),
        "final": given.final,
        "clocks": own,
        "late": matter.late(own),
    }


def search(desk: Desk, words: str) -> Outcome:
    """By HMAC: nothing can be searched but what is named whole. What one may not read is not found, and it is on record."""
    mark = sought(words)
    if mark is None:
        return Outcome((Say("staff/todo:cannot_search"),))
    carrying = likeness.carrying(desk.tx, desk.plan.id, *mark)
    readable = matter.allowed(desk, carrying, Power.READ)
    desk.audit("searched", mark.kind, str(len(readable)))
    for row in carrying:
        if row not in readable:
            matter.refused(desk, row.number, "search")
    choices = tuple(Choice(f"go.open.{row.number}", row.number) for row in readable[:SHOWN])
    lines = [matter.line(desk, row) for row in readable[:SHOWN]]
    return Outcome((Say("staff/todo:found", {"tips": lines}, (*choices, Choice("go.todo", style="quiet"))),))
