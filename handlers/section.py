"""What one noun of the house puts into the menu: its conversations, and what its words and buttons do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Say

Kind = TypeVar("Kind")
Answer = Callable[[Desk], list[Say]]


def named(*talks: Conversation) -> dict[str, Conversation]:
    return {one.form.name: one for one in talks}


@dataclass(frozen=True)
class Section:
    """`forms`: which conversation a word opens, and with what. `answers`: what is said to a word, to anybody; `listed`: to
    staff. `openers`: what a button opens, which may carry an argument. `readings`: what anybody may read, whatever is open.
    `meant`: words of staff with something behind them, where no form is filled in: (the opener, its argument)."""

    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, Answers]] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    listed: Mapping[str, Answer] = field(default_factory=dict)
    openers: Mapping[str, Callable[[Desk, str], Outcome]] = field(default_factory=dict)
    readings: Mapping[str, Callable[[Desk, str], list[Say]]] = field(default_factory=dict)
    meant: tuple[Callable[[Desk, str], tuple[str, str] | None], ...] = ()


def joined(parts: Iterable[Mapping[str, Kind]]) -> dict[str, Kind]:
    """A word belongs to one section."""
    every: dict[str, Kind] = {}
    for part in parts:
        if twice := every.keys() & part.keys():
            raise ValueError(f"in two sections of the menu: {', '.join(sorted(twice))}")
        every |= part
    return every
