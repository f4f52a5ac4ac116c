"""通知: what offices have told me, and one of them opened. Opening it is reading it; a nod or an answer is given with one press."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, said
from handlers.meetings import card as meeting_card
from handlers.meetings import seen
from handlers.notices import asking_again, attached, drafts, lines, owned, receipts, sent
from handlers.notices.lines import LISTED, SHOWN, Line
from handlers.notices.said_of_received import NODS
from handlers.words import NONE, folded
from rules.notices import OF_UNITS, Notice, Read
from storage import meetings, notice_ends, notices, people

NAME = "notices/card"
ANSWERED = 500  # characters


@dataclass(frozen=True)
class Told:
    """A notice as it stands with whoever speaks. `own`: it is for them, or for a seat that is theirs now;
    `asked`: not as who calls or chairs it."""

    notice: Notice
    row: Row[Any]
    read: Read
    own: bool = True
    asked: bool = True

    @property
    def stands(self) -> bool:
        """Taken back or replaced it asks nothing of anybody."""
        return self.row.status in notices.STANDS

    @property
    def owed(self) -> bool:
        return self.stands and self.asked and self.read.owes(self.notice.want)


def listed(desk: Desk) -> list[Say]:
    found = mine(desk)[:SHOWN]
    named = lines.called(desk, [(one.notice, one.row) for one in found])
    doors = tuple(Choice(f"go.notice.{one.row.id}", name) for name, one in zip(named, found, strict=True))
    office = (Choice("go.notify", style="primary"), Choice("go.notified")) if offices(desk) else ()
    asked = tuple(
        Choice(f"go.draft.{row.id}", notices.read(desk.tx, row).title) for row in drafts.waiting(desk)[:SHOWN]
    )
    data = {"notices": [line(desk, one) for one in found], "to_approve": len(asked)}
    return [Say("notices/list:list", data, (*asked, *doors, *office, Choice("go.menu", style="quiet")))]


def mine(desk: Desk) -> list[Told]:
    """What is still wanted of me first, then the latest."""
    rows = notices.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now - LISTED)
    return sorted(_told(desk, rows), key=lambda one: not one.owed)


def waiting(desk: Desk) -> int:
    """How many still want something of whoever speaks."""
    rows = notices.unread(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now - LISTED)
    return sum(one.owed for one in _told(desk, rows))


def _told(desk: Desk, rows: list[Row[Any]]) -> list[Told]:
    found = receipts.of_readers(desk, [row.id for row in rows])
    mine_ = ((row, _for_me(desk, found[row.id])) for row in rows)
    return [
        Told(notices.read(desk.tx, row), row, _stands(row, own, found[row.id]), asked=_asked(desk, row, own))
        for row, own in mine_
        if own
    ]


def _asked(desk: Desk, row: Row[Any], own: list[Row[Any]]) -> bool:
    """Who only calls or chairs a meeting is asked nothing."""
    hosts = seen.hosts(desk, row.id) if row.want == "attend" else ()
    return any(one.unit not in hosts for one in own)


def _for_me(desk: Desk, there: list[Row[Any]]) -> list[Row[Any]]:
    """Their own receipt while they are of the unit, else that of who sat in their seats before them."""
    own = [one for one in there if one.person == desk.person and desk.sits_in(one.unit)]
    return own or [one for one in there if (one.unit, one.seat) in desk.seats]


def _stands(row: Row[Any], own: list[Row[Any]], found: Iterable[Row[Any]]) -> Read:
    """An answer is a unit's, whoever of it gave it."""
    units = {one.unit for one in own} if row.want in OF_UNITS else ()
    given = [one for one in found if one.unit in units and one.answered_at is not None]
    return max((notices.standing(one) for one in given or own), key=lambda read: read.rank, default=Read())


def line(desk: Desk, one: Told) -> Line:
    return lines.of(desk, one.notice, one.row) | {"standing": one.read.standing, "owed": one.owed}


def reach(desk: Desk, number: int | None) -> Told | None:
    """For whoever it is for, whoever sits in or stands in for their seat now, and the leaders of their units. Anybody else is
    refused, on record."""
    row = notices.by_id(desk.tx, number) if number is not None else None
    found = receipts.of_reader(desk, row.id) if row is not None and row.county == desk.plan.id else []
    own = _for_me(desk, found)
    if row is None or not (own or _led(desk, found)):
        matter.refused(desk, str(number), "notice")
        return None
    return Told(notices.read(desk.tx, row), row, _stands(row, own, found), bool(own))


def _led(desk: Desk, found: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Receipts of the units whose leader speaks."""
    units = desk.units("leader")
    return receipts.in_order(desk, [one for one in found if one.unit in units])


def opened(desk: Desk, argument: str) -> Outcome:
    """Opening it is reading it. The office that sent it sees who has read it."""
    number = matter.row_of(argument)
    if number is not None and meetings.by_id(desk.tx, number) is not None:
        return meeting_card.opened(desk, argument)
    if owned.ours(desk, number) and not _mine(desk, number):
        return sent.opened(desk, argument)
    found = reach(desk, number)
    if found is None:
        return Outcome((Say("staff/todo:unknown"),))
    _reads(desk, found, "opened")
    return _shown(desk, found)


def _shown(desk: Desk, found: Told) -> Outcome:
    """Its card; with nothing to do on it nothing is open, and what is said next is said of something else."""
    answers = {"_notice": found.row.id} | exhibits.opening(desk)
    if _acts_of(found):
        return Outcome(next=(NAME, answers))
    told = facts(desk, answers)
    card = {"answers": answers, "facts": told["said"], "got": []}
    choices = (*told["doors"], Choice("go.notices", style="quiet"))
    return Outcome((Say(f"{NAME}:ask_act", card, choices, files=told["links"]),))


def _mine(desk: Desk, number: int | None) -> bool:
    return number is not None and any(one.person == desk.person for one in receipts.of_reader(desk, number))


def noted(desk: Desk, argument: str) -> Outcome:
    """From the push itself: read and noted, without a look at the page."""
    found = reach(desk, matter.row_of(argument))
    if found is None:
        return Outcome((Say("staff/todo:unknown"),))
    return _noted(desk, found) if found.stands else _shown(desk, found)


def _noted(desk: Desk, found: Told) -> Outcome:
    _reads(desk, found, "confirmed")
    desk.matters.add(found.row.id)
    return Outcome((Say(f"{NAME}:noted", {"title": found.notice.title}),), ("go.menu", {}))


def _reads(desk: Desk, found: Told, what: str) -> None:
    """It counts for who stands in somebody's place as for themselves: they have a receipt of their own from then on. Of a notice
    that wants nothing, or wants nothing any more, it is not kept who read it."""
    if found.notice.want == "nothing" or not found.stands:
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
    return (*facts["doors"], *acts, Choice("leave", style="quiet"))


def _nod(words: str, facts: Facts) -> str | None:
    return "confirm" if folded(words) in NODS and "confirm" in facts["acts"] else None


def written(heard: Heard) -> Any:
    """没有 is an answer."""
    return said(ANSWERED)(heard) if folded(heard.text) in NONE else wording.written(ANSWERED, 2)(heard)


def _act(heard: Heard, facts: Facts) -> Any:
    """Which of them; where an answer is wanted what is written is the answer."""
    words = written(heard) if heard.kind == "said" and "answer" in facts["acts"] else None
    return {"said": words} if isinstance(words, str) else chosen(heard)


CARD = Form(
    NAME,
    (Question("act", chosen, _acts, asks="choice", read=_act, named=_nod),),
    about=("_notice",),
    short=True,
    way_out={"act": "leave"},
)


def facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_notice"])
    if found is None:
        return {"said": {"gone": True}, "acts": (), "doors": ()}
    if found.stands:
        desk.matters.add(found.row.id)  # with it this message goes from the chat
    told = line(desk, found) | {"words": found.notice.words if found.stands else ""}
    told |= {"reason": notices.remarks(desk.tx, found.row), "who": people.name(desk.tx, found.row.made_by)}
    told |= {"answered": matter.stamp(found.read.answered), "confirmed": matter.stamp(found.read.confirmed)}
    doors = _in_its_place(desk, found)
    links = attached.links(desk, found.row.id) if found.stands and exhibits.just_opened(desk, answers) else ()
    told |= {"unit": _unit(desk, found), "theirs": bool(doors)}
    return {"said": told, "acts": _acts_of(found), "doors": doors, "links": links}


def _in_its_place(desk: Desk, found: Told) -> tuple[Choice, ...]:
    """The correction, if it is for them too."""
    after = notice_ends.successor(desk.tx, found.row.id)
    rows = receipts.of_reader(desk, after.id) if after is not None else []
    if after is None or not (_for_me(desk, rows) or _led(desk, rows)):
        return ()
    return (Choice(f"go.notice.{after.id}", style="primary"),)


def _unit(desk: Desk, found: Told) -> list[Line]:
    """For a leader: how it stands with each of theirs."""
    if found.notice.want == "nothing" or not found.stands:
        return []
    others = [one for one in _led(desk, receipts.of_reader(desk, found.row.id)) if one.person != desk.person]
    names = people.names(desk.tx, {one.person for one in others})
    return [
        {"name": names.get(one.person, ""), "standing": read.standing, "at": matter.stamp(read.latest)}
        for one in others
        for read in (notices.standing(one),)
    ]


def _acts_of(found: Told) -> tuple[str, ...]:
    if not found.stands or not found.own:
        return ()
    if found.notice.want == "answer":
        return ("answer",)
    return ("confirm",) if found.notice.want == "read" and found.read.confirmed is None else ()


def acted(desk: Desk, answers: Answers) -> Outcome:
    found = reach(desk, answers["_notice"])
    desk.matters.discard(answers["_notice"])  # what is said now shows it no more
    if found is None or answers["act"] == "leave":
        return Outcome(next=("go.notices", {}))
    if not found.stands:
        return _shown(desk, found)
    if isinstance(answers["act"], dict):
        return answered(desk, {"_notice": found.row.id, "text": answers["act"]["said"]})
    if answers["act"] == "answer":
        return Outcome(next=("notices/answer", {"_notice": found.row.id}))
    return _noted(desk, found)


# -- an answer -----------------------------------------------------------------------------------------------------------

ANSWER = Form("notices/answer", (Question("text", written),), about=("_notice",), home=NAME)


def answer_facts(desk: Desk, answers: Answers) -> Facts:
    found = reach(desk, answers["_notice"])
    return {"said": {"title": found.notice.title if found else ""}}


def answered(desk: Desk, answers: Answers) -> Outcome:
    """Given again, the latest stands."""
    found = reach(desk, answers["_notice"])
    if found is None or found.notice.want != "answer" or not found.stands:
        return Outcome((Say("staff/todo:unknown"),))
    _reads(desk, found, "opened")
    notices.answer(desk.tx, found.row.id, desk.person, answers["text"], desk.now)
    asking_again.settled(desk, found.notice)
    desk.matters.add(found.row.id)
    told = {"title": found.notice.title, "words": answers["text"]}
    return Outcome((Say("notices/answer:done", told),), ("go.notices", {}))


def _void(desk: Desk, answers: Answers) -> str | None:
    """It was taken back or corrected while it was open."""
    row = notices.by_id(desk.tx, answers["_notice"])
    return f"{NAME}:over_{row.status}" if row is not None and row.status in lines.OVER else None


CONVERSATIONS = (
    Conversation(CARD, acted, "staff", facts, void=_void),
    Conversation(ANSWER, answered, "staff", answer_facts, void=_void),
)
