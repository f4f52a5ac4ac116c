"""值班表: the next fortnight of a unit's duty, kept in the chat by whoever holds the duty seat there or coordinates. It says who
is called; everybody who holds the seat may act."""

from datetime import date, timedelta
from typing import Any

from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain
from rules.shift_lines import shifts_meant
from storage import people, shifts
from storage.seated import local_day

SHOWN = 14  # days
KEEPERS = "coordinator|duty"


def asked(desk: Desk, argument: str) -> Outcome:
    """`argument`: lines, where they were written below the word."""
    units = _units(desk)
    if not units or not may_hold(desk, KEEPERS):
        return Outcome((Say("duties/shifts:not_yours"),))
    unit = {"unit": units[0]} if len(units) == 1 else {}
    return Outcome(next=(FORM.name, unit | ({"_lines": argument} if argument else {})))


def _units(desk: Desk) -> list[str]:
    """Where one has the duty; for coordinators their own unit, and the one that is called for the county."""
    own, coordinated = desk.units("duty"), desk.units("coordinator")
    found = dict.fromkeys((*own, *coordinated, *((desk.plan.duty.unit,) if coordinated else ())))
    return [unit for unit in found if desk.plan.seat_exists(unit, "duty")]


def _offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(unit, of="units") for unit in facts["units"])


def _lines(heard: Heard, facts: Facts) -> Any:
    if heard.kind == "chose":
        return heard.choice
    text = plain(heard.text) if heard.kind == "said" else ""
    return text if any(map(str.isdigit, text)) or len(text) > 2 else Refused("want_shifts")


FORM = Form(
    "duties/shifts",
    (
        Question("unit", chosen, _offered, asks="choice"),
        Question(
            "lines", chosen, lambda a, f: (Choice("leave", style="quiet"),), lambda a, f: "_lines" not in a, read=_lines
        ),
    ),
    way_out={"lines": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    unit = answers.get("unit")
    said = _table(desk, unit) if unit else {}
    return {"units": _units(desk), "said": said}


def _table(desk: Desk, unit: str) -> dict[str, Any]:
    first = local_day(desk.plan, desk.now)
    days = [first + timedelta(days=n) for n in range(SHOWN)]
    known = shifts.between(desk.tx, desk.plan.id, unit, first, days[-1])
    holders = _holders(desk, unit)
    rows = [
        {
            "day": day.isoformat(),
            "weekday": day.weekday(),
            "names": [holders[one] for one in known.get(day, ()) if one in holders],
        }
        for day in days
    ]
    return {"unit": unit, "days": rows, "holders": list(holders.values())}


def _holders(desk: Desk, unit: str) -> dict[int, str]:
    return {one: people.name(desk.tx, one) for one in people.holders(desk.tx, desk.plan.id, unit, "duty")}


def kept(desk: Desk, answers: Answers) -> Outcome:
    """What was understood is set; what was not is said, and changes nothing."""
    text = answers.get("_lines") or answers.get("lines", "leave")
    if text == "leave" or answers.get("unit") not in _units(desk):
        return Outcome(next=("go.menu", {}))
    unit = answers["unit"]
    found = shifts_meant(text, _by_name(desk, unit), local_day(desk.plan, desk.now), desk.plan.calendar)
    shifts.put(desk.tx, desk.plan.id, unit, found.days)
    if found.days:
        desk.audit("shifts", unit, _days(found.days))
    told = {"days": len(found.days), "unknown": list(found.unknown), "unread": [one[:40] for one in found.unread]}
    return Outcome((Say("duties/shifts:done", told),), (FORM.name, {"unit": unit}))


def _by_name(desk: Desk, unit: str) -> dict[str, int]:
    """Two of one name are nobody's: they are told apart nowhere here."""
    names = list(_holders(desk, unit).items())
    return {name: one for one, name in names if sum(name == other for _, other in names) == 1}


def _days(days: dict[date, list[int]]) -> str:
    return f"{min(days)}/{max(days)} {len(days)}"


CONVERSATION = Conversation(FORM, kept, KEEPERS, facts)
