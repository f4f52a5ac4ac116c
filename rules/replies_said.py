"""我去, 派老王去, 去不了，下乡: whether somebody comes to a meeting, in words. Pure; what says nothing of coming is no reply."""

import re
from typing import NamedTuple

from rules.expressions import expression
from rules.meetings import Reply
from rules.named_days import narrow


class Said(NamedTuple):
    """`words`: who comes instead, or why nobody does; as they were written."""

    reply: Reply
    words: str = ""


LONGEST = 100  # characters
_NAME = r"[^\s，,。、；;！!]{1,12}?"
_WE = r"(?:好的?|收到|行|嗯|算了|ok|okay)?[，,。\s]*(?:那就?|还是|这次|这回)*(?:我们?|我单位|我局|我镇|我方|本人|俺|咱们?)?(?:这边|单位|局|镇)?(?:还是|这次|这回)*"
_END = r"(?:的|了|啊|呢|吧|哈|[，,、\s]*(?:谢谢[您你]?|多谢))*[。.!！~\s]*"
_INSTEAD = expression(
    rf"{_WE}(?:就|会|将|想|要|由|改|另)*(?:派|让|由|请|叫|安排|委托|换)(?P<a>{_NAME})(?:来|去|过去|过来|代|替|代替|代表|替我|代我|参加|出席|到会|参会)(?:我|我们|我局|本单位)?(?:去|来|参加|出席|开会|参会|会议|到会)*{_END}"
    rf"|(?P<b>{_NAME})(?:代替?我们?|替我们?|代我们?)(?:去|来|参加|出席|开会|参会|到会)+{_END}"
    r"|(?:i(?:'ll| will)?|we(?:'ll| will)?)\s*(?:send|am sending|are sending)\s+(?P<c>[^,.;]{1,40}?)(?:\s+(?:instead|in my place|in our place))?[.!\s]*"
    r"|(?P<d>[a-z][a-z .'-]{1,40}?)\s+(?:will\s+)?(?:comes?|goes?|attends?|go|come|attend)\s+(?:instead|in my place|in our place|for (?:me|us))[.!\s]*"
)
_NOT = r"(?:去|来|参加|到|出席)不了会?(?:议)?|(?:实在|确实)*(?:不能|没法|无法|没办法|不便)(?:来|去|到|参加|出席|到会|参会)(?:会议)?|不(?:去|来|参加|出席)了?(?:会议)?|没空(?:来|去|参加)?|没时间(?:来|去|参加)?|缺席"
_ABSENT = expression(
    rf"(?P<before>(?:.{{1,60}}?[，,。；;\s])?(?:.{{0,30}}?))(?:{_WE})(?:{_NOT}){_END}(?:[，,。；;：:\s]+(?P<after>.+))?"
    r"|(?P<ahead>.{0,60}?)[,.;\s]*(?:sorry[,.\s]*)?(?:i|we)\s*(?:can't|cannot|can not|won't|will not|am unable to|are unable to|'m unable to)\s*(?:come|attend|make it|go|be there)[.!\s]*(?:[,.;:]?\s*(?:because|since|as)?\s*(?P<behind>.+))?",
    re.DOTALL,
)
_BUSY = expression(rf"{_WE}(?:今天|那天|当天|临时|另|正好|刚好|还)*有(?:事|会|任务|安排|别的事|其他事){_END}")
_LEAVE = expression(rf"{_WE}(?:要|想|得|需要?)?请个?假(?:一次)?{_END}(?:[，,。；;：:\s]+(?P<after>.+))?", re.DOTALL)
_PERHAPS = expression(
    rf"{_WE}(?:可能|也许|恐怕|大概|估计|或许|说不定)(?:会|能|要|就|都)*(?:{_NOT}|去|来|参加|出席|到会|参会){_END}"
    rf"|{_WE}(?:现在|暂时)?(?:还)?(?:不一定|不确定|没定|没定下来|定不下来|说不准|看情况)(?:能|会)*(?:去不去|来不来|去|来|参加|出席)?{_END}"
    rf"|{_WE}[^不没派让请由叫]{{0,8}}(?:{_NOT})[，,。；;\s]+[^不没派让请由叫]{{0,8}}(?:去|来|参加|到){_END}"
    rf"|{_WE}[^不没派让请由叫想]{{0,8}}(?:去|来|参加)[，,。；;\s]+[^派让请由叫]{{0,8}}(?:{_NOT}){_END}"
    r"|(?:maybe|perhaps|not sure(?: yet)?)[.!\s]*|(?:i|we) (?:might|may)(?: not)? (?:come|attend|make it)[.!\s]*"
)
_ANYBODY = frozenset(("人", "个人", "一个人", "别人", "其他人", "别的人", "somebody", "someone", "somebody else"))
_PAUSE = re.compile(r"[，,。；;\s]+")
_ATTEND = expression(
    rf"{_WE}(?:都|会|将|一定|准时|按时|可以|能|要|肯定|到时)*(?:去|来|参加|出席|到会|参会|到场|到|前往)(?:会议|开会|的)?{_END}"
    r"|(?:yes[,.\s]*)?(?:i|we)(?:'ll| will| can| am going to|'m)?\s*(?:come|coming|attend|be there|go|going|make it)[.!\s]*|attend(?:ing)?|coming|count me in"
)


def reply_said(text: str) -> Said | None:
    words = text.strip()
    if not words or len(words) > LONGEST or words.endswith(("?", "？", "吗", "么")):
        return None
    narrowed = narrow(words)
    if _PERHAPS.fullmatch(narrowed):
        return None
    if found := _INSTEAD.fullmatch(narrowed) or _somebody_else(narrowed):
        name = _as_written(words, found)
        return Said("deputy", "" if name.casefold() in _ANYBODY else name)
    if found := _LEAVE.fullmatch(narrowed) or _ABSENT.fullmatch(narrowed):
        return Said("absent", _reason(words, found))
    return Said("attend") if _ATTEND.fullmatch(narrowed) else None


def undecided(text: str) -> bool:
    """可能去不了; 上午去不了，下午去: speaks of coming, and says neither."""
    return len(text) <= LONGEST and bool(_PERHAPS.fullmatch(narrow(text.strip())))


def _somebody_else(words: str) -> re.Match[str] | None:
    """我有事去不了，派老王去: who does not come but sends somebody is no absence."""
    for mark in _PAUSE.finditer(words):
        found = _INSTEAD.fullmatch(words, mark.end())
        if found and (_ABSENT.fullmatch(words, 0, mark.start()) or _BUSY.fullmatch(words, 0, mark.start())):
            return found
    return None


def _as_written(words: str, found: re.Match[str]) -> str:
    """The part that named somebody, in its own case and width."""
    name = next(key for key, part in found.groupdict().items() if part)
    return words[found.start(name) : found.end(name)].strip()


def _reason(words: str, found: re.Match[str]) -> str:
    parts = (words[found.start(key) : found.end(key)] for key, part in found.groupdict().items() if part)
    bare = (_SORRY.sub("", one.strip(_MARKS)).strip(_MARKS) for one in parts)
    return "，".join(filter(None, bare))


_MARKS = " ，,。；;：:、"
_SORRY = re.compile(
    r"^(?:因为?|由于|原因是?|because|since|as|对不起|不好意思|抱歉|sorry|我们?(?=要|有|在|$)|[，,\s])+", re.IGNORECASE
)
