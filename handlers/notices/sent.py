"""我发的通知: what one's office has told units, and who of them has read it. A fact for each, and no ranking."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties.asking import offices
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from rules.deadlines import end_of
from rules.notices import Notice
from storage import notices, people, pushes

NAME, SHOWN = "notices/sent", 12
LISTED = timedelta(days=120)  # how far back the list goes
Line = dict[str, Any]


def opened(desk: Desk, argument: str) -> Outcome:
    if argument:
        row = _reach(desk, matter.row_of(argument))
        return Outcome(next=(NAME, {"_notice": row.id})) if row is not None else Outcome((Say("staff/todo:unknown"),))
    own = offices(desk)
    if not own:
        return Outcome((Say("notices/compose:not_yours"),))
    rows = notices.of_offices(desk.tx, desk.plan.id, own, desk.now - LISTED)[:SHOWN]
    found = [(notices.read(desk.tx, row), row, notices.receipts(desk.tx, row.id)) for row in rows]
    doors = tuple(Choice(f"go.notified.{row.id}", notice.title) for notice, row, _ in found)
    ends = (Choice("go.notify", style="primary"), Choice("go.menu", style="quiet"))
    return Outcome((Say(f"{NAME}:list", {"notices": [_line(desk, *one) for one in found]}, (*doors, *ends)),))


def ours(desk: Desk, number: int | None) -> Row[Any] | None:
    """Sent by an office of whoever speaks."""
    row = notices.by_id(desk.tx, number) if number is not None else None
    return row if row is not None and row.county == desk.plan.id and row.office in offices(desk) else None


def _reach(desk: Desk, number: int | None) -> Row[Any] | None:
    """None, and on record, for whoever is of another office."""
    row = ours(desk, number)
    if row is None:
        matter.refused(desk, str(number), "notice sent")
    return row


def _line(desk: Desk, notice: Notice, row: Row[Any], receipts: list[Row[Any]]) -> Line:
    """Counted by unit: one that anybody read for has read it."""
    units = {one.unit for one in receipts}
    given = {one.unit for one in receipts if not notices.standing(one).owes(notice.want)}
    return {
        "title": notice.title,
        "want": notice.want,
        "at": matter.stamp(row.made_at),
        "until": end_of(notice.until, desk.plan.tz).isoformat() if notice.until else None,
        "units": len(units),
        "given": len(given),
    }


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (Choice("leave", style="quiet"),)


CARD = Form(
    NAME, (Question("act", chosen, _acts, asks="choice"),), about=("_notice",), short=True, way_out={"act": "leave"}
)


def facts(desk: Desk, answers: Answers) -> Facts:
    row = _reach(desk, answers["_notice"])
    if row is None:
        return {"said": {"gone": True}}
    notice, receipts = notices.read(desk.tx, row), notices.receipts(desk.tx, row.id)
    heard = {one.person for one in pushes.of_people(desk.tx, {one.person for one in receipts})}
    told = _line(desk, notice, row, receipts) | {"words": notice.words, "who": people.name(desk.tx, row.made_by)}
    return {"said": told | {"readers": [_reader(desk, one, heard) for one in _unread_first(receipts)]}}


def _unread_first(receipts: list[Row[Any]]) -> list[Row[Any]]:
    return sorted(receipts, key=lambda one: (notices.standing(one).standing != "unread", one.unit))


def _reader(desk: Desk, one: Row[Any], heard: set[int]) -> Line:
    read = notices.standing(one)
    return {
        "unit": one.unit,
        "name": people.name(desk.tx, one.person),
        "standing": read.standing,
        "at": matter.stamp(read.answered or read.confirmed or read.opened),
        "answer": notices.answered(desk.tx, one),
        "deaf": one.person not in heard,
        "away": one.person in desk.today.away,
    }


def acted(desk: Desk, answers: Answers) -> Outcome:
    return Outcome(next=("go.notified", {}))


CONVERSATION = Conversation(CARD, acted, "staff", facts)
