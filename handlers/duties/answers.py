"""What whoever owes a duty may answer besides handing it in: done elsewhere, a promise, more time, somebody else.

The clock of the law goes on under each of them; only what ends it ends it.
"""

from datetime import date, datetime, timedelta
from typing import Any

from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import card, owed
from handlers.duties.owed import Owed
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain, said
from handlers.spoken import moves_on
from rules import deadlines, escalation
from rules.escalation import Days, Ladder
from rules.spoken_days import day_meant
from storage import duties, people

HOME: dict[str, Any] = {"about": ("_duty",), "home": card.NAME, "shows": "title"}


def own(desk: Desk, answers: Answers) -> Owed | None:
    """Held until the commit: of two who answer at once the second is told of the first."""
    one = owed.reach(desk, answers["_duty"], lock=True)
    return one if one is not None and one.own and one.open else None


def refused(desk: Desk, answers: Answers) -> Outcome:
    return card.no_longer(desk, owed.reach(desk, answers["_duty"]))


def facts(desk: Desk, answers: Answers) -> Facts:
    today = desk.now.astimezone(desk.plan.tz).date()
    return {"said": card.summary(desk, answers), "today": today, "calendar": desk.plan.calendar}


def morning(desk: Desk, day: date) -> datetime:
    """When reminders come on that day, or on the first working day after it."""
    days = Days(desk.plan.calendar, desk.plan.tz, desk.plan.quiet)
    midnight = datetime.combine(day, datetime.min.time(), desk.plan.tz)
    return days.awake(midnight.replace(hour=desk.plan.quiet.morning.hour, minute=desk.plan.quiet.morning.minute))


# -- a day, in words -----------------------------------------------------------------------------------------------------


def read_day(heard: Heard, facts: Facts) -> Any:
    """Today or later, as an ISO day of the county."""
    today = facts["today"]
    if heard.kind == "chose":
        return (today + timedelta(days=int(heard.choice.removeprefix("in_")))).isoformat()
    meant = day_meant(plain(heard.text), today, facts["calendar"]).day
    if meant is None:
        return Refused("want_day")
    return meant.isoformat() if meant > today else Refused("day_past")


SOON = tuple(Choice(f"in_{n}") for n in (1, 2, 3, 7))


def _soon(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return SOON


# -- done, without handing it in here ------------------------------------------------------------------------------------

DONE = Form("duties/done", (Question("reference", said(200)),), **HOME)


def done(desk: Desk, answers: Answers) -> Outcome:
    """With its reference: the number of a paper, the day, where it can be found."""
    one = own(desk, answers)
    if one is None or one.of_matter or not duties.end(desk.tx, one.row, desk.now, "done"):
        return refused(desk, answers)
    owed.entered(desk, one, "done", note=answers["reference"])
    owed.tell_receivers(desk, one, "done")
    return Outcome((Say("duties/done:done", owed.line(desk, one)),), ("go.todo", {}))


# -- a promise -----------------------------------------------------------------------------------------------------------

PATIENCE = 2  # working days for which a promise silences what is late
PROMISE = Form("duties/promise", (Question("until", chosen, _soon, read=read_day),), **HOME)


def promised(desk: Desk, answers: Answers) -> Outcome:
    """Silence until then, and never past the day it is due; what is late already is silent for some working days at most."""
    one = own(desk, answers)
    if one is None:
        return refused(desk, answers)
    today = desk.now.astimezone(desk.plan.tz).date()
    latest = desk.plan.calendar.add_workdays(today, PATIENCE).date
    meant, last = date.fromisoformat(answers["until"]), _last_day(desk, one)
    until = min(meant, last if last > today else latest)
    at = morning(desk, until)
    duties.change(desk.tx, one.row.id, look_at=at, promised=at)
    owed.entered(desk, one, "promised", until=deadlines.end_of(until, desk.plan.tz))
    about = owed.line(desk, one) | {"until": deadlines.end_of(until, desk.plan.tz).isoformat(), "cut": until < meant}
    return Outcome((Say("duties/promise:done", about),), ("go.todo", {}))


def _last_day(desk: Desk, one: Owed) -> date:
    last: datetime = one.row.due_at.astimezone(desk.plan.tz) - timedelta(microseconds=1)
    return last.date()


# -- more time -----------------------------------------------------------------------------------------------------------


def _reason(heard: Heard) -> Any:
    """确认 is a button's word, and no reason."""
    return Refused("no_content") if heard.kind == "said" and moves_on(heard.text) else said(300, 2)(heard)


EXTEND = Form("duties/extend", (Question("until", chosen, _soon, read=read_day), Question("reason", _reason)), **HOME)


def extend_facts(desk: Desk, answers: Answers) -> Facts:
    """With whom it is that answers; nobody, where the unit moves the day itself."""
    one = owed.reach(desk, answers["_duty"])
    asks = one is not None and not one.movable
    by = list(owed.deciding(desk, one) or owed.receivers(desk, one.demand)) if one is not None and asks else []
    return {**facts(desk, answers), "said": card.summary(desk, answers) | {"decides": by, "asks": asks}}


def asked(desk: Desk, answers: Answers) -> Outcome:
    """Whoever receives it, or has named the day, decides, once; a proposed date its unit moves itself."""
    one = own(desk, answers)
    if one is not None and not one.demand.extendable:
        return by_law(desk, one)
    if one is None or not one.extendable:
        return refused(desk, answers)
    until = deadlines.end_of(date.fromisoformat(answers["until"]), desk.plan.tz)
    if until <= one.row.due_at:
        return Outcome((Say("duties/extend:in_time", owed.line(desk, one)),), card.card(one))
    if one.movable:
        return moved(desk, one, until, answers["reason"])
    duties.change(desk.tx, one.row.id, asked_until=until)
    owed.entered(desk, one, "asked", note=answers["reason"], until=until)
    owed.tell_receivers(desk, one, "asked", until=until.isoformat())
    return Outcome((Say("duties/extend:asked", owed.line(desk, one) | {"until": until.isoformat()}),), ("go.todo", {}))


def by_law(desk: Desk, one: Owed) -> Outcome:
    """Nobody here may give more time than the law does."""
    return Outcome((Say("duties/extend:by_law", owed.line(desk, one) | {"law": one.demand.law}),), card.card(one))


def moved(desk: Desk, one: Owed, until: datetime, reason: str) -> Outcome:
    """To a later day, once; those reminders come that still lie before it, and none that has come already."""
    if not one.demand.extendable:
        return by_law(desk, one)
    plan, ladder = desk.plan, Ladder.loads(one.row.ladder)
    about = (one.row.opened_at, until, desk.now, plan.calendar, plan.tz, plan.quiet)
    stands = escalation.moved(ladder, *about)
    if not duties.extend(desk.tx, one.row.id, until, stands.look_at, stands.index):
        return card.no_longer(desk, one)
    duties.change(desk.tx, one.row.id, asked_until=None)
    owed.entered(desk, one, "extended", note=reason, until=until)
    owed.tell_unit(desk, one, "extended", until=until.isoformat())
    return Outcome((Say("duties/extend:done", {"until": until.isoformat()}),), card.card(one))


# -- somebody else -------------------------------------------------------------------------------------------------------

OTHER = Form("duties/other", (Question("act", chosen, lambda a, f: f["others"], asks="choice"),), **HOME)


def other_facts(desk: Desk, answers: Answers) -> Facts:
    one = owed.reach(desk, answers["_duty"])
    rest = ("help",) if one is not None and one.of_matter else ("not_ours", "help")  # a matter is handed back by a move
    able = ("delegate", *rest) if _colleagues(desk, answers) else rest
    return {"said": card.summary(desk, answers), "others": tuple(Choice(one) for one in able)}


def other(desk: Desk, answers: Answers) -> Outcome:
    return Outcome(next=(f"duties/{answers['act']}", {"_duty": answers["_duty"]}))


def _colleagues(desk: Desk, answers: Answers) -> tuple[int, ...]:
    """Who could answer it as well: seated where it is owed."""
    one = owed.reach(desk, answers["_duty"])
    seated = people.holders(desk.tx, desk.plan.id, one.row.unit, one.row.seat) if one is not None else []
    return tuple(person for person in seated if person != desk.person)


def _named(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(str(person), name) for person, name in facts["names"].items())


DELEGATE = Form(
    "duties/delegate", (Question("person", chosen, _named, when=lambda a, f: bool(f["names"]), asks="choice"),), **HOME
)


def delegate_facts(desk: Desk, answers: Answers) -> Facts:
    names = {person: people.name(desk.tx, person) for person in _colleagues(desk, answers)}
    return {"said": card.summary(desk, answers), "names": names}


def delegated(desk: Desk, answers: Answers) -> Outcome:
    one, person = own(desk, answers), int(answers.get("person") or 0)
    if one is not None and not person:
        return Outcome((Say("duties/delegate:nobody"),), card.card(one))
    if one is None or person not in _colleagues(desk, answers):
        return refused(desk, answers)
    duties.change(desk.tx, one.row.id, person=person)
    owed.entered(desk, one, "delegated", note=people.name(desk.tx, person))
    owed.tell(desk, one, [person], "delegated")
    return Outcome((Say("duties/delegate:done", {"who": people.name(desk.tx, person)}),), ("go.todo", {}))


NOT_OURS = Form("duties/not_ours", (Question("reason", said(300, 4)),), **HOME)


def not_ours(desk: Desk, answers: Answers) -> Outcome:
    """The receiver decides; what never leaves the unit ends with its own word."""
    one = own(desk, answers)
    if one is None or one.of_matter:
        return refused(desk, answers)
    owed.entered(desk, one, "not_ours", note=answers["reason"])
    if not one.firm:
        duties.end(desk.tx, one.row, desk.now, "not_ours")
    owed.tell_receivers(desk, one, "not_ours")
    return Outcome((Say("duties/not_ours:done", owed.line(desk, one)),), ("go.todo", {}))


HELP = Form("duties/help", (Question("words", said(500)),), **HOME)


def helped(desk: Desk, answers: Answers) -> Outcome:
    one = own(desk, answers)
    if one is None:
        return refused(desk, answers)
    owed.entered(desk, one, "help", note=answers["words"])
    owed.tell(desk, one, desk.today.hear(one.row.unit, "leader"), "help")
    owed.tell_receivers(desk, one, "help")
    return Outcome((Say("duties/help:done", owed.line(desk, one)),), ("go.todo", {}))


CONVERSATIONS = (
    Conversation(DONE, done, "staff", facts, void=card.void),
    Conversation(PROMISE, promised, "staff", facts, void=card.void),
    Conversation(EXTEND, asked, "staff", extend_facts, void=card.void),
    Conversation(OTHER, other, "staff", other_facts, void=card.void),
    Conversation(DELEGATE, delegated, "staff", delegate_facts, void=card.void),
    Conversation(NOT_OURS, not_ours, "staff", facts, void=card.void),
    Conversation(HELP, helped, "staff", facts, void=card.void),
)
