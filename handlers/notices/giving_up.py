"""不发了: a notice that has not gone yet is given up, after a last look. Its words may be used again for another."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Facts, Say
from handlers.notices import draft, last_word
from rules.notices import GONE
from storage import attachments, notices
from storage.attachments import Owner

NAME, ACT, REUSE = "notices/give_up", "give_up_notice", "reuse"
FORM = last_word.asked(NAME, ACT, "_notice", "_seen", home="notices/draft")


def asked(answers: Answers) -> Outcome:
    """`answers`: of its card, with the words in which it was seen."""
    return Outcome(next=(NAME, {name: answers[name] for name in FORM.about}))


def reused(desk: Desk, row: Row[Any]) -> Outcome:
    """A new one in its words, for its readers; it goes when that is said, and corrects nothing."""
    said = draft.answers_of(desk, row)
    kept = {name: one for name, one in said.items() if name not in ("at", "by", "document", "_replaces")}
    return Outcome(next=(draft.COMPOSE, kept))


def _row(desk: Desk, answers: Answers) -> Row[Any] | None:
    """While it may still be given up by whoever speaks, and stands in the words they have seen."""
    row = notices.by_id(desk.tx, answers["_notice"])
    if row is None or row.county != desk.plan.id or row.office not in offices(desk) or row.status in GONE:
        return None
    return row if row.made_at == datetime.fromisoformat(answers["_seen"]) else None


def facts(desk: Desk, answers: Answers) -> Facts:
    row = _row(desk, answers)
    return {"said": _told(desk, row) if row is not None else {"gone": True}}


def _told(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    files = len(attachments.of_owner(desk.tx, Owner("notice", row.id)))
    about = {"title": notices.read(desk.tx, row).title, "status": row.status, "files": files}
    return about | {"at": matter.stamp(row.send_at), "corrects": row.replaces is not None}


def _void(desk: Desk, answers: Answers) -> str | None:
    return None if _row(desk, answers) is not None else "notices/draft:meanwhile"


def finished(desk: Desk, answers: Answers) -> Outcome:
    """Only what has not gone: `cancel` of one that is on its way is another matter."""
    row = _row(desk, answers)
    card = ("notices/draft", {name: answers[name] for name in FORM.about})
    if row is None or not last_word.said_yes(answers, ACT):
        return Outcome(next=card)
    told = _told(desk, row)
    if notices.move(desk.tx, row.id, "cancel", row.made_at, ended_at=desk.now) is None:
        return Outcome((Say("notices/draft:meanwhile"),), ("go.notified", {}))
    desk.audit("notice given up", str(row.id), row.office)
    attachments.drop_owner(desk.tx, Owner("notice", row.id))
    return Outcome((Say(f"{NAME}:done", told),), card)


CONVERSATION = Conversation(FORM, finished, "staff", facts, void=_void)
