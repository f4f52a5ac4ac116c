"""What people type, and which choice they mean by it: its number, label, a part of it, another name. Pure."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from handlers.forms import Answers, Facts, Heard, Question, chosen, plain

Shown = Sequence[Sequence[str]]


def folded(text: str) -> str:
    """For comparing what people type with labels: width, case, blanks, closing and invisible marks do not matter."""
    return unicodedata.normalize("NFKC", plain(text)).strip(" \t\n。.!！?？、,，✓").casefold().replace(" ", "")


# Labels come back with every message; what people type is never remembered here.
folded_label = lru_cache(4096)(folded)


# 不知道: no answer, wherever an answer may be left out; folded already.
NOTHING = (
    *("没有", "无", "没什么", "不知道", "我不知道", "不知", "不清楚", "不太清楚", "不晓得", "不懂", "不认识", "不详"),
    *("说不清", "不好说", "没看清", "没看到", "没注意", "不记得", "记不清", "想不起来", "忘了", "不确定"),
    *("none", "nothing", "noidea", "notsure", "unknown", "don'tknow", "dontknow", "idon'tknow", "idontknow"),
)
# What people write instead of the label; counts only where that choice is shown. Folded already.
_SPOKEN = {
    "yes": ("是的", "对", "对的", "要", "好", "好的", "嗯", "可以", "想", "想要", "y", "yes", "ok"),
    "no": ("不是", "不", "没", "没有", "不要", "不用", "不想", "不想要", "n", "no"),
    "unsure": ("不知道", "不清楚", "说不清"),
    "skip": (*NOTHING, "好了", "没有了", "没了", "略", "跳过", "下一个", "skip", "thatisall", "that'sall", "thatsall"),
    "done": (
        "好了",
        "没有",
        "没有了",
        "没了",
        "完了",
        "发完了",
        "就这些",
        "done",
        "thatisall",
        "that'sall",
        "thatsall",
    ),
    "enough": ("直接提交", "提交", "不填了提交", "就这些", "够了", "thatisall", "that'sall", "thatsall"),
    "submit": ("提交", "确认", "确认提交", "确定", "submit", "confirm"),
    "change": ("改", "修改", "change"),
    "keep": ("不改了", "不改", "算了"),
    "give_up": ("取消", "是", "是的", "确定", "cancel", "yes"),
    "stay": ("继续", "不", "不放弃", "不取消", "no", "continue"),
    "later": ("以后", "以后再说", "later"),
    "add": ("补充材料", "我要补充", "补充一下", "add"),
    "withdraw": ("撤回", "撤销举报", "我要撤回", "withdraw"),
    "exposed": ("有人知道是我", "被人知道了"),
    "cut": ("stop", "停止", "不要再联系我"),
    "reissue": ("换密码", "换一个密码"),
}


def pressed(heard: Heard, shown: Shown) -> str | None:
    """The choice meant: pressed, or typed as its number or label."""
    if heard.kind == "chose":
        return heard.choice
    if heard.kind != "said" or not heard.text or len(heard.text) > 80:
        return None
    word = folded(heard.text)
    numbered = (one[0] for number, one in enumerate(shown, 1) if word == str(number))
    labelled = (one[0] for one in shown if word and word in (folded_label(one[1]), folded_label(one[0])))
    spoken = (one[0] for one in shown if word in _SPOKEN.get(one[0], ()))
    return next(numbered, None) or next(labelled, None) or next(spoken, None)


def part(question: Question | None, answers: Answers, heard: Heard, shown: Shown, facts: Facts) -> str | None:
    """囤货 for 囤货窝点、集散地: a part that fits one label alone, where nothing but a choice can be meant."""
    word = folded(heard.text)
    if question is None or question.check is not chosen or heard.kind != "said" or len(word) < 2:
        return None
    own = {choice.id for choice in question.choices(answers, facts)}
    fitting = [one[0] for one in shown if one[0] in own and word in folded_label(one[1])]
    return fitting[0] if len(fitting) == 1 else None


def meant(question: Question | None, answers: Answers, heard: Heard, facts: Facts) -> str | None:
    """Another name of a choice: an alias of a unit."""
    if question is None or heard.kind != "said" or len(heard.text) > 80:
        return None
    found = question.named(plain(heard.text), facts)
    return found if found in {choice.id for choice in question.choices(answers, facts)} else None


def begun(question: Question | None, heard: Heard) -> str | None:
    """没有，现在没有: the choice that a sentence begins with."""
    return question.begins(plain(heard.text)) if question is not None and heard.kind == "said" else None
