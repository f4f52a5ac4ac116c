"""The language of conversations: what is heard, asked, said. Pure data; nothing here touches the world.

A conversation is a `Form` of `Question`s. Its state is the answers so far, as plain JSON, so any process can take the
next turn, a restart forgets nothing, and "back" is dropping an answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Answers = dict[str, Any]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Heard:
    """One thing a person did, from any channel."""

    # fmt: off
    kind: Literal[
        "said", "chose", "file", "location", "opened", "left", "started", "edited", "contact", "turned_away", "blocked",
        "unfetched", "unblocked", "entered", "recalled"
    ]
    # fmt: on
    text: str = ""
    choice: str = ""
    prompt: int = -1
    file: Mapping[str, Any] | None = None
    place: tuple[float, float] | None = None
    payload: str = ""  # what a link to us carried: a code
    message: int | str = 0  # the platform's own name for it, where what was said can be edited or erased there


@dataclass(frozen=True)
class Choice:
    """Something to press, or to answer by number or label. Its words: `label`, else the county's name of kind `of`,
    else the template's block `choice_<id>`."""

    id: str
    label: str | None = None
    of: str | None = None
    style: str = ""


EVERYTHING = "*"  # erased: all that stands in the chat, where a channel can, but a password that was given


@dataclass(frozen=True)
class Say:
    """A block of a template and its data, e.g. `citizens/tip:ask_goods`. Words are chosen when it is sent."""

    block: str
    data: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    asks: str = ""
    files: tuple[Mapping[str, Any], ...] = ()  # {"id", "kind", "which": clean | original}
    prefill: str = ""  # what the answer box may start with, where a channel has one
    mark: str = ""  # a name by which a later message can erase this one
    erases: str = ""
    deletes: tuple[int | str, ...] = ()  # the person's own messages, taken out of the chat where a channel can


@dataclass(frozen=True)
class Refused:
    """An answer that cannot be taken; `why` names the block that says what to do instead."""

    why: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Steer:
    """What words want of the form itself: something explained, a question opened (and answered by the `rest`), answers put
    right; `said` names what is said of that, nothing where the conversation says itself what is another now."""

    explains: str = ""
    opens: str = ""
    rest: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)
    said: str = "common:corrected"


Check = Callable[[Heard], Any]
ALWAYS: Callable[[Answers, Facts], bool] = lambda answers, facts: True  # noqa: E731
NEVER: Callable[[Answers], bool] = lambda answers: False  # noqa: E731
NOTHING: Callable[[Answers, Facts], tuple[Choice, ...]] = lambda answers, facts: ()  # noqa: E731


@dataclass(frozen=True)
class Question:
    """`many` collects until 完成; `optional` may be skipped, leaving None; `when` says whether it is asked at all;
    `implies` reads other answers out of the same words, so that they are not asked again."""

    name: str
    check: Check
    choices: Callable[[Answers, Facts], tuple[Choice, ...]] = NOTHING
    when: Callable[[Answers, Facts], bool] = ALWAYS
    optional: bool = False
    many: bool = False
    asks: str = "text"
    prefill: Callable[[Answers, Facts], str] = lambda answers, facts: ""
    shows: Callable[[Answers, Facts], Facts] = lambda answers, facts: {}  # what its own block tells beside the facts
    even_brief: bool = False  # optional, and asked although the form is brief
    insists: Callable[[Answers, Facts], tuple[str, ...]] = lambda answers, facts: ()  # why it is asked in any case
    named: Callable[[str, Facts], str | None] = lambda words, facts: None  # the choice that these words mean as well
    begins: Callable[[str], str | None] = lambda words: None  # the choice that a sentence begins with
    closing: tuple[str, ...] = ()  # answers that stand alone and end a `many` question
    implies: Callable[[Heard, Facts], Answers] = lambda heard, facts: {}
    of_fact: bool = False  # a nod (好的, 嗯) is no answer to it
    safer: str = ""  # the choice that is made for who does not know, once it has been explained
    # A check that needs to know more than the words: which day 周五 is, which figure is missing.
    read: Callable[[Heard, Facts], Any] | None = None
    ready: Callable[[Answers, Facts], bool] = ALWAYS  # whether what a `many` question has collected is enough
    bounded: bool = False  # what it collects is on a list that ends by itself
    joins: bool = False  # what is added when it is changed stands beside what was there
    # How one more answer of a `many` question joins what was collected (a second takes the place of the only one there may be),
    # and what of it could not be taken. What was answered stands ready to be changed, choice by choice.
    takes: Callable[[Sequence[Any], Any, bool, Facts], tuple[list[Any], tuple[Refused, ...]]] | None = None


@dataclass(frozen=True)
class Form:
    """`name` is the template's path. With `review` the whole is shown for a last look, where it is `looked_at`. `enough` says when the optional
    rest may be left out, `brief` when it is left out unasked."""

    name: str
    questions: tuple[Question, ...]
    review: bool = False
    looked_at: Callable[[Answers, Facts], bool] = ALWAYS
    enough: Callable[[Answers], bool] = NEVER
    brief: Callable[[Answers], bool] = NEVER
    story: str = ""  # the question whose answer takes in what is written besides: nothing that was told is lost
    draft: bool = False  # unfinished, it is visibly 未提交 and worth a warning before leaving
    stays: bool = False  # waits below whatever is opened meanwhile, and comes back
    numbers: bool = False  # the number of a tip, said here, is an answer and not the wish to open that tip
    steered: Callable[[str, str, Answers], Steer | None] = lambda words, asked, answers: None
    about: tuple[str, ...] = ()  # what it cannot go on without (`_tip`): given where it is opened, never asked
    short: bool = (
        False  # after a word that is no answer it is not read out once more: the block `again`, with its choices
    )
    home: str = ""  # the card it was opened from and goes back to when it is given up
    shows: Literal["title", "full"] = "full"  # how much of what it is about it shows
    way_out: Mapping[str, Any] = field(default_factory=dict)  # the answers that 取消 stands for; none: all is dropped

    @cached_property
    def by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}


@dataclass(frozen=True)
class Turn:
    """What one message led to. `done`: the answers are whole and the conversation's `finish` may act on them."""

    answers: Answers
    says: tuple[Say, ...]
    done: bool = False
    dropped: bool = False
    removed_files: tuple[int, ...] = ()


# -- checks: Heard -> value or Refused --------------------------------------------------------------------------------

# Controls and bidi overrides can make a text read differently from what it is (Unicode TR36); new lines and tabs stay.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
MAX_TEXT = 5_000


def plain(text: str) -> str:
    """What a person meant to write: no control or direction characters, no blank edges."""
    if not text.isprintable():  # as most texts are, and what is taken out here is not
        text = _INVISIBLE.sub("", text.replace("\r\n", "\n"))
    return text.strip()


def said(limit: int = MAX_TEXT, least: int = 1) -> Check:
    """Text of at most `limit` characters."""

    def check(heard: Heard) -> Any:
        if heard.kind not in ("said", "chose"):
            return Refused("want_text")
        text = plain(heard.text)
        if len(text) < least:
            return Refused("empty" if not text else "too_short", {"least": least})
        return text if len(text) <= limit else Refused("too_long", {"limit": limit, "length": len(text)})

    return check


def chosen(heard: Heard) -> Any:
    """One of the choices shown. The engine has already turned numbers and labels into choices."""
    return heard.choice if heard.kind == "chose" else Refused("want_choice")


def place(heard: Heard) -> Any:
    """A description, or a shared location kept as latitude, longitude (WGS-84 degrees, 5 decimals: about a metre)."""
    if heard.kind == "location" and heard.place:
        return {"lat": round(heard.place[0], 5), "lon": round(heard.place[1], 5)}
    return said(500)(heard)


def attachment(heard: Heard) -> Any:
    return dict(heard.file) if heard.kind == "file" and heard.file else Refused("want_file")


def attached(answers: Answers, name: str = "document") -> tuple[int, ...]:
    """The files that were sent as the answers to a question."""
    return tuple(file["id"] for file in answers.get(name) or () if isinstance(file, dict))


def text_or_attachment(heard: Heard) -> Any:
    return attachment(heard) if heard.kind == "file" else said()(heard)
