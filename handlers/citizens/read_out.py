"""After an oral tip: when the caller has the password, it is taken out of the officer's chat."""

from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Form, Question, Say, chosen

WHO = "intake|coordinator|duty"

FORM = Form(
    "citizens/read_out",
    (
        Question(
            "read",
            chosen,
            lambda answers, facts: (Choice("erase", style="primary"), Choice("later", style="quiet")),
            asks="choice",
        ),
    ),
    stays=True,
    about=("_number", "_mark"),
    way_out={"read": "later"},
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    number = {"number": answers["_number"], "stays": desk.entrance.stays}
    if answers["read"] == "later":
        return Outcome((Say("citizens/read_out:later", number),))
    desk.audit("password erased", answers["_number"])
    return Outcome((Say("citizens/read_out:erased", number, erases=answers["_mark"]),))


CONVERSATION = Conversation(FORM, finish, WHO)
