"""Of whom something is asked: units pressed one by one or together, or named in a message, several at once."""

import re
from typing import Any

from handlers.desk import Desk
from handlers.forms import Answers, Choice, Facts, Heard, Say, said
from rules.expressions import expression
from rules.unit_sets import members
from rules.units_said import Named, units_said

# 去掉烟草局, 不要甲镇和乙镇
OUT = expression(
    r"(?:把|将)?(?:去掉|去除|除去|除了|删掉|删除|不要|不选|不用选|取消|移除|remove|without|drop|not)[\s:：]*",
    re.IGNORECASE,
)
# 只请烟草局: these and no others
ONLY = expression(r"(?:请)?(?:只|仅)(?:请|要|选|叫|通知|发给?)?[\s:：]*|only\s+", re.IGNORECASE)
EACH = "each_unit"  # shows them one by one


def named(heard: Heard) -> Any:
    """What was pressed, or words that name some of them."""
    if heard.kind == "chose":
        return heard.choice
    return {"said": words} if isinstance(words := said(2000)(heard), str) else words


def offered(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """Those who are spoken of together; one by one when it is asked for."""
    sets = (Choice(key, of=kind) for key, kind in facts["sets"].items())
    units = tuple(Choice(one, of="units") for one in facts["units"]) if answers.get("_each") else ()
    return (*sets, *units, *(() if units else (Choice(EACH, style="quiet"),)))


def sets(desk: Desk, able: tuple[str, ...]) -> dict[str, str]:
    """Groups and sets in which somebody can be asked, and what kind of name they have."""
    groups = {one.id: "units" for one in desk.plan.units.values() if one.group}
    found = groups | dict.fromkeys(desk.plan.unit_sets, "unit_sets")
    return {key: kind for key, kind in found.items() if set(members(desk.plan, (key,))) & set(able)}


def gathered(desk: Desk, after: Answers, able: tuple[str, ...], own: list[str]) -> tuple[Say, ...]:
    """Each piece becomes the units that it means; what means none is said."""
    got: dict[str, None] = {}
    told: list[Say] = []
    for piece in after.get("units+", ()):
        if isinstance(piece, dict):
            words = piece["said"].strip()
            out, only = OUT.match(words), ONLY.match(words)
            found = units_said(desk.plan, words[turn.end() :] if (turn := out or only) else words, able)
            got = _joined({} if only and found.units else got, found.units, out=bool(out))
            told += _unnamed(desk, found, own)
        elif piece == EACH:
            after["_each"] = True
        else:
            _toggled(got, [piece] if piece in able else [one for one in members(desk.plan, (piece,)) if one in able])
    if "units+" in after:
        after["units+"] = list(got)
    if not got:
        after.pop("units+", None)
    return tuple(told)


def _joined(got: dict[str, None], units: tuple[str, ...], *, out: bool) -> dict[str, None]:
    return {one: None for one in got if one not in units} if out else got | dict.fromkeys(units)


def _toggled(got: dict[str, None], meant: list[str]) -> None:
    """Pressed again it is taken out; one unit comes out of what a set put in."""
    if len(meant) > 1 and all(one in got for one in meant):
        for one in meant:
            del got[one]
    else:
        got |= dict.fromkeys(meant)


def _unnamed(desk: Desk, found: Named, own: list[str]) -> list[Say]:
    """What is nobody's name, one's own office, a unit where nobody can answer, or may be several."""
    known = {words: desk.plan.unit_named(words) for words in found.unknown}
    ours = [words for words, unit in known.items() if unit is not None and unit.id in own]
    deaf = [words for words, unit in known.items() if unit is not None and words not in ours]
    data: dict[str, Any] = {"unknown": [one for one, unit in known.items() if unit is None], "own": ours, "deaf": deaf}
    more = [{"words": words, "units": list(units)} for words, units in found.several]
    about = data | {"several": more, "rest": bool(found.units)}
    return [Say("duties/assign:unnamed", about)] if found.unknown or found.several else []
