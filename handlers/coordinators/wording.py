"""Words that staff write: none of ours is taken for them, at the review they can be written anew; and what in them may tell
who the informant is is shown once before they leave the office."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import Any

from handlers.desk import Desk, Outcome
from handlers.forms import Answers, Check, Choice, Facts, Heard, Question, Refused, Steer, chosen, said
from handlers.spoken import moves_on
from rules.marks import Telling, asking, telling

Look = Callable[[str], list[dict[str, Any]]]
ALIKE = 6  # characters that two excerpts have in common when they are of one place
REMARK = 6  # characters that may be a word to us, at a review, and no new text
WE = "我们"  # the office itself, not the informant


def written(limit: int, least: int = 1) -> Check:
    """Text that is kept or goes out: 修改 and 确认 are meant for the form."""

    def check(heard: Heard) -> Any:
        return Refused("no_content") if moves_on(heard.text) else said(limit, least)(heard)

    return check


def rewritten(field: str) -> Callable[[str, str, Answers], Steer | None]:
    """What is written at the review is this text put right."""

    def steered(words: str, asked: str, answers: Answers) -> Steer | None:
        again = not asked and field in answers and len(words) > REMARK
        return Steer(opens=field, rest=words) if again else None

    return steered


def warnings(text: str) -> list[dict[str, Any]]:
    return _apart(telling(text.replace(WE, "  ")))


def question_warnings(text: str) -> list[dict[str, Any]]:
    """A question is read by the informant alone, and yet kept: what asks who they are is looked at first."""
    return _apart(asking(text)) + warnings(text)


def _apart(found: Iterable[Telling]) -> list[dict[str, Any]]:
    """Of one kind, each place once: what stands close together is one excerpt, not three that are nearly the same."""
    kept: list[Telling] = []
    for one in found:
        if not any(one.kind == other.kind and _overlap(one.excerpt, other.excerpt) for other in kept):
            kept.append(one)
    return [one._asdict() for one in kept]


def _overlap(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size >= ALIKE


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (Choice("as_written", style="danger"), Choice("edit", style="primary"))


LOOK = Question("checked", chosen, _choices, lambda a, f: bool(f["telling"]), asks="choice")


def looked_at(answers: Answers, field: str, look: Look = warnings, **said: Any) -> dict[str, Any]:
    """What a form with this `field` of words adds to its facts; `said`: what else its questions say."""
    found = look(str(answers.get(field) or ""))
    return {"telling": found, "said": {"telling": found} | said}


def again(after: Answers, before: Answers | None, field: str) -> Outcome | None:
    """A new text is looked at again; 再改 asks for it once more, with its words at hand."""
    if after.get("checked") == "edit":
        after["*"] = field
    if after.get("checked") == "edit" or (before or {}).get(field) != after.get(field):
        after.pop("checked", None)
    return None


def text_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    return again(after, before, "text")


def words_facts(desk: Desk, answers: Answers) -> Facts:
    return looked_at(answers, "words")


def words_notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    return again(after, before, "words")
