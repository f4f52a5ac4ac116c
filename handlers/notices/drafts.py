"""待发的通知: one that has not gone. Its office sends it at once, changes it or gives it up; where a second person's word is wanted
whoever may give it approves it or hands it back with remarks."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.card import card_form
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Facts, Form, Heard, Question, Say
from handlers.notices import approving, attached, changed, composing, draft, giving_up, going, said_of_draft
from handlers.notices.draft import Draft
from rules.notices import GONE
from storage import attachments, notices, people
from storage.attachments import Owner
from storage.seated import local_day

NAME = "notices/draft"


def opened(desk: Desk, argument: str) -> Outcome:
    """Once it has gone it is one of those that were sent."""
    row = reach(desk, matter.row_of(argument))
    if row is None:
        return Outcome((Say("staff/todo:unknown"),))
    if row.status in GONE and row.sent_at is not None:
        return Outcome(next=("notices/sent", {"_notice": row.id}))
    return Outcome(next=card(desk, row))


def card(desk: Desk, row: Row[Any]) -> tuple[str, Answers]:
    """`_seen`: in which words; what is decided is decided of these."""
    return NAME, {"_notice": row.id, "_seen": row.made_at.isoformat()} | exhibits.opening(desk)


def reach(desk: Desk, number: int | None) -> Row[Any] | None:
    """For its office, and whoever may approve it. Anybody else is refused, on record."""
    row = notices.by_id(desk.tx, number) if number is not None else None
    if row is None or row.county != desk.plan.id or not (row.office in offices(desk) or approving.may(desk, row)):
        matter.refused(desk, str(number), "notice draft")
        return None
    return row


def waiting(desk: Desk) -> list[Row[Any]]:
    """Those on which this person may decide."""
    of = approving.offices(desk)
    if of is not None and not of:
        return []
    return [row for row in notices.standing_at(desk.tx, desk.plan.id, "waiting", of) if approving.may(desk, row)]


# -- the card ------------------------------------------------------------------------------------------------------------


def acts_of(desk: Desk, row: Row[Any]) -> tuple[str, ...]:
    decides = (*(("approve",) if _may_go(desk, row) else ()), "hand_back") if approving.may(desk, row) else ()
    if row.office not in offices(desk):
        return decides
    own: dict[str, tuple[str, ...]] = {
        "waiting": ("rewrite", "give_up_notice"),
        "returned": ("rewrite", "give_up_notice"),
    }
    own |= {"cancelled": (giving_up.REUSE,)}
    return (
        *decides,
        *own.get(row.status, ("send_now", "rewrite", "give_up_notice") if row.status == "planned" else ()),
    )


def _may_go(desk: Desk, row: Row[Any]) -> bool:
    """Not past the day on which it wants an answer, nor with a file that nobody can have looked at yet."""
    files = attachments.of_owner(desk.tx, Owner("notice", row.id))
    late = row.until is not None and row.until < local_day(desk.plan, desk.now)
    return not late and all(one.state != "new" for one in files)


def _form() -> Form:
    form = card_form(NAME, "_notice", "_seen", approve="primary", send_now="primary", give_up_notice="danger")
    return replace(form, questions=tuple(replace(one, read=said_of_draft.read) for one in form.questions))


CARD = _form()


def facts(desk: Desk, answers: Answers) -> Facts:
    row = reach(desk, answers["_notice"])
    if row is None:
        return {"said": {"gone": True}, "acts": ()}
    links = attached.links(desk, row.id) if exhibits.just_opened(desk, answers) else ()
    return {"said": _told(desk, row), "acts": acts_of(desk, row), "links": links, "now": desk.now, "plan": desk.plan}


def _told(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    """One that is approved after its time goes at once."""
    missed = row.status == "waiting" and row.send_at is not None and row.send_at <= desk.now
    one = Draft(notices.read(desk.tx, row), notices.whom(row), None if missed else row.send_at)
    told = draft.line(desk, one, attached.numbers(desk, row.id), row.made_by)
    decided = {"remarks": notices.remarks(desk.tx, row), "approved_by": people.name(desk.tx, row.approved_by)}
    return {
        "draft": told,
        "status": row.status,
        "since": matter.stamp(row.made_at),
        "missed": matter.stamp(row.send_at) if missed else None,
        "who": people.name(desk.tx, row.made_by),
        "office": row.office,
    } | decided


def acted(desk: Desk, answers: Answers) -> Outcome:
    row = reach(desk, answers["_notice"])
    if row is None or answers["act"] == "leave":
        return Outcome(next=("go.todo" if row is None or row.office not in offices(desk) else "go.notified", {}))
    act = answers["act"]
    step = next(iter(act)) if isinstance(act, dict) else act
    if step not in acts_of(desk, row) or row.made_at.isoformat() != answers["_seen"]:
        return _meanwhile(desk, row)
    if step in ("rewrite", "hand_back"):
        return _steps(desk, row, answers)
    if step == giving_up.ACT:
        return giving_up.asked(answers)
    return {"approve": _approved, "send_now": _sent_now, giving_up.REUSE: giving_up.reused}[step](desk, row)


def _steps(desk: Desk, row: Row[Any], answers: Answers) -> Outcome:
    """Pressed; or said with what is to be another: remarks, or the moment at which it goes."""
    match answers["act"]:
        case "rewrite":
            return rewritten(desk, row)
        case {"rewrite": at}:
            return _at_another_time(desk, row, at)
        case {"hand_back": remarks}:
            said = {"text": remarks}
        case _:
            said = {}
    return Outcome(next=("notices/hand_back", {name: answers[name] for name in ("_notice", "_seen")} | said))


def rewritten(desk: Desk, row: Row[Any]) -> Outcome:
    return Outcome(next=(composing.NAME, _to_change(desk, row)))


def _to_change(desk: Desk, row: Row[Any]) -> Answers:
    return draft.answers_of(desk, row) | {"_number": row.id, "_changes": row.made_at.isoformat()}


def _at_another_time(desk: Desk, row: Row[Any], at: str) -> Outcome:
    """推迟到周五下午3点: the last look with that time; until it is confirmed it goes when it was to go."""
    before = _to_change(desk, row)
    after = before | {"at": at}
    return Outcome(tuple(changed.says(desk, before, after)), (composing.NAME, after))


def in_words(desk: Desk, heard: Heard) -> Outcome | None:
    """退回，先核实数字, with nothing open: of the one that waits for whoever speaks; where several do it is asked of which.
    Nothing is approved unseen. None: it is not said of a notice, or none waits."""
    step = said_of_draft.decides(heard)
    rows = waiting(desk) if step is not None else []
    if len(rows) != 1:
        return Outcome(next=("go.todo", {})) if rows else None
    name, about = card(desk, rows[0])
    return Outcome(next=(name, about | ({"act": step} if step else {})))


def _meanwhile(desk: Desk, row: Row[Any]) -> Outcome:
    """It was changed, decided or sent since it was shown: it is shown as it is."""
    again = card(desk, row) if row.status not in GONE else ("go.notified", {})
    return Outcome((Say(f"{NAME}:meanwhile"),), again)


def _approved(desk: Desk, row: Row[Any]) -> Outcome:
    """Exactly what they have seen; it goes at once, or at its time."""
    values = {"approved_by": desk.person, "approved_at": desk.now}
    if notices.move(desk.tx, row.id, "approve", row.made_at, **values) is None:
        return _meanwhile(desk, row)
    desk.audit("notice approved", str(row.id), row.office)
    now = row.send_at is None or row.send_at <= desk.now
    if now:
        going.go(desk, row.id)
    notice, decided = notices.read(desk.tx, row), "sent" if now else "planned"
    approving.tell_author(desk, row, notice, decided)
    about = {"title": notice.title, "status": decided, "at": matter.stamp(row.send_at)}
    return Outcome((Say(f"{NAME}:approved", about),), ("go.todo", {}))


def _sent_now(desk: Desk, row: Row[Any]) -> Outcome:
    found = going.go(desk, row.id, row.made_at)
    if found is None:
        return _meanwhile(desk, row)
    about = {"title": notices.read(desk.tx, row).title, "people": len(found.persons)}
    return Outcome((Say(f"{NAME}:sent_now", about),), ("go.notified", {}))


# -- handed back ---------------------------------------------------------------------------------------------------------

BACK = Form(
    "notices/hand_back",
    (Question("text", wording.written(said_of_draft.REMARKS, 2)),),
    about=("_notice", "_seen"),
    home=NAME,
)


def back_facts(desk: Desk, answers: Answers) -> Facts:
    row = reach(desk, answers["_notice"])
    return {"said": {"title": notices.read(desk.tx, row).title if row is not None else ""}}


def handed_back(desk: Desk, answers: Answers) -> Outcome:
    row = reach(desk, answers["_notice"])
    if row is None:
        return Outcome((Say("staff/todo:unknown"),))
    seen = row.made_at.isoformat() == answers["_seen"] and approving.may(desk, row)
    if not seen or notices.move(desk.tx, row.id, "return", row.made_at) is None:
        return _meanwhile(desk, row)
    notices.remark(desk.tx, row, answers["text"])
    desk.audit("notice returned", str(row.id), row.office)
    notice = notices.read(desk.tx, row)
    approving.tell_author(desk, row, notice, "returned", answers["text"])
    return Outcome((Say("notices/hand_back:done", {"title": notice.title}),), ("go.todo", {}))


CONVERSATIONS = (
    Conversation(CARD, acted, "staff", facts),
    Conversation(BACK, handed_back, "staff", back_facts),
)
