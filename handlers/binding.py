"""The staff's door on a platform that has accounts of its own: a code binds an account to the person it was made for.
Where the roster names an account, whoever writes from it needs none: the house makes one for them.

Before the code is used, whoever holds it reads what it gives and says yes. To a stranger, and to a code that is wrong, used,
withdrawn or expired, there is one and the same sentence.
"""

from handlers.desk import UNBOUND, Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen
from storage import accounts, audit, chats, people, successions
from storage.people import Invitation

STRANGER = "staff/bind:stranger"
CODE = 12  # characters of one, as it is typed

FORM = Form(
    "staff/bind",
    (Question("sure", chosen, lambda a, f: (Choice("bind", style="primary"), Choice("no")), asks="choice"),),
    about=("_code",),
    way_out={"sure": "no"},
)


def brought(desk: Desk, heard: Heard) -> str | None:
    """A code that came along with a link, or was typed, and lets somebody in here."""
    text = heard.payload if heard.kind == "started" else _code_in(heard.text) if heard.kind == "said" else ""
    if not text or (heard.kind == "said" and len(people.typed(text)) != CODE):
        return None
    if _offered(desk, text) is None:
        audit.tally(desk.tx, desk.now, desk.plan.id, "login refused", "-")
        return None
    return text


def expected(desk: Desk) -> Answers | None:
    """What the question begins with for somebody whose account stands in the roster."""
    number = accounts.expected(desk.tx, desk.chat.id)
    who = people.person(desk.tx, number) if number else None
    if who is None or who.county != desk.plan.id:
        return None
    return {"_code": people.invite_person(desk.tx, who, desk.now), "_expected": number}


def _code_in(text: str) -> str:
    """As it was handed on: alone, or with the words it came with."""
    found = people.CODE.search(text)
    return found[0] if found else text


def _offered(desk: Desk, code: str) -> Invitation | None:
    """One of another county is as good as none here."""
    found = people.peek(desk.tx, code, desk.now, desk.setting.plans)
    return found if found is not None and found.county == desk.plan.id else None


def _facts(desk: Desk, answers: Answers) -> Facts:
    found = _offered(desk, answers["_code"])
    seats = [list(seat) for seat in found.seats] if found else []
    return {"said": {"seats": seats, "expected": "_expected" in answers}}


def _void(desk: Desk, answers: Answers) -> str | None:
    """While the question stood open the code was used elsewhere, withdrawn, or expired; or the roster names another account
    by now."""
    gone = "_expected" in answers and accounts.expected(desk.tx, desk.chat.id) != answers["_expected"]
    return STRANGER if gone or _offered(desk, answers["_code"]) is None else None


def _bound(desk: Desk, answers: Answers) -> Outcome:
    if answers["sure"] != "bind":
        return Outcome((Say("staff/bind:not_bound", {"expected": "_expected" in answers}),))
    who = people.redeem(desk.tx, answers["_code"], desk.now, desk.setting.plans)
    if who is None:
        return Outcome((Say(STRANGER),))
    chats.bind(desk.tx, desk.chat, who.id)
    desk.sit()
    successions.took_over(desk.tx, answers["_code"], desk.now, desk.setting.plans, UNBOUND)
    desk.audit("bound", str(who.id), desk.chat.channel.partition(":")[0])
    return Outcome((Say("staff/bind:done", {"name": who.name}),), ("go.menu", {}))


CONVERSATION = Conversation(FORM, _bound, "any", _facts, void=_void)
