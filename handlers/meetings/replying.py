"""参加, 派人代替, 不能参加: a unit's answer, with one press or in words, and another one until the meeting begins."""

from collections.abc import Callable
from functools import partial
from typing import Any

from handlers import disclosure, matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Facts, Form, Heard, Question, Say, plain
from handlers.meetings import seen, telling
from handlers.meetings.seen import Seen
from handlers.notices import asking_again
from rules.meetings import Reply
from rules.replies_said import Said, reply_said
from storage import meetings, notices
from storage.seated import local_day

LINE = 60  # characters


def pressed(desk: Desk, argument: str, reply: Reply) -> Outcome:
    """From the push itself or the card; who comes instead, or why nobody does, is asked in one line."""
    return answered(desk, seen.reach(desk, matter.row_of(argument)), Said(reply))


OPENERS: dict[str, Callable[[Desk, str], Outcome]] = {
    one: partial(pressed, reply=one) for one in ("attend", "deputy", "absent")
}


def said_of(desk: Desk, number: int, said: list[str]) -> Outcome:
    """In words, with its card open."""
    reply: Any
    reply, words = said
    return answered(desk, seen.reach(desk, number), Said(reply, words))


def answered(desk: Desk, one: Seen | None, said: Said) -> Outcome:
    if one is None:
        return Outcome((Say(seen.GONE),))
    if not (one.mine and one.meeting.open(desk.now)):
        return Outcome((Say("meetings/card:closed", seen.line(desk, one)),), seen.card(one))
    if said.reply == "attend" or said.words:
        return _given(desk, one.row.id, said)
    return Outcome(next=(f"meetings/{said.reply}", {"_meeting": one.row.id}))


def _given(desk: Desk, number: int, said: Said) -> Outcome:
    """For each of one's units, with one's own name; the latest stands. Who comes is reminded, who does not is left alone."""
    one = seen.reach(desk, number, lock=True)
    if one is None or not (one.mine and one.meeting.open(desk.now)):
        return answered(desk, one, said)
    before = [one.units[unit].reply for unit in one.mine]
    for unit in one.mine:
        seat = next((kind for where, kind in sorted(desk.seats) if where == unit), "liaison")
        notices.address(desk.tx, number, unit, seat, desk.person)
        meetings.reply(desk.tx, number, unit, desk.person, said.reply, said.words, desk.now)
    notices.mark(desk.tx, number, desk.person, "opened", desk.now)
    after = seen.of_row(desk, one.row)
    telling.remind(desk, after)
    if (invited := notices.by_id(desk.tx, number)) is not None:
        asking_again.settled(desk, notices.read(desk.tx, invited))
    desk.audit("meeting answered", str(number), f"{' '.join(one.mine)} {said.reply}")
    told = seen.line(desk, after) | {"words": said.words, "changed": any(before), "reminded": _reminded(desk, after)}
    return Outcome((Say(f"meetings/card:said_{said.reply}", told),), ("go.menu", {}))


def _reminded(desk: Desk, one: Seen) -> bool:
    """Whether the morning of the working day before is still to come."""
    before = desk.plan.calendar.add_workdays(local_day(desk.plan, one.meeting.starts), -1).date
    return before > local_day(desk.plan, desk.now)


# -- in words ------------------------------------------------------------------------------------------------------------


def in_words(desk: Desk, heard: Heard) -> Outcome | None:
    """我去, 派老王去, 去不了，下乡: where a meeting waits for it, or the next one was answered otherwise. None: none does."""
    meant = reply_said(plain(heard.text)) if heard.kind == "said" else None
    if meant is None or disclosure.withheld(desk, "duties", "title"):
        return None
    open_ = [one for one in ahead(desk) if one.mine and one.meeting.open(desk.now)]
    waiting = [one for one in open_ if one.owes(desk.now)] or open_
    if len(waiting) > 1:
        return Outcome((Say("meetings/list:which", {}, tuple(map(seen.door, waiting[:12]))),))
    return answered(desk, waiting[0], meant) if waiting else None


def ahead(desk: Desk) -> list[Seen]:
    """Meetings still to come to which whoever speaks is invited, the next first."""
    rows = meetings.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now)
    found = [seen.of_row(desk, row) for row in reversed(rows) if row.status == "called"]
    return [one for one in found if one.mine]


# -- who comes instead; why nobody does ----------------------------------------------------------------------------------

ABOUT: dict[str, Any] = {"about": ("_meeting",), "home": seen.NAME, "shows": "title"}
DEPUTY = Form("meetings/deputy", (Question("who", wording.written(LINE)),), **ABOUT)
ABSENT = Form("meetings/absent", (Question("why", wording.written(LINE, 2)),), **ABOUT)


def facts(desk: Desk, answers: Answers) -> Facts:
    one = seen.reach(desk, answers["_meeting"])
    return {"said": seen.line(desk, one) if one is not None else {"gone": True}}


def _line(answers: Answers, name: str, reply: Reply) -> Said:
    """派老王去, where it was asked who: the name alone."""
    meant = reply_said(answers[name])
    return meant if meant is not None and meant.words else Said(reply, " ".join(answers[name].split()))


def deputised(desk: Desk, answers: Answers) -> Outcome:
    return _given(desk, answers["_meeting"], _line(answers, "who", "deputy"))


def excused(desk: Desk, answers: Answers) -> Outcome:
    return _given(desk, answers["_meeting"], _line(answers, "why", "absent"))


CONVERSATIONS = (
    Conversation(DEPUTY, deputised, "staff", facts),
    Conversation(ABSENT, excused, "staff", facts),
)
