"""Moves of whoever took a tip in: ask back, note, open a contact or a withheld file, look at the course, correct.

Each is a small form about one tip and ends on its card again.
"""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen, said
from rules.visibility import Power
from storage import attachments, duties, handovers, people, tips


def write_to_citizen(desk: Desk, row: Row[Any], text: str) -> bool:
    """Kept under the tip's key. Who wished it is told that there is an answer, and not what it says; whether somebody was."""
    tips.say(desk.tx, row.id, "office", text, desk.now, desk.person)
    chat = tips.way_back(desk.tx, row.alias) if row.notify else None
    told = Say("citizens/card:you_have_a_reply", {"number": row.number}, (Choice("go.mine"),))
    return chat is not None and desk.write_to(chat, told)


def told_filing(desk: Desk, row: Row[Any]) -> str:
    """A named informant has been written to: the debt of the filing decision is paid. How late."""
    return duties.close(desk.tx, desk.now, tip=row.id, kinds=("tell_filing",))


# -- ask back ------------------------------------------------------------------------------------------------------------

ASK = Form("coordinators/ask", (Question("text", said(1000)), wording.LOOK), review=True, about=("_tip",))


def asked(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    told, text = write_to_citizen(desk, row, answers["text"]), answers["text"]
    late = told_filing(desk, row)
    tips.move(desk.tx, row.id, desk.now, "staff", "asked", person=desk.person, note=text, late=late)
    tips.change(desk.tx, row.id, desk.now)
    desk.audit("asked", row.number)
    return Outcome((Say("coordinators/ask:done", {"told": told}),), card(answers))


# -- internal note -------------------------------------------------------------------------------------------------------

NOTE = Form("coordinators/note", (Question("text", said(2000)),), about=("_tip",))


def noted(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "noted", person=desk.person, note=answers["text"])
    return Outcome((Say("coordinators/note:done"),), card(answers))


# -- named informants ----------------------------------------------------------------------------------------------------

IDENTITY = Form("coordinators/identity", (Question("motive", said(500, 4)),), review=True, about=("_tip",))


def identity(desk: Desk, answers: Answers) -> Outcome:
    """Opened by intake only; who, when and why is on record before it is shown."""
    row = matter.reach(desk, answers["_tip"], Power.OPEN_IDENTITY)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "identity_opened", person=desk.person, note=answers["motive"])
    desk.audit("identity opened", row.number)
    contact = tips.contact(desk.tx, row.id) or ""
    return Outcome((Say("coordinators/identity:shown", {"contact": contact}),), card(answers))


# -- withheld files ------------------------------------------------------------------------------------------------------


def _withheld(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    files = (Choice(str(one["id"]), one["label"]) for one in facts["withheld"])
    return (*files, Choice("leave", style="quiet"))


def _warned(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (Choice("yes", style="danger"), Choice("no"))


WITHHELD = Form(
    "coordinators/withheld",
    (
        Question("file", chosen, _withheld, asks="choice"),
        Question("sure", chosen, _warned, lambda a, f: a.get("file") != "leave", asks="choice"),
    ),
    about=("_tip",),
    way_out={"file": "leave"},
)


def withheld_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    files = [one for one in matter.files_of(desk, row) if one["state"] == "withheld"] if row else []
    return {"withheld": [one | {"label": matter.named_file(desk, one)} for one in files]}


def file_opened(desk: Desk, answers: Answers) -> Outcome:
    """Video, voice and what could not be cleaned: the original, under a warning, on record."""
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    file = next((one for one in withheld_facts(desk, answers)["withheld"] if str(one["id"]) == answers["file"]), None)
    if row is None or file is None or answers.get("sure") != "yes":
        return Outcome(next=card(answers))
    attachments.opened(desk.tx, file["id"], desk.now)
    tips.move(desk.tx, row.id, desk.now, "staff", "file_opened", person=desk.person, note=str(file["n"]))
    desk.audit("original opened", row.number, str(file["id"]))
    return Outcome((Say("coordinators/withheld:opened", files=matter.links([file])),), card(answers))


# -- course --------------------------------------------------------------------------------------------------------------

COURSE = Form(
    "coordinators/course", (Question("back", chosen, lambda a, f: (Choice("card"),), asks="choice"),), about=("_tip",)
)


def course_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    if row is None:
        return {"said": {"course": [], "opened": [], "number": ""}}
    lines = [_entry(desk, one) for one in tips.course(desk.tx, row.id) if one["move"] != "opened"]
    opened = [
        {"unit": one.unit, "at": matter.stamp(one.at), "who": people.name(desk.tx, one.person)}
        for one in handovers.readers(desk.tx, row.id)
    ]
    return {"said": {"course": lines, "opened": opened, "number": row.number}}


def _entry(desk: Desk, move: matter.Line) -> matter.Line:
    shown = {key: move[key] for key in ("move", "actor", "unit", "note", "late")}
    who, corrects = people.name(desk.tx, move["person"]), move["corrects"] is not None
    return shown | {"at": matter.stamp(move["at"]), "who": who, "corrects": corrects}


def back_to_card(desk: Desk, answers: Answers) -> Outcome:
    return Outcome(next=card(answers))


# -- correction ----------------------------------------------------------------------------------------------------------

OUTCOMES = ("confirmed", "not_confirmed", "passed_on")  # those that are told to the citizen in words


def outcomes(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in facts["outcomes"])


CORRECT = Form(
    "coordinators/correct",
    (
        Question("outcome", chosen, outcomes, lambda a, f: bool(f["outcomes"]), asks="choice"),
        Question("text", said(2000), prefill=lambda a, f: f["said"]["old"]),
        Question("reason", said(300)),
    ),
    review=True,
    about=("_tip",),
)


def correct_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    last = matter.correctable(desk, row.id) if row else None
    ended = row is not None and last is not None and last["move"] == "closed" and row.outcome in OUTCOMES
    return {"outcomes": OUTCOMES if ended else (), "said": {"old": last["note"] if last else ""}}


def corrected(desk: Desk, answers: Answers) -> Outcome:
    """A new entry that names the one it corrects; what was said stays on record."""
    row = matter.reach(desk, answers["_tip"], Power.READ)
    last = matter.correctable(desk, row.id) if row else None
    if row is None or last is None:
        return Outcome((Say("coordinators/correct:too_late"),), card(answers))
    if answers.get("outcome"):
        tips.change(desk.tx, row.id, desk.now, outcome=answers["outcome"])
    if last["move"] == "asked" or answers.get("outcome"):
        for one in (row, *(tips.merged_here(desk.tx, row.id) if answers.get("outcome") else ())):
            write_to_citizen(desk, one, answers["text"])
    note_correction(desk, row, last, answers)
    return Outcome((Say("coordinators/correct:done"),), card(answers))


def note_correction(desk: Desk, row: Row[Any], last: matter.Line, answers: Answers, name: str | None = None) -> None:
    about = {key: last[key] for key in ("unit", "handover")}
    note = f"{answers['text']}\n（{answers['reason']}）"
    move = {"person": desk.person, "note": note, "corrects": last["id"], **about}
    tips.move(desk.tx, row.id, desk.now, "staff", name or last["move"], **move)
    desk.audit("corrected", row.number, last["move"])


CONVERSATIONS = (
    Conversation(ASK, asked, "staff", wording.text_facts, wording.text_notice),
    Conversation(NOTE, noted, "staff"),
    Conversation(IDENTITY, identity, "intake|sealed"),
    Conversation(WITHHELD, file_opened, "staff", withheld_facts),
    Conversation(COURSE, back_to_card, "staff", course_facts),
    Conversation(CORRECT, corrected, "staff", correct_facts),
)
