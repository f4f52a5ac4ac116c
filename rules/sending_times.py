"""When something written now is to go out, as people say it: 现在, 明天, 周五下午三点, tomorrow 9:30. A day without a time is its
morning: nothing goes at night that nobody asked for. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal

from rules.expressions import expression
from rules.spoken_moments import said

if TYPE_CHECKING:
    from rules.county import Plan

MORNING = time(8, 30)
Amiss = Literal["send_past", "want_send"]
_NOW = expression(r"(?:现在|马上|立即|立刻|尽快|即刻|now|atonce|immediately|rightaway)(?:就?发送?|发出)?(?:吧)?")
_TAIL = expression(r"(?:的时候)?(?:再|才|自动|定时)?(?:发送|发出|发)(?:吧|出去)?$")


def morning_of(day: date, plan: Plan) -> datetime:
    return datetime.combine(day, MORNING, plan.tz)


def meant(words: str, now: datetime, plan: Plan) -> datetime | Literal["now"] | Amiss:
    """An aware moment that lies ahead."""
    here = now.astimezone(plan.tz)
    bare = words.strip().rstrip("。.!！")
    if _NOW.fullmatch(bare.replace(" ", "").lower()):
        return "now"
    found = said(_TAIL.sub("", bare).strip(), here.date(), plan.calendar)
    if found.amiss == "day":
        return "send_past"
    if found.day is None and found.hours is None:
        return "want_send"
    at = datetime.combine(found.day or here.date(), found.hours.begins if found.hours else MORNING, plan.tz)
    return at if at > here else "send_past"


def at_night(at: datetime, plan: Plan) -> bool:
    """It reaches the page then, and rings for nobody before the morning."""
    local, quiet = at.astimezone(plan.tz), plan.quiet
    return local.time() >= quiet.begins or local.time() < quiet.ends or not plan.calendar.is_workday(local.date())
