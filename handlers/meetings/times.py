"""When a meeting is, as it is asked and shown: a day with its hours, or the day first and the hours after."""

from datetime import date, datetime
from typing import Any

from handlers.desk import Desk
from handlers.forms import Answers, Facts, Heard, Refused, plain
from rules import spoken_moments
from rules.meetings import About, Meeting
from rules.spoken_moments import Hours, Said
from storage.seated import local_day

Span = tuple[datetime, datetime | None]


def facts(desk: Desk) -> dict[str, Any]:
    """What the questions below need."""
    local = desk.now.astimezone(desk.plan.tz)
    return {"today": local.date(), "local": local, "calendar": desk.plan.calendar}


def _said(heard: Heard, facts: Facts) -> Said | Refused:
    if heard.kind not in ("said", "chose") or not plain(heard.text):
        return Refused("want_when")
    found = spoken_moments.said(plain(heard.text)[:100], facts["today"], facts["calendar"])
    return found if not found.amiss else refused(found)


def refused(found: Said) -> Refused:
    """A day that is over, or hours that no day has."""
    return Refused("when_past") if found.amiss == "day" else Refused("want_hours")


def when(heard: Heard, facts: Facts) -> Any:
    """`2026-12-02T15:00/17:00`, or the day alone: then the hours are asked."""
    found = _said(heard, facts)
    if isinstance(found, Refused):
        return found
    if found.rest or (found.day is None and found.hours is None):
        return Refused("want_when")
    if found.day is None:
        return Refused("want_which_day")
    return _kept(found.day, found.hours, facts)


def whole(heard: Heard, facts: Facts) -> Any:
    """A day and hours in words that say more as well."""
    found = _said(heard, facts)
    if isinstance(found, Refused) or found.day is None:
        return Refused("want_when")
    return _kept(found.day, found.hours, facts)


def hours(heard: Heard, facts: Facts) -> Any:
    """Of the day that has been said."""
    found = _said(heard, facts)
    if isinstance(found, Refused):
        return found
    if found.hours is None or found.rest:
        return Refused("want_hours")
    kept = _kept(found.day or date.fromisoformat(facts["day"]), found.hours, facts)
    return kept if isinstance(kept, Refused) else kept.partition("T")[2]


def _kept(day: date, said: Hours | None, facts: Facts) -> Any:
    if said is None:
        return day.isoformat() if day >= facts["today"] else Refused("when_past")
    meant = spoken_moments.by_day(said)
    begins = datetime.combine(day, meant.begins, facts["local"].tzinfo)
    return f"{day.isoformat()}T{meant}" if begins > facts["local"] else Refused("when_past")


def no_hours(answers: Answers, facts: Facts) -> bool:
    return "when" in answers and "T" not in answers["when"]


# -- what was said -------------------------------------------------------------------------------------------------------


def span(desk: Desk, answers: Answers) -> Span | None:
    """None: it has not been said yet."""
    day, _, at = str(answers.get("when", "")).partition("T")
    at = at or str(answers.get("at") or "")
    return spoken_moments.moments(date.fromisoformat(day), Hours.loads(at), desk.plan.tz) if day and at else None


def starts(desk: Desk, answers: Answers) -> datetime | None:
    found = span(desk, answers)
    return found[0] if found else None


def told(desk: Desk, begins: datetime, ends: datetime | None) -> dict[str, Any]:
    """As templates show it; and whether that is a day on which nobody works."""
    shown = Meeting(0, "", "", begins, ends, About("")).when(desk.plan.tz)
    return shown | {"rest": not desk.plan.calendar.is_workday(local_day(desk.plan, begins))}
