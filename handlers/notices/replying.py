"""收到, 收到，派张三去, 答复：两家, right after a notice has come: it is noted or answered with no card open. Where words may be an answer,
or several notices wait for one, it is asked of which; what was said is kept until then."""

from collections.abc import Iterable

from handlers import disclosure
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Refused, Say, chosen
from handlers.meetings import replying as of_meetings
from handlers.notices import lines, received, said_of_received
from handlers.notices.received import Told
from handlers.notices.said_of_received import Meant
from rules.replies_said import reply_said

NO_ANSWER = "no_answer"


def in_words(desk: Desk, heard: Heard) -> Outcome | None:
    """None: it is said of no notice, or none waits for it."""
    said = said_of_received.meant(heard.text) if heard.kind == "said" else None
    if said is None or disclosure.withheld(desk, "duties", "title") or _of_a_meeting(desk, heard, said):
        return None
    owed = [one for one in received.mine(desk) if one.owed]
    wanted = [one for one in owed if one.notice.want == "answer"]
    if said.words and wanted:
        return _answers(desk, wanted, said)
    return _noted(desk, owed, said) if said.sort == "noted" and owed else None


def _of_a_meeting(desk: Desk, heard: Heard, said: Meant) -> bool:
    """派张三去, while an invitation waits for its reply."""
    if said.sort == "answer" or not (reply_said(heard.text) or reply_said(said.words)):
        return False
    return any(one.owes(desk.now) for one in of_meetings.ahead(desk))


def _answers(desk: Desk, wanted: list[Told], said: Meant) -> Outcome:
    if len(wanted) > 1 or said.sort == "perhaps":
        return Outcome(next=(WHICH.name, {"_said": said.words}))
    return _answered(desk, wanted[0].row.id, said.words)


def _answered(desk: Desk, number: int, words: str) -> Outcome:
    """What is no answer as it stands is asked for."""
    if isinstance(received.written(Heard("said", words)), Refused):
        return Outcome(next=(received.ANSWER.name, {"_notice": number}))
    return received.answered(desk, {"_notice": number, "text": words})


def _noted(desk: Desk, owed: list[Told], said: Meant) -> Outcome:
    """Of one that wants an answer a nod is none; where several wait it is asked of which. Words beside the nod go to nobody where
    only reading is wanted, and that is said."""
    if len(owed) > 1 or owed[0].notice.want != "read":
        return Outcome(tuple(received.listed(desk)))
    done = received.noted(desk, str(owed[0].row.id))
    return Outcome((*done.says, Say(f"{received.NAME}:not_passed_on")), done.next) if said.words else done


# -- which of them -------------------------------------------------------------------------------------------------------


def _offered(answers: Answers, facts: Facts) -> Iterable[Choice]:
    return (
        *(Choice(number, title) for number, title in facts["notices"].items()),
        Choice(NO_ANSWER, style="quiet"),
    )


WHICH = Form(
    "notices/which",
    (Question("which", chosen, lambda a, f: tuple(_offered(a, f)), asks="choice"),),
    about=("_said",),
    shows="title",
)


def which_facts(desk: Desk, answers: Answers) -> Facts:
    found = [one for one in received.mine(desk) if one.owed and one.notice.want == "answer"][: lines.SHOWN]
    named = lines.called(desk, [(one.notice, one.row) for one in found])
    return {
        "said": {"words": answers["_said"]},
        "notices": {str(one.row.id): name for one, name in zip(found, named, strict=True)},
    }


def which_done(desk: Desk, answers: Answers) -> Outcome:
    if answers["which"] == NO_ANSWER:
        return Outcome((Say(f"{WHICH.name}:no_answer"),), ("go.menu", {}))
    return _answered(desk, int(answers["which"]), answers["_said"])


CONVERSATION = Conversation(WHICH, which_done, "staff", which_facts)
