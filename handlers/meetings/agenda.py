"""What a meeting is about: the items that the plan has for it, each to be taken out and put in again, and one's own beside them."""

import re
from collections.abc import Iterable
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Desk
from handlers.duties.asked_units import OUT
from handlers.forms import Answers, Choice, Facts, Heard, Refused
from rules.meetings import MeetingKind

ITEM, ITEMS = 100, 20  # characters, how many


def offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """The plan's items; one's own stand beside them, to be taken out again."""
    own = [one for one in answers.get("agenda+") or () if not one.startswith(PLANS)]
    items = tuple(Choice(f"{PLANS}{n}", one) for n, one in enumerate(facts["items"]))
    return (*items, *(Choice(one, one) for one in own))


PLANS = "item_"  # in front of the number of the plan's own item


def read(heard: Heard, facts: Facts) -> Any:
    """One that was pressed, or one's own, a line each."""
    if heard.kind == "chose":
        return heard.choice
    text = wording.written(ITEM * ITEMS, 2)(heard)
    if isinstance(text, Refused):
        return text
    lines = [bare for line in text.splitlines() if (bare := _NUMBER.sub("", line).strip())]
    return [line[:ITEM] for line in lines]


_NUMBER = re.compile(r"^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[-·•*])\s*")


def takes(got: Any, value: Any, chose: bool, facts: Facts) -> tuple[list[str], tuple[Refused, ...]]:
    if isinstance(value, str):
        return ([one for one in got if one != value] if value in got else [*got, value]), ()
    found = list(got)
    for line in value:
        out = OUT.match(line)
        if out is not None and (item := _meant(found, line[out.end() :].strip(), facts)) is not None:
            found.remove(item)
        elif out is None and line not in found:
            found.append(line)
    return found[:ITEMS], (Refused("too_many"),) if len(found) > ITEMS else ()


def _meant(got: list[str], words: str, facts: Facts) -> str | None:
    """去掉4, 去掉总结经验: by its place among those that are offered, or by words that one of them alone has. None: none of these."""
    plans = {f"{PLANS}{n}": item for n, item in enumerate(facts["items"])}
    named = plans | {one: one for one in got if one not in plans}
    if words.isdecimal():
        shown = list(named)
        found = shown[int(words) - 1 : int(words)]
    else:
        found = [key for key, item in named.items() if words and words in item]
    return found[0] if len(found) == 1 and found[0] in got else None


def items_of(desk: Desk, kind: MeetingKind | None, said: Iterable[str]) -> list[str]:
    """In the plan's order, one's own behind them."""
    got = list(said)
    items = [one.name.in_(desk.chat.language) for one in kind.agenda] if kind else []
    plans = [item for n, item in enumerate(items) if f"{PLANS}{n}" in got]
    return [*plans, *(one for one in got if not one.startswith(PLANS))]
