"""请假 11-25到11-28, 换联络员 某某, 值班表 with its lines, 提醒时间 9点半: words of staff about themselves that carry
more than the word. Pure."""

import re
from datetime import date

from handlers.forms import plain
from rules.calendar import Calendar
from rules.spoken_days import span_meant
from rules.spoken_times import time_meant

LONGEST = 80  # characters of a sentence about one's own leave
_ABOUT_LEAVE = re.compile(
    r"请假|休假|年假|病假|事假|产假|婚假|公休|出差|\b(?:on|off|sick|annual|take|taking)\s+leave\b|\bleave\b|\bvacation\b|\baway\b",
    re.IGNORECASE,
)
_LEAVE = re.compile(r"(?:我?[要想]?)(?:请假|休假)[\s:：]+\S*\d.*")  # with days in it, whether they can be or not
_SUCCESSOR = re.compile(
    r"(?:我?[要想]?(?:更?换联络员|联络员换人|换人))(?:成|为|给|[\s:：,，])\s*(\S.{0,39})|(?:change liaison|successor)(?:\s+to)?[\s:]+(\S.{0,39})",
    re.IGNORECASE,
)
# 布置任务：节前检查情况, 要大家报节前检查情况, with an explanation below it
_ASK = re.compile(
    r"(?:布置(?:任务|工作)|派任务|ask (?:the )?units)[\s:：]+(\S.{0,600})"
    r"|(?:我?[要想请让]|请|让)(?:大家|各单位|各乡镇|各镇|所有单位)(?:都)?(?:上报|报送|报|填报|填|交)(?:一下|一次)?[\s:：]*(\S.{1,600})",
    re.IGNORECASE | re.DOTALL,
)
_NOTIFY = re.compile(
    r"(?:发|写|下)(?:个|一个|一份)?通知[\s:：]+(\S.*)|send (?:a )?notice[\s:：]+(\S.*)", re.IGNORECASE | re.DOTALL
)
_SHIFTS = re.compile(r"(?:值班表|值班安排|排班表?|shifts|duty roster)[\s:：]+(\S.*)", re.IGNORECASE | re.DOTALL)

_REMINDED = re.compile(
    r"(?:我的|我要|我想)?(?:改|把)?提醒时间(?:改|设|调)?(?:到|成|为|在)?[\s:：,，]*(\S.{0,19})"
    r"|改提醒(?:到|成|为)?[\s:：,，]*(\S.{0,19})|remind(?:ers?)?(?: me)?(?: time)?(?: at| to)?[\s:：]+(\S.{0,19})",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"提醒方式(?:改|设|换|用)?(?:到|成|为)?[\s:：,，]*(\S.{0,19})|remind(?:ers?)? (?:me )?(?:on|by) (\S.{0,19})",
    re.IGNORECASE,
)


def said_of_people(text: str, today: date, calendar: Calendar) -> tuple[str, str] | None:
    """(which word, what was said with it)."""
    words = plain(text)
    if found := _SHIFTS.fullmatch(words):
        return "shifts", found[1]
    if found := _NOTIFY.fullmatch(words):
        return "notify", (found[1] or found[2]).strip()
    if found := _ASK.fullmatch(words):
        return "assign", (found[1] or found[2]).strip()
    if found := _SUCCESSOR.fullmatch(words):
        return "succession", (found[1] or found[2]).strip()
    if found := _WHERE.fullmatch(words):
        return "morning_where", found[1] or found[2]
    if (found := _REMINDED.fullmatch(words)) and time_meant(at := found[1] or found[2] or found[3]) != "no_time":
        return "morning", at
    about = len(words) <= LONGEST and _ABOUT_LEAVE.search(words)
    dated = about and (_LEAVE.match(words) or span_meant(words, today, calendar))
    return ("leave", words) if dated else None
