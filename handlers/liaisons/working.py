"""What a unit makes of a lead: progress, more time, how it ends."""

from handlers import duty, matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Form, Question, Say, chosen
from handlers.liaisons.lead import Lead, card, entered, no_longer, prolongable, reach, void
from rules import deadlines, escalation
from rules.visibility import Power
from storage import duties, handovers, merges

PROGRESS = Form("liaisons/progress", (Question("text", wording.written(2000)),), about=("_lead",), home="liaisons/lead")


def progressed(desk: Desk, answers: Answers) -> Outcome:
    lead = reach(desk, answers["_lead"], Power.WORK)
    if lead is None or lead.given.status != "signed":
        return no_longer(answers)
    entered(desk, lead, name="progress", note=answers["text"])
    matter.tell_intake(desk, lead.tip, "progress", unit=lead.unit)
    return Outcome((Say("liaisons/progress:done"),), card(lead))


PROLONG = Form(
    "liaisons/prolong",
    (Question("reason", wording.written(500, 4)),),
    review=True,
    about=("_lead",),
    home="liaisons/lead",
)


def prolonged(desk: Desk, answers: Answers) -> Outcome:
    """As far and as often as the law lets this unit (market: 15 working days, once)."""
    lead = reach(desk, answers["_lead"], Power.WORK)
    owed = prolongable(desk, lead) if lead else None
    if lead is None or owed is None:
        return no_longer(answers)
    plan, ladder = desk.plan, desk.plan.ladders["tip_decide"]
    until = deadlines.due(plan.clock("decide", lead.unit), owed.opened_at, plan.calendar, plan.tz, extended=1)
    look_at = escalation.first(ladder, desk.now, until.at, plan.calendar, plan.tz, plan.quiet)
    if not duties.extend(desk.tx, owed.id, until.at, look_at):
        return no_longer(answers)
    entered(desk, lead, name="prolonged", note=answers["reason"])
    matter.tell_intake(desk, lead.tip, "prolonged", unit=lead.unit)
    return Outcome((Say("liaisons/prolong:done", {"due": until.at.isoformat()}),), card(lead))


OUTCOMES = ("confirmed", "not_confirmed", "passed_on")
COMPLETE = Form(
    "liaisons/complete",
    (
        Question("outcome", chosen, lambda a, f: tuple(Choice(one) for one in OUTCOMES), asks="choice"),
        Question(
            "filed",
            chosen,
            lambda a, f: (Choice("yes"), Choice("no")),
            lambda a, f: a.get("outcome") == "confirmed",
            asks="choice",
            of_fact=True,
        ),
        Question("words", wording.written(1000)),
        wording.LOOK,
    ),
    review=True,
    steered=wording.rewritten("words"),
    about=("_lead",),
    home="liaisons/lead",
)


def completed(desk: Desk, answers: Answers) -> Outcome:
    """The unit's word; intake closes towards the citizen. A named informant is to be told of the filing decision."""
    lead = reach(desk, answers["_lead"], Power.WORK)
    outcome = "filed" if answers["outcome"] == "confirmed" and answers.get("filed") == "yes" else answers["outcome"]
    values = {"status": "closed", "closed_at": desk.now, "outcome": outcome}
    if lead is None or not handovers.change(desk.tx, lead.given.id, ("signed",), **values):
        return no_longer(answers)
    late = duties.close(desk.tx, desk.now, tip=lead.tip.id, kinds=("sign", "decide"), handover=lead.given.id)
    entered(desk, lead, name=matter.UNIT_ENDS[outcome], note=answers["words"], late=late)
    if any(one.named for one in merges.contributors(desk.tx, lead.tip)):
        _tell_filing(desk, lead)
    duty.decision(desk, lead.tip)
    matter.tell_intake(desk, lead.tip, "completed", unit=lead.unit)
    return Outcome((Say("liaisons/complete:done", {"number": lead.tip.number}),), ("go.todo", {}))


def _tell_filing(desk: Desk, lead: Lead) -> None:
    about = {"unit": lead.tip.intake, "seat": "intake", "tip": lead.tip.id, "handover": lead.given.id}
    once = f"tell:{lead.given.id}"
    duty.open_(desk, "tell_filing", once=once, clock="tell_filing", ladder="tip_receive", **about)


CONVERSATIONS = (
    Conversation(PROGRESS, progressed, "liaison", void=void),
    Conversation(PROLONG, prolonged, "liaison", void=void),
    Conversation(COMPLETE, completed, "liaison", wording.words_facts, wording.words_notice, void),
)
