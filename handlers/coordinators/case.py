"""One tip on the desk of whoever took it in: the card, and the doors to every move.

A tip is taken by one person; others see who. Each move asks again, in its own transaction, whether it is still allowed.
"""

from collections.abc import Callable, Collection
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from handlers import corrections, exhibits, matter
from handlers.citizens.mine import NUMBER
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen
from handlers.matters import of_tip
from handlers.words import acts_meant
from rules import routing
from rules.visibility import Power
from storage import duties, handovers, people, tips

Move = tuple[str, Power]
# what the card offers: the choice, and the power it needs
MOVES: tuple[Move, ...] = (
    ("take", Power.TAKE),
    ("take_over", Power.TAKE_OVER),
    ("heeded", Power.ACT),
    ("secured", Power.CARE),
    ("ask", Power.CARE),
    ("hand", Power.ACT),
    ("put", Power.ACT),
    ("recall", Power.ACT),
    ("merge", Power.MERGE),
    ("involve", Power.ACT),
    ("note", Power.ACT),
    ("mark", Power.ACT),
    ("finish", Power.ACT),
    ("files", Power.READ),
    ("withheld", Power.SEE_ORIGINAL_FILE),
    ("identity", Power.OPEN_IDENTITY),
    ("course", Power.READ),
    ("correct", Power.READ),
    ("undo", Power.READ),
)
TAKING = ("taken", "taken_over")
TAKEN = ("taken", "handed")  # how a tip stands that somebody has taken in
UNTAKEN = ("take", "course", "files", "withheld")
FORMS = {"finish": "coordinators/close"}


def opened(desk: Desk, number: str) -> Outcome:
    """By number, from a list, an alert or typed: the fullest view this person may have, else as if there were none."""
    row = _named(desk, number)
    if row is None or row.county != desk.plan.id:
        return Outcome((Say("staff/todo:unknown"),))
    if row.forgotten_at is not None and matter.may(desk, row, Power.SEE_NUMBER):
        return Outcome((Say("staff/todo:forgotten", {"number": row.number, "at": matter.stamp(row.forgotten_at)}),))
    if matter.may(desk, row, Power.READ):
        return Outcome(next=("coordinators/case", {"_tip": row.id} | exhibits.opening(desk)))
    if matter.may(desk, row, Power.READ_COPY):
        mine = [one for one in handovers.of_tip(desk.tx, row.id) if one.unit in desk.units("liaison", "leader")]
        lead = next(one.id for one in mine[::-1] if one.status in handovers.HELD)
        return Outcome(next=("liaisons/lead", {"_lead": lead} | exhibits.opening(desk)))
    if matter.may(desk, row, Power.SEE_REGISTER):
        return Outcome((Say("staff/todo:register", matter.register(desk, row)),))
    if matter.may(desk, row, Power.SEE_NUMBER):
        return Outcome((Say("staff/todo:sealed", {"number": row.number}),))
    matter.refused(desk, row.number, "open")
    return Outcome((Say("staff/todo:unknown"),))


def _named(desk: Desk, number: str) -> Row[Any] | None:
    """By our own number for it where a chat may not name it."""
    if NUMBER.fullmatch(number):
        return tips.by_number(desk.tx, number)
    return tips.by_id(desk.tx, found) if (found := matter.row_of(number)) is not None else None


def able(desk: Desk, row: Row[Any], act: str) -> bool:
    """Whether this person can make this move of that tip, without looking into it."""
    power = dict(MOVES).get(act)
    offered = row.taken_by is not None or act in UNTAKEN
    elsewhere = act == "hand" and row.route == "sealed"
    return power is not None and offered and not elsewhere and matter.may(desk, row, power)


def straight(act: str) -> Callable[[Desk, str], Outcome]:
    """From a word: begun without opening the card first. What is no longer to be done shows the card as it stands."""

    def pressed(desk: Desk, number: str) -> Outcome:
        row = _named(desk, number)
        if row is None or row.county != desk.plan.id or not able(desk, row, act):
            return opened(desk, number)
        return finish(desk, {"_tip": row.id, "act": act})

    return pressed


def called(words: str, moves: Collection[str]) -> str | None:
    """移送: another name of a move that the card offers."""
    return next((act for act in acts_meant(words) if act in moves), None)


def facts(desk: Desk, answers: Answers) -> Facts:
    row = matter.reach(desk, answers["_tip"], Power.READ)
    if row is None:
        return {"said": {"gone": True}, "moves": ()}
    shown = matter.whole(desk, row) | {"acts_for": _acts_for(desk, row)}
    return {"said": shown, "moves": _moves(desk, row, shown), "links": _links(desk, shown, answers)}


def _acts_for(desk: Desk, row: Row[Any]) -> list[str]:
    takes_in = ((row.intake, seat) for seat in ("intake", "coordinator"))
    duty = routing.duty_seat_for(desk.plan, tips.involved(desk.tx, row.id)) if row.urgent else None
    return desk.acts_for(*takes_in, *((duty,) if duty else ()))


def _links(desk: Desk, shown: matter.Line, answers: Answers) -> tuple[matter.Line, ...]:
    """Pictures come with the card when it is opened; drawn again, it says that they are there."""
    if not exhibits.just_opened(desk, answers):
        return ()
    return exhibits.shown(desk, [one for one in shown["files"] if one["state"] == "ready"])


def _moves(desk: Desk, row: Any, shown: matter.Line) -> tuple[str, ...]:
    useless = {
        "heeded": not any(one.kind == "now" for one in duties.open_of(desk.tx, row.id)),
        "secured": not shown["exposed"],
        "ask": not shown["answerable"],
        "files": not any(one["state"] == "ready" for one in shown["files"]),
        "hand": row.route == "sealed",  # what is about officials goes on by letter
        "put": not of_tip.regimes(desk, row),
        "recall": not any(one["status"] in handovers.LIVE for one in shown["handed"]),
        "merge": row.route == "sealed",
        "identity": not row.named,
        "withheld": not any(one["state"] == "withheld" for one in shown["files"]),
        "correct": not corrections.correctable(desk, row.id),
        "undo": not corrections.undoable(desk, row),
    }
    offered = [(key, power) for key, power in MOVES if row.taken_by is not None or key in UNTAKEN]
    return tuple(key for key, power in offered if not useless.get(key) and matter.may(desk, row, power))


def _act(heard: Heard, facts: Facts = MappingProxyType({})) -> Any:
    """受理, typed of what is taken in already: never the opposite, and it is said."""
    if heard.kind == "said" and "take" in acts_meant(heard.text) and facts["said"].get("status") in TAKEN:
        return Refused("taken_already")
    return chosen(heard)


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    moves = [Choice(key, style="primary" if key in ("take", "hand") else "") for key in facts["moves"]]
    return (*moves, Choice("leave", style="quiet"))


FORM = Form(
    "coordinators/case",
    (
        Question(
            "act", chosen, _acts, asks="choice", named=lambda words, facts: called(words, facts["moves"]), read=_act
        ),
    ),
    about=("_tip",),
    short=True,
    way_out={"act": "leave"},
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    about, act = {"_tip": answers["_tip"]}, answers["act"]
    if act == "leave":
        return Outcome((), ("go.todo", {}))
    if act == "take" and (first := _taken_already(desk, answers["_tip"])):
        return Outcome((Say("coordinators/case:taken_by", {"name": first}),), ("coordinators/case", about))
    row = matter.reach(desk, answers["_tip"], dict(MOVES)[act])
    if row is None:
        return no_longer(answers)
    if act == "take":
        return taken(desk, row, act)
    if act == "heeded":
        return _heeded(desk, row)
    if act == "files":
        return Outcome(next=("coordinators/case", about | exhibits.opening(desk)))
    if act == "take_over":
        about |= {"_holder": row.taken_by}
    return Outcome(next=(FORMS.get(act, f"coordinators/{act}"), about))


def card(answers: Answers) -> tuple[str, Answers]:
    return ("coordinators/case", {"_tip": answers["_tip"]})


def no_longer(answers: Answers) -> Outcome:
    return Outcome((Say("coordinators/case:no_longer"),), card(answers))


def _heeded(desk: Desk, row: Any) -> Outcome:
    """What was told later, that it goes on now, has been seen by whoever has the tip: nobody is called any more."""
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("now",))
    tips.move(desk.tx, row.id, desk.now, "staff", "heeded", person=desk.person, late=late)
    desk.audit("heeded", row.number)
    return Outcome((Say("coordinators/case:heeded"),), card({"_tip": row.id}))


def _taken_already(desk: Desk, tip: int) -> str | None:
    """Who was first, for the second who presses."""
    row = matter.reach(desk, tip, Power.READ)
    by_other = row is not None and row.taken_by not in (None, desk.person)
    return people.name(desk.tx, row.taken_by) if row is not None and by_other else None


def taken(desk: Desk, row: Any, act: str) -> Outcome:
    """Two at once: the first keeps it and the second is told who."""
    again = card({"_tip": row.id})
    if act == "take_over":
        tips.change(desk.tx, row.id, desk.now, taken_by=desk.person)
    elif (holder := tips.take(desk.tx, row.id, desk.person, desk.now)) != desk.person:
        return Outcome((Say("coordinators/case:taken_by", {"name": people.name(desk.tx, holder)}),), again)
    else:
        matter.settle(desk, row, holder)
    late = duties.close(desk.tx, desk.now, tip=row.id, kinds=("now", "receive"))
    tips.move(
        desk.tx, row.id, desk.now, "staff", "taken" if act == "take" else "taken_over", person=desk.person, late=late
    )
    desk.audit(act, row.number)
    return Outcome((Say("coordinators/case:taken", {"number": row.number, "late": late}),), again)


# -- from a colleague ------------------------------------------------------------------------------------------------------

TAKE_OVER = Form(
    "coordinators/take_over",
    (Question("sure", chosen, lambda a, f: (Choice("yes", style="danger"), Choice("no")), asks="choice"),),
    about=("_tip", "_holder"),
    way_out={"sure": "no"},
)


def holder_facts(desk: Desk, answers: Answers) -> Facts:
    """Who has it, and since when."""
    row = matter.reach(desk, answers["_tip"], Power.TAKE_OVER)
    moves = tips.course(desk.tx, row.id) if row else []
    since = [one["at"] for one in moves if one["move"] in TAKING and one["person"] == answers["_holder"]]
    about = {"number": row.number if row else "", "since": matter.stamp(since[-1]) if since else None}
    return {"said": about | {"name": people.name(desk.tx, answers["_holder"])}}


def taken_over(desk: Desk, answers: Answers) -> Outcome:
    """From the colleague who was named, and from nobody who has taken it over meanwhile."""
    if answers["sure"] == "no":
        return Outcome(next=card(answers))
    row = matter.reach(desk, answers["_tip"], Power.TAKE_OVER)
    if row is None or row.taken_by != answers["_holder"]:
        return no_longer(answers)
    return taken(desk, row, "take_over")


CONVERSATIONS = (
    Conversation(FORM, finish, "staff", facts),
    Conversation(TAKE_OVER, taken_over, "staff", holder_facts),
)
