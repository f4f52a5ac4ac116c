"""A lead in a unit: sign for it, hand it back once with a reason, report progress, close it.

The unit sees the redacted copy and its chosen attachments; who wrote, what intake noted and what other units do stays away.
Its leaders read along.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Row

from handlers import corrections, duty, exhibits, matter, units
from handlers.coordinators import wording
from handlers.coordinators.case import called
from handlers.coordinators.triage import last_words, note_correction, outcomes
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from handlers.todo import lead_line
from rules import deadlines, escalation, routing
from rules.visibility import Power
from storage import duties, handovers, merges, tips


class Lead(NamedTuple):
    """A hand-over and the tip it is of."""

    given: Row[Any]
    tip: Row[Any]

    @property
    def unit(self) -> str:
        return str(self.given.unit)


def reach(desk: Desk, number: int, power: Power, *, lock: bool = False) -> Lead | None:
    """The lead, if this person's unit still has it and they may do that; a refusal is on record."""
    given = handovers.by_id(desk.tx, number)
    seats = ("liaison",) if power is Power.WORK else ("liaison", "leader")
    if given is None or given.status not in handovers.HELD or given.unit not in desk.units(*seats):
        tip = tips.by_id(desk.tx, given.tip) if given is not None else None
        matter.refused(desk, tip.number if tip is not None else str(number), power.value)
        return None
    tip = matter.reach(desk, given.tip, power, lock=lock)
    return Lead(given, tip) if tip is not None else None


def opened(desk: Desk, number: str) -> Outcome:
    lead = matter.row_of(number)
    if lead is not None and reach(desk, lead, Power.READ_COPY):
        return Outcome(next=("liaisons/lead", {"_lead": lead} | exhibits.opening(desk)))
    return Outcome((Say("staff/todo:unknown"),))


def straight(act: str) -> Callable[[Desk, str], Outcome]:
    """From a reminder's button: done, or begun, without opening the lead first. What is no longer to be done shows the lead
    as it stands."""

    def pressed(desk: Desk, number: str) -> Outcome:
        given = matter.row_of(number)
        lead = reach(desk, given, Power.WORK) if given is not None else None
        if lead is None or act not in acts_of(desk, lead):
            return opened(desk, number)
        return finish(desk, {"_lead": given, "act": act})

    return pressed


def signed(desk: Desk, number: str) -> tuple[Say, ...]:
    """Signed for from a reminder while a form is open: it asks for nothing, and the form goes on. Empty where it can't be."""
    given = matter.row_of(number)
    lead = reach(desk, given, Power.WORK) if given is not None else None
    return _signed(desk, {"_lead": given}).says if lead is not None and "sign" in acts_of(desk, lead) else ()


def void(desk: Desk, answers: Answers) -> str | None:
    """Somebody ended it, or took it back, while this form was being filled in."""
    given = handovers.by_id(desk.tx, answers["_lead"])
    if given is None or given.status in handovers.LIVE:
        return None
    return "liaisons/lead:ended" if given.status == "closed" else "liaisons/lead:taken_back"


def card(lead: Lead) -> tuple[str, Answers]:
    return ("liaisons/lead", {"_lead": lead.given.id})


def no_longer(answers: Answers) -> Outcome:
    return Outcome((Say("coordinators/case:no_longer"),), ("liaisons/lead", {"_lead": answers["_lead"]}))


def entered(desk: Desk, lead: Lead, *, name: str, note: str = "", right: str | None = None, late: str = "") -> None:
    """One entry in the course and one in the audit; the citizen sees the date of the last change."""
    about = {"unit": lead.unit, "handover": lead.given.id, "person": desk.person}
    tips.move(desk.tx, lead.tip.id, desk.now, "staff", name, note=note, right=right, late=late, **about)
    tips.change(desk.tx, lead.tip.id, desk.now)
    desk.audit(name, lead.tip.number, lead.unit)


# -- the card ------------------------------------------------------------------------------------------------------------


def facts(desk: Desk, answers: Answers) -> Facts:
    lead = reach(desk, answers["_lead"], Power.READ_COPY)
    if lead is None:
        return {"said": {"gone": True}, "acts": ()}
    handovers.opened(desk.tx, lead.given, desk.person, desk.now)
    copy = handovers.copy(desk.tx, lead.given)
    files = [one for one in exhibits.of_tip(desk, lead.tip) if one["id"] in copy["files"]]
    shown = lead_line(desk, lead.given, lead.tip) | {
        "text": copy["text"],
        "files": len(files),
        "ended_by": _ended_by(lead),
        "acts_for": _acts_for(desk, lead.given.unit),
    }
    acts = (*acts_of(desk, lead), *(("files",) if files else ()))
    return {"said": shown, "acts": acts, "links": exhibits.links(files) if exhibits.just_opened(desk, answers) else ()}


def _acts_for(desk: Desk, unit: str) -> list[str]:
    """A leader who stands in for the liaison does what a leader does not."""
    liaison, leader = (unit, "liaison"), (unit, "leader")
    return desk.acts_for(liaison) or desk.acts_for(liaison, leader)


def _ended_by(lead: Lead) -> str | None:
    """The unit itself, which gave an outcome, or whoever took the tip in and ended it for all."""
    if lead.given.status != "closed":
        return None
    return lead.unit if lead.given.outcome else str(lead.tip.intake)


def acts_of(desk: Desk, lead: Lead) -> tuple[str, ...]:
    if lead.unit not in desk.units("liaison"):
        return ()
    fix = ("correct",) if corrections.correctable(desk, lead.tip.id, lead.given.id) else ()
    if lead.given.status not in handovers.LIVE or not matter.may(desk, lead.tip, Power.WORK):
        return fix
    back = () if lead.given.final else ("give_back",)
    if lead.given.status == "sent":
        return ("sign", *back)
    more = ("prolong",) if _prolongable(desk, lead) else ()
    return ("progress", "complete", *more, *back, *fix)


def _prolongable(desk: Desk, lead: Lead) -> Row[Any] | None:
    """The clock of the decision, where the law lets this unit prolong it: once, and before it has run out."""
    clock = desk.plan.clock("decide", lead.unit)
    owed = (one for one in duties.open_of(desk.tx, lead.tip.id) if one.handover == lead.given.id)
    decision = next((one for one in owed if one.kind == "decide"), None)
    if clock.extend is None or decision is None or decision.extended or decision.due_at < desk.now:
        return None
    return decision


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    acts = (Choice(act, style="primary" if act in ("sign", "complete") else "") for act in facts["acts"])
    return (*acts, Choice("leave", style="quiet"))


FORM = Form(
    "liaisons/lead",
    (Question("act", chosen, _acts, asks="choice", named=lambda words, facts: called(words, facts["acts"])),),
    about=("_lead",),
    short=True,
    way_out={"act": "leave"},
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    act = answers["act"]
    if act == "leave":
        return Outcome((), ("go.todo", {}))
    if act == "sign":
        return _signed(desk, answers)
    if act == "files":
        return Outcome(next=("liaisons/lead", {"_lead": answers["_lead"]} | exhibits.opening(desk)))
    return Outcome(next=(f"liaisons/{act}", {"_lead": answers["_lead"]}))


def _signed(desk: Desk, answers: Answers) -> Outcome:
    lead = reach(desk, answers["_lead"], Power.WORK)
    if lead is None or not handovers.change(desk.tx, lead.given.id, ("sent",), status="signed"):
        return no_longer(answers)
    late = duties.close(desk.tx, desk.now, tip=lead.tip.id, kinds=("sign",), handover=lead.given.id)
    entered(desk, lead, name="signed", late=late)
    return Outcome((Say("liaisons/lead:signed", {"number": lead.tip.number, "late": late}),), card(lead))


# -- hand back -----------------------------------------------------------------------------------------------------------


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


# -- progress, more time, close ------------------------------------------------------------------------------------------

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
    owed = _prolongable(desk, lead) if lead else None
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


# -- correction ----------------------------------------------------------------------------------------------------------

CORRECT = Form(
    "liaisons/correct",
    (
        Question("outcome", chosen, outcomes, lambda a, f: bool(f["outcomes"]), asks="choice"),
        Question("text", wording.written(2000), prefill=lambda a, f: f["said"]["old"]),
        wording.LOOK,
        Question("reason", wording.written(300)),
    ),
    review=True,
    steered=wording.rewritten("text"),
    about=("_lead",),
    home="liaisons/lead",
)


def _last(desk: Desk, lead: Lead | None) -> matter.Line | None:
    own = lead is not None and lead.unit in desk.units("liaison")
    return corrections.correctable(desk, lead.tip.id, lead.given.id) if lead and own else None


def correct_facts(desk: Desk, answers: Answers) -> Facts:
    last = _last(desk, reach(desk, answers["_lead"], Power.READ_COPY))
    ended = last is not None and last["move"] in matter.UNIT_ENDS.values()
    look = wording.looked_at(answers, "text", **last_words(last))
    return {"outcomes": tuple(matter.UNIT_ENDS) if ended else ()} | look


def corrected(desk: Desk, answers: Answers) -> Outcome:
    """A new entry beside the old one, while nobody has acted on it, and held so that nobody does meanwhile."""
    lead = reach(desk, answers["_lead"], Power.READ_COPY, lock=True)
    last, outcome = _last(desk, lead), answers.get("outcome")
    if lead is None or last is None:
        return no_longer(answers)
    if outcome:
        handovers.change(desk.tx, lead.given.id, ("closed",), outcome=outcome)
    note_correction(desk, lead.tip, last, answers, matter.UNIT_ENDS[outcome] if outcome else None)
    return Outcome((Say("coordinators/correct:done"),), card(lead))


CONVERSATIONS = (
    Conversation(FORM, finish, "liaison|leader", facts),
    Conversation(GIVE_BACK, given_back, "liaison", give_back_facts, give_back_notice, void),
    Conversation(PROGRESS, progressed, "liaison", void=void),
    Conversation(PROLONG, prolonged, "liaison", void=void),
    Conversation(COMPLETE, completed, "liaison", wording.words_facts, wording.words_notice, void),
    Conversation(CORRECT, corrected, "liaison", correct_facts, wording.text_notice),
)
