"""More for a tip that was told before: words and attachments, to the one they belong to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from handlers import duty, matter
from handlers.citizens import answers as short
from handlers.citizens import said_here, tip, wishes
from handlers.citizens.awaited import awaits
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, text_or_attachment
from handlers.progress import DONE, has_room, uploads
from handlers.words import folded
from rules.marks import marks, naming
from storage import attachments, likeness, merges, tips


def addable(desk: Desk, row: Row[Any], lives: Row[Any]) -> bool:
    """While it goes on; and after its end while somebody may be in danger for it."""
    if row.withdrawal == "done" or lives.forgotten_at is not None:
        return False
    return lives.status in tips.OPEN or bool(merges.exposed(desk.tx, [lives.id]))


def about(answers: Answers) -> Answers:
    """Which tip, and by which password; by none in its own conversation."""
    return {name: answers[name] for name in ("_tip", "_proof") if name in answers}


def here(desk: Desk, row: Row[Any]) -> bool:
    """Whether this conversation is the tip's own."""
    return row.alias is not None and row.alias.hex() in desk.chat.state.get("mine", [])


def own(desk: Desk) -> list[Row[Any]]:
    """The tips that this conversation leads back to, oldest first."""
    return tips.by_aliases(desk.tx, [bytes.fromhex(one) for one in desk.chat.state.get("mine", [])])


def void(desk: Desk, answers: Answers) -> str | None:
    """A new password shuts out whoever came with the old one; what is forgotten is open to nobody."""
    row = tips.by_id(desk.tx, answers["_tip"])
    if row is not None and row.forgotten_at is not None:
        return "citizens/find:gone"
    return None if row is not None and answers.get("_proof") in (None, tips.proof(row)) else "citizens/find:void"


def entered(desk: Desk, own: Row[Any], lives: Row[Any], move: str) -> None:
    """In the course of the tip that goes on; of one that was merged into it with its number."""
    tips.move(desk.tx, lives.id, desk.now, "citizen", move, note=own.number if own.id != lives.id else "")
    for one in {own.id, lives.id}:
        tips.change(desk.tx, one, desk.now)


def add_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    number = row.number if row is not None else ""
    feared = row is not None and bool(merges.exposed(desk.tx, [row.id]))
    said = {"number": number, "count": len(handed_in(answers)), "telling": telling(answers)}
    return {"said": said, "feared": feared}


def too_late(desk: Desk, kept: Sequence[Any]) -> Outcome:
    """It ended meanwhile: the words are given back, and what can be done with them."""
    attachments.discard(desk.tx, uploads({"more": list(kept)}))
    wrote = [one for one in kept if isinstance(one, str)]
    return Outcome((Say("citizens/add:too_late", {"wrote": wrote}, short.MENU),))


def _piece(heard: Heard) -> Any:
    """One message, or the end of them."""
    if heard.kind == "chose":
        return heard.choice
    more = text_or_attachment(heard)
    return more if isinstance(more, Refused) else [more]


def _over(words: str, facts: Facts) -> str | None:
    """提交: there is nothing left to submit."""
    return DONE.id if folded(words) in ("提交", "确认提交", "提交吧", "submit") else None


def _ends(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (DONE,) if handed_in(answers) else ()


def handed_in(answers: Answers) -> list[said_here.What]:
    """What went in here, and was not taken back since."""
    return answers.get("_in") or []


def telling(answers: Answers) -> list[dict[str, Any]]:
    """What in these words may tell who wrote them. Danger is never held up by it."""
    pieces = answers.get("more")
    texts = [one for one in pieces if isinstance(one, str)] if isinstance(pieces, list) else []
    found = [one._asdict() for text in texts for one in naming(text)]
    return [] if found and any(map(wishes.pressing, texts)) else found


def _checked(heard: Heard) -> Any:
    """What is written meanwhile belongs with what waits; 提交 hands it in."""
    if heard.kind == "chose":
        return heard.choice
    more = text_or_attachment(heard)
    return more if isinstance(more, Refused) else {"more": more}


# Each message is handed in as it comes: nothing waits for a word that may never be said, but what may tell who wrote it.
ADD = Form(
    "citizens/add",
    (
        Question(
            "more", _piece, _ends, asks="file", named=_over, prefill=lambda answers, facts: str(answers.get("_old", ""))
        ),
        Question(
            "checked",
            _checked,
            lambda answers, facts: (Choice("edit"), Choice("as_written")),
            when=lambda answers, facts: not facts.get("feared") and bool(telling(answers)),  # they are known already
            asks="choice",
        ),
    ),
    about=("_tip",),
)


def added(desk: Desk, answers: Answers) -> Outcome:
    """Each to their own tip; whoever deals with the matter reads it there."""
    which, pieces = about(answers), answers["more"]
    if pieces == DONE.id:
        return Outcome((Say("citizens/add:done"),), ("citizens/card", which))
    if (checked := answers.get("checked")) not in (None, "as_written"):
        return _looked_over(desk, answers, checked)
    held, again = merges.hold_matter(desk.tx, which["_tip"]), {"_in": handed_in(answers)}
    if held is None or not addable(desk, *held):
        return too_late(desk, pieces)
    row, lives = held
    texts = [one for one in pieces if isinstance(one, str)]
    danger, answer = any(map(wishes.pressing, texts)), awaits(desk, row, lives)
    if texts == pieces and all(map(wishes.empty, texts)) and not answer:
        return Outcome((Say("citizens/add:nothing"),), ("citizens/add", which | again))
    if _too_large(desk, row, answers):
        attachments.discard(desk.tx, uploads(answers))
        says: tuple[Say, ...] = (Say("common:http_tip_too_large"),)
        pieces = texts
    else:
        attachments.adopt(desk.tx, uploads(answers), desk.chat.id, row.id)
        says = (Say("citizens/add:answered", {"number": row.number}),) if answer and answers.get("_free") else ()
    if pieces:
        _handed_in(desk, row, lives, texts, danger)
    called = lives.status in tips.OPEN
    alarm = danger and {"called": called, "heard": called and duty.heard_of(desk, lives)}
    first = (Say("citizens/add:danger", alarm),) if alarm else ()
    again["_in"] = [*again["_in"], *map(said_here.told, pieces)]
    return Outcome((*first, *says), ("citizens/add", which | again))


def _looked_over(desk: Desk, answers: Answers, checked: Any) -> Outcome:
    """The words go back into the box to be changed, or wait with what was written beside them; danger does not wait."""
    rest = {name: value for name, value in answers.items() if name.startswith("_")}
    pieces = answers["more"]
    if isinstance(checked, dict) and isinstance(checked["more"], str) and wishes.pressing(checked["more"]):
        said = added(desk, rest | {"more": [checked["more"]]})
        assert said.next is not None
        return Outcome(said.says, (said.next[0], said.next[1] | {"more": pieces}))
    if isinstance(checked, dict) and has_room(pieces, checked["more"]):
        return Outcome(next=("citizens/add", rest | {"more": [*pieces, checked["more"]]}))
    if isinstance(checked, dict):
        attachments.discard(desk.tx, uploads({"": [checked["more"]]}))
        return Outcome((Say("common:why_too_many"),), ("citizens/add", rest | {"more": pieces}))
    texts, files = [one for one in pieces if isinstance(one, str)], [one for one in pieces if isinstance(one, dict)]
    edited = rest | {"_old": "\n".join(texts)}
    return added(desk, edited | {"more": files}) if files else Outcome(next=("citizens/add", edited))


def _handed_in(desk: Desk, row: Row[Any], lives: Row[Any], texts: Sequence[str], danger: bool) -> None:
    """Whoever has the duty is called where it says that it goes on now, once until somebody has seen to it."""
    if texts:
        tips.say(desk.tx, row.id, "citizen", "\n".join(texts), desk.now)
        _mark(desk, row, "\n".join(texts))
    entered(desk, row, lives, "added")
    if danger and lives.status in tips.OPEN:
        duty.call(desk, lives)
        matter.tell_intake(desk, lives, "added_now")
    else:
        matter.tell_intake(desk, lives, "added")


def _mark(desk: Desk, row: Row[Any], text: str) -> None:
    """What is told later makes tips alike too; the week is that of the tip. A sealed tip has no marks."""
    if row.route == "open":
        found = marks(text, None, desk.now.astimezone(desk.plan.tz).date())
        likeness.keep(desk.tx, row.id, row.county, [one for one in found if one.kind != "week"])


def _too_large(desk: Desk, row: Row[Any], answers: Answers) -> bool:
    """What was uploaded at different times counts together."""
    new = sum(one["size"] for one in answers["more"] if isinstance(one, dict))
    return bool(new) and new + attachments.size_of_tip(desk.tx, row.id) > attachments.MAX_TIP


# -- whose is it ---------------------------------------------------------------------------------------------------------

MAX_OWN = 5  # tips that are offered
WHOSE = "citizens/whose"


def open_ones(desk: Desk) -> list[Row[Any]]:
    """Own tips that take an addition, the latest first."""
    able = [row for row in own(desk) if addable(desk, row, merges.goes_on(desk.tx, row))]
    return able[::-1][:MAX_OWN]


def whose_facts(desk: Desk, answers: Answers) -> Facts:
    to = desk.setting.words.label(Choice("to"), WHOSE, desk.chat.language, desk.chat.county)
    offered = tuple(Choice(f"own.{row.number}", f"{to} {row.number}") for row in open_ones(desk))
    return {"own": offered, "said": {"count": len(answers["_words+"])}}


def danger_first() -> Say:
    """Before it is known whose it is."""
    return Say("citizens/add:danger", {"called": False, "heard": False})


def told(heard: Heard) -> Any:
    """Words or an attachment; None for anything else."""
    more = text_or_attachment(heard)
    return None if isinstance(more, Refused) else more


def _to(heard: Heard) -> Any:
    """What is written or sent meanwhile belongs with what was."""
    if heard.kind == "chose":
        return heard.choice
    more = text_or_attachment(heard)
    return more if isinstance(more, Refused) else {"more": more}


WORDS = {"add": "补充", "tip": "另报一件"}  # what our words for it mean at this question


_NEW = ("另报", "另报一件", "另一件", "另外一件", "新的", "新举报", "不是", "不", "new", "no")
_OWN = ("补充", "是补充", "补充的", "是", "是的", "对", "同一件", "add", "yes")


def _meant(words: str, facts: Facts) -> str | None:
    word = folded(words)
    if word in _NEW:
        return "new"
    return str(facts["own"][0].id) if word in _OWN and len(facts["own"]) == 1 else None


# Words with nothing open, after a tip was told: more of it, or another. They are kept until that is said.
WHOSE_FORM = Form(
    WHOSE,
    (Question("to", _to, lambda answers, facts: (*facts["own"], Choice("new")), asks="choice", named=_meant),),
    stays=True,
    about=("_words+",),
)


def sorted_out(desk: Desk, answers: Answers) -> Outcome:
    to, kept = answers["to"], answers["_words+"]
    if isinstance(to, dict):
        danger = isinstance(to["more"], str) and wishes.pressing(to["more"])
        if danger and len(rows := open_ones(desk)) == 1:
            return Outcome(next=("citizens/add", {"_tip": rows[0].id, "more": [*kept, to["more"]]}))
        if danger and has_room(kept, to["more"]):
            return Outcome((danger_first(),), (WHOSE, {"_words+": [*kept, to["more"]]}))
        if has_room(kept, to["more"]):
            return Outcome(next=(WHOSE, {"_words+": [*kept, to["more"]]}))
        attachments.discard(desk.tx, uploads({"": [to["more"]]}))
        return Outcome((Say("common:why_too_many"),), (WHOSE, {"_words+": kept}))
    row = next((one for one in open_ones(desk) if to == f"own.{one.number}"), None)
    if row is not None:
        return Outcome(next=("citizens/add", {"_tip": row.id, "more": kept}))
    if to != "new":
        return too_late(desk, kept)
    return Outcome(next=("citizens/tip", begun(desk, kept)))


def begun(desk: Desk, kept: Sequence[Any]) -> Answers:
    """What was written before it was known to be a new tip is its story."""
    texts, files = [one for one in kept if isinstance(one, str)], [one for one in kept if isinstance(one, dict)]
    story = tip.FORM.by_name[tip.FORM.story]
    started: Answers = {}
    if any(not isinstance(story.check(Heard("said", one)), Refused) for one in texts):
        words = "\n".join(texts)
        started = story.implies(Heard("said", words), tip.facts(desk, {})) | {story.name: words}
    return started | ({"files+": files} if files else {})


CONVERSATIONS = (
    Conversation(ADD, added, "citizen", add_facts, void=void),
    Conversation(WHOSE_FORM, sorted_out, "citizen", whose_facts),
)
