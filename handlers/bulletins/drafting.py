"""拟稿: a piece for citizens, as far as the last look, which shows it as they will read it. A text that is changed is looked at and
asked about anew; what is handed in waits for somebody else."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from handlers.bulletins import fields, gate, pieces
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import OFFICE
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, attached, attachment, chosen
from handlers.forms import plain as plainly
from rules.bulletins import Act, Bulletin, Status, writers
from rules.expressions import expression
from storage import approvals, attachments
from storage import bulletins as rows
from storage.attachments import Owner
from storage.database import new_id
from storage.seated import local_day

NAME = "bulletins/draft"
DAYS = tuple(Choice(f"days_{n}") for n in (7, 14, 30))
NO_PICTURE = "no_picture"
# 确认 is no word for letting a hint stand: what is kept so is chosen by its own name.
LOOK = replace(
    wording.LOOK, choices=lambda a, f: (Choice("as_it_stands", style="danger"), Choice("edit", style="primary"))
)


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: what was said with the word, 标题：… 正文：… 类别：…, as far as it can be taken."""
    if not pieces.offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    return Outcome(next=(NAME, fields.first(argument, facts(desk, {})) if argument else {}))


_SAID = expression(r"(?:写一篇|拟稿|写公开信息|write a piece)[\s:：,，]+(\S.*)", re.DOTALL | re.IGNORECASE)


def meant(desk: Desk, text: str) -> tuple[str, str] | None:
    """写一篇 with more behind it."""
    said = _SAID.fullmatch(plainly(text))
    return ("write", said[1]) if said else None


def of(row: Row[Any], piece: Bulletin, act: Act, pictured: bool) -> Answers:
    """As it stands, to be written anew; or, where citizens read it, a piece of its own that is to take its place."""
    words = {"office": piece.office, "category": piece.category, "title": piece.title, "words": piece.words}
    dates = {"until": piece.until.isoformat()} if piece.until else {}
    kept = words | dates | {"law": piece.law, "picture": None, "_authors": list(piece.authors), "*": "words"}
    if act == "correct":
        return kept | {"_replaces": row.id}
    again = kept | {"_number": row.id, "_revision": row.revision}
    again |= {"_replaces": piece.replaces} if piece.replaces is not None else {}
    return again | ({"_pictured": True} if pictured else {})


def void(desk: Desk, answers: Answers) -> str | None:
    return None if pieces.offices(desk) else f"{NAME}:not_yours"


# -- its answers ---------------------------------------------------------------------------------------------------------


def _picture(heard: Heard, facts: Facts) -> Any:
    if heard.kind == "chose":
        return heard.choice
    found = attachment(heard)
    return Refused("want_picture") if isinstance(found, dict) and found.get("family") != "image" else found


def _one(got: Any, value: Any, chosen_: bool, facts: Facts) -> tuple[list[Any], tuple[Refused, ...]]:
    return [value], ()


FORM = Form(
    NAME,
    (
        OFFICE,
        Question(
            "category", chosen, asks="choice",
            choices=lambda a, f: tuple(Choice(one, of="bulletins.categories") for one in f["plan"].bulletins.categories),
        ),
        Question("title", chosen, read=fields.title, implies=fields.below),
        Question("words", fields.words),
        Question("until", chosen, lambda a, f: DAYS, lambda a, f: f["ends"], read=fields.last_day),
        Question("law", chosen, optional=True, read=fields.law),
        Question(
            "picture", attachment, lambda a, f: (Choice(NO_PICTURE),) if f["pictured"] else (),
            optional=True, many=True, closing=(NO_PICTURE,), asks="file", read=_picture, takes=_one,
        ),
        LOOK,
        gate.QUESTION,
    ),
    review=True,
    draft=True,
)  # fmt: skip


def facts(desk: Desk, answers: Answers) -> Facts:
    plan, asked = desk.plan, gate.waiting(desk.plan, answers)
    telling = pieces.hints(desk, str(answers.get("title") or ""), str(answers.get("words") or ""))
    category = plan.bulletins.categories.get(answers.get("category", ""))
    return {
        "plan": plan,
        "language": desk.chat.language,
        "offices": pieces.offices(desk),
        "today": local_day(plan, desk.now),
        "calendar": plan.calendar,
        "ends": category is not None and category.ends,
        "pictured": "_pictured" in answers,
        "telling": telling,
        "asked": asked,
        "gated": bool(plan.bulletins.asked_of(answers.get("category", ""))),
        "question": asked.asks.in_(desk.chat.language) if asked else "",
        "said": {
            "telling": telling,
            "pictured": "_pictured" in answers,
            "corrects": "_replaces" in answers,
            **({"piece": pieces.as_read(_piece(desk, answers))} if answers.get("words") else {}),
        },
    }


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What was answered is of these words: changed, they are looked at and asked about anew."""
    after.setdefault("_number", new_id())
    changed = any((before or {}).get(name) != after.get(name) for name in ("category", "title", "words"))
    wording.again(after, None if changed else {"words": after.get("words")}, "words")
    for name in ("gate", "gate+") if changed else ():
        after.pop(name, None)
    if "picture+" in after:
        after["picture"] = after.pop("picture+")
    if gate.stopping(desk.plan, after):
        return _kept(desk, after)
    gate.settle(desk.plan, after)
    return None


# -- handed in -----------------------------------------------------------------------------------------------------------


def _piece(desk: Desk, answers: Answers) -> Bulletin:
    """As far as it has come."""
    office = answers.get("office") or (pieces.offices(desk) or [""])[0]
    own = (answers.get("_number", 0), office, answers["category"], answers["title"], answers["words"])
    ends = desk.plan.bulletins.categories[answers["category"]].ends
    until = date.fromisoformat(answers["until"]) if ends and answers.get("until") else None
    authors = tuple(sorted({*answers.get("_authors", ()), desk.person}))
    return Bulletin(*own, until, answers.get("law"), gate.given(answers), authors, answers.get("_replaces"))


def _write(desk: Desk, answers: Answers, status: Status) -> bool:
    """Whether it is what stands there now; somebody may have written it anew, or decided on it, meanwhile."""
    piece = _piece(desk, answers)
    if "_revision" in answers:
        done = rows.rewrite(desk.tx, piece, status, desk.person, desk.now, answers["_revision"])
    else:
        done = rows.make(desk.tx, desk.plan.id, piece, status, desk.person, desk.now)
    own, new = Owner("bulletin", piece.number), attached(answers, "picture")
    if done and (new or answers.get("picture") == [NO_PICTURE]):
        attachments.drop_owner(desk.tx, own)
    if done:
        attachments.adopt_for(desk.tx, new, desk.chat.id, own)
    answered = " ".join(f"{key}={value}" for key, value in (piece.gate or {}).items())
    if done:
        desk.audit(f"bulletin {status}", str(piece.number), f"{piece.category} {answered}")
    return done


def _kept(desk: Desk, answers: Answers) -> Outcome:
    stops = gate.stopping(desk.plan, answers)
    assert stops is not None
    if not _write(desk, answers, "stopped"):
        return Outcome((Say(f"{NAME}:already"),), ("go.bulletins", {}))
    about = {"title": answers["title"], "then": stops.then.in_(desk.chat.language), "clause": stops.clause}
    return Outcome((Say(f"{NAME}:stopped", about),), ("bulletins/card", _shown(answers)))


def _shown(answers: Answers) -> Answers:
    """The piece as it was just written."""
    return {"_bulletin": answers["_number"], "_seen": answers.get("_revision", -1) + 1}


def handed_in(desk: Desk, answers: Answers) -> Outcome:
    if not _write(desk, answers, "waiting"):
        return Outcome((Say(f"{NAME}:already"),), ("go.bulletins", {}))
    piece = _piece(desk, answers)
    unit, persons = pieces.asked_to_decide(desk, piece)
    about = {"title": piece.title, "category": piece.category, "office": piece.office}
    door = (Choice(f"go.bulletin.{piece.number}", style="primary"),)
    once = f"bulletin:{piece.number}:{answers.get('_revision', -1)}"
    desk.tell(persons, Say("reminders:bulletin", about, door), once, owes=1)
    by = next(one for one in writers(desk.plan) if one.unit == piece.office)
    approvals.wait(desk.tx, desk.plan, rows.BULLETIN, piece.number, by, desk.person, desk.now)
    return Outcome((Say(f"{NAME}:done", {"title": piece.title, "unit": unit}),), ("go.bulletins", {}))


CONVERSATION = Conversation(FORM, handed_in, "staff", facts, noticed, void)
