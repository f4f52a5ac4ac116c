"""What is shown of a matter: as a line of a list, as its card, and how its parties are called; each as far as one may see it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.matters import empty, held
from handlers.matters.held import Held
from rules import deadlines
from rules.courses import Party
from rules.pasted import sheet
from rules.regimes import ASKED_BY
from storage import attachments, duties, matter_moves, matters, people
from storage.attachments import Owner

Line = dict[str, Any]


def may_read(desk: Desk, one: Held) -> bool:
    """What was handed in, where a chat may show it."""
    return one.sees == "all" and desk.entrance.disclosure.duties == "full"


def title(desk: Desk, one: Held) -> str:
    """What it is called, where more than its kind may be said."""
    named = one.sees != "number" and desk.entrance.disclosure.duties == "full"
    return str(matters.content(desk.tx, one.row).get("title", "")) if named else ""


def alarm(desk: Desk, one: Held) -> str:
    """What whoever is called out reads of it at once; nothing that a tip told. Where a chat may not show it, it is left out as it
    leaves (`handlers.disclosure`)."""
    open_ = one.regime.urgent and matters.tells_of(desk.tx, one.row) is None
    return str(matters.content(desk.tx, one.row).get("title", "")) if open_ else ""


def line(desk: Desk, one: Held) -> Line:
    return {
        "id": one.row.id,
        "number": one.row.number,
        "regime": one.regime.id,
        "unit": one.row.unit,
        "urgent": one.row.urgent,
        "opened": matter.stamp(one.row.opened_at),
        "over": one.course.over or one.row.pulled_at is not None,
        "pulled": one.row.pulled_at is not None,
        "title": title(desk, one),
        "awaits": held.awaits(desk, one),
        "mine": [{"role": party.role, "stage": party.stage} | _due(desk, one, party.id) for party in one.mine],
    }


def _due(desk: Desk, one: Held, party: int) -> Line:
    return due(desk, one.clock(party))


def due(desk: Desk, clock: Row[Any] | None) -> Line:
    """Late is what its clock says."""
    if clock is None:
        return {"due": None, "suggested": False, "provisional": False, "past": False, "days": 0}
    return {
        "due": matter.stamp(clock.due_at),
        "suggested": duties.suggested(clock),
        "provisional": clock.provisional,
        "past": clock.due_at < desk.now,
        "days": deadlines.days_past(clock.due_at, desk.now, desk.plan.tz),
    }


def whole(desk: Desk, one: Held) -> Line:
    """For its card: where each stands, what it says, what happened."""
    content = matters.content(desk.tx, one.row)
    read = may_read(desk, one)
    moves = _course(desk, one)
    return line(desk, one) | {
        "sees": one.sees,
        "phone": phone(desk, one.row.unit) if one.regime.urgent else "",
        "calls": one.regime.urgent and one.row.unit not in {held.now_of(desk, unit) for unit, _ in desk.seats},
        "parties": [_party(desk, one, party) for party in one.course.parties] if one.sees != "number" else [],
        "course": [_told(desk, one, move, read) for move in moves],
        "sheet": (filled(desk, form_of(one, content), content.get("values", {})) or _theirs(desk, content))
        if read
        else "",
        "linked": _linked(desk, one) if one.sees != "number" else [],
        "received": _received(desk, content) if read else None,
        "files": len(files(desk, one)) if one.sees == "all" else 0,
        "late": [],
    }


def _course(desk: Desk, one: Held) -> list[Row[Any]]:
    """Of a sealed one too, to whoever has a part in it: days and numbers of papers are what is kept of it. Who is barred is named to
    nobody but whoever has the tip."""
    if one.sees == "number" and (one.row.pulled_at is not None or not (one.regime.sealed and one.mine)):
        return []
    moves = matter_moves.of_matter(desk.tx, one.row.id)
    return [move for move in moves if move.move not in (held.BARRED, held.FREED) or one.starter in one.mine]


def form_of(one: Held, content: Mapping[str, Any]) -> str | None:
    """The form it was begun with, by whichever door."""
    form: str | None = content.get("form", one.regime.form)
    return form


def _linked(desk: Desk, one: Held) -> list[Line]:
    """What it goes on from and what goes on from it, by number; a sealed one is named nowhere else."""
    parent, children = matters.linked(desk.tx, one.row)
    both = [(row, "onward") for row in children] + ([(parent, "from")] if parent is not None else [])
    regimes = desk.plan.regimes
    return [
        {"regime": row.regime, "number": row.number, "way": way}
        for row, way in both
        if row.regime in regimes and not regimes[row.regime].sealed
    ]


def awaited_by_post(party: Row[Any]) -> str:
    """Of a body outside: its signed stub first, then its answer."""
    return "receipt" if party.times == 1 else "answer"


def phone(desk: Desk, unit: str) -> str:
    known = desk.plan.units.get(held.body(unit))
    return (known.phone or "") if known else ""


def _party(desk: Desk, one: Held, party: Party) -> Line:
    row = one.rows[party.id]
    about = {
        "role": party.role,
        "unit": held.body(party.unit),
        "label": matters.label(desk.tx, row),
        "stage": party.stage,
        "seat": one.regime.roles[party.role].seat,
        "empty": empty.of_party(desk, one.course, party, one.row.tip),
        "reached": row.times > 1,
    }
    about |= {"away": awaited_by_post(row) if party.outside else ""}
    return about | {"number": row.number, "since": matter.stamp(row.entered_at)} | _due(desk, one, party.id)


def _told(desk: Desk, one: Held, move: Row[Any], read: bool) -> Line:
    words = _words(desk, one, move, read)
    party = one.rows.get(move.party)
    form = desk.plan.forms.get(words.get("form", ""))
    return {
        "at": matter.stamp(move.at),
        "move": move.move,
        "stage": move.stage,
        "unit": held.body(move.unit),
        "who": people.name(desk.tx, move.person),
        "standing": words.get("for", ""),
        "of": held.body(party.unit) if party is not None and party.unit != move.unit else "",
        "label": matters.label(desk.tx, party) if party is not None and party.unit != move.unit else "",
        "until": matter.stamp(move.until),
        "recorded": move.recorded,
        "late": move.late,
        "words": [words[name] for name in ("reason", "note", "reference") if words.get(name)],
        "on": words.get("on"),
        "to": [label or unit_name(desk, unit) for unit, label in words.get("to", ())],
        "sheet": sheet(form, words.get("values", {}), desk.chat.language) if form is not None else _theirs(desk, words),
    }


def _words(desk: Desk, one: Held, move: Row[Any], read: bool) -> Mapping[str, Any]:
    """Only to whoever may read them; of a sealed one the number and the day of a paper."""
    sealed = one.regime.sealed and desk.entrance.disclosure.duties == "full"
    said = matter_moves.said(desk.tx, move) if read or sealed else {}
    return said if read else {name: said[name] for name in ("reference", "on") if name in said}


def _theirs(desk: Desk, kept: Mapping[str, Any]) -> str:
    """What was filled in by another county's form, as it was there."""
    return str(kept.get("sheet", {}).get(desk.chat.language, ""))


def _received(desk: Desk, content: Mapping[str, Any]) -> Line | None:
    """From whom in the other county it came, and by what number it is asked after there."""
    told, language = content.get("from"), desk.chat.language
    if told is None:
        return None
    return (
        {"regime": told["regime"][language], "unit": told["unit"][language]}
        | {name: told[name] for name in ("phone", "number")}
        | {"by": content.get("values", {}).get(ASKED_BY)}
    )


def filled(desk: Desk, name: str | None, values: Mapping[str, Any]) -> str:
    """What was handed in, as the list it was asked for."""
    form = desk.plan.forms.get(name or "")
    return sheet(form, values, desk.chat.language) if form is not None else ""


def files(desk: Desk, one: Held) -> tuple[Line, ...]:
    """As they hang under a message: cleaned copies only."""
    ready = [
        (n, row)
        for n, row in enumerate(attachments.of_owner(desk.tx, Owner("matter", one.row.id)), 1)
        if row.state == "ready"
    ]
    return tuple({"id": row.id, "n": n, "kind": row.family, "which": "clean"} for n, row in ready)


def party_name(desk: Desk, one: Held, party: Party) -> str:
    """As people call it: the unit, or what a place was named."""
    return matters.label(desk.tx, one.rows[party.id]) or unit_name(desk, held.body(party.unit))


def unit_name(desk: Desk, unit: str) -> str:
    """A unit of the plan, or another county of the deployment."""
    known = desk.setting.plans.get(unit[1:]) if unit.startswith(held.HOSTED) else desk.plan.units.get(unit)
    return known.name.in_(desk.chat.language) if known else unit


def called(desk: Desk, one: Held) -> str:
    """As a button calls it."""
    return f"{one.regime.name.in_(desk.chat.language)} {one.row.number}"
