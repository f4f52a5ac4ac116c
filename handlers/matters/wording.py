"""What is written freely with a matter, and everybody who has a part in it reads: no identity number is taken, and where somebody seems
to be named that is asked about, as with a form."""

from collections.abc import Callable
from typing import Any

from handlers.forms import Answers, Check, Choice, Facts, Heard, Question, Refused, chosen, said
from rules.fields import personal
from rules.marks import IDENTITY

FREE = ("reason", "note", "reference")
SURE, AS_WRITTEN, EDIT = "sure", "as_written", "edit"


def text(limit: int, least: int = 1) -> Check:
    check = said(limit, least)

    def read(heard: Heard) -> Any:
        words = check(heard)
        named = isinstance(words, str) and IDENTITY.search(words)
        return Refused("names_identity") if named else words

    return read


def named(answers: Answers) -> tuple[str, ...]:
    """Which of the free words seem to name somebody."""
    return tuple(name for name in FREE if isinstance(answers.get(name), str) and personal(answers[name]))


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return Choice(EDIT, style="primary"), Choice(AS_WRITTEN)


def question(when: Callable[[Answers, Facts], bool]) -> Question:
    """Before it is made, `when` there is no last look."""
    return Question(SURE, chosen, _choices, lambda a, f: bool(named(a)) and when(a, f), asks="choice")


def to_edit(answers: Answers) -> Answers | None:
    """What was answered, without the words that are to be written again; None where they may stand."""
    if answers.get(SURE) != EDIT:
        return None
    gone = {SURE, *named(answers)}
    return {name: value for name, value in answers.items() if name not in gone}
