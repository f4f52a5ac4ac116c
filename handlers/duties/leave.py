"""请假 11-25到11-28: what waits for somebody goes to a deputy (AB角) on these days and comes back by itself; 销假 ends them
earlier. Where nobody stands in, the unit's leader hears meanwhile."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain
from rules.calendar import Calendar
from rules.spoken_days import backwards, span_meant
from storage import absences, people
from storage.seated import local_day

NOBODY = "nobody"


def asked(desk: Desk, argument: str) -> Outcome:
    """`argument`: the days, where they were said with it."""
    about = (argument, local_day(desk.plan, desk.now), desk.plan.calendar)
    if span := span_meant(*about):
        return Outcome(next=(FORM.name, {"days": [day.isoformat() for day in span]}))
    why = f"common:why_{_unread(*about)}"
    return Outcome((Say(why),) if argument else (), (FORM.name, {}))


def _unread(words: str, today: date, calendar: Calendar) -> str:
    return "span_backwards" if backwards(words, today, calendar) else "want_span"


def _days(heard: Heard, facts: Facts) -> Any:
    """From which day to which, both included, as ISO days of the county."""
    span = span_meant(plain(heard.text), facts["today"], facts["calendar"]) if heard.kind == "said" else None
    if span is None:
        return Refused(_unread(plain(heard.text), facts["today"], facts["calendar"]))
    return [day.isoformat() for day in span]


def _offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    each = (Choice(str(person), label) for person, (_, label) in facts["colleagues"].items())
    return (*each, Choice(NOBODY, style="quiet"))


def _named(words: str, facts: Facts) -> str | None:
    """The one whose name stands there: 乙, 由乙代."""
    found = [person for person, (name, _) in facts["colleagues"].items() if name and name in words]
    return str(found[0]) if len(found) == 1 else None


FORM = Form(
    "duties/leave",
    (
        Question("days", chosen, read=_days),
        Question("deputy", chosen, _offered, lambda a, f: bool(f["colleagues"]), asks="choice", named=_named),
    ),
)


def facts(desk: Desk, answers: Answers) -> Facts:
    today = local_day(desk.plan, desk.now)
    before = absences.of_person(desk.tx, desk.person, today)
    said = {"before": _told(before.first, before.last) if before is not None else None}
    colleagues = _colleagues(desk, *_span(answers)) if answers.get("days") else {}
    return {"said": said, "today": today, "calendar": desk.plan.calendar, "colleagues": colleagues}


def _span(answers: Answers) -> tuple[date, date]:
    first, last = map(date.fromisoformat, answers["days"])
    return first, last


def _told(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]


def _colleagues(desk: Desk, first: date, last: date) -> dict[int, tuple[str, str]]:
    """Who can stand in: seated in a unit of theirs, first those in the same seat, nobody who is away on one of these days."""
    units = {unit for unit, _ in desk.own}
    held: dict[int, list[tuple[str, str]]] = {}
    for row in people.roster(desk.tx, desk.plan.id):
        if row.unit in units and row.person != desk.person:
            held.setdefault(row.person, []).append((row.unit, row.seat))
    free = [one for one in held if not _away_then(desk, one, first, last)]
    free.sort(key=lambda one: (desk.own.isdisjoint(held[one]), one))
    names = {one: people.name(desk.tx, one) for one in free}
    return {one: (name, f"{name} · {_seats(desk, held[one])}") for one, name in names.items()}


def _away_then(desk: Desk, person: int, first: date, last: date) -> bool:
    other = absences.of_person(desk.tx, person, first)
    return other is not None and other.first <= last


def _seats(desk: Desk, held: Iterable[tuple[str, str]]) -> str:
    kinds = dict.fromkeys(kind for _, kind in held if kind in desk.plan.seats)
    return "、".join(desk.plan.seats[kind].name.in_(desk.chat.language) for kind in kinds)


def left(desk: Desk, answers: Answers) -> Outcome:
    first, last = _span(answers)
    if last < local_day(desk.plan, desk.now):  # the question stood open for days
        return Outcome((Say("duties/leave:over"),), ("go.leave", {}))
    deputy = int(answers["deputy"]) if answers.get("deputy", NOBODY) != NOBODY else None
    if deputy is not None and deputy not in _colleagues(desk, first, last):
        return Outcome((Say("duties/leave:deputy_gone"),), (FORM.name, {"days": answers["days"]}))
    before = absences.of_person(desk.tx, desk.person, local_day(desk.plan, desk.now))
    absences.away(desk.tx, desk.plan.id, desk.person, first, last, deputy, desk.now)
    desk.audit("away", str(desk.person), f"{first}/{last} {deputy or '-'}")
    if before is not None and before.deputy not in (None, deputy):
        _tell(desk, [before.deputy], "deputy_back", {})
    about = {"days": answers["days"], "deputy": people.name(desk.tx, deputy)}
    _tell(desk, [deputy] if deputy else [], "deputy", about)
    _tell(desk, [one for one in _leaders(desk) if one != deputy], "leader", about)
    told = about | {"unheard": deputy is None and _unheard(desk, first, last)}
    return Outcome((Say("duties/leave:done", told),), ("go.menu", {}))


def _unheard(desk: Desk, first: date, last: date) -> bool:
    """A unit of theirs has no leader, or none who is there then: what comes for it reaches nobody in it."""
    led = (people.holders(desk.tx, desk.plan.id, unit, "leader") for unit in {unit for unit, _ in desk.own})
    there = ([one for one in found if one != desk.person and not _away_then(desk, one, first, last)] for found in led)
    return not all(there)


def back(desk: Desk) -> list[Say]:
    """销假. What is over by itself needs no word."""
    row = absences.of_person(desk.tx, desk.person, local_day(desk.plan, desk.now))
    if row is None or not absences.back(desk.tx, desk.person, desk.now):
        return [Say("duties/leave:not_away")]
    desk.audit("back", str(desk.person))
    _tell(desk, [row.deputy] if row.deputy else [], "deputy_back", {})
    _tell(desk, [one for one in _leaders(desk) if one != row.deputy], "leader_back", {})
    begun = row.first <= local_day(desk.plan, desk.now)
    return [Say("duties/leave:back", {"begun": begun, "deputy": people.name(desk.tx, row.deputy)})]


def _leaders(desk: Desk) -> list[int]:
    units = sorted({unit for unit, _ in desk.own})
    found = [one for unit in units for one in people.holders(desk.tx, desk.plan.id, unit, "leader")]
    return [one for one in dict.fromkeys(found) if one != desk.person]


def _tell(desk: Desk, persons: list[int], what: str, about: dict[str, Any]) -> None:
    data = {"who": people.name(desk.tx, desk.person)} | about
    say = Say(f"duties/leave:told_{what}", data, (Choice("go.todo", style="quiet"),))
    desk.tell(persons, say, f"leave:{desk.person}:{what}:{desk.now.timestamp()}")


CONVERSATION = Conversation(FORM, left, "staff", facts)
