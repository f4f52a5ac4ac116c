"""The last look before something of a notice ends: a yes in any of its ways, or what is done in its own words; or all stays as it is."""

from collections.abc import Callable

from handlers.forms import Answers, Choice, Facts, Form, Question, chosen
from handlers.words import folded, of

LEAVE = "leave"
_YES = frozenset(of("确认 确定 是 是的 对 对的 好 好的 可以 嗯 行 要 yes y yep ok okay confirm sure"))
_NO = frozenset(
    of(
        "算了 不 不了 不用 不用了 不要 先不 留着 再想想 不收回 不收回了 先不收回 取消收回 接着发 照发 还是发 keepit no nothanks n"
    )
)
# What each of them is called besides.
_SAID = {
    "cancel_rest": of(
        "不发了 其余不发 其余不发了 其余的不发 其余的不发了 其他不发了 其他的不发了 剩下的不发了 都不发了 不再发了 停发 "
        "donotsendit don'tsendtherest donotsendtherest stop"
    ),
    "give_up_notice": of("不发了 不发 取消发送 别发了 不再发了 donotsendit don'tsendit giveitup"),
}


def keeps(words: str) -> bool:
    """Nothing is done after all."""
    return folded(words) in _NO


def asked(name: str, act: str, *about: str, home: str) -> Form:
    """`name`: its template; `act`: what is done at a yes."""
    choices = (Choice(act, style="danger"), Choice(LEAVE, style="quiet"))
    sure = Question("sure", chosen, lambda a, f: choices, asks="choice", named=_named(act))
    return Form(name, (sure,), about=about, home=home, short=True, way_out={"sure": LEAVE})


def _named(act: str) -> Callable[[str, Facts], str | None]:
    def meant(words: str, facts: Facts) -> str | None:
        word = folded(words)
        return act if word in _YES or word in _SAID[act] else LEAVE if word in _NO else None

    return meant


def said_yes(answers: Answers, act: str) -> bool:
    return bool(answers["sure"] == act)
