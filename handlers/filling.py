"""One question that takes whatever a form of the plan asks: a bare figure answers what is missing first, `名称：值` anything at any
time, a pasted list all of it; what is written later stands before what was written earlier.

facts: `form`, `values` (so far), `before` (to begin with), `today`, `language`, `said`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from handlers.desk import Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Heard, Question, Refused, Say, plain, said
from handlers.words import folded, of
from rules.fields import Field, Refusal, Value, read, shown, unusual
from rules.filings import FilingForm, at_odds
from rules.pasted import Pasted, pasted, sheet
from rules.terms import Text

NIL, AS_IT_IS = "nil", "done"
PICK = "is."  # an option of what is asked next
Values = dict[str, Any]
_FINISHED = of("完成 填完了 完了 好了 就这些 提交 确认 确认提交 done finished submit")
_OPTIONAL = of("可填项 可填 还能填什么 还可以填什么 optional morefields")


# -- what is given so far ------------------------------------------------------------------------------------------------


def values_of(answers: Mapping[str, Any], before: Mapping[str, Any]) -> Values:
    """What was written later stands before what was written earlier, and before what was there to begin with."""
    found: Values = {} if NIL in (answers.get("values") or ()) else dict(before)
    for piece in pieces(answers):
        found |= piece["values"] if isinstance(piece, dict) else {}
    return found


def pieces(answers: Mapping[str, Any]) -> list[Any]:
    return [*(answers.get("values") or ()), *answers.get("values+", ())]


def _named(form: FilingForm, answers: Mapping[str, Any]) -> str | None:
    """What was called by its name just now, without a word of what it is: that comes with the next message."""
    latest = (pieces(answers) or [None])[-1]
    key = latest.get("asks") if isinstance(latest, dict) else None
    return key if key in form.slots else None


def _wanted(form: FilingForm, values: Values, answers: Mapping[str, Any]) -> list[str]:
    """What a bare answer is the answer to: the first of these."""
    called = _named(form, answers)
    return [*([called] if called else []), *form.missing(values)]


def complete(form: FilingForm, values: Values) -> bool:
    return not form.missing(values) and not any(odd.hard for odd in at_odds(form, values))


def facts(desk: Desk, form: FilingForm, values: Values) -> dict[str, Any]:
    """What the question needs."""
    today = desk.now.astimezone(desk.plan.tz).date()
    return {"form": form, "values": values, "today": today, "language": desk.chat.language}


def told(form: FilingForm, values: Values, answers: Answers, language: str) -> dict[str, Any]:
    """What its words need: what there is, what is missing, contradicts itself or is unusual."""
    missing, wanted = form.missing(values), _wanted(form, values, answers)
    odds = [_plainly({"why": odd.why, "hard": odd.hard} | dict(odd.data), language) for odd in at_odds(form, values)]
    return {
        "sheet": sheet(form, values, language),
        "hint": form.hint.in_(language) if form.hint and not pieces(answers) else None,
        "missing": [form.field(key).name.in_(language) for key in missing],
        "next": _asked(form.field(wanted[0]), language) if wanted else None,
        "named": _named(form, answers),
        "optional": [one.name.in_(language) for one in form.fields if one.optional and one.code not in values],
        "odds": odds,
        "unusual": [
            {"name": form.field(key).name.in_(language), "why": "more" if form.field(key).is_figure else "person"}
            for key, value in values.items()
            if unusual(form.field(key), value)
        ],
        "begun": any(isinstance(piece, dict) for piece in pieces(answers)),
        "hard": any(odd["hard"] for odd in odds),
    }


def _asked(one: Field, language: str) -> dict[str, Any]:
    """What can be chosen stands below, to press."""
    about = {"code": one.code, "name": one.name.in_(language), "choose": bool(one.answers)}
    return about | _plainly({"unit": one.unit, "hint": one.hint}, language)


def _plainly(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """As JSON: names in the person's language, figures as they are written."""
    return {key: _plain(value, language) for key, value in data.items()}


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, tuple | list):
        return [_plain(one, language) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


# -- the question --------------------------------------------------------------------------------------------------------


def _read(heard: Heard, facts: Facts) -> Any:
    form: FilingForm = facts["form"]
    if heard.kind == "chose" and heard.choice.startswith(PICK):
        return answer_to_the_next(form, heard.choice.removeprefix(PICK), facts)
    if heard.kind == "chose":
        return heard.choice if heard.choice in (NIL, AS_IT_IS) else Refused("want_text")
    text = said(10_000)(heard)
    if isinstance(text, Refused):
        return text
    about = _about_the_form(text, facts)
    return _list(form, text, facts) if about is None else about


def _about_the_form(text: str, facts: Facts) -> Any:
    """可填项, 完成: words to us."""
    if folded(text) in _OPTIONAL:
        return Refused("filing_optional", {"optional": facts["said"]["optional"]})
    if folded(text) not in _FINISHED:
        return None
    if facts["said"].get("named"):  # it stays as it was
        return _piece({}, (), (), facts["language"])
    return Refused("filing_not_yet", {key: facts["said"][key] for key in ("missing", "hard")})


def _list(form: FilingForm, text: str, facts: Facts) -> Any:
    found = _with_an_option(form, pasted(form, plain(text), facts["today"]), facts)
    if found.values or found.refused:
        return _piece(found.values, found.refused.values(), found.unknown, facts["language"])
    if len(found.bare) == 1 and not found.unknown:
        return _piece({}, (), (), facts["language"]) | {"asks": found.bare[0]}
    if not found.unknown:  # a heading: it says where we are, and nothing
        return Refused("filing_unknown", _not_asked(text))
    return answer_to_the_next(form, text, facts)


def _with_an_option(form: FilingForm, found: Pasted, facts: Facts) -> Pasted:
    """夹带烟草, as a line of its own in a pasted list: the option of what is asked now."""
    wanted = next(iter(form.missing(facts["values"])), "")
    if not found.values or not wanted or wanted in {*found.values, *found.refused} or not form.field(wanted).options:
        return found
    named = {folded(name): key for key, one in form.field(wanted).options.items() for name in (one.zh, one.en)}
    line = next((one for one in found.unknown if folded(one) in named), None)
    if line is None:
        return found
    rest = tuple(one for one in found.unknown if one != line)
    return replace(found, values={wanted: named[folded(line)], **found.values}, unknown=rest)


_TITLED = re.compile(r"\s*([^:：\n]{1,30}?)\s*[:：]\s*\S.*", re.DOTALL)


def _not_asked(text: str) -> dict[str, str]:
    """What could not be taken; of 出动飞机：3架, which is written as it should be, what it would be the name of."""
    named = _TITLED.fullmatch(text)
    return {"words": text[:60], "name": named[1] if named else ""}


def answer_to_the_next(form: FilingForm, text: str, facts: Facts) -> Any:
    called = facts["said"].get("named")
    wanted = [called] if called else form.missing(facts["values"])
    if not wanted:
        return Refused("filing_unknown", _not_asked(text))
    took = form.field(wanted[0])
    if _names_another(took, text):
        return Refused("filing_unknown", _not_asked(text))
    value = form.another_s(took, text) or read(took, text, facts["today"])
    if isinstance(value, Refusal) and (telling := _telling(form, text, facts)) is not None:
        return _took(telling, str(read(telling, text)), facts)
    if isinstance(value, Refusal):
        below: dict[str, Any] = {"options": []} if took.options else {}  # they stand there to be pressed
        return Refused(f"filing_{value.why}", _plainly(dict(value.data) | below, facts["language"]))
    return _took(took, value, facts, wanted[0])


SENTENCE = 6  # characters of what tells something and is no slip in the name of a choice
LABEL, REMARK = 8, 40  # characters of what is written as 名称：内容 and is nobody's sentence


def _telling(form: FilingForm, text: str, facts: Facts) -> Field | None:
    """有人冲击检查站, where it is asked what kind of thing happened: the line that takes what happened, while it is empty."""
    one = next((each for each in form.fields if each.tells and each.code not in facts["values"]), None)
    able = one is not None and len(text) >= SENTENCE and not isinstance(read(one, text), Refusal)
    return one if able else None


def _took(one: Field, value: Value, facts: Facts, key: str = "") -> Any:
    about = {"name": one.name.in_(facts["language"]), "value": shown(one, value, facts["language"])}
    return _piece({key or one.code: value}, (), (), facts["language"]) | {"took": about}


def _names_another(took: Field, text: str) -> bool:
    """完成时限：下周五, under a name that the form does not have: no answer to what happens to be asked next. A long sentence that
    begins so (经查：…) is one, where sentences are asked for."""
    titled = [found for line in text.splitlines() if line.strip() and (found := _TITLED.fullmatch(line))]
    if took.kind != "text":
        return bool(_TITLED.fullmatch(text))
    short = [one for one in titled if len(one[1]) <= LABEL]
    return len(short) > 1 or (len(short) == 1 and len(text) <= REMARK)


def _piece(values: Mapping[str, Any], refused: Iterable[Refusal], unknown: Iterable[str], language: str) -> Any:
    wrong = [(one.why, _plainly(one.data, language)) for one in refused]
    if wrong and not values:
        return Refused(f"filing_{wrong[0][0]}", wrong[0][1])
    kept = {key: value if isinstance(value, int | str) else str(value) for key, value in values.items()}
    return {"values": kept, "refused": [list(one) for one in wrong], "unknown": [one[:60] for one in unknown]}


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What of the latest message could not be taken: nothing is dropped silently."""
    latest = (pieces(after) or [None])[-1]
    if before is None or not isinstance(latest, dict) or len(pieces(after)) <= len(pieces(before)):
        return None
    says = [Say(f"common:why_filing_{why}", data) for why, data in latest["refused"]]
    says += [Say("common:why_filing_unknown", _not_asked(one)) for one in latest["unknown"]]
    says += [Say("duties/file:took", latest["took"])] if "took" in latest else []
    return Outcome(tuple(says)) if says else None


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    """What is asked next, where it is one of a list."""
    form = facts.get("form")
    wanted = _wanted(form, values_of(answers, facts["before"]), answers) if form is not None else ()
    options = form.field(wanted[0]).answers.items() if wanted and form is not None else ()
    return tuple(Choice(f"{PICK}{key}", name.in_(facts["language"])) for key, name in options)


def choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    if facts["form"] is None or pieces(answers):
        return _choices(answers, facts)
    as_it_is = (Choice(AS_IT_IS, style="primary"),) if facts["before"] and ready(answers, facts) else ()
    return (*as_it_is, *((Choice(NIL),) if facts["nil"] else ()), *_choices(answers, facts))


def ready(answers: Answers, facts: Facts) -> bool:
    """完成 is offered when nothing that must be given is missing, nothing contradicts itself, and nothing was only named."""
    form = facts["form"]
    return form is not None and not _named(form, answers) and complete(form, values_of(answers, facts["before"]))


def question(**more: Any) -> Question:
    """To be called `values`: the pieces of its answer are found under that name."""
    return Question(
        "values",
        lambda heard: Refused("want_text"),
        choices,
        many=True,
        read=_read,
        ready=ready,
        joins=True,
        closing=(NIL, AS_IT_IS),
        **more,
    )
