"""What somebody who fills in a tip says of the form itself: what a question means, what they want changed, that an answer was
wrong. Data, and how it is read; the engine does it. Pure."""

import re

from handlers.forms import Answers, Steer, plain
from handlers.words import folded
from rules.expressions import expression
from rules.marks import answered_now, corrected_now

LONGEST = 30  # characters of a question or wish of this kind; twice as many in English


def _words(text: str) -> re.Pattern[str]:
    return expression(text, re.IGNORECASE)


# What an answer may be called, by its question.
FIELDS: dict[str, str] = {
    "what": r"事情|内容|经过|描述|story|text|what",
    "now": r"是?否?正在发生|happeningnow",
    "where": r"地点|地址|位置|地方|place|where|address|location",
    "goods": r"物品|东西|货物?|种类|goods",
    "kind": r"情况|类型|哪一?种情况|kind",
    "when": r"时间|日期|几点|time|when|date",
    "who": r"人、?车、?单号|人名?|车牌号?|车号?|船号?|单号|网址|账号|plate|people|names?|vehicles?",
    "files": r"附件|图片|照片|视频|录音|pictures?|photos?|files?|attachments?",
    "involved": r"牵涉的?单位|牵涉|单位|units?|involved",
    "special": r"专门渠道|protectedway",
    "reward": r"奖励|奖金|reward",
    "contact": r"联系方式|电话号?码?|手机号?|contact|phone(?:number)?",
    "named": r"匿名|实名|anonymous",
    "notify": r"通知|notify|notifications?",
}
_CHANGE = r"(?:我|请|帮我|能不能|可以|要|想|一下|i|want|to|please|canyou|wouldlike)*(?:修改|更改|更正|改正|改|换|重写|重填|change|edit|correct|fix)(?:一下|下|我的|这个|the|my)*(?:{0})(?:吧|了|一下|可以吗|吗)*"
_WRONG = r"(?:the|my)?(?:{0})(?:不对|错了|[写填说选弄]错了?|有误|不准|要改|改一下|改成|改为|应该是|iswrong)"
_CHANGES = {name: expression(f"{_CHANGE.format(words)}|{_WRONG.format(words)}") for name, words in FIELDS.items()}
_NEW = expression(r"[\s,，:：。;；]+(?:应该|其实|而)?是?|改成|改为|应该是|成|为")

# What is asked about, and what explains it. `here`: only where that question is open.
_ASKING = _words(
    r"什么|啥|怎么|为什么|为啥|干嘛|干吗|会不会|能不能|可不可以|要不要|可以|吗|呢|哪|[?？]|\b(?:what|why|how|can|will|do|does|is)\b"
)
_EXPLAINED: dict[str, re.Pattern[str]] = {
    "after": _words(
        r"(?:提交|交)(?:了|完)?(?:之后|以后|后|了)?.{0,4}(?:改|补|撤|反悔)|怎么.{0,2}(?:撤回|撤销|收回)|撤回.{0,3}吗|submit.*\b(?:change|withdraw|edit)|\b(?:withdraw|take it back)\b"
    ),
    "password": _words(r"密码|\bpassword\b"),
    "special": _words(r"专门渠道|专门(?:负责|的人)|密封|protected way"),
    "who": _words(r"(?:问|要|填|写).{0,4}(?:车牌|人名|绰号|单号|网址|账号|船号)|why.*(?:plate|name|vehicle)"),
    "now": _words(r"正在发生|happening now"),
    "kind": _words(r"囤货窝点|集散地|窝点是|\b(?:depot|hideout)\b"),
    "named": _words(r"匿名.*(?:奖|领)|奖.*匿名|实名|\b(?:anonymous|contact)\b"),
}
_HERE: dict[str, re.Pattern[str]] = {
    "special": _words(r"(?:看到|看见|知道|看得到|查到|晓得)|\b(?:see|read|know)\b"),
    "": _words(
        r"什么意思|啥意思|什么叫|什么是|(?:看|听|搞)?不[懂明](?:白)?|为什么.{0,2}问|\bwhat (?:does|is) (?:that|this|it)\b|\bwhy do you\b"
    ),
}
EXPLAINED_HERE = {
    "now": "now",
    "special": "special",
    "who": "who",
    "kind": "kind",
    "named": "named",
    "contact": "named",
}


# 没有照片, where something else is asked.
_NO_FILES = expression(
    r"(?:我|我们|这边|暂时|现在|也|都|就|手上|手里|可惜)*(?:没有?|无)(?:拍|录|留|什么|任何)*"
    r"(?:(?:照片|图片|相片|视频|录像|录音|附件)(?:和|或|跟|、|也没有)?)+(?:可以?发|可传|可以?给)?(?:的|了|啊|呢)*"
    r"|(?:sorry)?(?:i)?(?:have|got)?(?:no|don'?thave(?:any)?)(?:photos?|pictures?|videos?|attachments?)(?:orvideos?|orphotos?)?"
)


def steered(text: str, asked: str, answers: Answers) -> Steer | None:
    """`asked` names the open question; none is open at the review."""
    words = plain(text)
    if asked == "what" or not words:
        return None
    if asked not in ("", "files") and _NO_FILES.fullmatch(folded(words)) and not _has_files(answers):
        return Steer(sets={"files": None}, said="common:noted")
    if asked != "now" and (steer := _put_right(words, answers)):
        return steer
    if len(words) > LONGEST * (1 + words.isascii()):
        return None
    if topic := explained(words, asked):
        return Steer(explains=topic)
    return _changing(words) if not asked else None


def _has_files(answers: Answers) -> bool:
    return bool(answers.get("files") or answers.get("files+"))


def _put_right(words: str, answers: Answers) -> Steer | None:
    """不是现在: where nothing has been answered since, 不对 alone is enough."""
    if answers.get("now") not in ("yes", "no") or len(words) > LONGEST * (1 + words.isascii()):
        return None
    verdict, fresh = corrected_now(words), "where" not in answers
    if verdict == "again":
        return Steer(opens="now") if fresh and answered_now(words) != answers["now"] else None
    return Steer(sets={"now": verdict}) if verdict not in (None, answers["now"]) else None


def explained(words: str, asked: str) -> str | None:
    """什么是专门渠道, 为什么要问车牌: which explanation answers it."""
    here = EXPLAINED_HERE.get(asked)
    if here and (_HERE[""].search(words) or (here in _HERE and _HERE[here].search(words) and _ASKING.search(words))):
        return here
    if not _ASKING.search(words):
        return None
    return next((name for name, pattern in _EXPLAINED.items() if pattern.search(words)), None)


def _changing(words: str) -> Steer | None:
    """改物品; 地点不对，是新粮仓: what is to be changed, and perhaps what it is to be."""
    for name, pattern in _CHANGES.items():
        if pattern.fullmatch(folded(words)):
            return Steer(opens=name)
    head, mark, rest = words.partition(found[0]) if (found := _NEW.search(words)) else (words, "", "")
    for name, pattern in _CHANGES.items():
        if rest.strip() and pattern.fullmatch(folded(head + mark if mark in ("改成", "改为", "应该是") else head)):
            return Steer(opens=name, rest=rest.strip())
    return None
