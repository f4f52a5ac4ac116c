"""STOP while a password was never confirmed: without it, and without this conversation, nobody opens the tip again."""

from handlers.citizens import answers
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Form, Question, chosen
from handlers.words import folded

_SURE = {
    **dict.fromkeys(("不", "不了", "不要", "不停", "不要停", "先不停", "先不", "算了", "等等", "没有", "no"), "no"),
    **dict.fromkeys(("是", "是的", "确定", "停", "停吧", "照样停", "停止", "yes", "stop"), "yes"),
}
FORM = Form(
    "citizens/stopping",
    (
        Question(
            "sure",
            chosen,
            lambda answers, facts: (Choice("no", style="primary"), Choice("yes", style="danger")),
            asks="choice",
            named=lambda words, facts: _SURE.get(folded(words)),
        ),
    ),
    way_out={"sure": "no"},
)


def given_out(desk: Desk, number: str) -> None:
    """A password was shown: until it is repeated, or kept as a picture, it may be lost."""
    desk.chat.state["unwritten"] = sorted({*desk.chat.state.get("unwritten", []), number})


def noted(desk: Desk, number: str) -> None:
    left = [one for one in desk.chat.state.get("unwritten", []) if one != number]
    desk.chat.state["unwritten"] = left


def unwritten(desk: Desk) -> bool:
    """Whether a password given in this conversation was never repeated or kept as a picture."""
    return bool(desk.chat.state.get("mine")) and bool(desk.chat.state.get("unwritten"))


def finish(desk: Desk, given: Answers) -> Outcome:
    if given["sure"] == "yes":
        return Outcome(tuple(answers.stop(desk)))
    return Outcome(next=("go.continue", {}))


CONVERSATION = Conversation(FORM, finish)
