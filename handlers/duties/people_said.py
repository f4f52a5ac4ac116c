"""请假 11-25到11-28, 换联络员 某某, 值班表 with its lines: words of staff about themselves that carry more than the word. Pure."""

import re
from datetime import date

from handlers.forms import plain
from rules.calendar import Calendar
from rules.spoken_days import span_meant

LONGEST = 80  # characters of a sentence about one's own leave
_ABOUT_LEAVE = re.compile(
    r"请假|休假|年假|病假|事假|产假|婚假|公休|出差|\b(?:on|off|sick|annual|take|taking)\s+leave\b|\bleave\b|\bvacation\b|\baway\b",
    re.IGNORECASE,
)
_SUCCESSOR = re.compile(
    r"(?:我?[要想]?(?:更?换联络员|联络员换人|换人))(?:成|为|给|[\s:：,，])\s*(\S.{0,39})|(?:change liaison|successor)(?:\s+to)?[\s:]+(\S.{0,39})",
    re.IGNORECASE,
)
_SHIFTS = re.compile(r"(?:值班表|值班安排|排班表?|shifts|duty roster)[\s:：]+(\S.*)", re.IGNORECASE | re.DOTALL)


def said_of_people(text: str, today: date, calendar: Calendar) -> tuple[str, str] | None:
    """(which word, what was said with it)."""
    words = plain(text)
    if found := _SHIFTS.fullmatch(words):
        return "shifts", found[1]
    if found := _SUCCESSOR.fullmatch(words):
        return "succession", (found[1] or found[2]).strip()
    about = len(words) <= LONGEST and _ABOUT_LEAVE.search(words)
    return ("leave", words) if about and span_meant(words, today, calendar) else None
