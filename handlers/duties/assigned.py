"""我布置的: what one's office has asked of units, what has come of it, and the two things that may still be done to all of it:
the day moved, or the whole taken back. Whoever has heard of it is told once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asking, owed
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, said
from rules import asks, escalation
from rules.asks import Ask
from rules.deadlines import Due
from rules.due_days import Asked
from rules.escalation import Ladder
from storage import asks as rows
from storage import duties, duty_moves, people
from storage.seated import local_day

NAME, SHOWN = "duties/assigned", 12
LISTED = timedelta(days=120)  # how far back the list goes
Line = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """An ask of an office of whoever speaks, and the duties it opened."""

    ask: Ask
    row: Row[Any]
    duties: list[Row[Any]]

    @property
    def waiting(self) -> list[Row[Any]]:
        return [one for one in self.duties if one.closed_at is None]


def opened(desk: Desk, argument: str) -> Outcome:
    if argument:
        given = _reach(desk, matter.row_of(argument))
        return Outcome(next=(NAME, {"_ask": given.row.id})) if given else Outcome((Say("staff/todo:unknown"),))
    own = asking.offices(desk)
    if not own:
        return Outcome((Say("duties/assign:not_yours"),))
    found = [_given(desk, row) for row in rows.of_offices(desk.tx, desk.plan.id, own, desk.now - LISTED)[:SHOWN]]
    doors = tuple(Choice(f"go.assigned.{one.row.id}", one.ask.title) for one in found)
    ends = (Choice("go.assign", style="primary"), Choice("go.menu", style="quiet"))
    return Outcome((Say(f"{NAME}:list", {"asks": [_line(desk, one) for one in found]}, (*doors, *ends)),))


def _reach(desk: Desk, number: int | None, *, lock: bool = False) -> Given | None:
    """None, and on record, for whoever is of another office."""
    row = rows.by_id(desk.tx, number, lock=lock) if number is not None else None
    if row is None or row.county != desk.plan.id or row.office not in asking.offices(desk):
        matter.refused(desk, str(number), "ask")
        return None
    return _given(desk, row)


def _given(desk: Desk, row: Row[Any]) -> Given:
    ask = rows.read(desk.tx, desk.plan, row)
    return Given(ask, row, duties.of_case(desk.tx, desk.plan.id, ask.rule, asks.PERIOD))


def _line(desk: Desk, given: Given) -> Line:
    due = Asked(given.ask.by).due(desk.plan.calendar, desk.plan.tz)
    return {
        "title": given.ask.title,
        "due": due.at.isoformat(),
        "provisional": due.provisional,
        "asked": len(given.duties),
        "waiting": len(given.waiting),
        "back": matter.stamp(given.row.taken_back_at),
    }


# -- one of them ---------------------------------------------------------------------------------------------------------


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    acts = tuple(Choice(one) for one in ("lengthen", "take_back")) if facts["open"] else ()
    return (*facts["doors"], *acts, Choice("leave", style="quiet"))


CARD = Form(
    NAME,
    (Question("act", chosen, _acts, asks="choice"),),
    about=("_ask",),
    shows="title",
    short=True,
    way_out={"act": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    given = _reach(desk, answers["_ask"])
    if given is None:
        return {"said": {"gone": True}, "open": False, "doors": ()}
    names = {one.id: desk.plan.units[one.unit].name.in_(desk.chat.language) for one in given.duties}
    doors = tuple(Choice(f"go.duty.{one.id}", names[one.id]) for one in given.waiting)
    told = _line(desk, given) | {"words": given.ask.words, "urgent": given.ask.urgent, "minutes": given.ask.minutes}
    told |= {"who": people.name(desk.tx, given.row.made_by), "at": matter.stamp(given.row.made_at)}
    came = [_came(desk, one) for one in given.duties]
    return {"said": told | {"units": came}, "open": bool(given.waiting), "doors": doors}


def _came(desk: Desk, row: Row[Any]) -> Line:
    """What a unit answered, in its own words where it wrote any."""
    course = duty_moves.course(desk.tx, row.id)
    last = next((one for one in reversed(course) if one["person"] is not None), None)
    about = {"unit": row.unit, "due": row.due_at.isoformat(), "ended": row.ended}
    about |= {"past": duties.firm(row) and row.due_at < desk.now}
    about |= {"away": row.closed_at is None and desk.today.nobody_back(row.unit, row.seat)}
    if last is None:
        return about | {"move": None, "at": None, "until": None, "note": ""}
    when = {"at": matter.stamp(last["at"]), "until": matter.stamp(last["until"])}
    return about | when | {"move": last["move"], "note": last["note"]}


def acted(desk: Desk, answers: Answers) -> Outcome:
    if answers["act"] == "leave":
        return Outcome(next=("go.assigned", {}))
    return Outcome(next=(f"duties/{answers['act']}", {"_ask": answers["_ask"]}))


def _about(desk: Desk, answers: Answers) -> Line:
    given = _reach(desk, answers["_ask"])
    return _line(desk, given) if given is not None else {"gone": True}


def _held(desk: Desk, answers: Answers) -> Given | None:
    """While something of it still waits. Held until the commit."""
    given = _reach(desk, answers["_ask"], lock=True)
    return given if given is not None and given.waiting else None


def _over(answers: Answers) -> Outcome:
    return Outcome((Say(f"{NAME}:over"),), (NAME, {"_ask": answers["_ask"]}))


def void(desk: Desk, answers: Answers) -> str | None:
    """Everybody has answered, or it was taken back meanwhile."""
    given = _reach(desk, answers["_ask"])
    return None if given is not None and given.waiting else f"{NAME}:over"


# -- the day moved, for all ----------------------------------------------------------------------------------------------


def _later(heard: Heard, facts: Facts) -> Any:
    """What is too near is said at once: nobody gives reasons for a day that cannot be."""
    day = asking.read_by(heard, facts)
    if isinstance(day, Refused) or not asks.too_near(date.fromisoformat(day), facts["today"], facts["plan"]):
        return day
    return Refused("by_too_near", {"earliest": facts["said"]["earliest"]})


LENGTHEN = Form(
    "duties/lengthen",
    (
        Question("by", chosen, lambda a, f: asking.DAYS, read=_later),
        Question("reason", said(300, 2), optional=True),
    ),
    about=("_ask",),
    home=NAME,
    shows="title",
)


def lengthen_facts(desk: Desk, answers: Answers) -> Facts:
    today = local_day(desk.plan, desk.now)
    earliest = asks.earliest(today, desk.plan.calendar).isoformat()
    said_of_it = _about(desk, answers) | {"earliest": earliest}
    return {"today": today, "calendar": desk.plan.calendar, "plan": desk.plan, "said": said_of_it}


def lengthened(desk: Desk, answers: Answers) -> Outcome:
    """Never to less than whoever is asked anew would have. Who was given a later day keeps it."""
    given = _held(desk, answers)
    if given is None:
        return _over(answers)
    by, today = date.fromisoformat(answers["by"]), local_day(desk.plan, desk.now)
    if asks.too_near(by, today, desk.plan):
        earliest = asks.earliest(today, desk.plan.calendar).isoformat()
        return Outcome((Say("duties/lengthen:too_near", {"earliest": earliest}),), _card(given))
    due = Asked(by).due(desk.plan.calendar, desk.plan.tz)
    if by == given.row.day:
        return Outcome((Say("duties/lengthen:same", {"due": due.at.isoformat()}),), _card(given))
    rows.lengthen(desk.tx, desk.plan, given.row, by)
    moved = [one for one in given.waiting if not (one.extended and one.due_at >= due.at)]
    known = [one for one in moved if _heard_of(desk, one)]  # the others hear of it with its new day
    for one in moved:
        _move(desk, given, one, due, answers.get("reason") or "")
    _tell_once(desk, given, known, "redated", until=due.at.isoformat(), reason=answers.get("reason") or "")
    desk.audit("duty_redated", given.ask.rule, due.day.isoformat())
    desk.tx.due_now = True
    told = {"title": given.ask.title, "due": due.at.isoformat(), "count": len(known)}
    return Outcome((Say("duties/lengthen:done", told),), _card(given))


def _heard_of(desk: Desk, row: Row[Any]) -> bool:
    return bool(row.step or duty_moves.latest(desk.tx, row.id))


def _card(given: Given) -> tuple[str, Answers]:
    return NAME, {"_ask": given.row.id}


def _move(desk: Desk, given: Given, row: Row[Any], due: Due, reason: str) -> None:
    """Those reminders come that still lie before it; a promise stands, and more time is asked for no longer where there is."""
    plan = desk.plan
    stands = escalation.moved(
        Ladder.loads(row.ladder), row.opened_at, due.at, desk.now, plan.calendar, plan.tz, plan.quiet
    )
    asked_until = row.asked_until if row.asked_until is not None and row.asked_until > due.at else None
    look_at = min(filter(None, (stands.look_at, row.promised)), default=None)
    when = {"due_at": due.at, "provisional": due.provisional, "step": stands.index, "look_at": look_at}
    duties.change(desk.tx, row.id, **when, asked_until=asked_until)
    _entered(desk, given, row, "redated", note=reason, until=due.at)


def _entered(desk: Desk, given: Given, row: Row[Any], name: str, *, note: str, until: datetime | None = None) -> None:
    office, person = given.ask.office, desk.person
    duty_moves.move(desk.tx, row, desk.now, name, unit=office, person=person, until=until, note=note)


# -- taken back ----------------------------------------------------------------------------------------------------------

TAKE_BACK = Form(
    "duties/take_back", (Question("reason", said(300, 2)),), review=True, about=("_ask",), home=NAME, shows="title"
)


def back_facts(desk: Desk, answers: Answers) -> Facts:
    return {"said": _about(desk, answers)}


def taken_back(desk: Desk, answers: Answers) -> Outcome:
    """What was answered stays; nothing else waits any more, and its cards offer nothing."""
    given = _held(desk, answers)
    if given is None:
        return _over(answers)
    rows.take_back(desk.tx, given.row, desk.now)
    ended = [one for one in given.waiting if duties.end(desk.tx, one, desk.now, "taken_back")]
    known = [one for one in ended if _heard_of(desk, one)]
    for one in ended:
        _entered(desk, given, one, "taken_back", note=answers["reason"])
    heard = _tell_once(desk, given, known, "taken_back", reason=answers["reason"])
    desk.audit("duty_taken_back", given.ask.rule, str(len(ended)))
    desk.tx.due_now = True
    told = {"title": given.ask.title, "count": len(ended), "heard": heard}
    return Outcome((Say("duties/take_back:done", told),), ("go.assigned", {}))


def _tell_once(desk: Desk, given: Given, about: list[Row[Any]], what: str, **data: Any) -> int:
    """One message to each person, however many units they sit in; how many were told. It wakes nobody whom the ask did not."""
    found: dict[int, Row[Any]] = {}
    for row in about:
        for person in _hear(desk, row):
            found.setdefault(person, row)
    found.pop(desk.person, None)
    for person, row in found.items():
        told = {"rule": row.rule, "period": row.period, "unit": row.unit, "by": given.ask.office} | data
        say = Say(f"reminders:duty_{what}", told, (Choice(f"go.duty.{row.id}", style="primary"),))
        once = f"{duties.pushed(None, row.id)}{what}:{given.row.revision}:{person}"
        desk.tell([person], say, once, owes=1, calm=not given.ask.urgent)
    return len(found)


def _hear(desk: Desk, row: Row[Any]) -> list[int]:
    """Whoever carries it, or stands in for them, as long as they are of its unit; else who sits there."""
    one = owed.of_row(desk, row)
    carries = desk.today.in_place_of(one.carrier) if one is not None and one.carrier is not None else None
    return [carries] if carries is not None else desk.today.news(row.unit, row.seat)


CONVERSATIONS = (
    Conversation(CARD, acted, "staff", facts, void=asking.void),
    Conversation(LENGTHEN, lengthened, "staff", lengthen_facts, void=void),
    Conversation(TAKE_BACK, taken_back, "staff", back_facts, void=void),
)
