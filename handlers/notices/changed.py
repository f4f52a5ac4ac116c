"""What a word or a press at the last look has made of a notice: each field that is another now, with what it is."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from handlers import matter
from handlers.desk import Desk
from handlers.forms import Answers, Say, attached
from handlers.notices import draft, whom
from rules.deadlines import end_of


def says(desk: Desk, before: Answers, after: Answers) -> list[Say]:
    """What was dropped is told by whoever drops it."""
    fields = [name for name in _SHOWN if before.get(name) != after.get(name) and (after.get(name) or name in _EMPTIED)]
    about = {name: _SHOWN[name](desk, after) for name in fields}
    return [Say(f"{draft.COMPOSE}:changed", {"fields": fields} | about)] if fields else []


def _at(desk: Desk, answers: Answers) -> str | None:
    return matter.stamp(draft.send_at(answers))


def _by(desk: Desk, answers: Answers) -> str | None:
    return matter.stamp(end_of(date.fromisoformat(answers["by"]), desk.plan.tz))


_SHOWN: Mapping[str, Callable[[Desk, Answers], Any]] = {
    "office": lambda desk, answers: answers["office"],
    "title": lambda desk, answers: answers["title"],
    "words": lambda desk, answers: answers.get("words"),
    "units": lambda desk, answers: whom.named(desk, answers["units"]),
    "seats": lambda desk, answers: answers["seats"],
    "want": lambda desk, answers: answers["want"],
    "by": _by,
    "at": _at,
    "category": lambda desk, answers: draft.category(desk, answers).name.in_(desk.chat.language),
    "document": lambda desk, answers: len(attached(answers)),
}
_EMPTIED = ("words", "document")  # without it, it is a notice still
