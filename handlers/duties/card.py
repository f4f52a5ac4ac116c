"""One duty of the plan: its card, and the doors to every answer.

Acknowledging, promising and asking stop the nagging, never the clock of the law. Each answer asks again, in its own
transaction, whether it is still to be given: an old card says what has been recorded meanwhile.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import exhibits, matter
from handlers.card import card_form
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import owed
from handlers.duties.owed import Line, Owed
from handlers.forms import Answers, Facts, Say
from handlers.matters import card as matter_card
from storage import duty_moves, filings, people

NAME = "duties/card"
PRIMARY = ("file", "done", "allow", "take_note")


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: the duty's number, and after a dot what it is called on the button. The clock of a matter is opened there; where
    more time is asked for, here: the reason and the answer are the duty's."""
    number = matter.row_of(argument.partition(".")[0])
    one = owed.reach(desk, number) if number is not None else None
    if one is not None and one.of_matter and not (one.receives and one.row.asked_until):
        return matter_card.opened(desk, one.row.period)
    if one is not None:
        return Outcome(next=(NAME, {"_duty": number} | exhibits.opening(desk)))
    return Outcome((Say("staff/todo:unknown"),))


def straight(act: str) -> Callable[[Desk, str], Outcome]:
    """From a reminder's button, without opening the card first; what is no longer to be done shows how it stands."""

    def pressed(desk: Desk, argument: str) -> Outcome:
        number = matter.row_of(argument.partition(".")[0])
        one = owed.reach(desk, number) if number is not None else None
        if one is None:
            return Outcome((Say("staff/todo:unknown"),))
        if act not in _acts_of(desk, one):
            return no_longer(desk, one)
        return Outcome(next=(f"duties/{act}", {"_duty": one.row.id}))

    return pressed


def card(one: Owed) -> tuple[str, Answers]:
    return NAME, {"_duty": one.row.id}


def no_longer(desk: Desk, one: Owed | None) -> Outcome:
    """Already recorded, by whom and when."""
    if one is None:
        return Outcome((Say("staff/todo:unknown"),))
    acts = [told for told in duty_moves.course(desk.tx, one.row.id) if told["person"] is not None]
    last: Line = acts[-1] if acts else {"move": "", "person": None, "at": None}
    about = {"move": last["move"], "who": people.name(desk.tx, last["person"]), "at": matter.stamp(last["at"])}
    return Outcome((Say("duties/card:recorded", about),), card(one))


def void(desk: Desk, answers: Answers) -> str | None:
    """Somebody ended it while this form was being filled in."""
    one = owed.reach(desk, answers["_duty"])
    return None if one is not None and one.open else "duties/card:ended"


def facts(desk: Desk, answers: Answers) -> Facts:
    one = owed.reach(desk, answers["_duty"])
    if one is None:
        return {"said": {"gone": True}, "acts": ()}
    links = owed.documents(desk, one) if exhibits.just_opened(desk, answers) else ()
    return {"said": owed.whole(desk, one), "acts": _acts_of(desk, one), "links": links}


def _acts_of(desk: Desk, one: Owed) -> tuple[str, ...]:
    return (*(_answers_of(desk, one) if one.own else ()), *(_decisions_of(desk, one) if one.receives else ()))


def _answers_of(desk: Desk, one: Owed) -> tuple[str, ...]:
    if not one.open:
        return ()
    if one.of_matter:
        return ("promise", *(("extend",) if one.extendable else ()), "other")
    form = desk.plan.forms.get(one.demand.form or "")
    files = (("file", "nil") if may_be_nil(desk, one) else ("file",)) if form is not None else ()
    return (*files, "done", "promise", *(("extend",) if one.extendable else ()), "other")


def may_be_nil(desk: Desk, one: Owed) -> bool:
    """What was handed in with figures and returned is no nil report."""
    form = desk.plan.forms.get(one.demand.form or "")
    back = filings.handed_back(desk.tx, one.row.id) if form is not None and form.nil else None
    return form is not None and form.nil and (back is None or back[0].nil)


def _decisions_of(desk: Desk, one: Owed) -> tuple[str, ...]:
    if not one.open:
        return ("take_note", "return") if _undecided(desk, one) else ()
    if one.carrier == desk.person:  # who took it over urges nobody and asks nobody for time
        return ("phone", *(() if one.of_matter else ("waive",)))
    return (
        *(("allow",) if one.row.asked_until and one.demand.extendable else ()),
        *(("refuse",) if one.row.asked_until else ()),
        "urge",
        "phone",
        *(("prolong",) if one.demand.extendable else ()),
        "take_over",
        *(() if one.of_matter else ("waive",)),
    )


def _undecided(desk: Desk, one: Owed) -> bool:
    latest = filings.latest(desk.tx, one.row.id)
    found = [] if latest is None else filings.receipts(desk.tx, latest.id)
    return any(row.unit in desk.units("coordinator") and row.status == "sent" for row in found)


FORM = replace(card_form(NAME, "_duty", **dict.fromkeys(PRIMARY, "primary")), shows="title")


def finish(desk: Desk, answers: Answers) -> Outcome:
    if answers["act"] == "leave":
        return Outcome((), ("go.todo", {}))
    return Outcome(next=(f"duties/{answers['act']}", {"_duty": answers["_duty"]}))


def summary(desk: Desk, answers: Answers) -> Line:
    """What an answer's question says of what it is about."""
    one = owed.reach(desk, answers["_duty"])
    return owed.line(desk, one) if one is not None else {"gone": True}


CONVERSATION = Conversation(FORM, finish, "staff", facts)
