"""A lead in a unit: sign for it, hand it back once with a reason, report progress, close it.

The unit sees the redacted copy and its chosen attachments; who wrote, what intake noted and what other units do stays away.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators.case import correctable
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen, said
from handlers.todo import lead_line
from rules import deadlines, escalation, routing
from rules.visibility import Power
from storage import attachments, duties, handovers, tips


def reach(desk: Desk, number: int, power: Power) -> tuple[Row[Any], Row[Any]] | None:
    """The handover and its tip, if this person's unit still has it and they may do that."""
    given = handovers.by_id(desk.tx, number)
    if given is None or given.status == "recalled" or given.unit not in desk.units("liaison", "leader"):
        return None
    tip = matter.reach(desk, given.tip, power)
    return (given, tip) if tip is not None else None


def opened(desk: Desk, number: str) -> Outcome:
    if number.isdigit() and reach(desk, int(number), Power.READ_COPY):
        return Outcome(next=("liaisons/lead", {"_lead": int(number)}))
    return Outcome((Say("staff/todo:unknown"),))


def facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_lead"], Power.READ_COPY)
    if found is None:
        return {"said": {"gone": True}, "acts": ()}
    given, tip = found
    handovers.opened(desk.tx, given, desk.person, desk.now)
    copy = handovers.copy(desk.tx, given)
    files = [matter.file_facts(desk, one, n) for n, one in enumerate(attachments.of_tip(desk.tx, tip.id), 1)]
    chosen_files = [one for one in files if one["id"] in copy["files"]]
    shown = lead_line(desk, given, tip) | {"text": copy["text"], "files": len(chosen_files)}
    return {"said": shown, "acts": _acts_of(desk, given, tip), "links": matter.shown_files(chosen_files)}


def _acts_of(desk: Desk, given: Row[Any], tip: Row[Any]) -> tuple[str, ...]:
    if not matter.may(desk, tip, Power.WORK) or given.status not in handovers.LIVE:
        return ()
    fix = ("correct",) if correctable(desk, tip.id) else ()
    if given.status == "sent":
        return ("sign", "give_back") if not given.final else ("sign",)
    duty = _decision(desk, given, tip)
    more = (
        ("prolong",) if duty is not None and desk.plan.clock("decide", given.unit).extend and not duty.extended else ()
    )
    back = () if given.final else ("give_back",)
    return ("progress", "complete", *more, *back, *fix)


def _decision(desk: Desk, given: Row[Any], tip: Row[Any]) -> Row[Any] | None:
    return next(
        (one for one in duties.open_of(desk.tx, tip.id) if one.handover == given.id and one.kind == "decide"), None
    )


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (
        *(Choice(act, style="primary" if act in ("sign", "complete") else "") for act in facts["acts"]),
        Choice("leave", style="quiet"),
    )


FORM = Form("liaisons/lead", (Question("act", chosen, _acts, asks="choice"),))


def finish(desk: Desk, answers: Answers) -> Outcome:
    about, act = {"_lead": answers["_lead"]}, answers["act"]
    if act == "leave":
        return Outcome((), ("go.todo", {}))
    if act == "sign":
        return _signed(desk, answers)
    if act == "correct":
        given = handovers.by_id(desk.tx, answers["_lead"])
        return Outcome(next=("liaisons/correct", about | {"_tip": given.tip if given else 0}))
    return Outcome(next=(f"liaisons/{act}", about))


def no_longer(answers: Answers) -> Outcome:
    return Outcome((Say("coordinators/case:no_longer"),), ("liaisons/lead", {"_lead": answers["_lead"]}))


def _tell_intake(desk: Desk, tip: Row[Any], what: str, unit: str) -> None:
    told = [tip.taken_by] if tip.taken_by else []
    data, button = {"number": tip.number, "unit": unit}, (Choice(f"go.open.{tip.number}"),)
    desk.tell(told, Say(f"reminders:{what}", data, button), f"{what}:{tip.id}:{unit}:{desk.now.timestamp()}")


def _signed(desk: Desk, answers: Answers) -> Outcome:
    found = reach(desk, answers["_lead"], Power.WORK)
    if found is None or not handovers.change(desk.tx, found[0].id, ("sent",), status="signed"):
        return no_longer(answers)
    given, tip = found
    late = duties.close(desk.tx, desk.now, tip=tip.id, kinds=("sign",), handover=given.id)
    tips.move(
        desk.tx, tip.id, desk.now, "staff", "signed", person=desk.person, unit=given.unit, handover=given.id, late=late
    )
    tips.change(desk.tx, tip.id, desk.now)
    desk.audit("signed", tip.number, given.unit)
    return Outcome(
        (Say("liaisons/lead:signed", {"number": tip.number, "late": late}),), ("liaisons/lead", {"_lead": given.id})
    )


# -- hand back -----------------------------------------------------------------------------------------------------------


def _others(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*(Choice(key, of="units") for key in facts["others"]), Choice("nobody"))


GIVE_BACK = Form(
    "liaisons/give_back",
    (Question("reason", said(500, 4)), Question("right", chosen, _others, asks="choice")),
    review=True,
)


def give_back_facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_lead"], Power.WORK)
    if found is None:
        return {"others": ()}
    given, tip = found
    open_to = routing.receivers(desk.plan, tips.involved(desk.tx, tip.id))
    return {"others": [unit for unit in open_to if unit != given.unit]}


def given_back(desk: Desk, answers: Answers) -> Outcome:
    """Once, with a reason and the right unit; handed over again, the coordinator's word is final."""
    found = reach(desk, answers["_lead"], Power.WORK)
    if (
        found is None
        or found[0].final
        or not handovers.change(desk.tx, found[0].id, handovers.LIVE, status="returned", closed_at=desk.now)
    ):
        return no_longer(answers)
    given, tip = found
    duties.close(desk.tx, desk.now, tip=tip.id, kinds=("sign", "decide"), handover=given.id)
    right = desk.plan.units[answers["right"]].name.zh if answers["right"] in desk.plan.units else "-"
    note = f"{answers['reason']}\n→ {right}"
    tips.move(
        desk.tx,
        tip.id,
        desk.now,
        "staff",
        "returned",
        person=desk.person,
        unit=given.unit,
        handover=given.id,
        note=note,
    )
    tips.change(desk.tx, tip.id, desk.now, status="taken" if not _elsewhere(desk, tip) else "handed")
    desk.audit("returned", tip.number, given.unit)
    _tell_intake(desk, tip, "returned", given.unit)
    return Outcome((Say("liaisons/give_back:done", {"number": tip.number}),), ("go.todo", {}))


def _elsewhere(desk: Desk, tip: Row[Any]) -> bool:
    return any(one.status in (*handovers.LIVE, "closed") for one in handovers.of_tip(desk.tx, tip.id))


# -- progress, more time, close ------------------------------------------------------------------------------------------

PROGRESS = Form("liaisons/progress", (Question("text", said(2000)),))


def progressed(desk: Desk, answers: Answers) -> Outcome:
    found = reach(desk, answers["_lead"], Power.WORK)
    if found is None or found[0].status != "signed":
        return no_longer(answers)
    given, tip = found
    tips.move(
        desk.tx,
        tip.id,
        desk.now,
        "staff",
        "progress",
        person=desk.person,
        unit=given.unit,
        handover=given.id,
        note=answers["text"],
    )
    tips.change(desk.tx, tip.id, desk.now)
    _tell_intake(desk, tip, "progress", given.unit)
    return Outcome((Say("liaisons/progress:done"),), ("liaisons/lead", {"_lead": given.id}))


PROLONG = Form("liaisons/prolong", (Question("reason", said(500, 4)),))


def prolonged(desk: Desk, answers: Answers) -> Outcome:
    """As far and as often as the law lets this unit (market: 15 working days, once)."""
    found = reach(desk, answers["_lead"], Power.WORK)
    owed = _decision(desk, *found) if found else None
    clock = desk.plan.clock("decide", found[0].unit) if found else None
    if found is None or owed is None or clock is None or clock.extend is None:
        return no_longer(answers)
    given, tip = found
    plan, ladder = desk.plan, desk.plan.ladders["tip_decide"]
    until = deadlines.due(clock, owed.opened_at, plan.calendar, plan.tz, extended=1)
    look_at = escalation.first(ladder, desk.now, until.at, plan.calendar, plan.tz, plan.quiet)
    if not duties.extend(desk.tx, owed.id, until.at, look_at):
        return no_longer(answers)
    tips.move(
        desk.tx,
        tip.id,
        desk.now,
        "staff",
        "prolonged",
        person=desk.person,
        unit=given.unit,
        handover=given.id,
        note=answers["reason"],
    )
    desk.audit("prolonged", tip.number, given.unit)
    return Outcome(
        (Say("liaisons/prolong:done", {"due": until.at.isoformat()}),), ("liaisons/lead", {"_lead": given.id})
    )


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
        ),
        Question("words", said(1000)),
    ),
    review=True,
)


def completed(desk: Desk, answers: Answers) -> Outcome:
    """The unit's word; intake closes towards the citizen. A named informant is to be told of the filing decision."""
    found = reach(desk, answers["_lead"], Power.WORK)
    values = {"status": "closed", "closed_at": desk.now, "outcome": answers["outcome"]}
    if found is None or not handovers.change(desk.tx, found[0].id, ("signed",), **values):
        return no_longer(answers)
    given, tip = found
    late = duties.close(desk.tx, desk.now, tip=tip.id, kinds=("sign", "decide"), handover=given.id)
    tips.move(
        desk.tx,
        tip.id,
        desk.now,
        "staff",
        f"unit_{answers['outcome']}",
        person=desk.person,
        unit=given.unit,
        handover=given.id,
        note=answers["words"],
        late=late,
    )
    tips.change(desk.tx, tip.id, desk.now)
    if tip.named:
        _tell_filing(desk, tip, given)
    desk.audit("completed", tip.number, given.unit)
    _tell_intake(desk, tip, "completed", given.unit)
    return Outcome((Say("liaisons/complete:done", {"number": tip.number}),), ("go.todo", {}))


def _tell_filing(desk: Desk, tip: Row[Any], given: Row[Any]) -> None:
    from handlers import duty

    seat = "sealed" if tip.route == "sealed" else "intake"
    duty.open_(
        desk,
        "tell_filing",
        once=f"tell:{given.id}",
        unit=tip.intake,
        seat=seat,
        clock="tell_filing",
        ladder="tip_receive",
        tip=tip.id,
        handover=given.id,
    )


# -- correction ----------------------------------------------------------------------------------------------------------

CORRECT = Form("liaisons/correct", (Question("text", said(2000)), Question("reason", said(300))), review=True)


def corrected(desk: Desk, answers: Answers) -> Outcome:
    found, last = reach(desk, answers["_lead"], Power.READ_COPY), correctable(desk, answers["_tip"])
    if found is None or last is None:
        return no_longer(answers)
    note = f"{answers['text']}\n（{answers['reason']}）"
    tips.move(
        desk.tx,
        found[1].id,
        desk.now,
        "staff",
        last["move"],
        person=desk.person,
        unit=last["unit"],
        handover=last["handover"],
        note=note,
        corrects=last["id"],
    )
    desk.audit("corrected", found[1].number, last["move"])
    return Outcome((Say("coordinators/correct:done"),), ("liaisons/lead", {"_lead": answers["_lead"]}))


CONVERSATIONS = (
    Conversation(FORM, finish, "liaison|leader", facts),
    Conversation(GIVE_BACK, given_back, "liaison", give_back_facts),
    Conversation(PROGRESS, progressed, "liaison"),
    Conversation(PROLONG, prolonged, "liaison"),
    Conversation(COMPLETE, completed, "liaison"),
    Conversation(CORRECT, corrected, "liaison"),
)
