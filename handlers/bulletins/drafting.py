"""拟稿: a piece for citizens, as far as the last look, which shows it as they will read it. A text that is changed is looked at and
asked about anew; what is handed in waits for somebody else."""

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from handlers.bulletins import gate, pieces
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import OFFICE, read_by
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, attached, attachment, chosen
from handlers.forms import plain as plainly
from rules.bulletins import LONGEST, TITLE, Act, Bulletin, Status
from rules.looking_up import folded
from rules.named_days import number
from storage import attachments
from storage import bulletins as rows
from storage.attachments import Owner
from storage.database import new_id
from storage.seated import local_day

NAME = "bulletins/draft"
DAYS = tuple(Choice(f"days_{n}") for n in (7, 14, 30))
NO_PICTURE = "no_picture"
PER_CHARACTER = 3  # bytes


def opened(desk: Desk, argument: str) -> Outcome:
    if not pieces.offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    return Outcome(next=(NAME, {}))


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


def _fitting(text: str, bytes_: int) -> Any:
    size = len(text.encode())
    told = {"limit": bytes_ // PER_CHARACTER, "length": -(-size // PER_CHARACTER)}
    return text if size <= bytes_ else Refused("too_long", told)


def _titled(heard: Heard, facts: Facts) -> Any:
    """The first line; what stands below is the text."""
    text = wording.written(TITLE + LONGEST)(heard)
    if isinstance(text, Refused):
        return text
    title = text.split("\n", 1)[0].strip()
    return _fitting(title, TITLE) if any(map(str.isalnum, title)) else Refused("empty")


def _below(heard: Heard, facts: Facts) -> Answers:
    _, _, below = plainly(heard.text).partition("\n")
    fits = below.strip() and not isinstance(_fitting(below.strip(), LONGEST), Refused)
    return {"words": below.strip()} if fits else {}


def _written(heard: Heard) -> Any:
    text = wording.written(LONGEST, 4)(heard)
    return text if isinstance(text, Refused) else _fitting(text, LONGEST)


def _last_day(heard: Heard, facts: Facts) -> Any:
    """Today or later, as an ISO day of the county."""
    if heard.kind == "chose":
        return (facts["today"] + timedelta(days=int(heard.choice.removeprefix("days_")))).isoformat()
    return read_by(heard, facts)


_ARTICLE = re.compile(r"(.*?)第?([0-9]{1,3}|[一二三四五六七八九十百]{1,5})条?")


def _law(heard: Heard, facts: Facts) -> Any:
    """海关法第五条, or a part of its name where no other has it."""
    said = re.sub(r"[\s《》]", "", folded(plainly(heard.text)))
    found = _ARTICLE.fullmatch(said)
    name, article = (found[1], str(number(found[2]))) if found else (said, "")
    laws = facts["plan"].common.laws
    fits = [key for key, law in laws.items() if _names(law, name) and article in ("", law.article)]
    if len(fits) == 1:
        return fits[0]
    known = dict.fromkeys(one.law for one in facts["plan"].bulletins.facts.values() if one.law)
    names = [laws[key].name.in_(facts["language"]) for key in fits or known]
    return Refused("which_law" if fits else "no_such_law", {"names": names})


def _names(law: Any, name: str) -> bool:
    known = (re.sub(r"[\s《》]", "", folded(one)) for one in (law.name.zh, law.name.en))
    return len(name) > 1 and any(name in one for one in known)


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
        Question("title", chosen, read=_titled, implies=_below),
        Question("words", _written),
        Question("until", chosen, lambda a, f: DAYS, lambda a, f: f["ends"], read=_last_day),
        Question("law", chosen, optional=True, read=_law),
        Question(
            "picture", attachment, lambda a, f: (Choice(NO_PICTURE),) if f["pictured"] else (),
            optional=True, many=True, closing=(NO_PICTURE,), asks="file", read=_picture, takes=_one,
        ),
        wording.LOOK,
        gate.QUESTION,
    ),
    review=True,
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
    return Outcome((Say(f"{NAME}:done", {"title": piece.title, "unit": unit}),), ("go.bulletins", {}))


CONVERSATION = Conversation(FORM, handed_in, "staff", facts, noticed, void)
