"""签收, 办结, 转办: words that a card's buttons bear, typed where no card is open. They do what they say where that can mean but
one thing; else it is asked of which. What is not done is never left looking as if it were."""

from typing import Any, NamedTuple

from sqlalchemy import Row

from handlers import disclosure, todo
from handlers.coordinators import case
from handlers.desk import Desk
from handlers.duties import owed
from handlers.forms import Choice, Heard, Say, plain
from handlers.liaisons import lead
from handlers.matters import held, views
from handlers.notices import received
from handlers.spoken import steers
from handlers.words import acts_meant, folded, of
from storage import said

MAX_NAME = 40  # characters of what a move may be called
_OPENS = of("打开 打开看看 看看 打开看 open openit")


class Move(NamedTuple):
    """What can be done now: which move, of what, and the number of its tip."""

    act: str
    argument: str
    number: str


def waiting(desk: Desk, heard: Heard) -> list[Move]:
    """All that these words may mean for this person, in a chat that may show it."""
    if heard.kind == "said" and folded(heard.text) in _OPENS:
        return _to_open(desk)
    acts = acts_meant(heard.text) if heard.kind == "said" else ()
    of_matters = _of_matters(desk, heard)
    if not acts or disclosure.held_back(desk, "todo"):
        return of_matters
    readable, leads = todo.open_to(desk)
    mine = [
        Move(act, str(given.id), tip.number) for given, tip in leads for act in acts if _of_lead(desk, act, given, tip)
    ]
    mine += [Move(act, row.number, row.number) for row in readable for act in acts if case.able(desk, row, act)]
    return mine + of_matters


def _of_matters(desk: Desk, heard: Heard) -> list[Move]:
    """接报: a move of a matter, as its regime calls it."""
    word = folded(heard.text) if heard.kind == "said" and len(heard.text) <= MAX_NAME else ""
    if not word or not _names_a_move(desk, word) or disclosure.withheld(desk, "duties", "title"):
        return []
    return [
        Move("do", f"{one.party.id}.{one.move.id}", views.called(desk, put))
        for put in held.listing(desk)
        for one in put.possible
        if word in (folded(one.move.name.zh), folded(one.move.name.en)) and not one.recorded
    ]


def _names_a_move(desk: Desk, word: str) -> bool:
    moves = (one for regime in desk.plan.regimes.values() for one in regime.moves.values())
    return any(word in (folded(one.name.zh), folded(one.name.en)) for one in moves)


def _to_open(desk: Desk) -> list[Move]:
    """打开, which every alert's button is called: what the one that came last in this chat is about, if that waits; else all
    that does."""
    readable, leads = ([], []) if disclosure.held_back(desk, "todo") else todo.open_to(desk)
    asked = [] if disclosure.withheld(desk, "duties", "title") else owed.mine(desk)
    told = [] if disclosure.withheld(desk, "duties", "title") else received.mine(desk)
    moves = [
        *((f"tip:{tip.id}:", Move("lead", str(given.id), tip.number)) for given, tip in leads),
        *((f"tip:{row.id}:", Move("open", row.number, row.number)) for row in readable),
        *((f"duty:{one.row.id}:", Move("duty", str(one.row.id), owed.called(desk, one))) for one in asked),
        *((f"notice:{one.row.id}:", Move("notice", str(one.row.id), one.notice.title)) for one in told if one.owed),
    ]
    latest = said.latest_push(desk.tx, desk.chat.id)
    return [move for about, move in moves if latest.startswith(about)] or [move for _, move in moves]


def _of_lead(desk: Desk, act: str, given: Row[Any], tip: Row[Any]) -> bool:
    return act in lead.acts_of(desk, lead.Lead(given, tip))


def which(moves: list[Move]) -> list[Say]:
    doors = (Choice(f"go.{act}.{argument}", number) for act, argument, number in moves[: todo.SHOWN])
    return [Say("staff/todo:which", {}, (*doors, Choice("go.todo", style="quiet")))]


def not_done(heard: Heard) -> list[Say]:
    """Nothing came of these words; a nod or thanks wanted nothing."""
    if heard.kind != "said" or not plain(heard.text) or steers(heard.text):
        return []
    return [Say("staff/todo:none_such" if acts_meant(heard.text) else "staff/todo:not_sent")]
