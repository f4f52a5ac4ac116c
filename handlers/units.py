"""Choosing one of the county's units: the likely ones stand there to press, any other is found by writing its name, or in the
whole list, which is shown when it is asked for.

facts: `units`, all that may be chosen; `likely`, those to begin with. Among the answers `_found` is what the list was
narrowed to."""

from typing import Any

from handlers.desk import Desk
from handlers.forms import Answers, Choice, Facts, Heard, plain, said
from handlers.words import folded
from rules.county import Plan
from rules.kin import successor_of
from rules.names import names_of

ALL = "all_units"


def typed(heard: Heard) -> Any:
    """A unit that was pressed, or words that are to name one."""
    if heard.kind == "chose":
        return heard.choice
    return {"words": words} if isinstance(words := said(80)(heard), str) else words


def offered(answers: Answers, facts: Facts, name: str) -> tuple[Choice, ...]:
    """The likely ones, or what was found; whatever is chosen already stays choosable."""
    chosen = answers.get(name)
    first = [*(answers.get("_found") or facts["likely"]), *([chosen] if chosen in facts["units"] else [])]
    shown = tuple(Choice(one, of="units") for one in dict.fromkeys(first) if one in facts["units"])
    return (*shown, Choice(ALL, style="quiet")) if len(shown) < len(facts["units"]) else shown


def called(words: str, facts: Facts) -> str | None:
    """烟草局: the one unit that these words name among those that may be chosen."""
    found = sought(facts["plan"], words, facts["units"])
    return found[0] if len(found) == 1 else None


def narrowed(desk: Desk, facts: Facts, after: Answers, name: str) -> bool:
    """Words become the unit they name, or a shorter list to press. False where they name none."""
    answer = after.get(name)
    if answer != ALL and not isinstance(answer, dict):
        after.pop("_found", None)
        return True
    del after[name]
    found = list(facts["units"]) if answer == ALL else sought(desk.plan, answer["words"], facts["units"])
    if len(found) == 1:
        after[name] = found[0]
    elif found:
        after["_found"] = found
    return bool(found)


def sought(plan: Plan, words: str, among: Any) -> list[str]:
    """By id, name or alias, for a unit that is no more the one that followed it; else all whose names hold the words."""
    exact = plan.unit_named(plain(words))
    unit = successor_of(plan, exact.id) if exact else None
    if unit in among:
        return [str(unit)]
    word = folded(words)
    return [one for one in among if word and any(word in folded(name) for name in names_of(plan.units[one]))]


def likely(plan: Plan, text: str, *more: str) -> list[str]:
    """Those that a text mentions, and what else the case speaks for."""
    return list(dict.fromkeys((*plan.unit_names.within(text), *more)))
