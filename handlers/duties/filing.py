"""Handing in: what a duty asks for is given line by line, as one message or as a pasted list; looked at once more, and handed in
once for all who receive it. Each of them takes note of it or hands it back with remarks. The question is `handlers.filling`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handlers import filling
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import answers as given
from handlers.duties import card, owed, waiting
from handlers.duties.owed import Owed
from handlers.filling import AS_IT_IS, NIL, values_of
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, attached, attachment, said
from rules import deadlines
from rules.filings import FilingForm
from storage import attachments, duties, filings
from storage.attachments import Owner

AGAIN = 2  # working days to hand in again what was handed back: ours, so nobody is late on it


# -- what is given so far ------------------------------------------------------------------------------------------------


def is_nil(answers: Mapping[str, Any]) -> bool:
    """Nothing to report, and no figure given since."""
    return NIL in (answers.get("values") or ()) and not values_of(answers, {})


@dataclass(frozen=True)
class _Before:
    """What was handed in and returned: it is mended, not written anew."""

    filing: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[int, ...] = ()
    remarks: tuple[dict[str, Any], ...] = ()


def _before(desk: Desk, one: Owed) -> _Before:
    back = filings.handed_back(desk.tx, one.row.id)
    if back is None:
        return _Before()
    filed, receipts = back
    form = form_of(desk, one)
    known = form.slots if form is not None else {}
    values = {key: value for key, value in filings.content(desk.tx, filed)["values"].items() if key in known}
    files = tuple(row.id for row in attachments.of_owner(desk.tx, Owner("filing", filed.id)))
    remarks = tuple({"unit": row.unit, "remarks": filings.remarks(desk.tx, row)} for row in receipts)
    return _Before(filed.id, values, files, remarks)


def form_of(desk: Desk, one: Owed) -> FilingForm | None:
    found = desk.plan.forms.get(one.demand.form or "")
    return found if isinstance(found, FilingForm) else None


def facts(desk: Desk, answers: Answers) -> Facts:
    """What the form asks, and how far it has come."""
    one = owed.reach(desk, answers["_duty"])
    form = form_of(desk, one) if one is not None else None
    if one is None or form is None:
        return {"said": {"gone": True}, "form": None}
    before, language = _before(desk, one), desk.chat.language
    values = values_of(answers, before.values)
    told = owed.line(desk, one) | filling.told(form, values, answers, language)
    told |= {"nil": is_nil(answers), "document": form.document, "files": len(before.files)}
    told |= {"remarks": list(before.remarks)}
    about = {"said": told, "before": before.values, "nil": card.may_be_nil(desk, one)}
    return about | filling.facts(desk, form, values)


# -- the question --------------------------------------------------------------------------------------------------------


def _has_files(answers: Answers, facts: Facts) -> bool:
    """Those that were handed in stand until others are sent."""
    return bool(facts["said"].get("files")) and "document+" not in answers


def _document(heard: Heard, facts: Facts) -> Any:
    return AS_IT_IS if heard.kind == "chose" and heard.choice == AS_IT_IS else attachment(heard)


FILE = Form(
    "duties/file",
    (
        filling.question(),
        Question(
            "document",
            attachment,
            lambda a, f: (Choice(AS_IT_IS, style="primary"),) if _has_files(a, f) else (),
            when=lambda a, f: bool(f["said"].get("document")),
            many=True,
            closing=(AS_IT_IS,),
            read=_document,
            asks="file",
            joins=True,
        ),
    ),
    review=True,
    draft=True,
    about=("_duty",),
    home=card.NAME,
)


def filed(desk: Desk, answers: Answers) -> Outcome:
    """One filing, a receipt number for each receiver, and the duty's future ended, in one commit."""
    one = given.own(desk, answers)
    form = form_of(desk, one) if one is not None else None
    before = _before(desk, one) if one is not None else _Before()
    if one is None or form is None:
        return given.refused(desk, answers)
    nil, files = is_nil(answers), attached(answers)
    values = {} if nil else values_of(answers, before.values)
    if not nil and not filling.complete(form, values):  # the county's form has changed since: what it asks now is asked
        rest = {name: value for name, value in answers.items() if name != "values"}
        return Outcome(next=("duties/file", rest | {"values+": answers.get("values") or []}))
    if not duties.end(desk.tx, one.row, desk.now, "filed"):
        return given.refused(desk, answers)
    content = {"form": form.id, "values": values, "files": list(files or before.files)}
    filing, revision = filings.hand_in(desk.tx, one.row, content, nil=nil, by=desk.person, at=desk.now)
    attachments.adopt_for(desk.tx, files, desk.chat.id, Owner("filing", filing))
    if before.filing is not None and not files:
        attachments.pass_on(desk.tx, Owner("filing", before.filing), Owner("filing", filing))
    units = owed.receivers(desk, one.demand) if one.leaves else ()
    numbers = filings.receive(desk.tx, filing, desk.plan.id, desk.plan.letters, units, desk.now)
    if before.filing is not None:
        waiting.seen(desk, before.filing)
    waiting.remind(desk, numbers)
    owed.entered(desk, one, "filed")
    owed.tell_receivers(desk, one, "filed", nil=nil, revision=revision)
    told = owed.line(desk, one) | {"receipts": [{"unit": unit, "number": number} for unit, number in numbers.items()]}
    return Outcome(
        (Say("duties/file:done", told | {"nil": nil, "late": one.firm and one.row.due_at < desk.now}),), ("go.todo", {})
    )


def nothing(desk: Desk, answers: Answers) -> Outcome:
    """本月无, in one press and a last look."""
    return Outcome(next=("duties/file", {"_duty": answers["_duty"], "values": [NIL]}))


# -- whoever receives it -------------------------------------------------------------------------------------------------


def _receipt(desk: Desk, answers: Answers) -> tuple[Owed, Any] | None:
    """Of an office of this person's that has not decided yet."""
    one = owed.reach(desk, answers["_duty"], lock=True)
    live = one is not None and one.receives and one.row.ended == "filed"
    latest = filings.latest(desk.tx, one.row.id) if one is not None and live else None
    found = [] if latest is None else filings.receipts(desk.tx, latest.id)
    mine = next((row for row in found if row.unit in desk.units("coordinator") and row.status == "sent"), None)
    return (one, mine) if one is not None and mine is not None else None


def noted(desk: Desk, answers: Answers) -> Outcome:
    found = _receipt(desk, answers)
    if found is None or not filings.decide(desk.tx, found[1], "taken", desk.person, desk.now):
        return given.refused(desk, answers)
    one, receipt = found
    waiting.seen(desk, receipt.filing, receipt.unit)
    owed.entered(desk, one, "taken")
    owed.tell_unit(desk, one, "taken", receiver=receipt.unit, number=receipt.number)
    return Outcome((Say("duties/card:taken", owed.line(desk, one) | {"number": receipt.number}),), ("go.owed", {}))


RETURN = Form("duties/return", (Question("remarks", said(1000, 4)),), review=True, **given.HOME | {"shows": "full"})


def returned(desk: Desk, answers: Answers) -> Outcome:
    """It was in time when it was handed in; the days for the next one are ours, so nobody is late on them."""
    found = _receipt(desk, answers)
    if found is None or not filings.decide(desk.tx, found[1], "returned", desk.person, desk.now, answers["remarks"]):
        return given.refused(desk, answers)
    one, receipt = found
    waiting.seen(desk, receipt.filing)
    day = desk.plan.calendar.add_workdays(desk.now.astimezone(desk.plan.tz).date(), AGAIN).date
    until = max(one.row.due_at, deadlines.end_of(day, desk.plan.tz))
    duties.again(desk.tx, one.row, until, given.morning(desk, day - timedelta(days=1)))
    owed.entered(desk, one, "returned", note=answers["remarks"], until=until)
    owed.tell_unit(desk, one, "returned", receiver=receipt.unit, until=until.isoformat())
    return Outcome((Say("duties/return:done", owed.line(desk, one)),), ("go.owed", {}))


CONVERSATIONS = (
    Conversation(FILE, filed, "staff", facts, filling.notice, card.void),
    Conversation(Form("duties/nil", (), **given.HOME), nothing, "staff", given.facts),
    Conversation(Form("duties/take_note", (), **given.HOME), noted, "coordinator", given.facts),
    Conversation(RETURN, returned, "coordinator", given.facts),
)
