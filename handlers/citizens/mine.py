"""Back to one's own tip: by number and password from anywhere, or in the same chat while the way back exists.

find (number, password) -> card (status, answers, what can be done) -> add | withdraw | stop | exposed | reissue
"""

import re
import secrets
import unicodedata
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.dialog import uploads
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, said, text_or_attachment
from rules.marks import marks
from storage import attachments, people, tips

NUMBER = re.compile(r"([A-Za-z]{2,4})\s*[-—–]?\s*(\d{8})(?!\d)", re.ASCII)
PASSWORD = re.compile(r"(?:[0-9A-Za-z]{4}[-\s]*){4}\W*$")
MAX_TIP = 100 * 1024 * 1024


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


def _own(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"own.{number}", number) for number in facts["own"])


def _foreign(answers: Answers, facts: Facts) -> bool:
    return not str(answers.get("number", "")).startswith("own.")


FIND = Form(
    "citizens/find",
    (Question("number", _number, _own, implies=_with_password), Question("password", _password, when=_foreign)),
)


def find_facts(desk: Desk, answers: Answers) -> Facts:
    return {"own": [row.number for row in _mine(desk)]}


def _mine(desk: Desk) -> list[Row[Any]]:
    aliases = [bytes.fromhex(one) for one in desk.chat.state.get("mine", [])]
    return tips.by_aliases(desk.tx, aliases)


def only(desk: Desk) -> int | None:
    """The one tip that this conversation leads back to, if it is just one."""
    rows = _mine(desk)
    return rows[0].id if len(rows) == 1 else None


def found(desk: Desk, answers: Answers) -> Outcome:
    """The right password always works; the answer to a wrong one waits, longer each time, and says not which is wrong."""
    if not _foreign(answers, {}):
        number = answers["number"].removeprefix("own.")
        row, proof = next((one for one in _mine(desk) if one.number == number), None), {}
    else:
        number = answers["number"]
        row = tips.open_by(desk.tx, number, answers["password"])
        proof = {"_proof": tips.proof(row)} if row is not None else {}
    about = {name: value for name, value in answers.items() if name.startswith("_")}
    if row is None:
        desk.delay_ms = tips.failed(desk.tx, f"tip:{number}", f"chat:{desk.chat.id}")
        desk.audit("receipt refused", number)
        return Outcome((Say("citizens/find:no_match", {"seconds": desk.delay_ms // 1000}),), ("citizens/find", about))
    if row.county != desk.plan.id:
        return Outcome((Say("citizens/find:elsewhere", {"number": row.number}),))
    return Outcome(next=("citizens/card", {"_tip": row.id} | proof | _wished(row, about.get("_wish"))))


def _wished(row: Row[Any], wish: str | None) -> Answers:
    """What was asked for before the tip was known is done now, where it still can be."""
    if wish == "exposed" or (wish == "withdraw" and row.status in tips.OPEN):
        return {"act": wish}
    return {}


def _about(answers: Answers) -> Answers:
    """Which tip, and by which password; by none in its own conversation."""
    return {name: answers[name] for name in ("_tip", "_proof") if name in answers}


def void(desk: Desk, answers: Answers) -> str | None:
    """A new password shuts out whoever came with the old one; what is forgotten is open to nobody."""
    row = tips.by_id(desk.tx, answers["_tip"])
    good = row is not None and row.secret and answers.get("_proof") in (None, tips.proof(row))
    return None if good else "citizens/find:void"


def _here(desk: Desk, row: Row[Any]) -> bool:
    """Whether this conversation is the tip's own."""
    return row.alias is not None and row.alias.hex() in desk.chat.state.get("mine", [])


def card_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    assert row is not None
    lives = tips.goes_on(desk.tx, row)  # what became of the tip it was merged into is what became of it
    shown = row if lives.status == "withdrawn" else lives
    replies = [
        one | {"at": matter.stamp(one["at"])} for one in tips.dialogue(desk.tx, row.id) if one["author"] == "office"
    ]
    tips.seen(desk.tx, row.id, "office", desk.now)
    status = {
        "number": row.number,
        "status": shown.status,
        "outcome": shown.outcome,
        "merged": lives.id != row.id,
        "received": matter.stamp(row.received_at),
        "changed": matter.stamp(max(row.changed_at, shown.changed_at)),
        "next": _next_step(desk, shown),
        "replies": replies[-5:],
        "notify": row.notify,
    }
    return {"said": status, "row": row, "alive": lives, "here": _here(desk, row)}


def _next_step(desk: Desk, row: Row[Any]) -> dict[str, Any] | None:
    waiting = matter.clocks(desk, row)
    return waiting[0] if waiting else None


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    row, here = facts["row"], facts["here"]
    offered = [Choice("add", style="primary")] if facts["alive"].status in tips.OPEN else []
    offered += [Choice("withdraw")] if row.status in tips.OPEN else []
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
    row, about = tips.by_id(desk.tx, answers["_tip"], lock=True), _about(answers)
    assert row is not None
    match answers["act"]:
        case "add":
            return Outcome(next=("citizens/add", about))
        case {"more": more}:
            return Outcome(next=("citizens/add", about | {"more+": [more]}))
        case "withdraw":
            return Outcome(next=("citizens/withdraw", about))
        case "exposed":
            return _exposed(desk, row, about)
        case "cut":
            tips.cut(desk.tx, row.alias)
            return Outcome((Say("citizens/answers:stopped"),), ("citizens/card", about))
        case "reissue":
            return _reissued(desk, row)
        case _:
            return Outcome((Say("citizens/card:left"),))


def _exposed(desk: Desk, row: Row[Any], about: Answers) -> Outcome:
    """有人知道是我举报的: what to do now; intake is told at once and it is on record."""
    tips.move(desk.tx, row.id, desk.now, "citizen", "exposed")
    tips.change(desk.tx, row.id, desk.now)
    matter.tell_intake(desk, row, "exposed")
    return Outcome((Say("citizens/card:exposed"),), ("citizens/card", about))


def _reissued(desk: Desk, row: Row[Any]) -> Outcome:
    """Only in the tip's own conversation, while the way back exists."""
    if not _here(desk, row):
        return Outcome((Say("common:not_yours"),))
    receipt, mark = tips.reissue(desk.tx, row), secrets.token_hex(8)
    desk.audit("receipt reissued", row.number)
    data = {"number": receipt.number, "password": receipt.password, "urgent": False, "reissued": True}
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": mark}
    return Outcome((Say("citizens/tip:receipt", data, mark=mark),), ("citizens/receipt", after))


# -- add -----------------------------------------------------------------------------------------------------------------

ADD = Form("citizens/add", (Question("more", text_or_attachment, many=True, asks="file"),), stays=True, about=("_tip",))


def added(desk: Desk, answers: Answers) -> Outcome:
    """To the tip that goes on; one that was merged into it says its own number."""
    own, about = tips.by_id(desk.tx, answers["_tip"], lock=True), _about(answers)
    row = tips.by_id(desk.tx, tips.goes_on(desk.tx, own).id, lock=True) if own is not None else None
    if own is None or row is None or row.status not in tips.OPEN:
        attachments.discard(desk.tx, uploads(answers))
        return Outcome((Say("citizens/add:too_late"),))
    texts = [one for one in answers["more"] if isinstance(one, str)]
    if _too_large(desk, row, answers):
        attachments.discard(desk.tx, uploads(answers))
        again = about | ({"more+": texts} if texts else {})
        return Outcome((Say("common:http_tip_too_large"),), ("citizens/add", again))
    attachments.adopt(desk.tx, uploads(answers), desk.chat.id, row.id)
    if texts:
        by = f"[{own.number}] " if own.id != row.id else ""
        tips.say(desk.tx, row.id, "citizen", by + "\n".join(texts), desk.now)
        _mark(desk, row, "\n".join(texts))
    tips.move(desk.tx, row.id, desk.now, "citizen", "added")
    tips.change(desk.tx, row.id, desk.now)
    matter.tell_intake(desk, row, "added")
    return Outcome((Say("citizens/add:done"),), ("citizens/card", about))


def _mark(desk: Desk, row: Row[Any], text: str) -> None:
    """What is told later makes tips alike too; the week is that of the tip. A sealed tip has no marks."""
    if row.route == "open":
        found = marks(text, None, desk.now.astimezone(desk.plan.tz).date())
        tips.keep_marks(desk.tx, row.id, row.county, [one for one in found if one.kind != "week"])


def _too_large(desk: Desk, row: Row[Any], answers: Answers) -> bool:
    """What was uploaded at different times counts together."""
    new = sum(one["size"] for one in answers["more"] if isinstance(one, dict))
    return bool(new) and new + sum(one.size for one in attachments.of_tip(desk.tx, row.id)) > MAX_TIP


# -- withdraw ------------------------------------------------------------------------------------------------------------

WITHDRAW = Form(
    "citizens/withdraw",
    (Question("sure", chosen, lambda a, f: (Choice("yes", style="danger"), Choice("no")), asks="choice"),),
    about=("_tip",),
    way_out={"sure": "no"},
)


def withdraw_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    return {"said": {"handed": row is not None and row.status == "handed"}}


def withdrawn(desk: Desk, answers: Answers) -> Outcome:
    """The citizen's right until the lead is handed over; afterwards it is noted."""
    row, back = tips.by_id(desk.tx, answers["_tip"], lock=True), ("citizens/card", _about(answers))
    if row is None or answers["sure"] == "no" or row.status not in tips.OPEN:
        return Outcome(next=back)
    handed = row.status == "handed"
    tips.move(desk.tx, row.id, desk.now, "citizen", "withdraw_noted" if handed else "withdrawn")
    if handed:
        tips.change(desk.tx, row.id, desk.now)
    else:
        matter.end(desk, row, "withdrawn")
    matter.tell_intake(desk, row, "withdraw_noted" if handed else "withdrawn")
    return Outcome((Say("citizens/withdraw:noted" if handed else "citizens/withdraw:done"),), back)


CONVERSATIONS = (
    Conversation(FIND, found, "citizen", find_facts),
    Conversation(CARD, card_done, "citizen", card_facts, void=void),
    Conversation(ADD, added, "citizen", void=void),
    Conversation(WITHDRAW, withdrawn, "citizen", withdraw_facts, void=void),
)
