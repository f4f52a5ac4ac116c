"""换联络员: whoever holds a seat names who comes after them, a coordinator agrees or does not, and the code goes to whoever
proposed, to be passed on. Until the successor has come in, the seat stays where it is."""

import re
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.coordinators import roster
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, said
from rules import seating
from storage import people, successions

Seat = tuple[str, str]


def asked(desk: Desk, argument: str) -> Outcome:
    """`argument`: the name, where it was said with it."""
    seats = _passing(desk)
    if not seats:
        return Outcome((Say("duties/succession:no_seat"),))
    name = {"name": argument[:40]} if argument else {}
    return Outcome(next=(FORM.name, ({"seat": _key(seats[0])} if len(seats) == 1 else {}) | name))


def _passing(desk: Desk) -> list[Seat]:
    """One's own seats that somebody else can agree to pass on."""
    return [seat for seat in sorted(desk.own) if _deciders(desk, *seat)]


def _deciders(desk: Desk, unit: str, seat: str) -> list[int]:
    """Coordinators who may fill it; nobody agrees with themselves."""
    seated: dict[int, set[Seat]] = {}
    for row in people.roster(desk.tx, desk.plan.id):
        seated.setdefault(row.person, set()).add((row.unit, row.seat))
    may = (one for one, held in seated.items() if seating.may_fill(desk.plan, held, unit, seat))
    return [one for one in may if one != desk.person]


def _key(seat: Seat) -> str:
    return ".".join(seat)


def _seats(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in facts["seats"].items())


# 转给副手 is what a duty's card is told, and nobody's name.
_NO_NAME = re.compile(
    r"(?:转|交|移)(?:给|交)|副手|同事|不知道|没有|不换|hand (?:it )?(?:over|to)|deputy", re.IGNORECASE
)


def _somebody(heard: Heard) -> Any:
    name = said(40)(heard)
    return Refused("want_somebody") if isinstance(name, str) and _NO_NAME.search(name) else name


FORM = Form(
    "duties/succession",
    (
        Question("seat", chosen, _seats, asks="choice"),
        Question("name", _somebody),
    ),
    review=True,
)


def facts(desk: Desk, answers: Answers) -> Facts:
    seats = {_key(seat): called(desk, *seat) for seat in _passing(desk)}
    return {"seats": seats, "said": {"seat": seats.get(answers.get("seat", ""), "")}}


def called(desk: Desk, unit: str, seat: str) -> str:
    plan, language = desk.plan, desk.chat.language
    names = (plan.units[unit].name.in_(language), plan.seats[seat].name.in_(language))
    return " · ".join(names)


def proposed(desk: Desk, answers: Answers) -> Outcome:
    unit, _, seat = answers["seat"].partition(".")
    if (unit, seat) not in _passing(desk):
        return Outcome((Say("common:closed"),), ("go.menu", {}))
    name, about = answers["name"], {"unit": unit, "seat": seat, "name": answers["name"]}
    if name == people.name(desk.tx, desk.person):
        return Outcome((Say("duties/succession:yourself"),), (FORM.name, {"seat": answers["seat"]}))
    mine = (desk.plan.id, unit, seat, desk.person)
    if (waits := successions.undecided(desk.tx, *mine)) is not None:
        return Outcome((Say("duties/succession:waits", about | {"name": successions.name(desk.tx, waits)}),))
    if (coming := successions.coming(desk.tx, *mine, desk.now)) is not None:
        return Outcome((Say("duties/succession:coming", about | {"name": successions.name(desk.tx, coming)}),))
    number = successions.propose(desk.tx, *mine, name, desk.now)
    desk.audit("succession proposed", f"{unit}/{seat}")
    told = about | {"who": people.name(desk.tx, desk.person)}
    say = Say("duties/successor:told", told, (Choice(f"go.successor.{number}", style="primary"),))
    desk.tell(_deciders(desk, unit, seat), say, f"succession:{number}")
    return Outcome((Say("duties/succession:done", about),), ("go.menu", {}))


# -- a coordinator decides -----------------------------------------------------------------------------------------------


def opened(desk: Desk, argument: str) -> Outcome:
    row = _row(desk, matter.row_of(argument))
    if row is None:
        return Outcome((Say("staff/todo:unknown"),))
    return _settled(desk, row) or Outcome(next=(DECIDE.name, {"_succession": row.id}))


def decides(desk: Desk, row: Row[Any]) -> bool:
    """Whether it waits for this person's answer, and there is still something to decide."""
    held = (row.unit, row.seat) in desk.today.held(row.leaves)
    return held and row.leaves != desk.person and roster.may_fill(desk, row.unit, row.seat)


def _row(desk: Desk, number: int | None, *, lock: bool = False) -> Row[Any] | None:
    """None, and on record, for whoever may not decide it."""
    row = successions.by_id(desk.tx, number, lock=lock) if number is not None else None
    able = row is not None and row.county == desk.plan.id and row.leaves != desk.person
    if row is None or not able or not roster.may_fill(desk, row.unit, row.seat):
        matter.refused(desk, str(number), "succession")
        return None
    return row


def _settled(desk: Desk, row: Row[Any]) -> Outcome | None:
    """Decided by now, or there is nothing left to decide."""
    if row.decided_at is not None:
        who = people.name(desk.tx, row.decided_by)
        told = {"who": who, "at": matter.stamp(row.decided_at), "agreed": row.agreed}
        return Outcome((Say("duties/successor:decided", told),))
    if (row.unit, row.seat) not in desk.today.held(row.leaves):
        return Outcome((Say("duties/successor:no_more", _about(desk, row)),))
    return None


DECIDE = Form(
    "duties/successor",
    (
        Question(
            "act",
            chosen,
            lambda a, f: (Choice("agree", style="primary"), Choice("disagree"), Choice("leave", style="quiet")),
            asks="choice",
        ),
    ),
    about=("_succession",),
    way_out={"act": "leave"},
)


def _about(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    name, who = successions.name(desk.tx, row), people.name(desk.tx, row.leaves)
    return {"unit": row.unit, "seat": row.seat, "name": name, "who": who}


def decide_facts(desk: Desk, answers: Answers) -> Facts:
    row = _row(desk, answers["_succession"])
    return {"said": _about(desk, row) if row is not None else {"gone": True}}


def decided(desk: Desk, answers: Answers) -> Outcome:
    """Of two who decide at once the second is told of the first."""
    if answers["act"] == "leave":
        return Outcome(next=("go.menu", {}))
    row = _row(desk, answers["_succession"], lock=True)
    if row is None:
        return Outcome((Say("staff/todo:unknown"),))
    if (settled := _settled(desk, row)) is not None:
        return settled
    about, agreed = _about(desk, row), answers["act"] == "agree"
    code = _invitation(desk, row, about["name"]) if agreed else None
    if not successions.decide(desk.tx, row.id, desk.person, desk.now, code):
        return Outcome((Say("staff/todo:unknown"),))
    desk.audit("succession agreed" if agreed else "succession refused", f"{row.unit}/{row.seat}")
    news = about | ({"code": code, "link": roster.link(desk, code)} if code else {})
    say = Say(f"duties/succession:{'agreed' if agreed else 'refused'}", news, (Choice("go.menu", style="quiet"),))
    desk.tell([row.leaves], say, f"succession:{row.id}:decided")
    return Outcome((Say("duties/successor:done", about | {"agreed": agreed}),), ("go.menu", {}))


def _invitation(desk: Desk, row: Row[Any], name: str) -> str:
    made_by = roster.inviter(desk, row.unit, row.seat)
    return people.invite(desk.tx, desk.plan.id, row.unit, row.seat, name, made_by, desk.now)


CONVERSATIONS = (
    Conversation(FORM, proposed, "staff", facts),
    Conversation(DECIDE, decided, "coordinator", decide_facts),
)
