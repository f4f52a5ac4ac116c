"""What is said of a notice that has come: 收到，派张三去; 答复：两家; 已安排，张三去. Pure."""

import re
from typing import Literal, NamedTuple

from handlers.forms import plain
from handlers.words import FILLER, POLITE, folded, of
from rules.expressions import expression

# noted: it was read · answer: these words answer · perhaps: they may
Sort = Literal["noted", "answer", "perhaps"]
NODS = of("已知悉 知悉 收到 已收到 已阅 阅 看到了 noted received read")
_NOD = "|".join(sorted(NODS, key=len, reverse=True))
_WE = r"(?:(?:我们|我|本|咱们?)(?:单位|局|镇|乡|队)?)"
_NODDED = expression(rf"(?:{_NOD})\s*[,，。.!！;；:：\s]\s*(\S.*)", re.S | re.I)
_ANSWERED = expression(
    rf"{_WE}?(?:现)?(?:答复|回复|回执|反馈)(?:一下|如下|是|为)?\s*[:：,，\s]\s*(\S.*)"
    r"|(?:my |our )?(?:answer|reply)(?: is)?\s*[:,]?\s+(\S.*)",
    re.S | re.I,
)
_PERHAPS = expression(
    rf"{_WE}?(?:已经?|都)(?:安排|落实|部署|布置|准备|整改|自查|排查|通知到|派).{{0,200}}"
    rf"|(?:{_WE}(?:派|安排|由)|派|由).{{1,60}}(?:去|参加|负责|来|对接)了?",
    re.S,
)
_COURTESY = frozenset((*FILLER, *POLITE))


class Meant(NamedTuple):
    """`words`: what answers; empty where nothing but a nod was said."""

    sort: Sort
    words: str = ""


def meant(text: str) -> Meant | None:
    """None: it is surely said of no notice."""
    words = plain(text)
    if folded(words) in NODS:
        return Meant("noted")
    if (found := _NODDED.fullmatch(words)) is not None:
        return Meant("noted", "" if folded(found[1]) in _COURTESY else found[1].strip())
    if (found := _ANSWERED.fullmatch(words)) is not None:
        return Meant("answer", (found[1] or found[2]).strip())
    return Meant("perhaps", words) if _PERHAPS.fullmatch(words) else None
