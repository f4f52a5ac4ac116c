"""How long what has ended is kept, by the figures of the plan (`retention`): the content of a tip, and all that an office wrote."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rules import deadlines

if TYPE_CHECKING:
    from rules.county import Plan


OF_TIPS = ("closed", "withdrawn", "spam")
FIGURES = (*OF_TIPS, "draft", "notice", "meeting", "bulletin", "group")


def over(plan: Plan, name: str, ended: datetime, now: datetime) -> bool:
    """Whether the time of that entry has run out."""
    return deadlines.due(plan.retention[name], ended, plan.calendar, plan.tz).at <= now


def latest(plan: Plan, name: str, now: datetime) -> datetime:
    """What ended after this is kept in any case."""
    return now - deadlines.at_least(plan.retention[name])
