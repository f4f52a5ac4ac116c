"""One matter: where each stands, its course, what was handed in as far as one may see it, and exactly the moves one may make now.

What somebody else has done meanwhile is said: an old button shows how it stands.
"""

from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import owed
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from handlers.matters import across, again, by_post, held, onward, receivers, views
from handlers.matters.held import Held
from handlers.matters.making import Said
from rules.courses import Party, Possible
from rules.regimes import Move
from storage import matter_moves, matters, people

NAME, MOVE = "matters/card", "matters/move"
GONE = "staff/todo:unknown"


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: the matter's row, or its number."""
    number = matter.row_of(argument.partition(".")[0])
    row = matters.by_number(desk.tx, argument) if number is None else matters.by_id(desk.tx, number)
    one = held.reach(desk, row.id) if row is not None else None
    if one is None:
        return Outcome((Say(GONE),))
    return Outcome(next=(NAME, {"_matter": one.row.id} | exhibits.opening(desk)))


def card(one: Held) -> tuple[str, Answers]:
    return NAME, {"_matter": one.row.id}


def facts(desk: Desk, answers: Answers) -> Facts:
    one = held.reach(desk, answers["_matter"])
    if one is None:
        return {"said": {"gone": True}, "acts": ()}
    links = views.files(desk, one) if views.may_read(desk, one) and exhibits.just_opened(desk, answers) else ()
    return {
        "said": views.whole(desk, one) | {"spent": _spent(desk, one)},
        "acts": tuple(_acts(desk, one)),
        "links": links,
    }


def _spent(desk: Desk, one: Held) -> list[str]:
    """What is possible once and was done: why it is not offered where one would look for it."""
    stands = [(party, move) for party in one.mine for move in one.regime.moves.values() if move.once]
    used = [move for party, move in stands if _used(one, party, move)]
    return list(dict.fromkeys(move.name.in_(desk.chat.language) for move in used))


def _used(one: Held, party: Party, move: Move) -> bool:
    there = party.role in move.by and party.stage in move.at
    return there and move.id in party.made and one.find(party.id, move.id) is None


def _acts(desk: Desk, one: Held) -> list[Choice]:
    """Of one move that several parties may be moved by, the unit is named."""
    moves = [possible.move.id for possible in one.possible]
    named = [_act(desk, one, each, several=moves.count(each.move.id) > 1) for each in one.possible]
    answered = [clock for clock in one.debts if clock.closed_at is None and _answers(desk, clock)]
    clocks = [Choice(f"clock.{one.id}", _clock(desk, one, several=len(answered) > 1)) for one in answered]
    return [*named, *clocks, *by_post.acts(desk, one)]


def _answers(desk: Desk, clock: Row[Any]) -> bool:
    """Whether its day is this person's to speak of: they owe it, or are asked for more time, or wait for it."""
    due = owed.of_row(desk, clock)
    waits = clock.asked_until is not None or clock.due_at < desk.now
    return due is not None and (due.own or (due.receives and waits))


def _clock(desk: Desk, clock: Row[Any], *, several: bool) -> str:
    words = desk.setting.words.label(Choice("answers"), NAME, desk.chat.language, desk.chat.county)
    return f"{words} · {desk.plan.duties[clock.rule].name.in_(desk.chat.language)}" if several else words


def _act(desk: Desk, one: Held, possible: Possible, *, several: bool) -> Choice:
    words = possible.move.name.in_(desk.chat.language)
    whose = views.party_name(desk, one, possible.party)
    label = f"{words} · {whose}" if several or possible.recorded else words
    return Choice(f"do.{possible.party.id}.{possible.move.id}", label, style="" if possible.recorded else "primary")


FORM = Form(
    NAME,
    (Question("act", chosen, lambda a, f: (*f["acts"], Choice("leave", style="quiet")), asks="choice"),),
    about=("_matter",),
    shows="title",
    short=True,
    way_out={"act": "leave"},
)


_ON_PAPER = {"letter": by_post.given, "posted": by_post.posted}


def finish(desk: Desk, answers: Answers) -> Outcome:
    kind, _, rest = str(answers["act"]).partition(".")
    if kind == "clock":
        return Outcome(next=("duties/card", {"_duty": matter.row_of(rest) or 0}))
    if kind in _ON_PAPER:
        return _ON_PAPER[kind](desk, rest)
    if kind != "do":
        return Outcome((), ("go.matters", {}))
    return done(desk, rest)


def done(desk: Desk, argument: str) -> Outcome:
    """`argument`: the party that is moved, and the move; from the card, or from a reminder's button."""
    party, _, move = argument.partition(".")
    number = matter.row_of(party)
    row = matters.party(desk.tx, number) if number is not None else None
    one = held.reach(desk, row.matter, lock=True) if row is not None else None
    if one is None or row is None:
        return Outcome((Say(GONE),))
    possible = one.find(row.id, move)
    if possible is None:
        return no_longer(desk, one)
    if possible.move.starts:
        return onward.opened(desk, one, row.id, possible.move)
    pick = receivers.picks(desk, one.regime, possible.move, possible.by.unit, one.course, one.row.tip)
    asks = possible.move.asks or possible.move.form or again.form_of(desk, one, possible)
    if asks or pick or possible.recorded:
        return Outcome(next=(MOVE, {"_matter": one.row.id, "_party": row.id, "_move": move}))
    return made(desk, across.make(desk, one, possible, Said()), possible)


def made(desk: Desk, after: Held, possible: Possible) -> Outcome:
    told = views.line(desk, after) | {"move": possible.move.id}
    return Outcome((Say("matters/card:made", told),), card(after))


def no_longer(desk: Desk, one: Held) -> Outcome:
    """Already moved on, by whom and when; or nothing this person may do."""
    desk.audit("refused", one.row.number, "move")
    moves = matter_moves.of_matter(desk.tx, one.row.id)
    last = moves[-1]
    about = {"regime": one.regime.id, "move": last.move, "who": people.name(desk.tx, last.person)}
    about |= {"unit": held.body(last.unit), "at": matter.stamp(last.at)}
    return Outcome((Say("matters/card:recorded", about),), card(one))


def void(desk: Desk, answers: Answers) -> str | None:
    return None if held.reach(desk, answers["_matter"]) is not None else GONE


CONVERSATION = Conversation(FORM, finish, "staff", facts, void=void)
