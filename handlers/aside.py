"""What staff left half filled in: said when it is put aside and in 待办 and the menu; gone on with, or given up when that is
confirmed."""

from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Question, Say, chosen
from handlers.progress import uploads
from storage import attachments

FORM = Form(
    "staff/aside",
    (Question("sure", chosen, lambda a, f: (Choice("yes", style="danger"), Choice("no")), asks="choice"),),
    way_out={"sure": "no"},
)


def _facts(desk: Desk, answers: Answers) -> Facts:
    return {"said": {"number": len(desk.chat.state.get("aside", []))}}


def _given_up(desk: Desk, answers: Answers) -> Outcome:
    if answers["sure"] == "no":
        return Outcome(next=("go.menu", {}))
    for frame in desk.chat.state.pop("aside", []):
        attachments.discard(desk.tx, uploads(frame.get("answers") or {}))
    return Outcome((Say("staff/aside:gone"),), ("go.menu", {}))


CONVERSATION = Conversation(FORM, _given_up, "staff", _facts)
