"""A lead in a unit: sign for it, hand it back once with a reason, report progress, close it.

The unit sees the redacted copy and its chosen attachments; who wrote, what intake noted and what other units do stays away.
Its leaders read along.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Row

from handlers import corrections, exhibits, matter
from handlers.card import offered
from handlers.coordinators.case import called
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Facts, Form, Question, Say, chosen
from handlers.todo import lead_line
from rules.visibility import Power
from storage import duties, handovers, tips


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
    more = ("prolong",) if prolongable(desk, lead) else ()
    return ("progress", "complete", *more, *back, *fix)


def prolongable(desk: Desk, lead: Lead) -> Row[Any] | None:
    """The clock of the decision, where the law lets this unit prolong it: once, and before it has run out."""
    clock = desk.plan.clock("decide", lead.unit)
    owed = (one for one in duties.open_of(desk.tx, lead.tip.id) if one.handover == lead.given.id)
    decision = next((one for one in owed if one.kind == "decide"), None)
    if clock.extend is None or decision is None or decision.extended or decision.due_at < desk.now:
        return None
    return decision


_ACTS = offered(sign="primary", complete="primary")
FORM = Form(
    "liaisons/lead",
    (Question("act", chosen, _ACTS, asks="choice", named=lambda words, facts: called(words, facts["acts"])),),
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


CONVERSATION = Conversation(FORM, finish, "liaison|leader", facts)
