"""What somebody wants of a tip that was told, in words of their own: 我想补充一下, 我要撤回, 他们看到我了怎么办. Pure."""

import re

from handlers.forms import plain
from handlers.spoken import steers
from handlers.words import folded
from rules.expressions import expression
from rules.marks import happening_now

LONGEST = 24  # characters: whatever is longer tells something
TELLS = 3  # letters and digits: less is no story
_I = r"(?:你好|您好|请问)?[,，]?(?:我|我们|俺)?(?:现在|又|还|再|就)?(?:是|想|要|想要|需要|可以|可不可以|能|能不能|申请|打算)*"
_END = r"(?:吗|吧|呢|啊|呀|了|可以吗|行吗|怎么办|咋办|怎么弄)*"
_THEM = r"(?:他|她|他们|她们|对方|老板|那(?:些|个|帮)?人|有人|那边)"
_WISHES = {
    "add": expression(
        rf"{_I}(?:再|来)*(?:补充|更正|改正|纠正|加)(?:一下|一点|点|几句|一些|些)?(?:材料|内容|信息|情况|东西|照片|图片|证据)?{_END}"
        rf"|(?:can)?i(?:wantto|wouldliketo|'dliketo)?add(?:something|more|to(?:it|mytip))(?:to(?:it|mytip))?"
    ),
    "withdraw": expression(
        rf"{_I}(?:撤回|撤销|取消|收回|撤)(?:我的|这个|那个|这件|那件|刚才的)?举报{_END}|{_I}(?:撤回|撤销|收回){_END}|(?:我)?(?:后悔|反悔)了"
        rf"|i(?:wantto|wouldliketo|'dliketo)(?:withdraw|takeback)(?:it|mytip)?"
    ),
    "exposed": expression(
        rf"{_THEM}(?:好像|可能|已经|肯定|都)*(?:看到|看见|发现|认出|知道|怀疑|找到|找上|威胁|报复|跟踪|盯上)(?:了|到|来)?(?:是)?我"
        rf"(?:举报|报)?(?:的|们)?{_END}|我(?:好像|可能)?被(?:他们|人|对方)?(?:发现|认出|看到|看见|盯上|威胁|报复|跟踪)(?:来)?{_END}"
        rf"|they(?:have)?(?:saw|seen|found|know)(?:it'?s|itwas)?me(?:whatdoido|whatshouldido|whatnow)?"
    ),
}
# 我刚才没写清楚，村口是…: what follows belongs to what was told.
# 我要举报另一件事: a tip of its own.
_ANOTHER = expression(
    r"(?:我|我们)?(?:还|再|又|要|想|需要)*(?:另外?|重新|新)?(?:再)?(?:举?报)(?:另外?|别的|其他的?)?(?:的?(?:一|1)?[件个条起])?的?(?:事情?|情况)?"
    r"|(?:另|新)的?(?:一|1)?[件个]的?(?:事情?)?|(?:another|a ?new)(?:tip|report|one)|reportsomethingelse"
)
_OTHER = expression(r"另|别的|其他|重新|新|再|another|new|else")
# What tells nothing of the matter: 好的我知道了, 明天再来, 等消息.
_EMPTY = expression(
    r"(?:(?:好的?|好吧|嗯+|哦+|行|那|我|先|就|这|还|都)[,，]?)*(?:知道|明白|了解|收到|清楚)(?:了|啦)?(?:的|谢谢你?们?)?"
    r"|(?:那|我|就|先|等)*(?:明天|后天|下次|以后|改天|回头|过几天|晚上|待会儿?|一会儿?)(?:我)?(?:再|来)+(?:说|来|看|看看|问)*(?:吧|了|哈)?"
    r"|(?:那|我|就|先)*(?:等|等着|等等)(?:你们?的?)?(?:消息|通知|结果|回复)(?:吧|了)?|(?:i)?(?:willcomeback|waitfornews)(?:tomorrow|later)?"
)
_DANGER = expression(
    r"(?<![没沒])有(?:人有)?(?:带|拿)?着?(?:刀(?!鱼)|枪|凶器|棍)|(?:持|拿着?|带着?|亮|抄)(?:了|出)?(?:刀(?!鱼)|枪|凶器|棍)|救命|动手(?:了|打)|(?:在|要|来|追着?|被)(?:他们|人)?(?:打|砍|杀|追|堵)(?:我|人|住|了)"
    r"|(?:跟踪|围住|堵住|找上)了?我|\b(?:have|has|got) (?:a )?(?:knife|knives|guns?)\b|\bhelp me\b|\b(?:chasing|beating|following) (?:me|us)\b",
    re.IGNORECASE,
)
# 密码是干嘛用的, it didn't work: asked of us, and no part of what is told.
_ASKS = expression(
    r"[?？]$|吗$|呢$|怎么|干嘛|干什么|做什么|什么用|有什么|为什么|为啥|咋|哪里看|没用|不管用|没反应|不行$|打不开|收不到|看不到|是什么$"
    r"|\b(?:how|why|what|where|when)\b|(?:did|does)n'?t work|not working|can'?t (?:see|find|open)",
    re.IGNORECASE,
)
_GOES_ON = expression(
    r"(?:(?:我|不对|对了|哦|还有)[,，、\s]*)*(?:刚才|刚刚|前面|上面|之前|那件事)(?:我|的|还)*(?:忘|没|漏|少|写|说|讲|记|报)"
    r"|(?:我)?(?:再|来|要|想)*(?:补充|更正|纠正)(?:一下|一点|几句)?[:：,，、。\s]"
)


def wanted(text: str) -> str | None:
    """add, withdraw or exposed, and nothing told besides."""
    word = folded(text)
    if len(word) > LONGEST * (1 + word.isascii()):
        return None
    return next((name for name, pattern in _WISHES.items() if pattern.fullmatch(word)), None)


_AFRAID = expression(
    r"(?:我|我们|俺|家里人|家人|真的|真|好|很|有点儿?|有些|还是|现在|心里|也|都|就是|就)*(?:害怕|不敢|怕|担心|慌)(?:得很|死了|极了|啊|呀|了|怎么办"
    r"|他们|他|对方|有人|老板|会|被|打击|报复|知道|发现|认出|找上门|找到|连累|是?我|家里人|家人|不安全|出事|惹(?:事|麻烦|祸))*"
    r"|i(?:'m|am)(?:so|very|really)?(?:scared|afraid|frightened)(?:ofthem|of(?:revenge|retaliation)|theywill(?:findout|knowit'?sme))?"
)


def afraid(text: str) -> bool:
    """我怕, 怕他们报复, and nothing told besides."""
    return len(text) <= LONGEST and bool(_AFRAID.fullmatch(folded(text)))


def goes_on(text: str) -> bool:
    """More of what was told, with its words."""
    return bool(_GOES_ON.match(plain(text)))


def another(text: str) -> bool:
    """另报一件, 我要举报另一件事: a tip of its own, and nothing told of it yet."""
    word = folded(text)
    return bool(_ANOTHER.fullmatch(word) and _OTHER.search(word))


def empty(text: str) -> bool:
    """是, 1, 😀, 明天再来: nothing that anybody could check."""
    return steers(text) or sum(map(str.isalnum, plain(text))) < TELLS or bool(_EMPTY.fullmatch(folded(text)))


def pressing(text: str) -> bool:
    """It goes on now, or somebody is in danger: words that never wait."""
    return happening_now(text) or bool(_DANGER.search(plain(text)))


def asks(text: str) -> bool:
    """A question about what we do, in a few words."""
    return len(plain(text)) <= LONGEST * (1 + plain(text).isascii()) and bool(_ASKS.search(plain(text)))
