"""What is said at the last look of a notice: 标题：…, 改时间 明天9点, 去掉烟草局, 类别：上级文件. Pure."""

import re

from handlers.duties import asked_units
from handlers.forms import Answers, Steer
from rules.expressions import expression

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
_STEERED = ("", "seats", "want", "by", "at", "category")  # where such words can be no answer
_MORE = expression(r"(?:再)?(?:加上|加|增加|添加|也发给|add)\s*(.+)", re.S | re.I)
_TAKEN_OUT = expression(r"(?:把|将)?.{2,40}(?:去掉|删掉|除外|不要了)", re.S)
_LATER = expression(
    r".{1,20}(?:再发|发送|发出|发)|(?:明|后|今|周|星期|下周|\d{1,2}[月日号点:：]|tomorrow).{0,20}", re.S | re.I
)


def steered(words: str, asked: str, answers: Answers) -> Steer | None:
    if asked not in _STEERED or "units" not in answers:
        return None
    if asked_units.OUT.match(words) or _TAKEN_OUT.fullmatch(words):
        return Steer(opens="units", rest=words)
    for name, pattern in _FIELD.items():
        if name != asked and (found := pattern.fullmatch(words)) is not None:
            return Steer(opens=name, rest=found[1])
    if asked:
        return None
    if (more := _MORE.fullmatch(words)) is not None:
        return Steer(opens="units", rest=more[1])
    return Steer(opens="at", rest=words) if _LATER.fullmatch(words) else None
