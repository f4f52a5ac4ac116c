"""召开联席会议，下周三下午三点; 周五上午9点在三楼会议室开会，请公安局、烟草局参加: the wish to call a meeting, and what of it was said with the wish."""

import re

from handlers.desk import Desk
from handlers.forms import Answers, Heard, Refused, plain
from handlers.meetings import times
from rules.meetings import MeetingKind


def meant(_: Desk, text: str) -> tuple[str, str] | None:
    """召开联席会议 下周三下午三点: the wish to call one, and what was said of it."""
    found = _CALLS.fullmatch(plain(text)) or _CALLS_THEN.fullmatch(plain(text))
    return ("meet", next(filter(None, found.groups())).strip(" ，,：:的")) if found else None


_CALLS_THEN = re.compile(
    r"(?:我?(?:要|想)?|请|帮我)*((?:今天|明天|后天|大后天|(?:下+|本|这)?个?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[日号])[^，,。\n]{0,40}(?:召开|举行|开)(?!了|过|完)(?=.*(?:会议?|培训)).{2,120})",
    re.DOTALL,
)  # the time first: 周五上午9点在三楼开联席会议
_CALLS = re.compile(
    r"(?:我?(?:要|想)?|请|帮我)*(?:召开|组织召开|召集|开一?[个次场]?|发起)((?=.*(?:会议?|培训)).{2,80})|call (?:an? |the )?((?=.*(?:meeting|conference|seminar|training)).{4,80})",
    re.DOTALL | re.IGNORECASE,
)


def begun(desk: Desk, able: dict[str, MeetingKind], words: str) -> Answers:
    """Of what was said with the word each part is kept that is understood."""
    words, said = _place_and_units(words)
    named = [one for one in able.values() if one.name.zh in words or one.name.en.casefold() in words.casefold()]
    longest = max(named, key=lambda one: len(one.name.zh), default=None)
    rest = words.replace(longest.name.zh, " ").replace(longest.name.en, " ") if longest else words
    when = times.whole(Heard("said", rest), times.facts(desk)) if rest.strip() else Refused("empty")
    answers: Answers = said | ({"kind": longest.id} if longest else {})
    return answers if isinstance(when, Refused) else answers | {"when": when}


_AT = re.compile(r"(?<!现)在([^，,。；;\s\d]{2,30}?)(?=召开|开|举行|[，,。；;\s]|$)")
_INVITES = re.compile(r"[，,。；;\s]*(?:只|仅)?(?:请|叫|通知)([^。；;]{2,80}?)(?:来?参加|出席|到会|来开会|来)[。！!]*$")


def _place_and_units(words: str) -> tuple[str, Answers]:
    """在三楼会议室开…，请公安局、烟草局参加: what is left of the words, and these."""
    said: Answers = {}
    if (found := _INVITES.search(words)) is not None:
        words, said = words[: found.start()], said | {"_invited": found[1].strip()}
    if (found := _AT.search(words)) is not None:
        words, said = f"{words[: found.start()]} {words[found.end() :]}", said | {"where": found[1].strip()}
    return _OPENS.sub(" ", words), said


_OPENS = re.compile(r"(?:召开|举行|开)(?:一?[个次场])?")
