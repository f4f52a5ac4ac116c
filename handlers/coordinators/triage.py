"""Moves of whoever took a tip in: ask back, note, mark, merge, close, correct, open a withheld file, look at the course.

Each is a small form about one tip and ends on its card again.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators.case import correctable
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen, said
from rules.visibility import Power
from storage import attachments, duties, handovers, tips


def card(answers: Answers) -> tuple[str, Answers]:
    return ("coordinators/case", {"_tip": answers["_tip"]})


def no_longer(answers: Answers) -> Outcome:
    return Outcome((Say("coordinators/case:no_longer"),), card(answers))


def write_to_citizen(desk: Desk, row: Row[Any], text: str) -> None:
    """Kept under the tip's key. Who wished it is told that there is an answer, and not what it says."""
    tips.say(desk.tx, row.id, "office", text, desk.now, desk.person)
    chat = tips.way_back(desk.tx, row.alias) if row.notify else None
    if chat is not None:
        desk.write_to(chat, Say("citizens/card:you_have_a_reply", {"number": row.number}, (Choice("go.mine"),)))


# -- ask back ------------------------------------------------------------------------------------------------------------

ASK = Form("coordinators/ask", (Question("text", said(1000)),), review=True)


def asked(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    write_to_citizen(desk, row, answers["text"])
    tips.move(desk.tx, row.id, desk.now, "staff", "asked", person=desk.person, note=answers["text"])
    tips.change(desk.tx, row.id, desk.now)
    desk.audit("asked", row.number)
    return Outcome((Say("coordinators/ask:done", {"told": row.notify}),), card(answers))


# -- internal note -------------------------------------------------------------------------------------------------------

NOTE = Form("coordinators/note", (Question("text", said(2000)),))


def noted(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "noted", person=desk.person, note=answers["text"])
    return Outcome((Say("coordinators/note:done"),), card(answers))


# -- spam, or not ours ---------------------------------------------------------------------------------------------------


def _elsewhere(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="elsewhere") for key in facts["elsewhere"])


MARK = Form(
    "coordinators/mark",
    (
        Question("what", chosen, lambda a, f: (Choice("spam"), Choice("outside")), asks="choice"),
        Question("where", chosen, _elsewhere, lambda a, f: a.get("what") == "outside", asks="choice"),
        Question("reason", said(500)),
    ),
    review=True,
)


def mark_facts(desk: Desk, answers: Answers) -> Facts:
    return {"elsewhere": desk.plan.elsewhere}


def marked(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    if answers["what"] == "outside":
        place = desk.plan.elsewhere[answers["where"]]
        hotline = desk.plan.hotlines[place.hotline]
        write_to_citizen(
            desk,
            row,
            f"{place.name.zh}：请拨打 {hotline.number}（{hotline.name.zh}）。 / {place.name.en}: please call {hotline.number} ({hotline.name.en}).",
        )
    _end(desk, row, answers["what"], answers["reason"])
    return Outcome((Say("coordinators/mark:done", {"what": answers["what"], "number": row.number}),), ("go.todo", {}))


def _end(desk: Desk, row: Row[Any], outcome: str, note: str) -> None:
    tips.change(desk.tx, row.id, desk.now, status="closed", outcome=outcome, closed_at=desk.now)
    duties.close_all(desk.tx, desk.now, row.id)
    tips.move(desk.tx, row.id, desk.now, "staff", "closed", person=desk.person, note=note)
    desk.audit("closed", row.number, outcome)


# -- merge ---------------------------------------------------------------------------------------------------------------


def _likely(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"into.{number}", number) for number in facts["likely"])


def _into(heard: Any) -> Any:
    return heard.choice.removeprefix("into.") if heard.kind == "chose" else said(20)(heard)


MERGE = Form("coordinators/merge", (Question("into", _into, _likely),), review=True)


def merge_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.MERGE)
    likely = [(one.number, by) for one, by in matter.visible_alike(desk, row)] if row else []
    return {
        "likely": [number for number, _ in likely],
        "said": {"likely": [{"number": n, "by": by} for n, by in likely]},
    }


def merged(desk: Desk, answers: Answers) -> Outcome:
    """Both must be readable and open to this person; the citizens of both keep their own numbers and answers."""
    row = matter.reach(desk, answers["_tip"], Power.MERGE)
    into = tips.by_number(desk.tx, answers["into"])
    if (
        row is None
        or into is None
        or into.id == row.id
        or into.route != row.route
        or not matter.may(desk, into, Power.READ)
    ):
        return Outcome((Say("coordinators/merge:impossible"),), card(answers))
    if into.status not in tips.OPEN:
        return Outcome((Say("coordinators/merge:impossible"),), card(answers))
    tips.change(desk.tx, row.id, desk.now, status="merged", merged_into=into.id, closed_at=desk.now)
    duties.close_all(desk.tx, desk.now, row.id)
    tips.move(desk.tx, row.id, desk.now, "staff", "merged", person=desk.person, note=into.number)
    tips.move(desk.tx, into.id, desk.now, "staff", "merged_here", person=desk.person, note=row.number)
    desk.audit("merged", row.number, into.number)
    return Outcome(
        (Say("coordinators/merge:done", {"number": row.number, "into": into.number}),),
        ("coordinators/case", {"_tip": into.id}),
    )


# -- close ---------------------------------------------------------------------------------------------------------------

OUTCOMES = ("confirmed", "not_confirmed", "passed_on")
CLOSE = Form(
    "coordinators/close",
    (
        Question("outcome", chosen, lambda a, f: tuple(Choice(one) for one in OUTCOMES), asks="choice"),
        Question("words", said(1000)),
    ),
    review=True,
)


def close_facts(desk: Desk, answers: Answers) -> Facts:
    given = [one for one in handovers.of_tip(desk.tx, answers["_tip"]) if one.status in handovers.LIVE]
    return {"said": {"working": [one.unit for one in given]}}


def closed(desk: Desk, answers: Answers) -> Outcome:
    """With an outcome in words for the citizen. Units that still had it are told that it is over."""
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    write_to_citizen(desk, row, answers["words"])
    for one in handovers.of_tip(desk.tx, row.id):
        if handovers.change(
            desk.tx, one.id, handovers.LIVE, status="closed", closed_at=desk.now, outcome=answers["outcome"]
        ):
            _tell_unit(desk, row, one.unit, "over")
    _end(desk, row, answers["outcome"], answers["words"])
    return Outcome((Say("coordinators/close:done", {"number": row.number}),), ("go.todo", {}))


def _tell_unit(desk: Desk, row: Row[Any], unit: str, what: str) -> None:
    from storage import people

    told = people.holders(desk.tx, row.county, unit, "liaison")
    desk.tell(told, Say(f"reminders:{what}", {"number": row.number}), f"{what}:{row.id}:{unit}:{desk.now.timestamp()}")


# -- named informants ----------------------------------------------------------------------------------------------------

IDENTITY = Form("coordinators/identity", (Question("motive", said(500, 4)),), review=True)


def identity(desk: Desk, answers: Answers) -> Outcome:
    """Opened by intake only; who, when and why is on record before it is shown."""
    row = matter.reach(desk, answers["_tip"], Power.OPEN_IDENTITY)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "identity_opened", person=desk.person, note=answers["motive"])
    desk.audit("identity opened", row.number)
    return Outcome(
        (Say("coordinators/identity:shown", {"contact": tips.contact(desk.tx, row.id) or ""}),), card(answers)
    )


# -- withheld files ------------------------------------------------------------------------------------------------------


def _withheld(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (
        *(Choice(str(one["id"]), f"{one['n']}. {one['family']}") for one in facts["withheld"]),
        Choice("leave", style="quiet"),
    )


WITHHELD = Form(
    "coordinators/withheld",
    (
        Question("file", chosen, _withheld, asks="choice"),
        Question(
            "sure",
            chosen,
            lambda a, f: (Choice("yes", style="danger"), Choice("no")),
            lambda a, f: a.get("file") != "leave",
            asks="choice",
        ),
    ),
)


def withheld_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    files = matter.whole(desk, row)["files"] if row else []
    return {"withheld": [one for one in files if one["state"] == "withheld"], "said": {}}


def file_opened(desk: Desk, answers: Answers) -> Outcome:
    """Video, voice and what could not be cleaned: the original, under a warning, on record."""
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    if row is None or answers.get("file") == "leave" or answers.get("sure") == "no":
        return Outcome(next=card(answers))
    number = int(answers["file"])
    attachments.opened(desk.tx, number, desk.now)
    tips.move(desk.tx, row.id, desk.now, "staff", "file_opened", person=desk.person, note=str(number))
    desk.audit("original opened", row.number, str(number))
    shown = [one for one in matter.whole(desk, row)["files"] if one["id"] == number]
    link = tuple({"id": one["id"], "n": one["n"], "kind": one["family"], "which": "original"} for one in shown)
    return Outcome((Say("coordinators/withheld:opened", files=link),), card(answers))


# -- course and correction -----------------------------------------------------------------------------------------------

COURSE = Form("coordinators/course", (Question("back", chosen, lambda a, f: (Choice("card"),), asks="choice"),))


def course_facts(desk: Desk, answers: Answers) -> Facts:
    from storage import people

    row = matter.reach(desk, answers["_tip"], Power.READ)
    course = tips.course(desk.tx, row.id) if row else []
    given = {one.id: one for one in handovers.of_tip(desk.tx, row.id)} if row else {}
    lines = [
        {
            "at": matter.stamp(one["at"]),
            "move": one["move"],
            "who": people.name(desk.tx, one["person"]),
            "actor": one["actor"],
            "unit": one["unit"],
            "note": one["note"],
            "late": one["late"],
            "corrects": one["corrects"] is not None,
        }
        for one in course
    ]
    opened = [
        {"unit": one.unit, "at": matter.stamp(one.opened_at), "who": people.name(desk.tx, one.opened_by)}
        for one in given.values()
        if one.opened_at
    ]
    return {"said": {"course": lines, "opened": opened, "number": row.number if row else ""}}


CORRECT = Form("coordinators/correct", (Question("text", said(2000)), Question("reason", said(300))), review=True)


def correct_facts(desk: Desk, answers: Answers) -> Facts:
    last = correctable(desk, answers["_tip"])
    return {"said": {"old": last["note"] if last else ""}}


def corrected(desk: Desk, answers: Answers) -> Outcome:
    """A new entry that names the one it corrects; what was said stays on record."""
    row, last = matter.reach(desk, answers["_tip"], Power.READ), correctable(desk, answers["_tip"])
    if row is None or last is None:
        return Outcome((Say("coordinators/correct:too_late"),), card(answers))
    if last["move"] == "asked":
        write_to_citizen(desk, row, answers["text"])
    note = f"{answers['text']}\n（{answers['reason']}）"
    tips.move(
        desk.tx,
        row.id,
        desk.now,
        "staff",
        last["move"],
        person=desk.person,
        unit=last["unit"],
        note=note,
        corrects=last["id"],
    )
    desk.audit("corrected", row.number, last["move"])
    return Outcome((Say("coordinators/correct:done"),), card(answers))


CONVERSATIONS = (
    Conversation(ASK, asked, "staff"),
    Conversation(NOTE, noted, "staff"),
    Conversation(MARK, marked, "staff", mark_facts),
    Conversation(MERGE, merged, "staff", merge_facts),
    Conversation(CLOSE, closed, "staff", close_facts),
    Conversation(IDENTITY, identity, "intake|sealed"),
    Conversation(WITHHELD, file_opened, "staff", withheld_facts),
    Conversation(COURSE, lambda desk, answers: Outcome(next=card(answers)), "staff", course_facts),
    Conversation(CORRECT, corrected, "staff", correct_facts),
)
