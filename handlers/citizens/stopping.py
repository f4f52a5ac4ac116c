"""STOP while a password was never confirmed: without it, and without this conversation, nobody opens the tip again."""

from handlers.citizens import answers
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Form, Question, chosen
from handlers.words import folded
from storage import tips

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


def over(desk: Desk, number: str) -> None:
    """It was withdrawn: nobody asks any more whether its password has been written down."""
    noted(desk, number)
    stack = desk.chat.state.get("stack", [])
    waits = [one for one in stack if one["at"] == "citizens/receipt" and one["answers"].get("_number") == number]
    desk.chat.state["stack"] = [one for one in stack if one not in waits]


def unwritten(desk: Desk) -> bool:
    """Whether a password given in this conversation, of a tip it still leads to, was never repeated or kept as a picture."""
    open_ = desk.chat.state.get("unwritten") or []
    return bool(open_) and any(row.number in open_ for row in tips.by_aliases(desk.tx, answers.mine(desk)))


def finish(desk: Desk, given: Answers) -> Outcome:
    if given["sure"] == "yes":
        return Outcome(tuple(answers.stop(desk)))
    return Outcome(next=("go.continue", {}))


CONVERSATION = Conversation(FORM, finish)
