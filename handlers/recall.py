"""What somebody takes back where they said it: out of what is being filled in; and of what was handed in with 补充, what no
officer has read yet. A tip that was submitted is taken back by a word of its own."""

from collections.abc import Iterator
from typing import Any, Literal

from handlers import frames, menu
from handlers.answering import unsaid
from handlers.citizens import adding, said_here
from handlers.citizens.said_here import What, digest
from handlers.desk import Desk
from handlers.forms import Answers, Heard
from handlers.progress import ADDING, gone
from storage import attachments, tips

WORDS = "_words+"  # what waits until it is known whose it is
Taken = Literal["", "out", "gone", "read"]


def taken_back(desk: Desk, message: int | str) -> Taken:
    """`out` of what is being filled in; handed in, it is `gone`, or was `read` and stays. Empty: it is not known here."""
    if (what := said_here.forgotten(desk, message)) is None:
        return ""
    held = [frame for frame in frames.opened(desk) if menu.fits(frame)]
    if [frame for frame in held if _out_of(desk, frame, what)]:
        return "out"
    taken: Taken = next((one for tip in _tips(desk) if (one := _unsaid(desk, tip, what))), "")
    if taken == "gone":
        _uncounted(desk, what)
    return taken


# -- what is being filled in -----------------------------------------------------------------------------------------------


def _out_of(desk: Desk, frame: dict[str, Any], what: What) -> bool:
    talk, before = frames.talk_of(frame), frame["answers"]
    story = talk.form.story
    after = _left_of(before, what)
    if after == before:
        return False
    if story in before and after.get(story) != before[story]:
        question, facts = talk.form.by_name[story], talk.facts(desk, before)
        after = _left_of(unsaid(question, before, facts), what)
        told = question.implies(Heard("said", after[story]), facts) if story in after else {}
        after |= {name: value for name, value in told.items() if after.get(name) is None}
    if after.get("*") == ADDING and ADDING + "+" not in after:
        del after["*"]
    attachments.discard(desk.tx, gone(before, after))
    frame["answers"] = after
    if WORDS in before and WORDS not in after:
        desk.chat.state["stack"] = [one for one in frames.opened(desk) if one is not frame]
    return True


def _left_of(answers: Answers, what: What) -> Answers:
    ours = {name for name in answers if name != WORDS and (name.startswith("_") or name in "*!")}
    left = {name: value if name in ours else _left(value, what) for name, value in answers.items()}
    return {name: value for name, value in left.items() if value not in ("", []) or answers[name] == value}


def _left(value: Any, what: What) -> Any:
    """Without what was taken back: words on lines of their own, a file of a list."""
    if isinstance(value, list):
        return [left for one in value if (left := _left(one, what)) not in ("", {})]
    if isinstance(value, dict) and [value.get("id")] == what:
        return {}
    return value if not isinstance(value, str) or (rest := _cut(value, what)) is None else rest


def _cut(words: str, what: What) -> str | None:
    """None: it is not in there."""
    if len(what) != 2:
        return None
    length, wanted = what
    for start in (*(at + 1 for at in range(len(words) - 1, -1, -1) if words[at] == "\n"), 0):
        end = start + length
        whole = end == len(words) or words[end : end + 1] == "\n"
        if whole and digest(words[start:end]) == wanted:
            return "\n".join(filter(None, (words[: max(start - 1, 0)], words[end + 1 :])))
    return None


# -- what was handed in ----------------------------------------------------------------------------------------------------


def _tips(desk: Desk) -> Iterator[int]:
    yield from (row.id for row in reversed(adding.own(desk)))
    yield from (one["answers"]["_tip"] for one in frames.opened(desk) if "_tip" in one["answers"])


def _unsaid(desk: Desk, tip: int, what: What) -> Taken:
    if len(what) == 1:
        found = attachments.take_back(desk.tx, tip, what[0])
    else:
        found = tips.unsay(desk.tx, tip, lambda words: _cut(words, what))
    return "" if found is None else "gone" if found else "read"


def _uncounted(desk: Desk, what: What) -> None:
    for frame in frames.opened(desk):
        if what in (counted := adding.handed_in(frame["answers"])):
            counted.remove(what)
