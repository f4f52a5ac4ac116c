"""布置任务: an office asks something of many units beyond the plan. Before it is confirmed it is told what that costs them, what
they owe in the same days, and whether the plan asks for it already; there are two full working days, or a reason why not.

What is confirmed is a row and a duty for each unit, in one commit; from then on they are duties like those of the plan.
"""

import re
from collections import Counter
from datetime import date
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from sqlalchemy import Row

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asked_units
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen, plain
from rules import asks, demands
from rules.asks import Ask
from rules.days_said import day_said
from rules.deadlines import Due, end_of
from rules.demands import Case
from rules.due_days import Asked
from rules.spoken_days import day_meant
from storage import asks as rows
from storage import duties, opening
from storage.database import new_id
from storage.seated import local_day

NAME = "duties/assign"
Line = dict[str, Any]


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: the title, where it was said with the word."""
    if refused := refusal(desk):
        return refused
    heard = Heard("said", argument)
    title = titled(heard, {}) if argument else Refused("empty")
    return Outcome(next=(NAME, {} if isinstance(title, Refused) else {"title": title, **explained(heard, {})}))


def refusal(desk: Desk) -> Outcome | None:
    """Whoever coordinates no office may not, and nobody before the county works with it."""
    live = desk.plan.goes_live
    if not offices(desk):
        return Outcome((Say(f"{NAME}:not_yours"),))
    if live is None or local_day(desk.plan, desk.now) < live:
        return Outcome((Say(f"{NAME}:not_live", {"live": live.isoformat() if live else None}),))
    return None


def offices(desk: Desk) -> list[str]:
    """For which one may ask: those one coordinates, and the head's."""
    head = desk.plan.head.ref
    return sorted({*desk.units("coordinator"), *((head.unit,) if tuple(head) in desk.seats else ())})


def void(desk: Desk, answers: Answers) -> str | None:
    return None if offices(desk) else f"{NAME}:not_yours"


# -- what is asked -------------------------------------------------------------------------------------------------------

TITLE, WORDS, REASON = 40, 500, 100  # characters
_TITLE = re.compile(r"^\s*(?:标题|题目|title)\s*[:：]", re.IGNORECASE)  # as the last look teaches to write it
_TEXT = re.compile(r"^(?:正文|内容|text|body)\s*[:：]\s*", re.IGNORECASE)


def titled(heard: Heard, facts: Facts, words: int = WORDS) -> Any:
    """The first line; what stands below explains it, in so many characters."""
    text = wording.written(2 * TITLE + words)(heard)
    if isinstance(text, Refused):
        return text
    title = _TITLE.sub("", text.split("\n", 1)[0]).strip()
    if not any(map(str.isalnum, title)):
        return Refused("empty")
    length = ceil(sum(1 if east_asian_width(one) in "WF" else 0.5 for one in title))  # a Latin letter is half as wide
    return title if length <= TITLE else Refused("too_long", {"limit": TITLE, "length": length})


def explained(heard: Heard, facts: Facts) -> Answers:
    _, _, below = plain(heard.text).partition("\n")
    words = _TEXT.sub("", below.strip())
    return {"words": words} if words else {}


def _one_line(heard: Heard) -> Any:
    text = wording.written(REASON, 2)(heard)
    return text if isinstance(text, Refused) else " ".join(text.split())


# -- by when -------------------------------------------------------------------------------------------------------------

DAYS = tuple(Choice(f"workdays_{n}") for n in (2, 3, 5, 10))


def read_by(heard: Heard, facts: Facts) -> Any:
    """Today or later, as an ISO day of the county."""
    today = facts["today"]
    if heard.kind == "chose":
        n = int(heard.choice.removeprefix("workdays_"))
        return facts["calendar"].add_workdays(today, n).date.isoformat()
    words = plain(heard.text)
    meant = day_meant(words, today, facts["calendar"])
    if meant.day is None:
        return Refused("ask_day_past" if meant.said or day_said(words, today) else "want_by")
    return meant.day.isoformat()


def _haste(heard: Heard, facts: Facts) -> Any:
    """Which of the two; or another day, as an ISO day: it takes the place of the one that was too near."""
    if heard.kind == "chose":
        return heard.choice
    day = read_by(heard, facts)
    return Refused("want_haste") if isinstance(day, Refused) and day.why == "want_by" else day


def _minutes(heard: Heard, facts: Facts) -> Any:
    if heard.kind == "chose":
        return int(heard.choice.removeprefix("minutes_"))
    found = _LENGTH.fullmatch(plain(heard.text).lower())
    if found is None:
        return Refused("want_minutes")
    number = (
        0.5
        if found[1] in ("半", "half", "half an")
        else float({"一": "1", "两": "2", "an": "1"}.get(found[1], found[1]))
    )
    length = round(number * (60 if found[2] and found[2][0] in "小时h" else 1))
    return length if 1 <= length <= LONGEST else Refused("want_minutes")


LONGEST = 480  # minutes: a working day
_LENGTH = re.compile(
    r"(?:大概|大约|约|about\s*)?(\d{1,3}(?:\.5)?|半|一|两|half an|half|an)\s*个?(分钟?|小时|钟头|minutes?|mins?|m|hours?|h)?(?:左右)?"
)


# -- the form ------------------------------------------------------------------------------------------------------------

# In whose name, of what, of which units: a notice asks the same.
OFFICE = Question(
    "office",
    chosen,
    lambda a, f: tuple(Choice(one, of="units") for one in f["offices"]),
    lambda a, f: len(f["offices"]) > 1,
    asks="choice",
)
TITLED = Question("title", chosen, read=titled, implies=explained)
UNITS = Question("units", asked_units.named, asked_units.offered, many=True, bounded=True)
FORM = Form(
    NAME,
    (
        OFFICE,
        TITLED,
        Question("words", wording.written(WORDS), optional=True),
        UNITS,
        Question("by", chosen, lambda a, f: DAYS, read=read_by),
        Question(
            "haste", chosen, lambda a, f: (Choice("more_time", style="primary"), Choice("urgent", style="danger")),
            lambda a, f: f["near"], asks="choice", read=_haste,
        ),
        Question("urgent", _one_line, when=lambda a, f: f["near"] and a.get("haste") == "urgent"),
        Question(
            "minutes", chosen, lambda a, f: tuple(Choice(f"minutes_{n}") for n in (5, 15, 30, 60)), read=_minutes
        ),
        wording.LOOK,
    ),
    review=True,
)  # fmt: skip


def facts(desk: Desk, answers: Answers) -> Facts:
    today, own = local_day(desk.plan, desk.now), offices(desk)
    able = asks.may_be_asked(desk.plan, _office(desk, answers), today) if own else ()
    by = date.fromisoformat(answers["by"]) if "by" in answers else None
    near = by is not None and asks.too_near(by, today, desk.plan)
    told = telling(answers)
    return {
        "offices": own,
        "units": able,
        "sets": asked_units.sets(desk, able),
        "today": today,
        "calendar": desk.plan.calendar,
        "near": near,
        "telling": told,
        "said": {
            "today": today.isoformat(),
            "earliest": asks.earliest(today, desk.plan.calendar).isoformat(),
            "telling": told,
            "got": answers.get("units+", []),
            "towns_there": any(desk.plan.units[one].kind == "township" for one in able),
            **(_due_facts(desk, by) if by is not None else {}),
            **(_weighed(desk, answers) if _whole(answers) else {}),
        },
    }


def _office(desk: Desk, answers: Answers) -> str:
    """The one that asks; None is chosen yet where there are several."""
    own = offices(desk)
    return str(answers["office"]) if answers.get("office") in own else own[0] if own else ""


def telling(answers: Answers) -> list[Line]:
    """What of a citizen may stand there: duties are read by many."""
    text = "\n".join(str(answers.get(key) or "") for key in ("title", "words", "urgent"))
    found = [one for one in wording.warnings(text) if one["kind"] in ("id", "phone")]
    return found + [{"kind": "name", "excerpt": one} for one in asks.persons(text)]


def _due_facts(desk: Desk, by: date) -> Line:
    due = Asked(by).due(desk.plan.calendar, desk.plan.tz)
    return {"by": by.isoformat(), "day": due.day.isoformat(), "due": due.at.isoformat(), "provisional": due.provisional}


def _whole(answers: Answers) -> bool:
    return all(answers.get(key) for key in ("title", "units", "by", "minutes"))


def _weighed(desk: Desk, answers: Answers) -> Line:
    """What it costs, what else they owe until then, and what the plan asks already."""
    units, due = answers["units"], Asked(date.fromisoformat(answers["by"])).due(desk.plan.calendar, desk.plan.tz)
    owing = duties.owed(desk.tx, desk.plan.id, units, ())
    today = local_day(desk.plan, desk.now)
    until = max(
        due.day, asks.earliest(today, desk.plan.calendar)
    )  # what is due today competes with what is due tomorrow
    soon = Counter(row.unit for row in owing if desk.now < row.due_at <= end_of(until, desk.plan.tz))
    return {
        "until": until.isoformat(),
        "count": len(units),
        "minutes": answers["minutes"],
        "cost": len(units) * answers["minutes"],
        "soon": [{"unit": unit, "count": soon[unit]} for unit in units if soon[unit]],
        "busy": asks.busy(soon),
        "towns": any(demands.tone(desk.plan, unit) == "request" for unit in units if unit in desk.plan.units),
        "same": _same(desk, answers["title"], owing),
    }


def _same(desk: Desk, title: str, owing: list[Row[Any]]) -> list[Line]:
    """What these units owe already under such a name, and when the first of it is due."""
    found: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in owing:
        demand = desk.plan.duties.get(row.rule)
        if demand is not None and any(asks.alike(title, name) for name in (demand.name.zh, demand.name.en)):
            found.setdefault((row.rule, row.period), []).append(row)
    return [
        {"rule": rule, "period": period, "count": len(rows_), "due": min(one.due_at for one in rows_).isoformat()}
        for (rule, period), rows_ in found.items()
    ]


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What was said becomes units and a day; a text that was changed is looked at again."""
    after.setdefault("_number", new_id())
    able = asks.may_be_asked(desk.plan, _office(desk, after), local_day(desk.plan, desk.now))
    told = asked_units.gathered(desk, after, able, offices(desk))
    if after.get("haste") == "more_time":
        after["by"] = asks.earliest(local_day(desk.plan, desk.now), desk.plan.calendar).isoformat()
    another_day = after.get("haste") not in (None, "more_time", "urgent")
    if another_day:
        after["by"] = after["haste"]
    if another_day or after.get("haste") == "more_time" or (before or {}).get("by") != after.get("by"):
        for name in ("haste", "urgent"):
            after.pop(name, None)
    changed = any((before or {}).get(name) != after.get(name) for name in ("title", "words", "urgent"))
    wording.again(after, None if changed else {"title": after.get("title")}, "title")
    return Outcome(told) if told else None


# -- done ----------------------------------------------------------------------------------------------------------------


def made(desk: Desk, answers: Answers) -> Outcome:
    """The row and a duty for each unit, in one commit; told is everybody by their ladder, nobody now."""
    if refused := refusal(desk):
        return refused
    today, office = local_day(desk.plan, desk.now), _office(desk, answers)
    able = asks.may_be_asked(desk.plan, office, today)
    units = tuple(unit for unit in answers["units"] if unit in able)
    by = date.fromisoformat(answers["by"])
    urgent = str(answers.get("urgent") or "") if asks.too_near(by, today, desk.plan) else ""
    if by < today or not units or (asks.too_near(by, today, desk.plan) and not urgent):
        lost = (
            ("by", "haste") if units else ("units",)
        )  # the night has passed over it, or the county's list has changed
        return Outcome((Say(f"{NAME}:meanwhile"),), (NAME, {k: v for k, v in answers.items() if k not in lost}))
    told = (answers["title"], answers.get("words") or "", urgent)
    ask = Ask(answers["_number"], office, today, by, answers["minutes"], units, *told)
    if not rows.make(desk.tx, desk.plan.id, ask, desk.person, desk.now):
        return Outcome((Say(f"{NAME}:already", {"title": ask.title}),), ("go.assigned", {}))
    due = begin(desk, ask)
    desk.audit("duty_assigned", ask.rule, f"{office} {len(units)}x{ask.minutes}{' urgent' if urgent else ''}")
    about = {"title": ask.title, "count": len(units), "due": due.at.isoformat(), "urgent": bool(urgent)}
    return Outcome((Say(f"{NAME}:done", about),), ("go.menu", {}))


def begin(desk: Desk, ask: Ask) -> Due:
    """A duty for each unit."""
    demand = asks.demand(ask)
    due = Asked(ask.by).due(desk.plan.calendar, desk.plan.tz)
    for unit in ask.units:
        case = Case(unit, asks.PERIOD, ask.on, due, history=False)
        opening.open_case(desk.tx, desk.plan, demand, case, desk.now)
    desk.tx.due_now = True  # this process follows at once
    return due


CONVERSATION = Conversation(FORM, made, "staff", facts, notice, void)
