"""How one's own tip stands, and what can be done with it: add to it, withdraw it, say that somebody knows, a new password."""

import secrets
from typing import Any

from sqlalchemy import Row

from handlers import duty, matter
from handlers.citizens import stopping, wishes
from handlers.citizens.adding import about, addable, entered, here, too_late, void
from handlers.citizens.awaited import awaits, questions
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, text_or_attachment
from storage import duties, merges, people, pushes, tips


def withdrawable(row: Row[Any], lives: Row[Any]) -> bool:
    """While there is something to withdraw from; handed over, the wish is noted, once. No unit has it any more: it is done."""
    return lives.status in tips.OPEN and (
        row.withdrawal is None or (row.withdrawal == "noted" and lives.status != "handed")
    )


def status(row: Row[Any], lives: Row[Any]) -> str:
    """As its author sees it."""
    return "withdrawn" if row.withdrawal == "done" else str(lives.status)


def card_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    assert row is not None
    lives = merges.goes_on(desk.tx, row)  # what became of the tip it was merged into is what became of it
    shown = row if row.withdrawal == "done" else lives
    called = any(one.kind == "now" for one in duties.open_of(desk.tx, shown.id))
    replies = _replies(desk, row, lives)
    tips.seen(desk.tx, row.id, "office", desk.now)
    pushes.known_now(desk.tx, desk.chat.id, "citizens/card:you_have_a_reply", row.number)
    step = _next_step(desk, shown)
    shows = {
        "number": row.number,
        "status": status(row, lives),
        "outcome": shown.outcome,
        "wish_noted": row.withdrawal == "noted",
        "received": matter.stamp(row.received_at),
        "changed": matter.stamp(max(row.changed_at, shown.changed_at)),
        "next": step,
        "nobody": step is not None and step["kind"] == "receive" and _unseated(desk, shown),
        "replies": replies[-5:],
        "waits": any(one["question"] and not one["answered"] for one in replies),
        "notify": row.notify,
        "here": here(desk, row),
        "addable": addable(desk, row, lives),
        "exposed": bool(merges.exposed(desk.tx, [lives.id])),
        "called": called,
        "heard": called and duty.heard_of(desk, shown),
    }
    return {"said": shows, "row": row, "alive": lives, "here": here(desk, row)}


def _replies(desk: Desk, row: Row[Any], lives: Row[Any]) -> list[dict[str, Any]]:
    """What was said to its author, and when they answered what was asked; their own words are never repeated."""
    ours, said = questions(desk, row, lives), tips.dialogue(desk.tx, row.id)
    return [
        {
            "at": matter.stamp(one["at"]),
            "text": matter.in_one(desk, one["text"]),
            "question": one["text"] in ours,
            "answered": next((matter.stamp(it["at"]) for it in said[after:] if it["author"] == "citizen"), None)
            if one["text"] in ours
            else None,
        }
        for after, one in enumerate(said, 1)
        if one["author"] == "office"
    ]


def _next_step(desk: Desk, row: Row[Any]) -> dict[str, Any] | None:
    waiting = [one for one in matter.clocks(desk, row) if one["kind"] != "exposed"]
    return waiting[0] if waiting else None


def _unseated(desk: Desk, row: Row[Any]) -> bool:
    """Whether nobody sits where it would be taken in: then no day is promised."""
    seats = ("sealed",) if row.route == "sealed" else ("intake", "coordinator")
    return not any(people.holders(desk.tx, row.county, row.intake, seat) for seat in seats)


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    row, here = facts["row"], facts["here"]
    offered = [Choice("add", style="primary")] if facts["said"]["addable"] else []
    offered += [Choice("withdraw")] if withdrawable(row, facts["alive"]) else []
    offered += [Choice("exposed", style="danger")]
    offered += [Choice("reissue")] if here else []
    offered += [Choice("cut")] if row.alias is not None else []
    return (*offered, Choice("leave", style="quiet"))


def _act(heard: Heard) -> Any:
    """What is simply written or sent here is something to add."""
    if heard.kind == "chose":
        return heard.choice
    more = text_or_attachment(heard)
    return more if isinstance(more, Refused) else {"more": more}


CARD = Form("citizens/card", (Question("act", _act, _acts, asks="choice"),), about=("_tip",), way_out={"act": "leave"})


def card_done(desk: Desk, answers: Answers) -> Outcome:
    row, which = tips.by_id(desk.tx, answers["_tip"], lock=True), about(answers)
    assert row is not None
    match answers["act"]:
        case "add":
            return Outcome(next=("citizens/add", which))
        case {"more": _}:
            return _more(desk, row, answers)
        case "withdraw":
            return Outcome(next=("citizens/withdraw", which))
        case "exposed":
            return _exposed(desk, row, which)
        case "cut" if here(desk, row) and stopping.unwritten(desk):
            return Outcome(next=(stopping.FORM.name, {}))
        case "cut":
            tips.cut(desk.tx, row.alias)
            return Outcome((Say("citizens/answers:stopped"),), ("citizens/card", which))
        case "reissue":
            return _reissued(desk, row)
        case _:
            return Outcome((Say("citizens/card:left"),))


def _more(desk: Desk, row: Row[Any], answers: Answers) -> Outcome:
    """Written where something else was asked: an addition has begun, while there is something to add to."""
    told, lives = [answers["act"]["more"]], merges.goes_on(desk.tx, row)
    if not addable(desk, row, lives):
        return too_late(desk, told)
    if isinstance(told[0], str) and wishes.empty(told[0]) and not awaits(desk, row, lives):
        return Outcome((Say("citizens/card:nothing_added"),), ("citizens/card", about(answers)))
    return Outcome(next=("citizens/add", about(answers) | {"more": told, "_free": True}))


def _exposed(desk: Desk, row: Row[Any], which: Answers) -> Outcome:
    """有人知道是我举报的: what to do now; whoever deals with it is told at once and it is on record."""
    lives = merges.goes_on(desk.tx, row)
    entered(desk, row, lives, "exposed")
    duty.exposure(desk, lives)
    matter.tell_intake(desk, lives, "exposed")
    return Outcome((Say("citizens/card:exposed", {"addable": addable(desk, row, lives)}),), ("citizens/card", which))


def _reissued(desk: Desk, row: Row[Any]) -> Outcome:
    """Only in the tip's own conversation, while the way back exists."""
    if not here(desk, row):
        return Outcome((Say("common:not_yours"),))
    receipt, mark = tips.reissue(desk.tx, row), secrets.token_hex(8)
    desk.audit("receipt reissued", row.number)
    data = {"number": receipt.number, "password": receipt.password, "urgent": False, "reissued": True}
    stopping.given_out(desk, row.number)
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": mark}
    return Outcome((Say("citizens/tip:receipt", data, mark=mark),), ("citizens/receipt", after))


CONVERSATION = Conversation(CARD, card_done, "citizen", card_facts, void=void)
