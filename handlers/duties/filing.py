"""Handing in: what a duty asks for is given line by line, as one message or as a pasted list; looked at once more, and handed in
once for all who receive it. Each of them takes note of it or hands it back with remarks.

The same question takes it all: a bare figure answers what is missing first, `名称：值` anything at any time, and what is
written later stands before what was written earlier.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import answers as given
from handlers.duties import card, owed
from handlers.duties.owed import Owed
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, attachment, plain, said
from handlers.words import folded, of
from rules import deadlines
from rules.fields import Refusal, read, shown, unusual
from rules.filings import FilingForm, at_odds
from rules.pasted import pasted, sheet
from rules.terms import Text
from storage import attachments, duties, filings

NIL, AS_IT_IS = "nil", "done"
AGAIN = 2  # working days to hand in again what was handed back: ours, so nobody is late on it
Values = dict[str, Any]
_FINISHED = of("完成 填完了 完了 好了 就这些 提交 确认 确认提交 done finished submit")
_OPTIONAL = of("可填项 可填 还能填什么 还可以填什么 optional morefields")


# -- what is given so far ------------------------------------------------------------------------------------------------


def values_of(answers: Mapping[str, Any], before: Mapping[str, Any]) -> Values:
    """What was written later stands before what was written earlier, and before what was handed back."""
    found: Values = {} if NIL in (answers.get("values") or ()) else dict(before)
    for piece in _pieces(answers):
        found |= piece["values"] if isinstance(piece, dict) else {}
    return found


def _pieces(answers: Mapping[str, Any]) -> list[Any]:
    return [*(answers.get("values") or ()), *answers.get("values+", ())]


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
    files = tuple(row.id for row in attachments.of_filing(desk.tx, filed.id))
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
    today = desk.now.astimezone(desk.plan.tz).date()
    missing = form.missing(values)
    odds = [_plainly({"why": odd.why, "hard": odd.hard} | dict(odd.data), language) for odd in at_odds(form, values)]
    told = owed.line(desk, one) | {
        "sheet": sheet(form, values, language),
        "missing": [form.field(key).name.in_(language) for key in missing],
        "next": _plainly(vars(form.field(missing[0])), language) if missing else None,
        "optional": [one.name.in_(language) for one in form.fields if one.optional and one.code not in values],
        "odds": odds,
        "unusual": [
            form.field(key).name.in_(language) for key, value in values.items() if unusual(form.field(key), value)
        ],
        "nil": is_nil(answers),
        "document": form.document,
        "files": len(before.files),
        "remarks": list(before.remarks),
        "begun": any(isinstance(piece, dict) for piece in _pieces(answers)),
        "hard": any(odd["hard"] for odd in odds),
    }
    about = {"said": told, "form": form, "values": values, "today": today, "language": language}
    return about | {"before": before.values, "nil": card.may_be_nil(desk, one)}


def _plainly(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """As JSON: names in the person's language, figures as they are written."""
    return {key: _plain(value, language) for key, value in data.items()}


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, tuple | list):
        return [_plain(one, language) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


# -- the question --------------------------------------------------------------------------------------------------------


def _read(heard: Heard, facts: Facts) -> Any:
    form: FilingForm = facts["form"]
    if heard.kind == "chose":
        return heard.choice if heard.choice in (NIL, AS_IT_IS) else Refused("want_text")
    text = said(10_000)(heard)
    if isinstance(text, Refused):
        return text
    if folded(text) in _OPTIONAL:
        return Refused("filing_optional", {"optional": facts["said"]["optional"]})
    if folded(text) in _FINISHED:
        return Refused("filing_not_yet", {key: facts["said"][key] for key in ("missing", "hard")})
    found = pasted(form, plain(text), facts["today"])
    if found.values or found.refused:
        return _piece(found.values, found.refused.values(), found.unknown, facts["language"])
    if not found.unknown:  # a heading: it says where we are, and nothing
        return Refused("filing_unknown", {"words": text[:60]})
    return _answer_to_the_next(form, text, facts)


def _answer_to_the_next(form: FilingForm, text: str, facts: Facts) -> Any:
    missing = form.missing(facts["values"])
    if not missing:
        return Refused("filing_unknown", {"words": text[:60]})
    value = read(form.field(missing[0]), text, facts["today"])
    if isinstance(value, Refusal):
        return Refused(f"filing_{value.why}", _plainly(value.data, facts["language"]))
    took = form.field(missing[0])
    about = {"name": took.name.in_(facts["language"]), "value": shown(took, value, facts["language"])}
    return _piece({missing[0]: value}, (), (), facts["language"]) | {"took": about}


def _piece(values: Mapping[str, Any], refused: Iterable[Refusal], unknown: Iterable[str], language: str) -> Any:
    wrong = [(one.why, _plainly(one.data, language)) for one in refused]
    if wrong and not values:
        return Refused(f"filing_{wrong[0][0]}", wrong[0][1])
    kept = {key: value if isinstance(value, int | str) else str(value) for key, value in values.items()}
    return {"values": kept, "refused": [list(one) for one in wrong], "unknown": [one[:60] for one in unknown]}


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What of the latest message could not be taken: nothing is dropped silently."""
    latest = (_pieces(after) or [None])[-1]
    if before is None or not isinstance(latest, dict) or len(_pieces(after)) <= len(_pieces(before)):
        return None
    says = [Say(f"common:why_filing_{why}", data) for why, data in latest["refused"]]
    says += [Say("common:why_filing_unknown", {"words": one}) for one in latest["unknown"]]
    says += [Say("duties/file:took", latest["took"])] if "took" in latest else []
    return Outcome(tuple(says)) if says else None


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    if facts["form"] is None or _pieces(answers):
        return ()
    as_it_is = (Choice(AS_IT_IS, style="primary"),) if facts["before"] and _ready(answers, facts) else ()
    return (*as_it_is, *((Choice(NIL),) if facts["nil"] else ()))


def _ready(answers: Answers, facts: Facts) -> bool:
    """完成 is offered when nothing that must be given is missing and nothing contradicts itself."""
    form = facts["form"]
    return form is not None and _complete(form, values_of(answers, facts["before"]))


def _complete(form: FilingForm, values: Values) -> bool:
    return not form.missing(values) and not any(odd.hard for odd in at_odds(form, values))


def _has_files(answers: Answers, facts: Facts) -> bool:
    """Those that were handed in stand until others are sent."""
    return bool(facts["said"].get("files")) and "document+" not in answers


def _document(heard: Heard, facts: Facts) -> Any:
    return AS_IT_IS if heard.kind == "chose" and heard.choice == AS_IT_IS else attachment(heard)


FILE = Form(
    "duties/file",
    (
        Question(
            "values",
            lambda heard: Refused("want_text"),
            _choices,
            many=True,
            read=_read,
            ready=_ready,
            joins=True,
            closing=(NIL, AS_IT_IS),
        ),
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
    nil, files = is_nil(answers), _files(answers)
    values = {} if nil else values_of(answers, before.values)
    if not nil and not _complete(form, values):  # the county's form has changed since: what it asks now is asked
        rest = {name: value for name, value in answers.items() if name != "values"}
        return Outcome(next=("duties/file", rest | {"values+": answers.get("values") or []}))
    if not duties.end(desk.tx, one.row, desk.now, "filed"):
        return given.refused(desk, answers)
    content = {"form": form.id, "values": values, "files": files or list(before.files)}
    filing, revision = filings.hand_in(desk.tx, one.row, content, nil=nil, by=desk.person, at=desk.now)
    attachments.adopt_filing(desk.tx, files, desk.chat.id, filing)
    if before.filing is not None and not files:
        attachments.pass_on(desk.tx, before.filing, filing)
    units = owed.receivers(desk, one.demand) if one.leaves else ()
    numbers = filings.receive(desk.tx, filing, desk.plan.id, desk.plan.letters, units, desk.now)
    owed.entered(desk, one, "filed")
    owed.tell_receivers(desk, one, "filed", nil=nil, revision=revision)
    told = owed.line(desk, one) | {"receipts": [{"unit": unit, "number": number} for unit, number in numbers.items()]}
    return Outcome(
        (Say("duties/file:done", told | {"nil": nil, "late": one.firm and one.row.due_at < desk.now}),), ("go.todo", {})
    )


def _files(answers: Answers) -> list[int]:
    return [file["id"] for file in answers.get("document") or () if isinstance(file, dict)]


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
    day = desk.plan.calendar.add_workdays(desk.now.astimezone(desk.plan.tz).date(), AGAIN).date
    until = max(one.row.due_at, deadlines.end_of(day, desk.plan.tz))
    duties.again(desk.tx, one.row, until, given.morning(desk, day - timedelta(days=1)))
    owed.entered(desk, one, "returned", note=answers["remarks"], until=until)
    owed.tell_unit(desk, one, "returned", receiver=receipt.unit, until=until.isoformat())
    return Outcome((Say("duties/return:done", owed.line(desk, one)),), ("go.owed", {}))


CONVERSATIONS = (
    Conversation(FILE, filed, "staff", facts, notice, card.void),
    Conversation(Form("duties/nil", (), **given.HOME), nothing, "staff", given.facts),
    Conversation(Form("duties/take_note", (), **given.HOME), noted, "coordinator", given.facts),
    Conversation(RETURN, returned, "coordinator", given.facts),
)
