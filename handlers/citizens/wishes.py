"""What somebody wants of a tip that was told, in words of their own: 我想补充一下, 我要撤回, 他们看到我了怎么办. Pure."""

import re

from handlers.forms import plain
from handlers.words import folded

LONGEST = 24  # characters: whatever is longer tells something
_I = r"(?:你好|您好|请问)?[,，]?(?:我|我们|俺)?(?:现在|又|还|再|就)?(?:是|想|要|想要|需要|可以|可不可以|能|能不能|申请|打算)*"
_END = r"(?:吗|吧|呢|啊|呀|了|可以吗|行吗|怎么办|咋办|怎么弄)*"
_THEM = r"(?:他|她|他们|她们|对方|老板|那(?:些|个|帮)?人|有人|那边)"
_WISHES = {
    "add": re.compile(
        rf"{_I}(?:再|来)*(?:补充|更正|改正|纠正|加)(?:一下|一点|点|几句|一些|些)?(?:材料|内容|信息|情况|东西|照片|图片|证据)?{_END}"
        rf"|(?:can)?i(?:wantto|wouldliketo|'dliketo)?add(?:something|more|to(?:it|mytip))(?:to(?:it|mytip))?"
    ),
    "withdraw": re.compile(
        rf"{_I}(?:撤回|撤销|取消|收回|撤)(?:我的|这个|那个|这件|那件|刚才的)?举报{_END}|{_I}(?:撤回|撤销|收回){_END}|(?:我)?(?:后悔|反悔)了"
        rf"|i(?:wantto|wouldliketo|'dliketo)(?:withdraw|takeback)(?:it|mytip)?"
    ),
    "exposed": re.compile(
        rf"{_THEM}(?:好像|可能|已经|肯定|都)*(?:看到|看见|发现|认出|知道|怀疑|找到|找上|威胁|报复|跟踪|盯上)(?:了|到|来)?(?:是)?我"
        rf"(?:举报|报)?(?:的|们)?{_END}|我(?:好像|可能)?被(?:他们|人|对方)?(?:发现|认出|看到|看见|盯上|威胁|报复|跟踪)(?:来)?{_END}"
        rf"|they(?:have)?(?:saw|seen|found|know)(?:it'?s|itwas)?me(?:whatdoido|whatshouldido|whatnow)?"
    ),
}
# 我刚才没写清楚，村口是…: what follows belongs to what was told.
_GOES_ON = re.compile(
    r"(?:(?:我|不对|对了|哦|还有)[,，、\s]*)*(?:刚才|刚刚|前面|上面|之前|那件事)(?:我|的|还)*(?:忘|没|漏|少|写|说|讲|记|报)"
    r"|(?:我)?(?:再|来|要|想)*(?:补充|更正|纠正)(?:一下|一点|几句)?[:：,，、。\s]"
)


def wanted(text: str) -> str | None:
    """add, withdraw or exposed, and nothing told besides."""
    word = folded(text)
    if len(word) > LONGEST * (1 + word.isascii()):
        return None
    return next((name for name, pattern in _WISHES.items() if pattern.fullmatch(word)), None)


def goes_on(text: str) -> bool:
    """More of what was told, with its words."""
    return bool(_GOES_ON.match(plain(text)))
