"""What is wanted of a tip that was told in this conversation: it is done with that tip, and more of it is kept for it."""

import re

from handlers import frames, guard, menu
from handlers.citizens import adding, mine, password, stopping, wishes
from handlers.citizens.awaited import awaits, unread
from handlers.desk import Desk, Outcome
from handlers.forms import Heard, Say, plain
from handlers.spoken import pressed
from handlers.words import folded
from rules.marks import happening_now
from storage import merges

_REPEATED = 5  # characters that may have been meant for the last four of a password
_INTERRUPTED = ("", "citizens/withdraw", "citizens/find", guard.RECEIPT)  # where words of danger are no answer
_AT = ("", "citizens/card", "citizens/add", "citizens/withdraw", guard.RECEIPT, adding.WHOSE)


def _at(desk: Desk) -> str:
    stack = frames.opened(desk)
    return str(stack[-1].get("at", "")) if stack else ""


def meant(desk: Desk, name: str, argument: str) -> Outcome | None:
    """What a word of ours leads to where it can mean but one tip: nothing is left to choose."""
    if name == "stop" and stopping.unwritten(desk):
        return Outcome(next=(stopping.FORM.name, {}))
    if argument or name not in (*mine.WISHES, "forgot") or (number := mine.only(desk)) is None:
        return None
    if name == "forgot":
        return Outcome((Say("citizens/answers:forgot_here"),), ("citizens/card", {"_tip": number}))
    return Outcome(next=("citizens/card", mine.at_once(desk, number, name)))


def in_danger(desk: Desk, heard: Heard) -> bool:
    """help me, from who has told a tip: no question how this works."""
    return desk.chat.person is None and wishes.pressing(heard.text) and bool(adding.open_ones(desk))


def wanted(desk: Desk, heard: Heard) -> Heard | Outcome | None:
    """In words that are none of ours, where something of the citizen's own is open, or nothing. Fear is answered wherever it
    is said, and is no part of a tip."""
    at = _at(desk)
    if desk.chat.person is not None or heard.kind != "said":
        return None
    if wishes.afraid(heard.text):
        comfort = "afraid" if at in _AT and _exposed(desk) else "comfort"
        return Outcome((Say(f"citizens/answers:{comfort}"),), ("go.continue", {}) if at else None)
    if at not in _AT:
        return None
    wish = wishes.wanted(heard.text)
    if wish is None and at in ("", adding.WHOSE) and wishes.another(heard.text):
        return Heard("said", adding.WORDS["tip"]) if at else Outcome(next=("go.tip", {}))
    if wish is not None and wish in [one[0] for one in desk.chat.state.get("shown", [])]:
        return Heard("chose", heard.text, wish, desk.chat.prompt)
    if wish is not None:
        return Outcome(next=("go.continue" if (wish, at) == ("add", "citizens/add") else f"go.{wish}", {}))
    return None


def _exposed(desk: Desk) -> bool:
    """Whether of a tip of theirs it is known that somebody may know who told it."""
    open_ = [frame["answers"]["_tip"] for frame in frames.opened(desk) if "_tip" in frame["answers"]]
    lives = [merges.goes_on(desk.tx, row).id for row in adding.open_ones(desk)]
    return bool(merges.exposed(desk.tx, [*open_, *lives]))


def answer(desk: Desk, heard: Heard) -> Outcome | None:
    """Words where nothing is open and something is waited for of the one own tip: they are what was asked for. A
    question that its author has not read is shown first to who asks for news."""
    rows = adding.open_ones(desk)
    if len(rows) != 1 or not awaits(desk, rows[0], merges.goes_on(desk.tx, rows[0])):
        return None
    told = adding.told(heard)
    if isinstance(told, str) and (wishes.asks(told) or wishes.empty(told)) and unread(desk, rows[0]):
        return Outcome(next=("citizens/card", {"_tip": rows[0].id}))
    return None if told is None else Outcome(next=("citizens/add", {"_tip": rows[0].id, "more": [told], "_free": True}))


def more(desk: Desk, heard: Heard) -> Outcome | None:
    """Words where nothing is open that could take them: more of an own tip, or another. None without an own one."""
    at = _at(desk)
    if desk.chat.person is not None or at not in _INTERRUPTED or menu.first_words(heard) == guard.FIND:
        return None
    rows = adding.open_ones(desk)
    if at == guard.FIND and not rows:
        return _begun(desk, heard)
    danger = bool(rows) and heard.kind == "said" and wishes.pressing(heard.text)
    if at == guard.RECEIPT and heard.kind == "said" and not danger and _unanswered(desk, heard):
        return Outcome((Say("citizens/receipt:why"),))
    if not rows or not (danger or _takes_story(desk, at, heard)) or (told := adding.told(heard)) is None:
        return None
    if not at and (given := answer(desk, heard)) is not None:
        return given
    if len(rows) == 1 and (danger or wishes.goes_on(heard.text)):
        return Outcome(next=("citizens/add", {"_tip": rows[0].id, "more": [told]}))
    if heard.kind == "said" and wishes.empty(heard.text):
        return Outcome((Say("citizens/answers:noted"),), ("go.continue", {}) if at else None)
    return Outcome((adding.danger_first(),) if danger else (), (adding.WHOSE, {"_words+": [told]}))


_STORY = 8  # characters: less may be a wrong number, or what is meant to be one
_LOOKING = re.compile(r"编号|密码|查询|举报|\d{4}|\b(?:number|password|tip|code)\b", re.IGNORECASE)


def _tells(desk: Desk, text: str) -> bool:
    """A story where the number of a tip is asked for: nothing about that number, and no question to us."""
    asked = "number" not in frames.opened(desk)[-1]["answers"]
    short = len(folded(text)) < _STORY * (1 + plain(text).isascii())
    return asked and not (short or _LOOKING.search(text) or wishes.asks(text) or wishes.empty(text))


def _begun(desk: Desk, heard: Heard) -> Outcome | None:
    """What somebody tells who looks for a tip, and has none here, is a new one; danger does not wait for a number."""
    danger = heard.kind == "said" and wishes.pressing(heard.text)
    if heard.kind != "said" or not (danger or _tells(desk, heard.text)):
        return None
    first = (adding.danger_first(),) if danger and not happening_now(heard.text) else ()
    return Outcome((*first, Say("citizens/find:new")), ("citizens/tip", adding.begun(desk, [plain(heard.text)])))


def _unanswered(desk: Desk, heard: Heard) -> bool:
    """Asked of us where the end of a password is wanted: no part of any tip."""
    answered = password.repeated(heard.text) is not None or pressed(heard, desk.chat.state.get("shown", [])) is not None
    return not answered and wishes.asks(heard.text)


def _takes(at: str, heard: Heard) -> bool:
    if heard.kind == "file":
        return at in ("", guard.RECEIPT)
    story = len(folded(heard.text)) > _REPEATED and password.repeated(heard.text) is None
    return heard.kind == "said" and (not at or (at == guard.RECEIPT and story))


def _takes_story(desk: Desk, at: str, heard: Heard) -> bool:
    return _takes(at, heard) or (at == guard.FIND and heard.kind == "said" and _tells(desk, heard.text))


def sorts(desk: Desk, name: str) -> Heard | None:
    """补充, 举报: the answer, where just that is asked."""
    word = adding.WORDS.get(name)
    return Heard("said", word) if word and _at(desk) == adding.WHOSE else None
