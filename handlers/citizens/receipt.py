"""After the receipt: the last four repeated, then the password is taken out of the chat. The tip stands without it too."""

from typing import Any

from handlers.citizens import password, stopping
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say
from storage import tips
from storage.people import typed


def _last_four(heard: Heard) -> Any:
    """The whole password will do as well; what can't be the end of one is no wrong repetition."""
    if heard.kind == "chose":
        return heard.choice
    return password.repeated(heard.text) or Refused("want_four")


FORM = Form(
    "citizens/receipt",
    (Question("four", _last_four, lambda answers, facts: (Choice("picture"), Choice("later", style="quiet"))),),
    stays=True,
    about=("_number", "_password", "_mark"),
    way_out={"four": "later"},
)


def finish(desk: Desk, answers: Answers) -> Outcome:
    """A wrong repetition is asked again: it is the moment in which a lost password can still be seen."""
    kept = {name: value for name, value in answers.items() if name.startswith("_")}
    row = tips.by_number(desk.tx, kept["_number"])
    gone = row is not None and row.withdrawal == "done"  # from elsewhere
    told = {"number": kept["_number"], "stays": desk.entrance.stays, "withdrawn": gone}
    if answers["four"] == "picture":
        stopping.noted(desk, kept["_number"])
        mark = f"{kept['_mark']}:{desk.chat.prompt}"  # it goes when the receipt does
        picture = Say("citizens/receipt:picture", files=({"id": 0, "kind": "receipt"},), mark=mark)
        return Outcome((picture,), ("citizens/receipt", kept))
    if answers["four"] == "later":
        return Outcome((Say("citizens/receipt:later", told),))
    if answers["four"] != typed(kept["_password"])[-4:]:
        return Outcome((Say("citizens/receipt:not_it"),), ("citizens/receipt", kept))
    stopping.noted(desk, kept["_number"])
    return Outcome((Say("citizens/receipt:kept", told, erases=kept["_mark"]),))


def facts(desk: Desk, answers: Answers) -> Facts:
    return {"said": {"number": answers["_number"], "stays": desk.entrance.stays}}


CONVERSATION = Conversation(FORM, finish, "citizen", facts)
