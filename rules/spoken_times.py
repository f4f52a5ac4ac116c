"""Which time of day a person means: 9点半, 14:05, 下午两点一刻, 2:05 pm. Pure; what names no time that exists is never guessed."""

import re
from datetime import time
from typing import Literal

from rules.named_days import NUM, narrow, number

Meant = time | Literal["no_time", "no_such_time"]

_FORE = r"(凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里)?"
_BEFORE = r"(?:(?:改|设|调)?(?:到|成|为|在)|就|每天|以后|提醒我?|at|to|@|[\s:：,，])*"
_AFTER = r"(?:提醒我?|左右|吧|就行|可以|please|[\s.。!！])*"
_CLOCK = re.compile(rf"{_BEFORE}{_FORE}\s*(\d{{1,2}})\s*[:.]\s*(\d{{2}})(?:[:.]00)?\s*([ap])?\.?m?\.?{_AFTER}")
_FOUR = re.compile(rf"{_BEFORE}([012]\d)([0-5]\d)(?:点|时)?{_AFTER}")
_SPOKEN = re.compile(
    rf"{_BEFORE}{_FORE}\s*({NUM})\s*(?:点钟|点|时)\s*(?:(半)|([一二三123])刻|(?:过|零|0)?({NUM})分?|整)?{_AFTER}"
)
_ENGLISH = re.compile(rf"{_BEFORE}(\d{{1,2}})\s*([ap])\.?m\.?{_AFTER}")
_EARLIER = re.compile(rf"{_BEFORE}[早晚]一点{_AFTER}")  # 早一点: no one o'clock
_LATE = ("下午", "傍晚", "晚上", "晚", "夜里")


def time_meant(words: str) -> Meant:
    """`no_such_time`: a time is named, and no day has it (25点)."""
    text = narrow(words).strip()
    if found := _CLOCK.fullmatch(text):
        return _time(int(found[2]), int(found[3]), found[1] or "", found[4] or "")
    if found := _ENGLISH.fullmatch(text):
        return _time(int(found[1]), 0, "", found[2])
    if (found := _SPOKEN.fullmatch(text)) and not _EARLIER.fullmatch(text):
        return _time(number(found[2]), _minutes(found), found[1] or "", "")
    if found := _FOUR.fullmatch(text):
        return _time(int(found[1]), int(found[2]), "", "")
    return "no_time"


def _minutes(found: re.Match[str]) -> int:
    if found[3]:
        return 30
    return 15 * number(found[4]) if found[4] else number(found[5]) if found[5] else 0


def _time(hour: int, minute: int, fore: str, half: str) -> Meant:
    """下午2点 and 2 pm are 14:00; 下午14点 is as well."""
    noon = fore == "中午" and hour < 3
    late = half == "p" or fore in _LATE or noon
    if late and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else "no_such_time"
