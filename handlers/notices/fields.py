"""The fields of a notice in words: how each is called, how it is read, and which lines of a first message are such fields and no
part of its text."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from handlers.duties.asking import explained, read_by
from handlers.forms import Answers, Facts, Heard, Refused
from handlers.forms import plain as bare
from handlers.notices import wants, whom
from handlers.notices.draft import NOW
from handlers.words import folded
from rules import sending_times
from rules.expressions import expression


def send_at(heard: Heard, facts: Facts) -> Any:
    if heard.kind == "chose":
        return NOW if heard.choice == NOW else facts["morning_at"].get(heard.choice, NOW)
    meant = sending_times.meant(bare(heard.text), facts["now"], facts["plan"])
    if isinstance(meant, datetime):
        return meant.isoformat()
    return NOW if meant == "now" else Refused(meant)


def category(heard: Heard, facts: Facts) -> Any:
    """Pressed, or called by a part of its name."""
    words = folded(heard.text)
    named = [one.id for one in facts["categories"] if len(words) > 1 and words in folded(one.label)]
    return heard.choice if heard.kind == "chose" else named[0] if len(named) == 1 else Refused("want_choice")


def of_kind(heard: Heard, facts: Facts) -> Answers:
    meant = category(heard, facts)
    return {} if isinstance(meant, Refused) else {"category": meant}


# -- a first message -----------------------------------------------------------------------------------------------------


class Field(NamedTuple):
    """`read`: what its words answer, or nothing where they are none of it."""

    called: Any
    read: Callable[[str, Facts], Answers]


def _one(name: str, read: Callable[[Heard, Facts], Any]) -> Callable[[str, Facts], Answers]:
    def answers(words: str, facts: Facts) -> Answers:
        value = read(Heard("said", words), facts)
        return {} if isinstance(value, Refused) else {name: value}

    return answers


def _to(words: str, facts: Facts) -> Answers:
    """发给：各镇联络员."""
    seats = _SEATS.search(words)
    units = _SEATS.sub("", words) if seats else words
    return {"units+": [{"said": units}], "_settles": True} | (
        {"seats": whom.seats_named(seats[0], facts)} if seats else {}
    )


def _wanted(words: str, facts: Facts) -> Answers:
    return _one("want", wants.read)(words, facts) | wants.implied(Heard("said", words), facts)


def _by(words: str, facts: Facts) -> Answers:
    day = _one("by", read_by)(words, facts)
    return day | {"want": "answer"} if day else {}


_SEATS = expression(r"[（(]?的?(?:(?:单位)?负责人|领导|联络员|和|及|、)*(?:负责人|领导|联络员)[）)]?$")
_FIELDS = (
    Field(expression(r"发给|收件人|收件单位|发送对象|to", re.IGNORECASE), _to),
    Field(expression(r"类别|类型|category", re.IGNORECASE), _one("category", category)),
    Field(expression(r"发送时间|发出时间|定时|时间|send at", re.IGNORECASE), _one("at", send_at)),
    Field(expression(r"要求|wanted", re.IGNORECASE), _wanted),
    Field(expression(r"答复期限|答复时间|回复期限|answer by", re.IGNORECASE), _by),
)
_LINE = expression(r"\s*([^:：\s][^:：]{0,8}?)\s*[:：]\s*(\S.*)")
_EVENT = expression(
    r"\s*(?:地点|会议地点|place)\s*[:：]", re.IGNORECASE
)  # beside it 时间 is when one comes, and not when it is sent


def first(heard: Heard, facts: Facts) -> Answers:
    """What stands below the title: the text, and answers where a line is a field that is understood. What is not stays text."""
    lines = explained(heard, facts).get("words", "").split("\n")
    event = any(_EVENT.match(line) for line in lines)
    found: Answers = {}
    left = []
    for line in lines:
        answers = {} if event and "时间" in line else _of_line(line, facts)
        if answers and all(found.get(name, one) == one for name, one in answers.items()):
            found |= answers
        else:
            left.append(line)
    words = "\n".join(left).strip()
    return found | ({"words": words} if words else {})


def _of_line(line: str, facts: Facts) -> Answers:
    named = _LINE.fullmatch(line)
    field = next((one for one in _FIELDS if named and one.called.fullmatch(named[1])), None)
    return field.read(named[2].strip(), facts) if named and field else {}
