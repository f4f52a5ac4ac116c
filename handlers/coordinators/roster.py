"""People of the county: who sits where, inviting somebody to a seat, ending seats. And, for every member of staff, one's
own sessions and the five-minute link."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Row

from handlers import matter, units
from handlers.desk import UNBOUND, Conversation, Desk, Outcome, may_hold
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen, said
from rules import seating
from rules.county import Plan
from storage import accounts, bots, chats, people, told


def may_fill(desk: Desk, unit: str, seat: str) -> bool:
    """A stand-in fills only what a coordinator fills anywhere: they are there for some days."""
    seats = desk.seats if seat in seating.ANYWHERE else desk.own
    return seating.may_fill(desk.plan, seats, unit, seat)


def inviter(desk: Desk, unit: str, seat: str) -> int:
    """In whose right an invitation stands, also when a stand-in has gone back."""
    rights = {desk.person: desk.own} | {one.person: one.seats for one in desk.behind}
    able = (person for person, seats in rights.items() if seating.may_fill(desk.plan, seats, unit, seat))
    return next(able, desk.person)


def _units(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="units") for key in facts["units"])


def _seats(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(seat, of="seats") for seat in facts["seats"].get(answers.get("unit"), ()))


INVITE = Form(
    "staff/invite",
    (
        Question("unit", chosen, _units, asks="choice", named=units.called),
        Question("seat", chosen, _seats, asks="choice"),
        Question("name", said(40)),
    ),
    review=True,
)


def invite_facts(desk: Desk, answers: Answers) -> Facts:
    free = {
        unit: [one.id for one in desk.plan.seats_of(unit) if may_fill(desk, unit, one.id)] for unit in desk.plan.units
    }
    seats = {unit: found for unit, found in free.items() if found}
    return {"plan": desk.plan, "units": list(seats), "seats": seats}


def invited(desk: Desk, answers: Answers) -> Outcome:
    """The code is shown once, to whoever invites; it is kept as a MAC."""
    if not desk.plan.seat_exists(answers["unit"], answers["seat"]):
        return Outcome((Say("staff/invite:no_seat"),))
    if not may_fill(desk, answers["unit"], answers["seat"]):
        matter.refused(desk, f"{answers['unit']}/{answers['seat']}", "invite")
        return Outcome((Say("common:not_yours"),))
    made_by = inviter(desk, answers["unit"], answers["seat"])
    code = people.invite(desk.tx, desk.plan.id, answers["unit"], answers["seat"], answers["name"], made_by, desk.now)
    desk.audit("invited", f"{answers['unit']}/{answers['seat']}")
    data = {"code": code, "unit": answers["unit"], "seat": answers["seat"], "name": answers["name"]}
    data["link"] = link(desk, code)
    return Outcome((Say("staff/invite:done", data),), ("go.menu", {}))


def link(desk: Desk, code: str) -> str:
    """To the county's bot for staff, with the code; empty where there is none, or it is not known yet."""
    return bots.invitation(desk.tx, desk.setting.for_staff(desk.plan.id), code)


def _seated(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*(Choice(one["id"], one["label"]) for one in facts["seated"]), Choice("leave", style="quiet"))


ROSTER = Form(
    "staff/roster",
    (
        Question("who", chosen, _seated, asks="choice"),
        Question(
            "sure",
            chosen,
            lambda a, f: (
                Choice("yes", style="danger"),
                *(Choice(one["id"], one["label"]) for one in f["bound"]),
                Choice("no"),
            ),
            lambda a, f: a.get("who") != "leave",
            asks="choice",
        ),
    ),
)


def roster_facts(desk: Desk, answers: Answers) -> Facts:
    """Everybody is named, in the order of the plan; those whose seat this person may end are offered."""
    lines, others = [], []
    for row in sorted(people.roster(desk.tx, desk.plan.id), key=partial(_place, desk.plan)):
        if may_fill(desk, row.unit, row.seat):
            lines.append({"id": f"{row.person}.{row.unit}.{row.seat}", "label": _label(desk, row)})
        else:
            others.append(_label(desk, row))
    who = next((one["label"] for one in lines if one["id"] == answers.get("who")), "")
    bound = _bound(desk, int(answers["who"].partition(".")[0])) if who else {}
    ends = [{"id": f"unbind.{one}", "label": f"{_word(desk, 'unbind')} · {words}"} for one, words in bound.items()]
    about = {"count": len(lines) + len(others), "others": others, "who": who, "bound": list(bound.values())}
    return {"seated": lines, "bound": ends, "said": about | (_stakes(desk, answers["who"]) if who else {})}


def _stakes(desk: Desk, which: str) -> dict[str, Any]:
    """What ends with this seat beside it: one's own way in, or the last that somebody there can be reached by."""
    person, unit, seat = which.split(".")
    alone = people.holders(desk.tx, desk.plan.id, unit, seat) == [int(person)]
    return {"own": int(person) == desk.person, "last": seat if alone else ""}


def _bound(desk: Desk, person: int) -> dict[str, str]:
    """Where somebody is let in: platform -> its name."""
    return {platform(one.channel): via(desk, one.channel) for one in chats.sessions(desk.tx, person)}


def platform(channel: str) -> str:
    """Whichever bot of which county it is."""
    return channel.partition(":")[0]


def via(desk: Desk, channel: str) -> str:
    """What a channel is called."""
    return _word(desk, f"via_{platform(channel)}")


def _word(desk: Desk, choice: str) -> str:
    return desk.setting.words.label(Choice(choice), "staff/roster", desk.chat.language, desk.chat.county)


def _label(desk: Desk, row: Row[Any]) -> str:
    unit, seat = desk.plan.units.get(row.unit), desk.plan.seats.get(row.seat)
    words = (one.name.in_(desk.chat.language) if one else key for one, key in ((unit, row.unit), (seat, row.seat)))
    return " · ".join((people.name(desk.tx, row.person), *words))


def _place(plan: Plan, row: Row[Any]) -> tuple[int, int, datetime]:
    """By unit, then by seat, as the plan lists them; what it has dropped comes last."""
    units, seats = list(plan.units), list(plan.seats)
    known = [(units, row.unit), (seats, row.seat)]
    unit, seat = (keys.index(key) if key in keys else len(keys) for keys, key in known)
    return unit, seat, row.since


def unseated(desk: Desk, answers: Answers) -> Outcome:
    """A seat ends; what was done from it stays on record, what it may see ends with this commit. Who holds none any more
    has left. Or only a way in ends, the seat stays: a telephone was lost."""
    if answers["who"] == "leave" or answers.get("sure") == "no":
        return Outcome(next=("go.menu", {}))
    if answers["who"] not in {one["id"] for one in roster_facts(desk, answers)["seated"]}:
        matter.refused(desk, answers["who"].partition(".")[2].replace(".", "/"), "unseat")
        return Outcome((Say("common:closed"),), ("staff/roster", {}))
    number, unit, seat = answers["who"].split(".")
    person = int(number)
    if answers["sure"].startswith("unbind."):
        return _unbound(desk, person, answers["sure"].removeprefix("unbind."))
    people.unseat(desk.tx, person, unit, seat, desk.now)
    people.withdraw_fallen(desk.tx, desk.plan)
    desk.audit("unseated", f"{unit}/{seat}", number)
    held = people.seats_of(desk.tx, person, desk.plan.id)
    if held:
        _moved(desk, person, unit, seat)
    else:
        _left(desk, person)
    if person == desk.person:
        desk.sit()
        if not held:
            desk.let_go()
            return Outcome()
    again: tuple[str, Answers] = ("staff/roster", {}) if may_hold(desk, "coordinator") else ("go.menu", {})
    return Outcome((Say("staff/roster:done"),), again)


def _moved(desk: Desk, person: int, unit: str, seat: str) -> None:
    """They go on with fewer seats: what they were told by the one that ended is taken back, in every conversation of theirs;
    what they have open is judged by the seats that are left before it is shown. What those allow is asked for anew."""
    for one in chats.sessions(desk.tx, person):
        told.take_back(desk.tx, one.id, partial(matter.may_still_hear, desk, person))
    if person != desk.person:
        say = Say("staff/roster:seat_over", {"unit": unit, "seat": seat}, (Choice("go.menu", style="quiet"),))
        desk.tell([person], say, f"unseated:{person}:{unit}:{seat}:{desk.now.timestamp()}")


def _left(desk: Desk, person: int) -> None:
    """No conversation and no code of theirs works any more."""
    people.leave(desk.tx, person, desk.now)
    desk.audit("left", str(person))
    for one in chats.sessions(desk.tx, person):
        if one.id != desk.chat.id:
            chats.let_go(desk.tx, one.id, UNBOUND)


def _unbound(desk: Desk, person: int, where: str) -> Outcome:
    """Their ways in by one platform, but the one this is said on."""
    for one in chats.sessions(desk.tx, person):
        if platform(one.channel) == where and one.id != desk.chat.id:
            chats.let_go(desk.tx, one.id, UNBOUND)
    accounts.forget(desk.tx, person, where)
    desk.audit("unbound", str(person), where)
    return Outcome((Say("staff/roster:unbound"),), ("staff/roster", {}))


def _sessions(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (
        *(Choice(str(one["id"]), str(n)) for n, one in enumerate(facts["sessions"], 1) if not one["here"]),
        Choice("leave", style="quiet"),
    )


SESSIONS = Form("staff/sessions", (Question("which", chosen, _sessions, asks="choice"),))


def session_facts(desk: Desk, answers: Answers) -> Facts:
    rows: list[dict[str, Any]] = [
        {
            "id": row.id,
            "via": via(desk, row.channel),
            "seen": datetime.fromtimestamp(row.seen_ms / 1000, UTC).isoformat(),
            "here": row.id == desk.chat.id,
        }
        for row in chats.sessions(desk.tx, desk.person)
    ]
    return {"sessions": rows, "said": {"sessions": rows}}


def session_ended(desk: Desk, answers: Answers) -> Outcome:
    if answers["which"] == "leave":
        return Outcome(next=("go.menu", {}))
    own = {row.id: platform(row.channel) for row in chats.sessions(desk.tx, desk.person)}
    if where := own.get(int(answers["which"])):
        chats.let_go(desk.tx, int(answers["which"]), UNBOUND)
        accounts.forget(desk.tx, desk.person, where)
        desk.audit("session ended", answers["which"])
    return Outcome((Say("staff/sessions:done"),), ("staff/sessions", {}))


def login(desk: Desk) -> list[Say]:
    """登录: a code that opens one more session within five minutes."""
    who = people.person(desk.tx, desk.person)
    if who is None:
        return [Say("common:not_yours")]
    desk.audit("login code", str(who.id))
    code = people.login_code(desk.tx, who, desk.now)
    return [Say("staff/todo:login", {"code": code, "link": link(desk, code)})]


CONVERSATIONS = (
    Conversation(INVITE, invited, "coordinator", invite_facts),
    Conversation(ROSTER, unseated, "coordinator", roster_facts),
    Conversation(SESSIONS, session_ended, "staff", session_facts),
)
