"""常用收件范围: audiences that an office keeps under a name, to be used again by everybody of it."""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen
from handlers.notices import whom
from storage import audiences, notices

NAME, LONGEST, SHOWN = "notices/saved", 40, 20


def opened(desk: Desk, argument: str) -> Outcome:
    """The list, or one of them."""
    own = offices(desk)
    if not own:
        return Outcome((Say("notices/compose:not_yours"),))
    if argument:
        row = reach(desk, matter.row_of(argument))
        return Outcome(next=(NAME, {"_saved": row.id})) if row is not None else Outcome((Say("staff/todo:unknown"),))
    rows = audiences.of_offices(desk.tx, desk.plan.id, own)[:SHOWN]
    doors = tuple(Choice(f"go.audiences.{row.id}", row.name) for row in rows)
    lines = [{"name": row.name, "whom": _told(desk, row)} for row in rows]
    ends = (Choice("go.notify"), Choice("go.menu", style="quiet"))
    return Outcome((Say(f"{NAME}:list", {"audiences": lines}, (*doors, *ends)),))


def reach(desk: Desk, number: int | None) -> Row[Any] | None:
    row = audiences.by_id(desk.tx, number) if number is not None else None
    if row is None or row.county != desk.plan.id or row.office not in offices(desk):
        matter.refused(desk, str(number), "audience")
        return None
    return row


def _told(desk: Desk, row: Row[Any]) -> list[dict[str, Any]]:
    return whom.named(desk, whom.filled(audiences.whom(row))["units"])


# -- one of them ---------------------------------------------------------------------------------------------------------

CARD = Form(
    NAME,
    (
        Question(
            "act",
            chosen,
            lambda a, f: (
                Choice("use", style="primary"),
                Choice("rename"),
                Choice("drop", style="danger"),
                Choice("leave", style="quiet"),
            ),
            asks="choice",
        ),
    ),
    about=("_saved",),
    short=True,
    way_out={"act": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    row = reach(desk, answers["_saved"])
    if row is None:
        return {"said": {"gone": True}}
    kept = audiences.whom(row)
    return {
        "said": {"name": row.name, "whom": _told(desk, row), "seats": whom.key_of(kept.seats) if kept.units else None}
    }


def acted(desk: Desk, answers: Answers) -> Outcome:
    row = reach(desk, answers["_saved"])
    if row is None or answers["act"] == "leave":
        return Outcome(next=("go.audiences", {}))
    if answers["act"] == "use":
        return Outcome(next=("notices/compose", {"_saved": f"{whom.SAVED}{row.id}"}))
    if answers["act"] == "rename":
        return Outcome(next=("notices/keep", {"_saved": row.id}))
    audiences.drop(desk.tx, row.id)
    desk.audit("audience dropped", str(row.id), row.office)
    return Outcome((Say(f"{NAME}:dropped", {"name": row.name}),), ("go.audiences", {}))


# -- its name ------------------------------------------------------------------------------------------------------------


def _one_line(heard: Heard) -> Any:
    text = wording.written(LONGEST, 2)(heard)
    return text if isinstance(text, Refused) else " ".join(text.split())


KEEP = Form("notices/keep", (Question("name", _one_line),))


def asked(desk: Desk, argument: str) -> Outcome:
    """`argument`: a notice of one's office, whose audience is to be kept."""
    row = notices.by_id(desk.tx, matter.row_of(argument) or 0)
    if row is None or row.county != desk.plan.id or row.office not in offices(desk):
        return Outcome((Say("staff/todo:unknown"),))
    return Outcome(next=("notices/keep", {"_notice": row.id}))


def keep_facts(desk: Desk, answers: Answers) -> Facts:
    row = reach(desk, answers["_saved"]) if "_saved" in answers else None
    return {"said": {"before": row.name if row is not None else None}}


def kept(desk: Desk, answers: Answers) -> Outcome:
    """A name that another of the office's has is that one's: it is replaced."""
    name = answers["name"]
    if "_saved" in answers:
        row = reach(desk, answers["_saved"])
        if row is None:
            return Outcome((Say("staff/todo:unknown"),))
        audiences.save(desk.tx, row.county, row.office, name, audiences.whom(row), desk.person, desk.now)
        if name != row.name:
            audiences.drop(desk.tx, row.id)
    else:
        row = notices.by_id(desk.tx, answers["_notice"])
        if row is None or row.office not in offices(desk):
            return Outcome((Say("staff/todo:unknown"),))
        audiences.save(desk.tx, row.county, row.office, name, notices.whom(row), desk.person, desk.now)
    desk.audit("audience kept", row.office)
    return Outcome((Say("notices/keep:done", {"name": name}),), ("go.audiences", {}))


CONVERSATIONS = (Conversation(CARD, acted, "staff", facts), Conversation(KEEP, kept, "staff", keep_facts))
