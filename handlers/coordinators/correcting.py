"""Whoever took a tip in corrects the last thing that they said or did, while nobody has acted on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers import corrections, matter
from handlers.coordinators import wording
from handlers.coordinators.case import card
from handlers.coordinators.ending import OUTCOMES
from handlers.coordinators.triage import write_to_all
from handlers.desk import Conversation, Desk, Outcome, Reaches
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from rules.visibility import Power
from storage import merges, tips


def _outcomes(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in facts["outcomes"])


def form(name: str, about: str, home: str) -> Form:
    """The same for everybody who corrects: how it ended, where that was said, its words, and why."""
    return Form(
        name,
        (
            Question("outcome", chosen, _outcomes, lambda a, f: bool(f["outcomes"]), asks="choice"),
            Question("text", wording.written(2000), prefill=lambda a, f: f["said"]["old"]),
            wording.LOOK,
            Question("reason", wording.written(300)),
        ),
        review=True,
        steered=wording.rewritten("text"),
        about=(about,),
        home=home,
    )


CORRECT = form("coordinators/correct", "_tip", "coordinators/case")


def correct_facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    last = corrections.correctable(desk, row.id) if row else None
    ended = row is not None and last is not None and last["move"] == "closed" and row.outcome in OUTCOMES
    return {"outcomes": OUTCOMES if ended else ()} | wording.looked_at(answers, "text", **last_words(last))


def last_words(last: matter.Line | None) -> matter.Line:
    """Which step is corrected, and how it reads."""
    return (
        {"old": last["note"], "step": last["move"], "at": matter.stamp(last["at"])} if last else {"old": "", "step": ""}
    )


def corrected(desk: Desk, answers: Answers) -> Outcome:
    """A new entry that names the one it corrects; what was said stays on record. Held, so that nobody acts on it meanwhile."""
    row = matter.reach(desk, answers["_tip"], Power.READ, lock=True)
    last = corrections.correctable(desk, row.id) if row else None
    if row is None or last is None:
        return Outcome((Say("coordinators/correct:too_late"),), card(answers))
    if answers.get("outcome"):
        tips.change(desk.tx, row.id, desk.now, outcome=answers["outcome"])
    told: Reaches | None = None
    if last["move"] == "asked" or answers.get("outcome"):
        told = write_to_all(desk, _written_to(desk, row, last["at"]), answers["text"])
    note_correction(desk, row, last, answers)
    return Outcome((Say("coordinators/correct:done", {"told": told}),), card(answers))


def _written_to(desk: Desk, row: Row[Any], at: datetime) -> list[Row[Any]]:
    """Those to whom the words went that are corrected."""
    return [
        one
        for one in merges.contributors(desk.tx, row)
        if any(said["author"] == "office" and said["at"] == at for said in tips.dialogue(desk.tx, one.id))
    ]


def note_correction(desk: Desk, row: Row[Any], last: matter.Line, answers: Answers, name: str | None = None) -> None:
    about = {key: last[key] for key in ("unit", "handover", "right")}
    note = f"{answers['text']}\n（{answers['reason']}）"
    move = {"person": desk.person, "note": note, "corrects": last["id"], **about}
    tips.move(desk.tx, row.id, desk.now, "staff", name or last["move"], **move)
    desk.audit("corrected", row.number, last["move"])


CONVERSATION = Conversation(CORRECT, corrected, "staff", correct_facts, wording.text_notice)
