"""People of the county: who sits where, inviting somebody to a seat, ending seats. And, for every member of staff, one's
own sessions and the five-minute link."""

from typing import Any

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen, said
from storage import chats, people

# What a coordinator may fill and end. Who could read what they may not is seated by nobody in here: the keeper of the
# sealed route comes from the console, those who read tips or watch the whole register from a colleague in their own unit.
ANYWHERE = ("liaison", "leader")
AT_HOME = ("coordinator", "intake", "duty", "custodian")


def may_fill(desk: Desk, unit: str, seat: str) -> bool:
    at_home = any(unit == own for own, _ in desk.seats)
    free = seat in ANYWHERE and (unit, seat) != desk.plan.head.ref
    return free or (at_home and seat in (*ANYWHERE, *AT_HOME))


def _units(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="units") for key in facts["units"])


def _seats(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(seat, of="seats") for seat in facts["seats"].get(answers.get("unit"), ()))


INVITE = Form(
    "staff/invite",
    (
        Question("unit", chosen, _units, asks="choice"),
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
    return {"units": list(seats), "seats": seats}


def invited(desk: Desk, answers: Answers) -> Outcome:
    """The code is shown once, to whoever invites; it is kept as a MAC."""
    if not desk.plan.seat_exists(answers["unit"], answers["seat"]):
        return Outcome((Say("staff/invite:no_seat"),))
    if not may_fill(desk, answers["unit"], answers["seat"]):
        matter.refused(desk, f"{answers['unit']}/{answers['seat']}", "invite")
        return Outcome((Say("common:not_yours"),))
    code = people.invite(
        desk.tx, desk.plan.id, answers["unit"], answers["seat"], answers["name"], desk.person, desk.now
    )
    desk.audit("invited", f"{answers['unit']}/{answers['seat']}")
    data = {"code": code, "unit": answers["unit"], "seat": answers["seat"], "name": answers["name"]}
    return Outcome((Say("staff/invite:done", data),), ("go.menu", {}))


def _seated(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*(Choice(one["id"], one["label"]) for one in facts["seated"]), Choice("leave", style="quiet"))


ROSTER = Form(
    "staff/roster",
    (
        Question("who", chosen, _seated, asks="choice"),
        Question(
            "sure",
            chosen,
            lambda a, f: (Choice("yes", style="danger"), Choice("no")),
            lambda a, f: a.get("who") != "leave",
            asks="choice",
        ),
    ),
)


def roster_facts(desk: Desk, answers: Answers) -> Facts:
    """Everybody is named; those whose seat this person may end are offered."""
    language = desk.chat.language
    lines, others = [], []
    for row in people.roster(desk.tx, desk.plan.id):
        unit, seat = desk.plan.units.get(row.unit), desk.plan.seats.get(row.seat)
        words = (unit.name.in_(language) if unit else row.unit, seat.name.in_(language) if seat else row.seat)
        label = f"{people.name(desk.tx, row.person)} · {words[0]} · {words[1]}"
        if may_fill(desk, row.unit, row.seat):
            lines.append({"id": f"{row.person}.{row.unit}.{row.seat}", "label": label})
        else:
            others.append(label)
    said = {"count": len(lines) + len(others), "others": others, "who": answers.get("who", "")}
    return {"seated": lines, "said": said}


def unseated(desk: Desk, answers: Answers) -> Outcome:
    """A seat ends; what was done from it stays on record, what it may see ends with this commit."""
    if answers["who"] == "leave" or answers.get("sure") == "no":
        return Outcome(next=("go.menu", {}))
    if answers["who"] not in {one["id"] for one in roster_facts(desk, answers)["seated"]}:
        matter.refused(desk, answers["who"].partition(".")[2].replace(".", "/"), "unseat")
        return Outcome((Say("common:closed"),), ("staff/roster", {}))
    person, unit, seat = answers["who"].split(".")
    people.unseat(desk.tx, int(person), unit, seat, desk.now)
    desk.audit("unseated", f"{unit}/{seat}", person)
    return Outcome((Say("staff/roster:done"),), ("staff/roster", {}))


def _sessions(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (
        *(Choice(str(one["id"]), str(n)) for n, one in enumerate(facts["sessions"], 1) if not one["here"]),
        Choice("leave", style="quiet"),
    )


SESSIONS = Form("staff/sessions", (Question("which", chosen, _sessions, asks="choice"),))


def session_facts(desk: Desk, answers: Answers) -> Facts:
    from datetime import UTC, datetime

    rows: list[dict[str, Any]] = [
        {
            "id": row.id,
            "channel": row.channel,
            "seen": datetime.fromtimestamp(row.seen_ms / 1000, UTC).isoformat(),
            "here": row.id == desk.chat.id,
        }
        for row in chats.sessions(desk.tx, desk.person)
    ]
    return {"sessions": rows, "said": {"sessions": rows}}


def session_ended(desk: Desk, answers: Answers) -> Outcome:
    if answers["which"] == "leave":
        return Outcome(next=("go.menu", {}))
    own = {row.id for row in chats.sessions(desk.tx, desk.person)}
    if int(answers["which"]) in own:
        chats.end(desk.tx, int(answers["which"]))
        desk.audit("session ended", answers["which"])
    return Outcome((Say("staff/sessions:done"),), ("staff/sessions", {}))


def login(desk: Desk) -> list[Say]:
    """登录: a code that opens one more session within five minutes."""
    who = people.person(desk.tx, desk.person)
    if who is None:
        return [Say("common:not_yours")]
    desk.audit("login code", str(who.id))
    return [Say("staff/todo:login", {"code": people.login_code(desk.tx, who, desk.now)})]


CONVERSATIONS = (
    Conversation(INVITE, invited, "coordinator", invite_facts),
    Conversation(ROSTER, unseated, "coordinator", roster_facts),
    Conversation(SESSIONS, session_ended, "staff", session_facts),
)
