"""One tip on the desk of whoever took it in: the card, and the doors to every move.

A tip is taken by one person; others see who. Each move asks again, in its own transaction, whether it is still allowed.
"""

from typing import Any

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from rules.visibility import Power
from storage import duties, handovers, people, tips

Move = tuple[str, Power]
# what the card offers: the choice, and the power it needs
MOVES: tuple[Move, ...] = (
    ("take", Power.TAKE),
    ("take_over", Power.TAKE_OVER),
    ("ask", Power.ACT),
    ("hand", Power.ACT),
    ("recall", Power.ACT),
    ("merge", Power.MERGE),
    ("note", Power.ACT),
    ("mark", Power.ACT),
    ("finish", Power.ACT),
    ("withheld", Power.SEE_ORIGINAL_FILE),
    ("identity", Power.OPEN_IDENTITY),
    ("course", Power.READ),
    ("correct", Power.ACT),
)
FORMS = {"finish": "coordinators/close"}


def opened(desk: Desk, number: str) -> Outcome:
    """By number, from a list, an alert or typed: the fullest view this person may have, else as if there were none."""
    row = tips.by_number(desk.tx, number)
    if row is None or row.county != desk.plan.id:
        return Outcome((Say("staff/todo:unknown"),))
    if matter.may(desk, row, Power.READ):
        return Outcome(next=("coordinators/case", {"_tip": row.id}))
    mine = [one for one in handovers.of_tip(desk.tx, row.id) if one.unit in desk.units("liaison", "leader")]
    if mine and matter.may(desk, row, Power.READ_COPY):
        return Outcome(next=("liaisons/lead", {"_lead": mine[-1].id}))
    if matter.may(desk, row, Power.SEE_REGISTER):
        return Outcome((Say("staff/todo:register", matter.register(desk, row)),))
    if row.route == "sealed" and matter.may(desk, row, Power.SEE_NUMBER):
        return Outcome((Say("staff/todo:sealed", {"number": row.number}),))
    desk.audit("refused", number, "open")
    return Outcome((Say("staff/todo:unknown"),))


def facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    if row is None:
        return {"said": {"gone": True}, "moves": ()}
    return {"said": matter.whole(desk, row), "row": row, "moves": _moves(desk, row)}


def _moves(desk: Desk, row: Any) -> tuple[str, ...]:
    given = handovers.of_tip(desk.tx, row.id)
    useless = {
        "recall": not any(one.status in handovers.LIVE for one in given),
        "merge": row.route == "sealed",
        "identity": not row.named,
        "withheld": not any(one["state"] == "withheld" for one in matter.whole(desk, row)["files"]),
        "correct": not correctable(desk, row.id),
    }
    if row.taken_by is None:
        return tuple(
            key
            for key, power in MOVES
            if key in ("take", "course", "withheld") and not useless.get(key) and matter.may(desk, row, power)
        )
    return tuple(key for key, power in MOVES if not useless.get(key) and matter.may(desk, row, power))


def correctable(desk: Desk, tip: int) -> dict[str, Any] | None:
    """The last move, while it is this person's own and nobody has acted on it."""
    course = tips.course(desk.tx, tip)
    last = course[-1] if course else None
    words = ("asked", "noted", "closed", "progress", "returned")
    return last if last and last["person"] == desk.chat.person and last["move"] in words else None


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    moves = [Choice(key, style="primary" if key in ("take", "hand") else "") for key in facts["moves"]]
    return (*moves, Choice("leave", style="quiet"))


FORM = Form("coordinators/case", (Question("act", chosen, _acts, asks="choice"),))


def finish(desk: Desk, answers: Answers) -> Outcome:
    about, act = {"_tip": answers["_tip"]}, answers["act"]
    if act == "leave":
        return Outcome((), ("go.todo", {}))
    power = dict(MOVES)[act]
    row = matter.reach(desk, answers["_tip"], power)
    if row is None:
        return Outcome((Say("coordinators/case:no_longer"),), ("coordinators/case", about))
    if act in ("take", "take_over"):
        return _taken(desk, row, act)
    return Outcome(next=(FORMS.get(act, f"coordinators/{act}"), about))


def _taken(desk: Desk, row: Any, act: str) -> Outcome:
    """Two at once: the first keeps it and the second is told who."""
    again = ("coordinators/case", {"_tip": row.id})
    if act == "take_over":
        tips.change(desk.tx, row.id, desk.now, taken_by=desk.person)
        holder: int | None = desk.person
    else:
        holder = tips.take(desk.tx, row.id, desk.person, desk.now)
    if holder != desk.person:
        return Outcome((Say("coordinators/case:taken_by", {"name": people.name(desk.tx, holder)}),), again)
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("now", "receive"))
    tips.move(
        desk.tx, row.id, desk.now, "staff", "taken" if act == "take" else "taken_over", person=desk.person, late=late
    )
    desk.audit(act, row.number)
    return Outcome((Say("coordinators/case:taken", {"number": row.number, "late": late}),), again)


CONVERSATION = Conversation(FORM, finish, "staff", facts)
