"""Back to one's own tip: by number and password from anywhere, or in the same chat while the way back exists.

find (number, password) -> card (status, answers, what can be done) -> add | withdraw | stop | exposed | reissue
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.citizens import adding, card, password, withdrawing
from handlers.citizens.adding import addable, own
from handlers.citizens.card import withdrawable
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, said
from handlers.progress import given
from storage import audit, merges, people, queue, tips, tries

REFUSED = "refused"  # the mark of answers that wait because a password was wrong
NUMBER = password.NUMBER
PASSWORD = re.compile(r"(?:[0-9A-Za-z]{4}[-\s]*){4}\W*$")
# 查询 LZ-12345678 7KQD-…: nothing but what opens a tip.
NAMED = re.compile(
    rf"(?:(?:我要|我想)?(?:查询?|查看|查进度|补充|status)[一下的]*|举报编号|编号)?[\s:,]*{NUMBER.pattern}[\s,;。.]*"
    rf"(?:(?:查询)?密码[\s:]*)?(?:{PASSWORD.pattern})?",
    re.IGNORECASE,
)


def _number(heard: Heard) -> Any:
    if heard.kind == "chose":
        return heard.choice
    found = NUMBER.search(unicodedata.normalize("NFKC", heard.text))
    return f"{found[1]}-{found[2]}".upper() if found else Refused("want_number")


def _with_password(heard: Heard, facts: Facts) -> Answers:
    """Number and password copied together."""
    text = unicodedata.normalize("NFKC", heard.text)
    number = NUMBER.search(text)
    found = PASSWORD.search(text, number.end()) if number else None
    return {"password": found[0]} if found else {}


def _password(heard: Heard) -> Any:
    given = said(60)(heard)
    return given if isinstance(given, Refused) or len(people.typed(given)) >= 8 else Refused("want_password")


def asked(desk: Desk, words: str) -> Answers:
    """Which tip is named in these words, for the form that finds it; one of this conversation needs no password."""
    number = _number(Heard("said", words))
    if isinstance(number, Refused):
        return {}
    here = number in (row.number for row in own(desk))
    return {"number": f"own.{number}"} if here else {"number": number} | _with_password(Heard("said", words), {})


def _own(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"own.{number}", number) for number in facts["own"])


def _foreign(answers: Answers, facts: Facts) -> bool:
    return not str(answers.get("number", "")).startswith("own.")


FIND = Form(
    "citizens/find",
    (Question("number", _number, _own, implies=_with_password), Question("password", _password, when=_foreign)),
)


def find_facts(desk: Desk, answers: Answers) -> Facts:
    """Of several, which is which: when it was told, and where it stands."""
    rows = [(row, card.status(row, merges.goes_on(desk.tx, row))) for row in own(desk)]
    told = [{"number": row.number, "received": matter.stamp(row.received_at), "status": one} for row, one in rows]
    draft = any(one["at"] == "citizens/tip" and given(one["answers"]) for one in desk.chat.state.get("stack", []))
    return {"own": [row.number for row, _ in rows], "said": {"own": told, "draft": draft}}


def only(desk: Desk) -> int | None:
    """The one tip that this conversation leads back to, if it is just one."""
    rows = own(desk)
    return rows[0].id if len(rows) == 1 else None


WISHES = ("mine", "add", "withdraw", "exposed")


def at_once(desk: Desk, tip: int, wish: str) -> Answers:
    """Its card, or what was asked for there: with one tip there is nothing to choose."""
    row = tips.by_id(desk.tx, tip)
    assert row is not None
    return {"_tip": tip} | _wished(desk, row, merges.goes_on(desk.tx, row), wish)


def found(desk: Desk, answers: Answers) -> Outcome:
    """The right password always works; the answer to a wrong one waits, longer each time, and says not which is wrong."""
    if not _foreign(answers, {}):
        number = answers["number"].removeprefix("own.")
        row, proof = next((one for one in own(desk) if one.number == number), None), {}
    else:
        number = answers["number"]
        row = tips.open_by(desk.tx, number, answers["password"])
        proof = {"_proof": tips.proof(row)} if row is not None else {}
    about = {name: value for name, value in answers.items() if name.startswith("_")}
    if row is None:
        desk.delay_ms = tries.failed(desk.tx, f"tip:{number}", f"chat:{desk.chat.id}")
        known = tips.by_number(desk.tx, number) is not None
        audit.tally(desk.tx, desk.now, desk.plan.id, "receipt refused", number if known else "-")
        refusal = Say(
            "citizens/find:no_match", {"seconds": desk.delay_ms // 1000}, mark=f"{REFUSED}:{desk.chat.prompt}"
        )
        return Outcome((refusal,), ("citizens/find", about | {"number": number}))
    queue.unsay(desk.tx, desk.chat.id, REFUSED)  # else they would come after the answer to the right one
    if row.county != desk.plan.id:
        return Outcome((Say("citizens/find:elsewhere", {"number": row.number}),))
    if row.forgotten_at is not None:
        return Outcome((_forgotten(desk, row),))
    return Outcome(
        next=(
            "citizens/card",
            {"_tip": row.id} | proof | _wished(desk, row, merges.goes_on(desk.tx, row), about.get("_wish")),
        )
    )


def _forgotten(desk: Desk, row: Row[Any]) -> Say:
    """What the register still holds of it; merged into another, it ended as that one did."""
    dates = {"received": row.received_at, "at": row.forgotten_at}
    outcome = merges.goes_on(desk.tx, row).outcome
    about = {name: matter.stamp(moment) for name, moment in dates.items()}
    return Say("citizens/find:forgotten", {"number": row.number, "outcome": outcome} | about)


def _wished(desk: Desk, row: Row[Any], lives: Row[Any], wish: str | None) -> Answers:
    """What was asked for before the tip was known is done now, where it still can be."""
    can = {"exposed": True, "add": addable(desk, row, lives), "withdraw": withdrawable(row, lives)}
    return {"act": wish} if can.get(wish or "") else {}


CONVERSATIONS = (
    Conversation(FIND, found, "citizen", find_facts),
    card.CONVERSATION,
    *adding.CONVERSATIONS,
    withdrawing.CONVERSATION,
)
