"""Moves of whoever took a tip in: ask back, note, open a contact or a withheld file, look at the course.

Each is a small form about one tip and ends on its card again.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row

from handlers import duty, exhibits, matter
from handlers.coordinators import wording
from handlers.coordinators.case import card, no_longer
from handlers.desk import Conversation, Desk, Outcome, Reaches
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from rules.visibility import Power
from storage import attachments, duties, handovers, merges, people, pushes, tips
from storage import said as standing


def write_to_citizen(desk: Desk, row: Row[Any], text: str) -> Reaches:
    """Kept under the tip's key. Who wished it is told that there is an answer, and not what it says; and when that is."""
    tips.say(desk.tx, row.id, "office", text, desk.now, desk.person)
    chat = tips.way_back(desk.tx, row.alias) if row.notify else None
    told = Say("citizens/card:you_have_a_reply", {"number": row.number}, (Choice("go.mine"),))
    return desk.write_to(chat, told) if chat is not None else ""


def write_to_citizens(desk: Desk, row: Row[Any], text: str) -> Reaches:
    """To each whose tip is of this matter, in their own dialogue. When they are told that there is something."""
    return write_to_all(desk, merges.contributors(desk.tx, row), text)


def write_to_all(desk: Desk, rows: Iterable[Row[Any]], text: str) -> Reaches:
    """Of several what is true of each: the staff are promised no more."""
    told = {write_to_citizen(desk, one, text) for one in rows}
    return "" if "" in told or not told else "later" if "later" in told else "now"


def decided(desk: Desk, row: Row[Any], *, filing: bool = True) -> str:
    """The citizen has been written to: the decision is no longer owed, nor, where that was told, the one of filing to a
    named informant. How late."""
    kinds = ("triage", "tell_filing") if filing else ("triage",)
    return duties.close(desk.tx, desk.now, tip=row.id, kinds=kinds)


# -- ask back ------------------------------------------------------------------------------------------------------------


def _informants(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"to.{one['number']}", one["number"]) for one in facts["said"]["whom"])


ASK = Form(
    "coordinators/ask",
    (
        Question("whom", chosen, _informants, lambda a, f: len(f["said"]["whom"]) > 1, many=True, asks="choice"),
        Question("text", wording.written(1000)),
        wording.LOOK,
        Question("filing", chosen, lambda a, f: (Choice("yes"), Choice("no")), lambda a, f: f["owed"], asks="choice"),
    ),
    review=True,
    steered=wording.rewritten("text"),
    about=("_tip",),
    home="coordinators/case",
)


def ask_facts(desk: Desk, answers: Answers) -> Facts:
    """Citizens are told apart by the letters of the card. Whether a filing decision is told is asked where one is owed and
    everybody to whom it is owed is written to."""
    row = matter.reach(desk, answers["_tip"], Power.CARE)
    if row is None:
        return {"owed": False} | _looked_at(answers, [], [])
    parts = enumerate((row, *merges.merged_here(desk.tx, row.id)))
    whom = [{"number": one.number, "informant": n} for n, one in parts if one.withdrawal != "done"]
    to = [one.number for one in _recipients(desk, row, answers)]
    return {"owed": _filing_owed(desk, row, to)} | _looked_at(answers, whom, to)


def _looked_at(answers: Answers, whom: list[matter.Line], to: list[str]) -> dict[str, Any]:
    return wording.looked_at(answers, "text", wording.question_warnings, whom=whom, to=to)


def _filing_owed(desk: Desk, row: Row[Any], to: Collection[str]) -> bool:
    named = [one.number for one in merges.contributors(desk.tx, row) if one.named]
    owed = any(one.kind == "tell_filing" for one in duties.open_of(desk.tx, row.id))
    return owed and set(named) <= set(to)


def _recipients(desk: Desk, row: Row[Any], answers: Answers) -> list[Row[Any]]:
    """Those who were chosen, and nobody else: a question may tell of what another told. By themselves, the one whose tip
    goes on."""
    able = merges.contributors(desk.tx, row)
    return [one for one in able if f"to.{one.number}" in (answers.get("whom") or ())] or able[:1]


def ask_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """The one whose tip goes on is ticked from the start."""
    facts = ask_facts(desk, after)["said"]
    if before is None and len(facts["whom"]) > 1:
        after["whom+"] = [f"to.{number}" for number in facts["to"]]
    return wording.text_notice(desk, before, after)


def asked(desk: Desk, answers: Answers) -> Outcome:
    """A question is not yet the decision that a named informant is to be told: only where it is said to be."""
    row = matter.reach(desk, answers["_tip"], Power.CARE)
    if row is None:
        return no_longer(answers)
    filing = ask_facts(desk, answers)["owed"] and answers.get("filing") == "yes"
    told, text = write_to_all(desk, _recipients(desk, row, answers), answers["text"]), answers["text"]
    late = decided(desk, row, filing=filing)
    duty.decision(desk, row)  # the next one, from here on
    tips.move(desk.tx, row.id, desk.now, "staff", "asked", person=desk.person, note=text, late=late)
    tips.change(desk.tx, row.id, desk.now)
    desk.audit("asked", row.number)
    return Outcome((Say("coordinators/ask:done", {"told": told}),), card(answers))


# -- internal note -------------------------------------------------------------------------------------------------------

NOTE = Form("coordinators/note", (Question("text", wording.written(2000)),), about=("_tip",), home="coordinators/case")


def noted(desk: Desk, answers: Answers) -> Outcome:
    row = matter.reach(desk, answers["_tip"], Power.ACT)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "noted", person=desk.person, note=answers["text"])
    return Outcome((Say("coordinators/note:done"),), card(answers))


# -- somebody may know who told ------------------------------------------------------------------------------------------

SECURED = Form(
    "coordinators/secured", (Question("text", wording.written(500, 4)),), about=("_tip",), home="coordinators/case"
)


def secured(desk: Desk, answers: Answers) -> Outcome:
    """Until somebody says what was done about it, it stands above everything else; the alert that told of it is over."""
    row = matter.reach(desk, answers["_tip"], Power.CARE)
    if row is None:
        return no_longer(answers)
    tips.move(desk.tx, row.id, desk.now, "staff", "secured", person=desk.person, note=answers["text"])
    duty.exposure(desk, row)
    standing.over(desk.tx, f"{pushes.about(row.id)}exposed:")
    desk.audit("secured", row.number)
    return Outcome((Say("coordinators/secured:done"),), card(answers))


# -- named informants ----------------------------------------------------------------------------------------------------

IDENTITY = Form(
    "coordinators/identity",
    (Question("motive", wording.written(500, 4)),),
    review=True,
    about=("_tip",),
    home="coordinators/case",
)


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
    home="coordinators/case",
    way_out={"file": "leave"},
)


def withheld_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    files = [one for one in exhibits.of_tip(desk, row) if one["state"] == "withheld"] if row else []
    return {"withheld": [one | {"label": exhibits.named(desk, one)} for one in files]}


def file_opened(desk: Desk, answers: Answers) -> Outcome:
    """Video, voice and what could not be cleaned: the original, under a warning, on record."""
    row = matter.reach(desk, answers["_tip"], Power.SEE_ORIGINAL_FILE)
    file = next((one for one in withheld_facts(desk, answers)["withheld"] if str(one["id"]) == answers["file"]), None)
    if row is None or file is None or answers.get("sure") != "yes":
        return Outcome(next=card(answers))
    attachments.opened(desk.tx, [file["id"]], desk.now)
    tips.move(desk.tx, row.id, desk.now, "staff", "file_opened", person=desk.person, note=str(file["n"]))
    desk.audit("original opened", row.number, str(file["id"]))
    return Outcome((Say("coordinators/withheld:opened", files=exhibits.links([file])),), card(answers))


# -- course --------------------------------------------------------------------------------------------------------------

COURSE = Form(
    "coordinators/course",
    (Question("back", chosen, lambda a, f: (Choice("card"),), asks="choice"),),
    about=("_tip",),
    home="coordinators/case",
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
    shown = {key: move[key] for key in ("move", "actor", "unit", "note", "right", "late")}
    who, corrects = people.name(desk.tx, move["person"]), move["corrects"] is not None
    return shown | {"at": matter.stamp(move["at"]), "who": who, "corrects": corrects}


def back_to_card(desk: Desk, answers: Answers) -> Outcome:
    return Outcome(next=card(answers))


CONVERSATIONS = (
    Conversation(ASK, asked, "staff", ask_facts, ask_notice),
    Conversation(NOTE, noted, "staff"),
    Conversation(SECURED, secured, "staff"),
    Conversation(IDENTITY, identity, "intake|sealed"),
    Conversation(WITHHELD, file_opened, "staff", withheld_facts),
    Conversation(COURSE, back_to_card, "staff", course_facts),
)
