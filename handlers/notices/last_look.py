"""What is said at the last look of a notice: 标题：…, 改时间 明天9点, 去掉烟草局, 类别：上级文件. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.duties import asked_units
from handlers.forms import Answers, Steer
from rules.expressions import expression
from rules.named_days import NUM, number

CALLED = {
    "title": "标题|题目|title",
    "words": "正文|内容|text|body",
    "at": "发送时间|发出时间|时间|定时|send time|time|send at",
    "by": "答复期限|答复时间|期限|截止|deadline|answer by",
    "seats": "发给谁|职务|seats",
    "units": "单位|收件人|收件单位|范围|发给|units",
    "want": "要求|wanted",
    "category": "类别|类型|category",
    "document": "附件|文件|attachments?|files?",
    "preview": "预览|看看效果|看效果|效果|preview",
}
_FIELD = {
    name: expression(rf"(?:请|帮我|把)?(?:改|修改|更改|换|加|change)?\s*(?:一下)?(?:{called})\s*(?:改为|改成|改到|改在|换成|为|是|to\b)?\s*[:：]?\s*(.*)", re.S | re.I)
    for name, called in CALLED.items()
}  # fmt: skip
_STEERED = ("", "seats", "kind", "want", "by", "at", "category")  # where such words can be no answer
_CHOSEN = ("seats", "kind", "want", "category")  # nor when it goes
_MORE = expression(r"(?:再)?(?:加上|加|增加|添加|也发给|add)\s*(.+)", re.S | re.I)
_TAKEN_OUT = expression(r"(?:把|将)?.{2,40}(?:去掉|删掉|除外|不要了)", re.S)
_SENDS = expression(r".{1,20}(?:再发|发送|发出|发)|send (?:it )?(?:on |at )?(?P<when>.{1,30})", re.S | re.I)
_DAY = expression(r"(?:明|后|今|周|星期|下周|\d{1,2}[月日号点:：]|tomorrow).{0,20}", re.S | re.I)
_INTO = expression(r"(?:明|后|今|周|星期|下周|\d{1,2}[月日号点:：]).{0,20}(?:改成|改为|改到|换成).{1,20}", re.S)
_OUT, _FILE = r"(?:去掉|去除|删掉|删除|不要|remove|drop)", r"(?:附件|文件|attachment|file)"
_FILE_OUT = expression(
    rf"{_OUT}\s*第?\s*({NUM})?\s*个?\s*{_FILE}|(?:把)?第?\s*({NUM})?\s*个?\s*{_FILE}\s*(?:去掉|删掉|删除|不要)了?|{_OUT}\s*{_FILE}\s*({NUM})",
    re.I,
)


def steered(words: str, asked: str, answers: Answers) -> Steer | None:
    if asked not in _STEERED or "units" not in answers:
        return None
    if (out := _FILE_OUT.fullmatch(words)) is not None and answers.get("document"):
        return _without_file(answers["document"], out)
    if not asked:
        return _named(words, asked) or _unnamed(words, answers)
    steer = _named(words, asked) or (_sends(words) if asked in _CHOSEN else None)
    return replace(steer, said="common:noted") if steer else None


def _named(words: str, asked: str) -> Steer | None:
    """A unit that is taken out, or what a field is called, and its new answer."""
    if asked_units.OUT.match(words) or asked_units.ONLY.match(words) or _TAKEN_OUT.fullmatch(words):
        return _opens("units", words)
    for name, pattern in _FIELD.items():
        if name != asked and (found := pattern.fullmatch(words)) is not None:
            return _opens(name, found[1])
    return None


def _unnamed(words: str, answers: Answers) -> Steer | None:
    """加上公安局; 明天9点发. A day alone is asked about where it may be the one to answer by as well; 周五改成周四 always: it
    may stand in the text."""
    if (more := _MORE.fullmatch(words)) is not None:
        return _opens("units", more[1])
    if (sends := _sends(words)) is not None:
        return sends
    if _INTO.fullmatch(words) is not None:
        return Steer(explains="which_day")
    if _DAY.fullmatch(words) is None:
        return None
    return Steer(explains="which_day") if answers.get("want") == "answer" else _opens("at", words)


def _sends(words: str) -> Steer | None:
    """明天上午9点发."""
    found = _SENDS.fullmatch(words)
    return _opens("at", found["when"] or words) if found else None


def _opens(name: str, words: str) -> Steer:
    """What is another then is said by the form itself."""
    return Steer(opens=name, rest=words, said="")


def _without_file(files: Sequence[Any], out: "re.Match[str]") -> Steer | None:
    """去掉第二个附件; of which, where there are several, is opened to be said."""
    named = out[1] or out[2] or out[3]
    n = number(named) if named else 1
    if n > len(files) or (not named and len(files) > 1):
        return Steer(opens="document")
    return Steer(sets={"document": [*files[: n - 1], *files[n:]] or None}, said="")
