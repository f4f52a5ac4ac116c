"""发通知: an office writes to many units at once. Before it goes it is told how many people it reaches, and where nobody does.

What is confirmed is a row, a receipt for each reader, a push to every conversation of theirs, and where something is wanted a clock
for each, in one commit; opening it ends the clock.
"""

from datetime import date
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asked_units
from handlers.duties.asking import OFFICE, TITLED, UNITS, offices, read_by, telling
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from handlers.notices import asking_again, audience
from rules import asks
from rules.notices import SEATS, Notice
from storage import notices
from storage.database import new_id
from storage.seated import local_day

NAME = "notices/compose"
WORDS = 2000  # characters
DAYS = tuple(Choice(f"workdays_{n}") for n in (1, 3, 5, 10))
WANTS = (Choice("read", style="primary"), Choice("answer"), Choice("nothing"))


def opened(desk: Desk, argument: str) -> Outcome:
    if not offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    return Outcome(next=(NAME, {}))


def void(desk: Desk, answers: Answers) -> str | None:
    return None if offices(desk) else f"{NAME}:not_yours"


FORM = Form(
    NAME,
    (
        OFFICE,
        TITLED,
        Question("words", wording.written(WORDS), optional=True),
        UNITS,
        Question("seats", chosen, lambda a, f: tuple(Choice(one) for one in SEATS), asks="choice"),
        Question("want", chosen, lambda a, f: WANTS, asks="choice"),
        Question("by", chosen, lambda a, f: DAYS, lambda a, f: a.get("want") == "answer", read=read_by),
        wording.LOOK,
    ),
    review=True,
)


def facts(desk: Desk, answers: Answers) -> Facts:
    own, today = offices(desk), local_day(desk.plan, desk.now)
    able = _able(desk, answers)
    told = telling(answers)
    return {
        "offices": own,
        "units": able,
        "sets": asked_units.sets(desk, able),
        "today": today,
        "calendar": desk.plan.calendar,
        "telling": told,
        "said": {
            "telling": told,
            "got": answers.get("units+", []),
            "town": next((one for one in able if desk.plan.units[one].kind == "township"), None),
            **(_reach(desk, answers) if answers.get("units") and answers.get("seats") else {}),
        },
    }


def _able(desk: Desk, answers: Answers) -> tuple[str, ...]:
    own = offices(desk)
    office = answers["office"] if answers.get("office") in own else own[0] if own else ""
    return asks.may_be_asked(desk.plan, office, local_day(desk.plan, desk.now)) if own else ()


def _reach(desk: Desk, answers: Answers) -> dict[str, Any]:
    found = audience.of(desk, answers["units"], answers["seats"])
    return {
        "people": len(found.persons),
        "empty": list(found.empty),
        "deaf": list(dict.fromkeys(one.unit for one in found.deaf)),
    }


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What was said becomes units; a text that was changed is looked at again."""
    after.setdefault("_number", new_id())
    told = asked_units.gathered(desk, after, _able(desk, after), offices(desk))
    changed = any((before or {}).get(name) != after.get(name) for name in ("title", "words"))
    wording.again(after, None if changed else {"title": after.get("title")}, "title")
    return Outcome(told) if told else None


def sent(desk: Desk, answers: Answers) -> Outcome:
    """Whoever sits there at this moment is who it is for."""
    able = _able(desk, answers)
    found = audience.of(desk, [one for one in answers["units"] if one in able], answers["seats"])
    if not found.readers:
        return Outcome((Say(f"{NAME}:nobody"),), (NAME, {k: v for k, v in answers.items() if k != "units"}))
    until = date.fromisoformat(answers["by"]) if answers["want"] == "answer" else None
    office = answers.get("office") or offices(desk)[0]
    notice = Notice(answers["_number"], office, answers["title"], answers.get("words") or "", answers["want"], until)
    if not notices.make(desk.tx, desk.plan.id, notice, desk.person, desk.now):
        return Outcome((Say(f"{NAME}:already", {"title": notice.title}),), ("go.notified", {}))
    for one in found.readers:
        notices.address(desk.tx, notice.number, one.unit, one.seat, one.person)
    asking_again.begin(desk, notice, found.readers)
    asking_again.tell(desk, notice, found.persons)
    desk.audit("notice sent", str(notice.number), f"{office} {len(found.persons)}")
    about = {"title": notice.title, "people": len(found.persons), "want": notice.want, "empty": list(found.empty)}
    return Outcome((Say(f"{NAME}:done", about),), ("go.menu", {}))


CONVERSATION = Conversation(FORM, sent, "staff", facts, noticed, void)
