"""通知: what offices have told me, and one of them opened. Opening it is reading it; a nod or an answer is given with one press."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen
from handlers.notices import asking_again, sent
from rules.deadlines import end_of
from rules.notices import Notice, Read
from storage import notices, people

NAME, SHOWN = "notices/card", 12
ANSWERED = 500  # characters
LISTED = timedelta(days=120)  # how far back the list goes
Line = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A notice as it stands with whoever speaks."""

    notice: Notice
    row: Row[Any]
    read: Read

    @property
    def owed(self) -> bool:
        return self.read.owes(self.notice.want)


def listed(desk: Desk) -> list[Say]:
    found = mine(desk)
    doors = tuple(Choice(f"go.notice.{one.row.id}", one.notice.title) for one in found[:SHOWN])
    office = (Choice("go.notify", style="primary"), Choice("go.notified")) if offices(desk) else ()
    data = {"notices": [line(desk, one) for one in found[:SHOWN]]}
    return [Say("notices/list:list", data, (*doors, *office, Choice("go.menu", style="quiet")))]


def mine(desk: Desk) -> list[Told]:
    """What is still wanted of me first, then the latest."""
    found = [Told(notices.read(desk.tx, row), row, read) for row, read in _rows(desk)]
    return sorted(found, key=lambda one: not one.owed)


def _rows(desk: Desk) -> list[tuple[Row[Any], Read]]:
    """For them, and for who sits or sat in their seats, and how each stands with them."""
    rows = notices.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now - LISTED)
    found = notices.of_notices(desk.tx, [row.id for row in rows])
    return [(row, _stands(desk, row, found[row.id])) for row in rows]


def _stands(desk: Desk, row: Row[Any], receipts: list[Row[Any]]) -> Read:
    """By their own receipt, or that of who sat there before them; an answer is a unit's, whoever of it gave it."""
    own = [one for one in receipts if one.person == desk.person]
    mine = own or [one for one in receipts if (one.unit, one.seat) in desk.seats]
    units = {one.unit for one in mine} if row.want == "answer" else ()
    given = [one for one in receipts if one.unit in units and one.answered_at is not None]
    return max((notices.standing(one) for one in given or mine), key=lambda read: read.rank, default=Read())


def waiting(desk: Desk) -> int:
    """How many still want something of whoever speaks."""
    return sum(read.owes(row.want) for row, read in _rows(desk))


def line(desk: Desk, one: Told) -> Line:
    until = one.notice.until
    return {
        "title": one.notice.title,
        "office": one.notice.office,
        "at": matter.stamp(one.row.made_at),
        "want": one.notice.want,
        "until": end_of(until, desk.plan.tz).isoformat() if until else None,
        "standing": one.read.standing,
        "owed": one.owed,
    }


def reach(desk: Desk, number: int | None) -> Told | None:
    """For whoever it is for, whoever sits in or stands in for their seat now, and the leaders of their units. Anybody else is
    refused, on record."""
    row = notices.by_id(desk.tx, number) if number is not None else None
    if row is None or row.county != desk.plan.id or not _for_me(desk, row):
        matter.refused(desk, str(number), "notice")
        return None
    return Told(notices.read(desk.tx, row), row, _stands(desk, row, notices.receipts(desk.tx, row.id)))


def _for_me(desk: Desk, row: Row[Any]) -> bool:
    led = desk.units("leader")
    found = notices.receipts(desk.tx, row.id)
    return any(one.person == desk.person or (one.unit, one.seat) in desk.seats or one.unit in led for one in found)


def opened(desk: Desk, argument: str) -> Outcome:
    """The office that sent it sees who has read it."""
    number = matter.row_of(argument)
    if sent.ours(desk, number) and not _mine(desk, number):
        return sent.opened(desk, argument)
    found = reach(desk, number)
    if found is None:
        return Outcome((Say("staff/todo:unknown"),))
    return Outcome(next=(NAME, {"_notice": found.row.id}))


def _mine(desk: Desk, number: int | None) -> bool:
    return number is not None and any(one.person == desk.person for one in notices.receipts(desk.tx, number))


def noted(desk: Desk, argument: str) -> Outcome:
    """From the push itself: read and noted, without a look at the page."""
    found = reach(desk, matter.row_of(argument))
    if found is None:
        return Outcome((Say("staff/todo:unknown"),))
    return _noted(desk, found)


def _noted(desk: Desk, found: Told) -> Outcome:
    _reads(desk, found, "confirmed")
    return Outcome((Say(f"{NAME}:noted", {"title": found.notice.title}),), ("go.menu", {}))


def nodded(desk: Desk) -> Outcome | None:
    """收到, where a notice waits to be read: it is the word on its button, and no duty's. Of one that wants an answer it is none;
    where several wait it is asked of which. None: none waits."""
    found = [one for one in mine(desk) if one.owed]
    if not found:
        return None
    if len(found) > 1 or found[0].notice.want != "read":
        return Outcome(tuple(listed(desk)))
    return _noted(desk, found[0])


def _reads(desk: Desk, found: Told, what: str) -> None:
    """It counts for who stands in somebody's place as for themselves: they have a receipt of their own from then on. Of a notice
    that wants nothing it is not kept who read it."""
    if found.notice.want == "nothing":
        return
    for row in notices.receipts(desk.tx, found.row.id):
        if (row.unit, row.seat) in desk.seats and row.person != desk.person:
            notices.address(desk.tx, found.row.id, row.unit, row.seat, desk.person)
    notices.mark(desk.tx, found.row.id, desk.person, "opened", desk.now)
    if what != "opened":
        notices.mark(desk.tx, found.row.id, desk.person, what, desk.now)
    asking_again.settled(desk, found.notice)


# -- one of them ---------------------------------------------------------------------------------------------------------


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    acts = (Choice(act, style="primary") for act in facts["acts"])
    return (*acts, Choice("leave", style="quiet"))


def _act(heard: Heard, facts: Facts) -> Any:
    """Which of them; where an answer is wanted what is written is the answer."""
    words = wording.written(ANSWERED, 2)(heard) if heard.kind == "said" and "answer" in facts["acts"] else None
    return {"said": words} if isinstance(words, str) else chosen(heard)


CARD = Form(
    NAME,
    (Question("act", chosen, _acts, asks="choice", read=_act),),
    about=("_notice",),
    short=True,
    way_out={"act": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_notice"])
    if found is None:
        return {"said": {"gone": True}, "acts": ()}
    _reads(desk, found, "opened")
    told = line(desk, found) | {"words": found.notice.words, "who": people.name(desk.tx, found.row.made_by)}
    told |= {"answered": matter.stamp(found.read.answered), "confirmed": matter.stamp(found.read.confirmed)}
    return {"said": told, "acts": _acts_of(found)}


def _acts_of(found: Told) -> tuple[str, ...]:
    if found.notice.want == "answer":
        return ("answer",)
    return ("confirm",) if found.notice.want == "read" and found.read.confirmed is None else ()


def acted(desk: Desk, answers: Answers) -> Outcome:
    found = reach(desk, answers["_notice"])
    if found is None or answers["act"] == "leave":
        return Outcome(next=("go.notices", {}))
    if isinstance(answers["act"], dict):
        return answered(desk, {"_notice": found.row.id, "text": answers["act"]["said"]})
    if answers["act"] == "answer":
        return Outcome(next=("notices/answer", {"_notice": found.row.id}))
    return _noted(desk, found)


# -- an answer -----------------------------------------------------------------------------------------------------------

ANSWER = Form("notices/answer", (Question("text", wording.written(ANSWERED)),), about=("_notice",), home=NAME)


def answer_facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_notice"])
    return {"said": {"title": found.notice.title if found else ""}}


def answered(desk: Desk, answers: Answers) -> Outcome:
    """Given again, the latest stands."""
    found = reach(desk, answers["_notice"])
    if found is None or found.notice.want != "answer":
        return Outcome((Say("staff/todo:unknown"),))
    _reads(desk, found, "opened")
    notices.answer(desk.tx, found.row.id, desk.person, answers["text"], desk.now)
    asking_again.settled(desk, found.notice)
    return Outcome((Say("notices/answer:done", {"title": found.notice.title}),), ("go.notices", {}))


CONVERSATIONS = (
    Conversation(CARD, acted, "staff", facts),
    Conversation(ANSWER, answered, "staff", answer_facts),
)
