"""What may still be done about a notice that has gone: held back while it is on its way and let go again, the rest not sent at all,
the whole taken back. Who does not have it yet is asked for nothing meanwhile, and nobody is once it is taken back."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say
from handlers.notices import ending, last_word, owned, receipts, untouched
from handlers.notices.last_word import LEAVE
from handlers.notices.lines import Line
from rules.notice_controls import Control, controls
from storage import broadcasts, notices

CARD = "notices/sent"
REASON = 200  # characters


def possible(desk: Desk, row: Row[Any]) -> tuple[Control, ...]:
    if not owned.has_gone(row):
        return ()
    going = broadcasts.progress(desk.tx, row.id)
    return controls(row.status, row.want, going.status, going.waiting)


def asked(act: str, number: int) -> Outcome:
    return Outcome(next=(f"notices/{act}", {"_notice": number}))


def _held(desk: Desk, answers: Answers, act: Control) -> Row[Any] | None:
    """While it may still be done by whoever speaks."""
    row = owned.reach(desk, answers["_notice"])
    return row if row is not None and act in possible(desk, row) else None


def _card(answers: Answers) -> tuple[str, Answers]:
    return CARD, {"_notice": answers["_notice"]}


def _without(desk: Desk, number: int) -> set[int]:
    """Who does not have it."""
    rows = notices.receipts(desk.tx, number)
    return {one.person for one in rows} - {one.person for one in rows if receipts.has_it(one)}


# -- at once -------------------------------------------------------------------------------------------------------------


def _paused(desk: Desk, row: Row[Any]) -> tuple[Say, ...]:
    if not broadcasts.pause(desk.tx, row.id):
        return (Say(f"{CARD}:meanwhile"),)
    ending.hold(desk, row.id, _without(desk, row.id))
    ending.held(desk, row)
    desk.audit("notice paused", str(row.id))
    return (Say(f"{CARD}:paused"),)


def _resumed(desk: Desk, row: Row[Any]) -> tuple[Say, ...]:
    if not broadcasts.resume(desk.tx, row.id):
        return (Say(f"{CARD}:meanwhile"),)
    ending.let_run(desk, notices.read(desk.tx, row))
    desk.audit("notice resumed", str(row.id))
    return (Say(f"{CARD}:resumed"),)


AT_ONCE: Mapping[str, Callable[[Desk, Row[Any]], tuple[Say, ...]]] = {"pause": _paused, "resume": _resumed}

# -- the rest not sent ---------------------------------------------------------------------------------------------------

CANCEL = last_word.asked("notices/cancel_rest", "cancel_rest", "_notice", home=CARD)


def _about(desk: Desk, answers: Answers) -> Facts:
    row = owned.reach(desk, answers["_notice"])
    return {"said": _whole(desk, row) if row is not None else {"gone": True}}


def _whole(desk: Desk, row: Row[Any]) -> Line:
    found = notices.receipts(desk.tx, row.id)
    takes = {name for name, door in desk.setting.doors.items() if door.stays == "erasable"}
    stands = broadcasts.standing(desk.tx, row.id)
    chats = {"erasable": sum(n for door, n in stands.items() if door in takes)}
    chats["stay"] = stands.total() - chats["erasable"]
    about = {"without": len(_without(desk, row.id)), "read": len(ending.readers(desk, row.id))}
    return owned.line(desk, notices.read(desk.tx, row), row, found) | about | chats


def _cancelled(desk: Desk, answers: Answers) -> Outcome:
    """Who has it keeps it and goes on being asked; who has not is asked for nothing, and does not find it when they come."""
    row = _held(desk, answers, "cancel_rest") if last_word.said_yes(answers, "cancel_rest") else None
    if row is None:
        return Outcome(next=_card(answers))
    broadcasts.cancel(desk.tx, row.id)
    if notices.move(desk.tx, row.id, "cancel", ended_at=desk.now) is None:
        return Outcome((Say(f"{CARD}:meanwhile"),), _card(answers))
    ending.let_run(desk, notices.read(desk.tx, row))
    ending.stop(desk, row.id, "cancelled", _without(desk, row.id))
    told = _whole(desk, row)
    desk.audit("notice cancelled", str(row.id), f"{told['out']} have it, {told['without']} do not")
    return Outcome((Say("notices/cancel_rest:done", told),), _card(answers))


# -- taken back ----------------------------------------------------------------------------------------------------------


def _reason(heard: Heard, facts: Facts) -> Any:
    return heard.choice if heard.kind == "chose" else wording.written(REASON, 2)(heard)


RECALL = Form(
    "notices/recall",
    (
        Question(
            "reason",
            wording.written(REASON, 2),
            lambda answers, facts: (Choice(LEAVE, style="quiet"),),
            read=_reason,
            named=lambda words, facts: LEAVE if last_word.keeps(words) else None,
        ),
    ),
    review=True,
    looked_at=lambda answers, facts: answers["reason"] != LEAVE,
    about=("_notice",),
    home=CARD,
)


def _recalled(desk: Desk, answers: Answers) -> Outcome:
    """It goes from the chats that can lose it, and its card says why. Who had opened it is told once."""
    if answers["reason"] == LEAVE:
        return untouched.recalling(desk, answers) or Outcome(next=_card(answers))
    row = _held(desk, answers, "recall")
    told = _whole(desk, row) if row is not None else {}
    if row is None or notices.move(desk.tx, row.id, "recall", ended_at=desk.now) is None:
        return Outcome((Say(f"{CARD}:meanwhile"),), _card(answers))
    notices.remark(desk.tx, row, answers["reason"])
    ending.gone(desk, row.id, "taken_back")
    readers = ending.readers(desk, row.id) - {desk.person}
    ending.tell(desk, row, "notice_recalled", readers)
    desk.audit("notice recalled", str(row.id), f"{told['out']} had it")
    return Outcome((Say("notices/recall:done", told),), _card(answers))


def _void(act: Control) -> Callable[[Desk, Answers], str | None]:
    return lambda desk, answers: None if _held(desk, answers, act) is not None else f"{CARD}:meanwhile"


CONVERSATIONS = (
    Conversation(CANCEL, _cancelled, "staff", _about, void=_void("cancel_rest")),
    Conversation(RECALL, _recalled, "staff", _about, void=_void("recall"), left=untouched.recalling),
)
