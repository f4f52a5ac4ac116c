"""What is said at the card of a notice that has not gone yet: 退回，先核实数字; 推迟到周五下午3点. Pure."""

import re
from datetime import datetime
from typing import Any

from handlers.coordinators import wording
from handlers.forms import Facts, Heard, Refused, chosen, plain
from handlers.words import folded, of
from rules import sending_times
from rules.expressions import expression

REMARKS = 500  # characters
_BACK = expression(
    r"(?:请|先)?退回(?:修改|重写|去|来)?\s*[,，。:：;；\s]\s*(.+)|(?:hand|send)(?: it)? back\s*[,:;]\s*(.+)",
    re.S | re.I,
)
_AT = expression(
    r"(?:请|帮我|把)?(?:发送|发出)?(?:时间)?\s*(?:改|推迟|延后|延|顺延|提前|定)(?:到|成|为|在|至)\s*(.+)"
    r"|(?:发送|发出)?时间\s*[:：]\s*(.+)|(?:move|postpone|send)(?: it)?(?: to| until| on| at)?\s+(.+)",
    re.S | re.I,
)
_RETURNS = of("退回 退回修改 退回去 handback sendback")
_APPROVES = of("同意 同意发出 审核 审核通过 通过 批准 approve")


def read(heard: Heard, facts: Facts) -> Any:
    """A step of the card; or a step with what it is about: {"hand_back": remarks}, {"rewrite": the moment at which it goes}."""
    if heard.kind != "said":
        return chosen(heard)
    words = plain(heard.text)
    if "hand_back" in facts["acts"] and (remarks := _remarks(words)) is not None:
        return remarks if isinstance(remarks, Refused) else {"hand_back": remarks}
    return _moved(words, facts) if "rewrite" in facts["acts"] else chosen(heard)


def decides(heard: Heard) -> Any:
    """With no card open: a step of it; "" where it is to be looked at first. None: these words are none of it."""
    if heard.kind != "said":
        return None
    if isinstance(remarks := _remarks(plain(heard.text)), str):
        return {"hand_back": remarks}
    word = folded(heard.text)
    return "hand_back" if word in _RETURNS else "" if word in _APPROVES else None


def _remarks(words: str) -> Any:
    found = _BACK.fullmatch(words)
    return wording.written(REMARKS, 2)(Heard("said", found[1] or found[2])) if found else None


def _moved(words: str, facts: Facts) -> Any:
    found = _AT.fullmatch(words)
    when = next(filter(None, found.groups())) if found else words
    at = sending_times.meant(when, facts["now"], facts["plan"])
    if isinstance(at, datetime):
        return {"rewrite": at.isoformat()}
    return Refused(at) if at == "send_past" or (found and at == "want_send") else Refused("want_choice")
