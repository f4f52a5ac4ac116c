"""What whoever receives a duty may do about it: allow or refuse more time, urge, look up the telephone, take it over, let it
go. Each is a new entry in its course."""

from datetime import date

from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import answers as given
from handlers.duties import card, owed, urging
from handlers.duties.owed import Owed
from handlers.forms import Answers, Choice, Form, Question, Say, chosen, said
from rules import deadlines
from storage import duties


def _received(desk: Desk, answers: Answers) -> Owed | None:
    one = owed.reach(desk, answers["_duty"], lock=True)
    return one if one is not None and one.receives and one.open else None


# -- more time -----------------------------------------------------------------------------------------------------------


def allowed(desk: Desk, answers: Answers) -> Outcome:
    one = _received(desk, answers)
    if one is None or one.row.asked_until is None:
        return given.refused(desk, answers)
    return given.moved(desk, one, one.row.asked_until, "")


REFUSE = Form("duties/refuse", (Question("reason", said(300, 2)),), **given.HOME)


def refused(desk: Desk, answers: Answers) -> Outcome:
    one = _received(desk, answers)
    if one is None or one.row.asked_until is None:
        return given.refused(desk, answers)
    duties.change(desk.tx, one.row.id, asked_until=None)
    owed.entered(desk, one, "refused", note=answers["reason"])
    owed.tell_unit(desk, one, "refused", reason=answers["reason"], due=one.row.due_at.isoformat())
    return Outcome((Say("duties/refuse:done", owed.line(desk, one)),), card.card(one))


PROLONG = Form(
    "duties/prolong",
    (Question("until", chosen, lambda a, f: given.SOON, read=given.read_day), Question("reason", said(300, 2))),
    **given.HOME,
)


def prolonged(desk: Desk, answers: Answers) -> Outcome:
    """Of one's own accord."""
    one = _received(desk, answers)
    if one is None:
        return given.refused(desk, answers)
    until = deadlines.end_of(date.fromisoformat(answers["until"]), desk.plan.tz)
    if until <= one.row.due_at:
        return Outcome((Say("duties/extend:in_time", owed.line(desk, one)),), card.card(one))
    return given.moved(desk, one, until, answers["reason"])


# -- in one press --------------------------------------------------------------------------------------------------------


def urged(desk: Desk, answers: Answers) -> Outcome:
    """Once a day: whoever was urged this morning is not urged by each office anew."""
    one = _received(desk, answers)
    if one is None:
        return given.refused(desk, answers)
    if urging.urged_today(desk, one):
        return card.no_longer(desk, one)
    owed.entered(desk, one, "urged")
    owed.tell_unit(desk, one, "urged")
    return Outcome((Say("duties/card:urged", owed.line(desk, one)),), card.card(one))


def phone(desk: Desk, answers: Answers) -> Outcome:
    one = owed.reach(desk, answers["_duty"])
    if one is None or not one.receives:
        return given.refused(desk, answers)
    unit = desk.plan.units[one.row.unit]
    return Outcome((Say("duties/card:phone", {"unit": unit.id, "phone": unit.phone}),), card.card(one))


TAKE_OVER = Form(
    "duties/take_over",
    (
        Question(
            "sure",
            chosen,
            lambda a, f: (Choice("take_it", style="primary"), Choice("leave", style="quiet")),
            asks="choice",
        ),
    ),
    **given.HOME,
    way_out={"sure": "leave"},
)


def taken_over(desk: Desk, answers: Answers) -> Outcome:
    """From here on it waits for whoever took it over; what was heard by telephone they can hand in."""
    one = _received(desk, answers)
    if one is not None and answers["sure"] == "leave":
        return Outcome((), card.card(one))
    if one is None or one.carrier == desk.person:
        return given.refused(desk, answers)
    duties.change(desk.tx, one.row.id, person=desk.person)
    owed.entered(desk, one, "taken_over")
    owed.tell_unit(desk, one, "taken_over")
    return Outcome((Say("duties/card:taken_over", owed.line(desk, one)),), card.card(one))


WAIVE = Form("duties/waive", (Question("reason", said(300, 4)),), review=True, **given.HOME)


def waived(desk: Desk, answers: Answers) -> Outcome:
    one = _received(desk, answers)
    if one is None or one.of_matter or not duties.end(desk.tx, one.row, desk.now, "waived"):
        return given.refused(desk, answers)
    owed.entered(desk, one, "waived", note=answers["reason"])
    owed.tell_unit(desk, one, "waived", reason=answers["reason"])
    return Outcome((Say("duties/waive:done", owed.line(desk, one)),), ("go.todo", {}))


def at_once(name: str) -> Form:
    """Asks nothing: pressed, it is done."""
    return Form(name, (), **given.HOME)


CONVERSATIONS = (
    Conversation(at_once("duties/allow"), allowed, "coordinator", given.facts),
    Conversation(REFUSE, refused, "coordinator", given.facts, void=card.void),
    Conversation(PROLONG, prolonged, "coordinator", given.facts, void=card.void),
    Conversation(at_once("duties/urge"), urged, "coordinator", given.facts),
    Conversation(at_once("duties/phone"), phone, "coordinator", given.facts),
    Conversation(TAKE_OVER, taken_over, "coordinator", given.facts, void=card.void),
    Conversation(WAIVE, waived, "coordinator", given.facts, void=card.void),
)
