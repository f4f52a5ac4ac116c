"""Back to one's own tip: by number and password from anywhere, or in the same chat while the way back exists.

find (number, password) -> card (status, answers, what can be done) -> add | withdraw | stop | exposed | reissue
"""

import re
import secrets
import unicodedata
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.citizens import stopping
from handlers.desk import Conversation, Desk, Outcome
from handlers.dialog import uploads
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, said, text_or_attachment
from rules.marks import marks
from storage import attachments, audit, merges, people, queue, tips

REFUSED = "refused"  # the mark of answers that wait because a password was wrong
NUMBER = re.compile(r"([A-Za-z]{2,4})\s*[-—–]?\s*(\d{8})(?!\d)", re.ASCII)
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
    own = number in (row.number for row in _mine(desk))
    return {"number": f"own.{number}"} if own else {"number": number} | _with_password(Heard("said", words), {})


def _own(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(f"own.{number}", number) for number in facts["own"])


def _foreign(answers: Answers, facts: Facts) -> bool:
    return not str(answers.get("number", "")).startswith("own.")


FIND = Form(
    "citizens/find",
    (Question("number", _number, _own, implies=_with_password), Question("password", _password, when=_foreign)),
)


def find_facts(desk: Desk, answers: Answers) -> Facts:
    own = [row.number for row in _mine(desk)]
    return {"own": own, "said": {"own": len(own)}}


def _mine(desk: Desk) -> list[Row[Any]]:
    aliases = [bytes.fromhex(one) for one in desk.chat.state.get("mine", [])]
    return tips.by_aliases(desk.tx, aliases)


def only(desk: Desk) -> int | None:
    """The one tip that this conversation leads back to, if it is just one."""
    rows = _mine(desk)
    return rows[0].id if len(rows) == 1 else None


WISHES = ("mine", "add", "withdraw", "exposed")


def at_once(desk: Desk, tip: int, wish: str) -> Answers:
    """Its card, or what was asked for there: with one tip there is nothing to choose."""
    row = tips.by_id(desk.tx, tip)
    assert row is not None
    return {"_tip": tip} | _wished(row, merges.goes_on(desk.tx, row), wish)


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
            {"_tip": row.id} | proof | _wished(row, merges.goes_on(desk.tx, row), about.get("_wish")),
        )
    )


def _forgotten(desk: Desk, row: Row[Any]) -> Say:
    """What the register still holds of it; merged into another, it ended as that one did."""
    dates = {"received": row.received_at, "at": row.forgotten_at}
    outcome = merges.goes_on(desk.tx, row).outcome
    about = {name: matter.stamp(moment) for name, moment in dates.items()}
    return Say("citizens/find:forgotten", {"number": row.number, "outcome": outcome} | about)


def _wished(row: Row[Any], lives: Row[Any], wish: str | None) -> Answers:
    """What was asked for before the tip was known is done now, where it still can be."""
    can = {"exposed": True, "add": _addable(row, lives), "withdraw": _withdrawable(row, lives)}
    return {"act": wish} if can.get(wish or "") else {}


def _addable(row: Row[Any], lives: Row[Any]) -> bool:
    return lives.status in tips.OPEN and row.withdrawal != "done"


def _withdrawable(row: Row[Any], lives: Row[Any]) -> bool:
    """While there is something to withdraw from; handed over, the wish is noted, once. No unit has it any more: it is done."""
    return lives.status in tips.OPEN and (
        row.withdrawal is None or (row.withdrawal == "noted" and lives.status != "handed")
    )


def _about(answers: Answers) -> Answers:
    """Which tip, and by which password; by none in its own conversation."""
    return {name: answers[name] for name in ("_tip", "_proof") if name in answers}


def void(desk: Desk, answers: Answers) -> str | None:
    """A new password shuts out whoever came with the old one; what is forgotten is open to nobody."""
    row = tips.by_id(desk.tx, answers["_tip"])
    if row is not None and row.forgotten_at is not None:
        return "citizens/find:gone"
    return None if row is not None and answers.get("_proof") in (None, tips.proof(row)) else "citizens/find:void"


def _here(desk: Desk, row: Row[Any]) -> bool:
    """Whether this conversation is the tip's own."""
    return row.alias is not None and row.alias.hex() in desk.chat.state.get("mine", [])


def card_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    assert row is not None
    lives = merges.goes_on(desk.tx, row)  # what became of the tip it was merged into is what became of it
    shown = row if row.withdrawal == "done" else lives
    questions = _questions(desk, row, lives)
    replies = [
        {"at": matter.stamp(one["at"]), "text": matter.in_one(desk, one["text"]), "question": one["text"] in questions}
        for one in tips.dialogue(desk.tx, row.id)
        if one["author"] == "office"
    ]
    tips.seen(desk.tx, row.id, "office", desk.now)
    status = {
        "number": row.number,
        "status": "withdrawn" if row.withdrawal == "done" else lives.status,
        "outcome": shown.outcome,
        "wish_noted": row.withdrawal == "noted",
        "received": matter.stamp(row.received_at),
        "changed": matter.stamp(max(row.changed_at, shown.changed_at)),
        "next": _next_step(desk, shown),
        "replies": replies[-5:],
        "notify": row.notify,
    }
    return {"said": status, "row": row, "alive": lives, "here": _here(desk, row)}


def _questions(desk: Desk, row: Row[Any], lives: Row[Any]) -> set[str]:
    """Which of our words ask something; a corrected question stands in the course with its reason below."""
    course = [move for tip in {row.id, lives.id} for move in tips.course(desk.tx, tip) if move["move"] == "asked"]
    return {words for move in course for words in (move["note"], move["note"].rpartition("\n（")[0])}


def _next_step(desk: Desk, row: Row[Any]) -> dict[str, Any] | None:
    waiting = matter.clocks(desk, row)
    return waiting[0] if waiting else None


def _acts(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    row, here = facts["row"], facts["here"]
    offered = [Choice("add", style="primary")] if _addable(row, facts["alive"]) else []
    offered += [Choice("withdraw")] if _withdrawable(row, facts["alive"]) else []
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
        case {"more": _}:
            return _more(answers, answers["act"])
        case "withdraw":
            return Outcome(next=("citizens/withdraw", about))
        case "exposed":
            return _exposed(desk, row, about)
        case "cut" if _here(desk, row) and stopping.unwritten(desk):
            return Outcome(next=(stopping.FORM.name, {}))
        case "cut":
            tips.cut(desk.tx, row.alias)
            return Outcome((Say("citizens/answers:stopped"),), ("citizens/card", about))
        case "reissue":
            return _reissued(desk, row)
        case _:
            return Outcome((Say("citizens/card:left"),))


def _more(answers: Answers, told: dict[str, Any]) -> Outcome:
    """Written where something else was asked: an addition has begun."""
    return Outcome(next=("citizens/add", _about(answers) | {"more+": [told["more"]]}))


def _exposed(desk: Desk, row: Row[Any], about: Answers) -> Outcome:
    """有人知道是我举报的: what to do now; whoever deals with it is told at once and it is on record."""
    lives = merges.goes_on(desk.tx, row)
    entered(desk, row, lives, "exposed")
    matter.tell_intake(desk, lives, "exposed")
    return Outcome((Say("citizens/card:exposed"),), ("citizens/card", about))


def entered(desk: Desk, own: Row[Any], lives: Row[Any], move: str) -> None:
    """In the course of the tip that goes on; of one that was merged into it with its number."""
    tips.move(desk.tx, lives.id, desk.now, "citizen", move, note=own.number if own.id != lives.id else "")
    for one in {own.id, lives.id}:
        tips.change(desk.tx, one, desk.now)


def _reissued(desk: Desk, row: Row[Any]) -> Outcome:
    """Only in the tip's own conversation, while the way back exists."""
    if not _here(desk, row):
        return Outcome((Say("common:not_yours"),))
    receipt, mark = tips.reissue(desk.tx, row), secrets.token_hex(8)
    desk.audit("receipt reissued", row.number)
    data = {"number": receipt.number, "password": receipt.password, "urgent": False, "reissued": True}
    stopping.given_out(desk, row.number)
    after = {"_number": receipt.number, "_password": receipt.password, "_mark": mark}
    return Outcome((Say("citizens/tip:receipt", data, mark=mark),), ("citizens/receipt", after))


# -- add -----------------------------------------------------------------------------------------------------------------


def add_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    return {"said": {"number": row.number if row is not None else ""}}


ADD = Form("citizens/add", (Question("more", text_or_attachment, many=True, asks="file"),), stays=True, about=("_tip",))


def added(desk: Desk, answers: Answers) -> Outcome:
    """Each to their own tip; whoever deals with the matter reads it there."""
    held, about = merges.hold_matter(desk.tx, answers["_tip"]), _about(answers)
    if held is None or not _addable(*held):
        attachments.discard(desk.tx, uploads(answers))
        return Outcome((Say("citizens/add:too_late"),))
    row, lives = held
    texts = [one for one in answers["more"] if isinstance(one, str)]
    if _too_large(desk, row, answers):
        attachments.discard(desk.tx, uploads(answers))
        again = about | ({"more+": texts} if texts else {})
        return Outcome((Say("common:http_tip_too_large"),), ("citizens/add", again))
    attachments.adopt(desk.tx, uploads(answers), desk.chat.id, row.id)
    if texts:
        tips.say(desk.tx, row.id, "citizen", "\n".join(texts), desk.now)
        _mark(desk, row, "\n".join(texts))
    entered(desk, row, lives, "added")
    matter.tell_intake(desk, lives, "added")
    return Outcome((Say("citizens/add:done"),), ("citizens/card", about))


def _mark(desk: Desk, row: Row[Any], text: str) -> None:
    """What is told later makes tips alike too; the week is that of the tip. A sealed tip has no marks."""
    if row.route == "open":
        found = marks(text, None, desk.now.astimezone(desk.plan.tz).date())
        tips.keep_marks(desk.tx, row.id, row.county, [one for one in found if one.kind != "week"])


def _too_large(desk: Desk, row: Row[Any], answers: Answers) -> bool:
    """What was uploaded at different times counts together."""
    new = sum(one["size"] for one in answers["more"] if isinstance(one, dict))
    return bool(new) and new + attachments.size_of_tip(desk.tx, row.id) > attachments.MAX_TIP


# -- withdraw ------------------------------------------------------------------------------------------------------------

WITHDRAW = Form(
    "citizens/withdraw",
    (Question("sure", _act, lambda a, f: (Choice("yes", style="danger"), Choice("no")), asks="choice"),),
    about=("_tip",),
    way_out={"sure": "no"},
)


def withdraw_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    return {"said": {"handed": row is not None and merges.goes_on(desk.tx, row).status == "handed"}}


def withdrawn(desk: Desk, answers: Answers) -> Outcome:
    """The citizen's right until the lead is handed over: what they told is deleted, and the matter lives on while somebody
    else tells of it. Afterwards the wish is noted."""
    if isinstance(answers["sure"], dict):
        return _more(answers, answers["sure"])
    held, back = merges.hold_matter(desk.tx, answers["_tip"]), ("citizens/card", _about(answers))
    if held is None or answers["sure"] == "no" or not _withdrawable(*held):
        return Outcome(next=back)
    row, lives = held
    if lives.status == "handed":
        entered(desk, row, lives, "withdraw_noted")
        tips.change(desk.tx, row.id, desk.now, withdrawal="noted")
        matter.tell_intake(desk, lives, "withdraw_noted")
        return Outcome((Say("citizens/withdraw:noted"),), back)
    entered(desk, row, lives, "withdrawn")
    merges.retract(desk.tx, row, desk.now)
    matter.unsay(desk, {row.id, lives.id})
    alone = not merges.contributors(desk.tx, lives)
    if alone:
        matter.end(desk, lives, "withdrawn")
    matter.tell_intake(desk, lives, "withdrawn" if alone else "withdrawn_one")
    return Outcome((Say("citizens/withdraw:done"),), back)


CONVERSATIONS = (
    Conversation(FIND, found, "citizen", find_facts),
    Conversation(CARD, card_done, "citizen", card_facts, void=void),
    Conversation(ADD, added, "citizen", add_facts, void=void),
    Conversation(WITHDRAW, withdrawn, "citizen", withdraw_facts, void=void),
)
