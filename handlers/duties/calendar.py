"""导入日历: the State Council's notice on next year's days off, pasted by a coordinator, read, looked at and taken in for every
county of the house. What was not understood and what does not fit is told before anything is done; so is which open duties
move, and where to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome, may_hold
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, said
from rules.calendar import Calendar, Year
from rules.county import Plan
from rules.holiday_notices import NotANotice, ReadNotice, read_notice
from rules.terms import Text
from storage import calendar_years, recounting
from storage.recounting import Counted

NAME, WHO = "duties/calendar", "coordinator"
Line = dict[str, Any]


def opened(desk: Desk, argument: str) -> Outcome:
    """Who may not bring it in reads which years are known."""
    if may_hold(desk, WHO):
        return Outcome(next=(NAME, {}))
    return Outcome((Say(f"{NAME}:known", _years(desk.plan.calendar), (Choice("go.menu", style="quiet"),)),))


def _years(calendar: Calendar) -> Line:
    known = sorted(calendar.years)
    return {"first": known[0], "last": known[-1], "notice": calendar.years[known[-1]].notice}


# -- what is pasted ------------------------------------------------------------------------------------------------------


def _read(heard: Heard, facts: Facts) -> Any:
    """The words themselves, if a year can be made of them."""
    text = said()(heard)
    if isinstance(text, Refused):
        return text
    found = read_notice(text)
    if isinstance(found, NotANotice):
        return Refused("calendar_unread", {"why": found.why.in_(facts["language"])})
    try:
        found.as_year(facts["today"])
    except ValueError:
        return Refused("calendar_impossible", {"doubts": _in(found.doubts, facts["language"])})
    return text


def _in(words: Iterable[Text], language: str) -> list[str]:
    return [one.in_(language) for one in words]


def _pasted(text: str) -> ReadNotice:
    found = read_notice(text)
    assert isinstance(found, ReadNotice)
    return found


FORM = Form(
    NAME,
    (Question("text", lambda heard: Refused("want_text"), read=_read),),
    review=True,
    steered=wording.rewritten("text"),
)


# -- what would become of it ---------------------------------------------------------------------------------------------


def _today(desk: Desk) -> date:
    return desk.now.astimezone(desk.plan.tz).date()


def _would(desk: Desk, text: str) -> tuple[ReadNotice, Year, Mapping[str, tuple[Plan, Plan]]]:
    """(what was read, the year it makes, each county's plan without it and with it)"""
    found, years = _pasted(text), calendar_years.all_(desk.tx)
    year = found.as_year(_today(desk))
    plans = {
        key: (plan.with_calendar(years), plan.with_calendar({**years, found.year: year}))
        for key, plan in desk.setting.plans.items()
    }
    return found, year, plans


def facts(desk: Desk, answers: Answers) -> Facts:
    asked = {"language": desk.chat.language, "today": _today(desk), "said": _years(desk.plan.calendar)}
    return asked | ({"said": _preview(desk, answers["text"])} if "text" in answers else {})


def _preview(desk: Desk, text: str) -> Line:
    found, year, plans = _would(desk, text)
    before, after = plans[desk.plan.id]
    counted = {key: recounting.counted(desk.tx, *both) for key, both in plans.items()}
    old, days = before.calendar.years.get(found.year), after.calendar.changed(before.calendar, found.year)
    own, language = counted[desk.plan.id], desk.chat.language
    return {
        "year": found.year,
        "notice": year.notice,
        "dated": found.dated.isoformat() if found.dated else None,
        "rest": [[first.isoformat(), last.isoformat()] for first, last in found.rest],
        "work": [day.isoformat() for day in found.work],
        "unread": list(found.unread),
        "doubts": _in(found.doubts, language),
        "odd_year": found.year not in (_today(desk).year, _today(desk).year + 1),
        "replaces": {"notice": old.notice, "same": old == year} if old else None,
        "off": [day.isoformat() for day in days if before.calendar.is_workday(day)],
        "worked": [day.isoformat() for day in days if after.calendar.is_workday(day)],
        "moves": _moves(after, own),
        "settled": sum(not one.moves for one in own),
        "elsewhere": sum(one.moves for key, all_ in counted.items() if key != desk.plan.id for one in all_),
    }


def _moves(plan: Plan, counted: Iterable[Counted]) -> list[Line]:
    """Of each line of the plan how many, from which day to which; of tips only how many."""
    found = Counter(
        (one.due.day, _last_day(plan, one.row.due_at), one.row.rule or "")
        for one in counted
        if one.moves and one.due is not None
    )
    return [
        {"rule": rule, "count": count, "from": old.isoformat(), "to": new.isoformat()}
        for (new, old, rule), count in sorted(found.items())
    ]


def _last_day(plan: Plan, at: datetime) -> date:
    return (at.astimezone(plan.tz) - timedelta(microseconds=1)).date()


def notice(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What is looked at stands on the notices that are there now."""
    if "text" in after and (before is None or before.get("text") != after["text"]):
        after["_stands"] = _standing(desk)
    return None


def _standing(desk: Desk) -> list[str]:
    return [f"{year}:{made_at.isoformat()}" for year, made_at in calendar_years.version(desk.tx)]


# -- done ----------------------------------------------------------------------------------------------------------------


def imported(desk: Desk, answers: Answers) -> Outcome:
    """The year and every open duty that it moves, in one commit. Other processes follow within seconds."""
    if answers.get("_stands") != _standing(desk):
        again = {"text": answers["text"], "_stands": _standing(desk)}
        return Outcome((Say(f"{NAME}:meanwhile"),), (NAME, again))
    found, year, plans = _would(desk, answers["text"])
    calendar_years.put(desk.tx, found.year, year, desk.person, desk.now)
    counted = [
        one
        for before, after in plans.values()
        for one in recounting.recount(desk.tx, before, after, desk.now, desk.person)
    ]
    desk.audit("calendar_imported", str(found.year), year.notice)
    desk.tx.due_now = True  # this process follows at once
    moved = sum(one.moves for one in counted)
    return Outcome((Say(f"{NAME}:done", {"year": found.year, "moved": moved}),), ("go.menu", {}))


CONVERSATION = Conversation(FORM, imported, WHO, facts, notice)
