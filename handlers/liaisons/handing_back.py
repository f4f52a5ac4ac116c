"""A unit hands a lead back, once, with a reason and the unit that it thinks is right."""

from handlers import matter, units
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say
from handlers.liaisons.lead import entered, no_longer, reach, void
from rules import routing
from rules.visibility import Power
from storage import duties, handovers


def _others(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*units.offered(answers, facts, "right"), Choice("nobody"))


GIVE_BACK = Form(
    "liaisons/give_back",
    (Question("reason", wording.written(500, 4)), Question("right", units.typed, _others, asks="choice")),
    review=True,
    about=("_lead",),
    home="liaisons/lead",
)


def give_back_facts(desk: Desk, answers: Answers) -> Facts:
    """Every unit of the plan, the involved ones too: who is left out of a list is named by it. First those the copy mentions,
    and those to which the plan sends such things."""
    lead = reach(desk, answers["_lead"], Power.WORK)
    if lead is None:
        return {"units": [], "likely": [], "said": {"number": ""}}
    others = [one for one in routing.receivers(desk.plan, frozenset()) if one != lead.unit]
    text = handovers.copy(desk.tx, lead.given)["text"]
    likely = units.likely(desk.plan, text, *(one.to for one in desk.plan.routes))
    return {"units": others, "likely": likely, "said": {"number": lead.tip.number}}


def give_back_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """A unit that was named in words is looked for."""
    facts = give_back_facts(desk, after)
    if "right" not in after or units.narrowed(desk, facts, after, "right"):
        return None
    return Outcome((Say("staff/todo:no_unit"),))


def given_back(desk: Desk, answers: Answers) -> Outcome:
    """Once, with a reason and the right unit; handed over again, intake's word is final."""
    lead = reach(desk, answers["_lead"], Power.WORK)
    values = {"status": "returned", "closed_at": desk.now}
    if lead is None or lead.given.final or not handovers.change(desk.tx, lead.given.id, handovers.LIVE, **values):
        return no_longer(answers)
    late = duties.close(desk.tx, desk.now, tip=lead.tip.id, kinds=("sign", "decide"), handover=lead.given.id)
    right = answers["right"] if answers["right"] in desk.plan.units else None
    entered(desk, lead, name="returned", note=answers["reason"], right=right, late=late)
    matter.settle(desk, lead.tip)
    matter.tell_intake(desk, lead.tip, "returned", unit=lead.unit)
    return Outcome((Say("liaisons/give_back:done", {"number": lead.tip.number}),), ("go.todo", {}))


CONVERSATION = Conversation(GIVE_BACK, given_back, "liaison", give_back_facts, give_back_notice, void)
