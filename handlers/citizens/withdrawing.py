"""Taking one's tip back: the citizen's right until it is handed over; afterwards the wish is noted."""

from handlers import matter
from handlers.citizens import stopping
from handlers.citizens.adding import about, entered, void
from handlers.citizens.card import withdrawable
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from handlers.matters import pulled
from handlers.words import folded
from storage import merges, tips

_SURE = {
    **dict.fromkeys(
        ("确定", "确认", "是", "是的", "对", "要", "好", "好的", "撤", "撤吧", "sure", "yes", "withdraw"), "yes"
    ),
    **dict.fromkeys(
        ("不", "不了", "不要", "不用", "不撤", "不撤了", "先不", "先不撤", "算了", "还是不了", "等等", "no"), "no"
    ),
}
WITHDRAW = Form(
    "citizens/withdraw",
    (
        Question(
            "sure",
            chosen,
            lambda answers, facts: (Choice("yes", style="danger"), Choice("no")),
            asks="choice",
            named=lambda words, facts: _SURE.get(folded(words)),
        ),
    ),
    about=("_tip",),
    way_out={"sure": "no"},
)


def withdraw_facts(desk: Desk, answers: Answers) -> Facts:
    row = tips.by_id(desk.tx, answers["_tip"])
    return {"said": {"handed": row is not None and merges.goes_on(desk.tx, row).status == "handed"}}


def withdrawn(desk: Desk, answers: Answers) -> Outcome:
    """The citizen's right until the lead is handed over: what they told is deleted, and the matter lives on while somebody
    else tells of it. Afterwards the wish is noted."""
    held, back = merges.hold_matter(desk.tx, answers["_tip"]), ("citizens/card", about(answers))
    if held is None or not withdrawable(*held):
        return Outcome(next=back)
    if answers["sure"] == "no":
        return Outcome((Say("citizens/withdraw:kept"),), back)
    row, lives = held
    if lives.status == "handed":
        entered(desk, row, lives, "withdraw_noted")
        tips.change(desk.tx, row.id, desk.now, withdrawal="noted")
        matter.tell_intake(desk, lives, "withdraw_noted")
        return Outcome((Say("citizens/withdraw:noted"),), back)
    entered(desk, row, lives, "withdrawn")
    merges.retract(desk.tx, row, desk.now)
    stopping.over(desk, row.number)
    pulled.of_tips(desk, {row.id, lives.id})
    matter.unsay(desk, {row.id, lives.id})
    alone = not merges.contributors(desk.tx, lives)
    if alone:
        matter.end(desk, lives, "withdrawn")
    matter.tell_intake(desk, lives, "withdrawn" if alone else "withdrawn_one")
    return Outcome((Say("citizens/withdraw:done"),), back)


CONVERSATION = Conversation(WITHDRAW, withdrawn, "citizen", withdraw_facts, void=void)
