"""What people type, and which choice they mean by it: its number, label, a part of it, another name. Pure."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from handlers.forms import Answers, Facts, Heard, Question, chosen, plain
from handlers.once import once
from handlers.words import FILLER, POLITE, TOLD, folded, of, shrug, told_before, unknown

Shown = Sequence[Sequence[str]]

# Labels come back with every message; what people type is never remembered here.
folded_label = lru_cache(4096)(folded)

_OVER = of("没有 没有了 没了 好了 完了 发完了 thatisall that'sall thatsall")
# What people write instead of the label; counts only where that choice is shown. Folded already.
_SAID: dict[str, tuple[str, ...]] = {
    "yes": of(
        "是的 是 是啊 对 对的 对啊 要 要的 想 想要 有 有的 y yes yeah yep 要奖励 我要奖励 想要奖励 确定 "
        "确认 同意 愿意 需要 对头 要得 得行"
    ),
    "no": of(
        "不是 不 没 没有 不要 不用 不想 不想要 不了 不用了 不要了 不需要 别 算了 不要奖励 不要停 不停 先不 "
        "没有的 没得 不得 n no nope nothanks"
    ),
    "bind": of("是 是的 是我 是本人 对 对的 确认 确定 yes"),
    "none": of("没有 没 无 不要 不用 不需要 没有单位 没人 没有人 不牵涉 没有牵涉 nobody none no"),
    "some": of("有 有的 是 是的 对 yes"),
    "is_tip": of(
        "这是举报 这个是举报 是举报 我是举报 我要举报 我是来举报的 举报 这就是举报 thisisareport report it'sareport"
    ),
    "told": of("前面写过 上面有 前面有 同上"),
    "skip": (
        *_OVER,
        *of(
            "略 跳过 下一个 下一题 下一步 不想要 不用 不用了 不需要 没有照片 没照片 没有图片 没图片 没有视频 没有附件 没有文件 没拍 没拍到 没拍照 skip next nopictures nophotos nofiles ihavenophotos ihavenopictures idon'thaveany"
        ),
    ),
    "done": (*_OVER, *of("就这些 没 完成 done finished")),
    "enough": of(
        "其余不填 其余的不填 去核对 核对 直接核对 后面的不填了 后面不填了 后面的都不填了 剩下的不填了 其他不填了 其他都没有了 其他没有了 都不填了 直接提交 提交 不填了提交 就这些 够了 thatisall that'sall thatsall"
    ),
    "submit": of(
        "发送 发出 发出去 发吧 确认发送 提交吧 可以提交 没问题 没问题了 就这样 就这样吧 就这样提交 交上去 交吧 提交上去 我要提交 都对 submitit sendit send looksgood "
        "提交 确认 确认提交 确定 是 是的 对 submit confirm yes"
    ),
    "put_in": of("补上 补 补进去 加上 加 是 是的 要 对 好 好的 可以 yes add ok"),
    "leave_out": of("不补 不 不要 不用 不是 不加 算了 no"),
    "change": of("改 修改 再改 改一下 我要改 要改 change"),
    "edit": of("改 修改 再改 改一下 改一改 我要改 要改 change edit"),
    "as_written": of("不改 不改了 不用改 照样提交 就这样 确认 确定 提交 submit confirm"),
    "keep": of("不改了 不改 不用改 不 不了 不用了 算了 没有 跳过 skip no"),
    "discard": of("放弃 全部删除 删除 discard"),
    "give_up": of("取消 是 是的 确定 确认 算了 放弃 放弃吧 不要了 不报了 算了不报了 不填了 退出 cancel yes discard"),
    "stay": of("继续 不 不放弃 不取消 不了 接着填 否 no continue"),
    "later": of("以后 以后再说 later"),
    "add": of("补充材料 我要补充 补充一下 add"),
    "withdraw": of("撤回 撤销举报 我要撤回 withdraw"),
    "exposed": of("有人知道是我 被人知道了"),
    "cut": of("stop 停止 不要再联系我"),
    "reissue": of("换密码 换一个密码"),
    "confirmed": of("查实 查实了 已查实 是真的 confirmed"),
    "not_confirmed": of("不属实 未属实 没有查到 没查到 没有查实 没查实 查无此事 没有此事 没有这回事 notconfirmed"),
}
_SPOKEN = {choice: frozenset(words) for choice, words in _SAID.items()}
# By which a form is moved on at its end, or given up.
_MOVES_ON = frozenset().union(
    *(_SPOKEN[one] for one in of("submit change edit as_written keep discard give_up stay done"))
)
# A nod is no answer to a question of fact, and an answer to a question of wish.
_NODS = FILLER - {"好了", "没事", "没事了", "了解"}
_READ: dict[str, Callable[[str], bool]] = {
    "skip": lambda text: shrug(text) or told_before(text),
    "none": shrug,
    "unsure": unknown,
    "told": told_before,
}
_FIELDS = of("事情 地点 物品 情况 时间 人、车、单号 附件 牵涉 奖励 联系方式 通知 改事情 改地点")
# Words by which a conversation is steered: wherever they do not fit they are asked about, and are never what somebody tells.
_STEERING = FILLER.union(POLITE, _FIELDS, *_SPOKEN.values())
# 未查实 holds 查实, and means the opposite.
_DENIED = re.compile("[不未没無无非][予能会得曾准应需可]?$")


@once
def steers(text: str) -> bool:
    """Whether these words are for us and tell nothing: 完成, 修改, 谢谢, 好的."""
    word = folded(text)
    return word in _STEERING or shrug(text) or bool(word and (TOLD.fullmatch(word) or _steers_by_pieces(text)))


def moves_on(text: str) -> bool:
    """Whether these words stand for a button of a form, 修改 or 确认, and are nothing somebody would have written."""
    return folded(text) in _MOVES_ON


def submits(text: str) -> bool:
    """提交, 确认, 完成: that it is good as it is."""
    return folded(text) in (*_SPOKEN["submit"], "完成", "done")


def _steers_by_pieces(text: str) -> bool:
    pieces = map(folded, re.split(r"[\s,，。!！]+", plain(text)))
    return all(not one or one in _STEERING for one in pieces)


def pressed(heard: Heard, shown: Shown, of_fact: bool = False) -> str | None:
    """The choice meant: pressed, or typed as its number or label, or as people say it."""
    if heard.kind == "chose":
        return heard.choice
    if heard.kind != "said" or not heard.text or len(heard.text) > 80:
        return None
    word = folded(heard.text)
    numbered = (one[0] for number, one in enumerate(shown if word.isdigit() else (), 1) if word == str(number))
    labelled = (one[0] for one in shown if word and word in (folded_label(one[1]), folded_label(one[0])))
    spoken = (one[0] for one in shown if _says(one[0], word, heard.text, of_fact))
    return next(numbered, None) or next(labelled, None) or next(spoken, None)


def _says(choice: str, word: str, text: str, of_fact: bool) -> bool:
    if of_fact and word in ("确定", "确认"):
        return False
    nods = choice == "yes" and not of_fact and word in _NODS
    return nods or word in _SPOKEN.get(choice, ()) or (choice in _READ and _READ[choice](text))


def within(word: str, label: str) -> bool:
    """Whether the label holds this word, and does not deny it."""
    places = (match.start() for match in re.finditer(re.escape(word), label))
    return any(not _DENIED.search(label, max(place - 2, 0), place) for place in places)


def part(question: Question | None, answers: Answers, heard: Heard, shown: Shown, facts: Facts) -> str | None:
    """囤货 for 囤货窝点、集散地: a part that fits one label alone, where nothing but a choice can be meant."""
    word = folded(heard.text)
    if question is None or question.check is not chosen or heard.kind != "said" or len(word) < 2:
        return None
    own = {choice.id for choice in question.choices(answers, facts)}
    fitting = [one[0] for one in shown if one[0] in own and within(word, folded_label(one[1]))]
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
