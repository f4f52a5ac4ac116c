"""参加, 派人代替, 不能参加: a unit's answer, with one press or in words, and another one until the meeting begins."""

from collections.abc import Callable
from functools import partial
from typing import Any

from handlers import disclosure, matter
from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, plain
from handlers.meetings import seen, telling
from handlers.meetings.seen import Seen
from handlers.notices import asking_again
from rules.meetings import Answer, Reply
from rules.replies_said import Said, reply_said, undecided
from storage import meetings, notices, people
from storage.seated import local_day

LINE = 60  # characters


def pressed(desk: Desk, argument: str, reply: Reply) -> Outcome:
    """From the push itself or the card; who comes instead, or why nobody does, is asked in one line."""
    return answered(desk, seen.reach(desk, matter.row_of(argument)), Said(reply))


OPENERS: dict[str, Callable[[Desk, str], Outcome]] = {
    one: partial(pressed, reply=one) for one in ("attend", "deputy", "absent")
}


def said_of(desk: Desk, number: int, said: list[str]) -> Outcome:
    """In words, with its card open: of this one, unless another may be meant that has come since."""
    one = seen.reach(desk, number)
    others = [other for other in ahead(desk) if other.row.id != number and other.owes(desk.now)]
    if one is not None and one.owes(desk.now):
        others = [other for other in others if _unread(desk, other)]
    if one is not None and others and one.meeting.open(desk.now):
        return Outcome(next=(WHICH.name, {"_said": said}))
    return answered(desk, one, _read(said))


def _read(said: list[str]) -> Said:
    reply: Any
    reply, words = said
    return Said(reply, words)


def _unread(desk: Desk, one: Seen) -> bool:
    rows = notices.receipts(desk.tx, one.row.id)
    return any(row.person == desk.person and row.opened_at is None for row in rows)


def answered(desk: Desk, one: Seen | None, said: Said) -> Outcome:
    if one is None:
        return Outcome((Say(seen.GONE),))
    if not (one.mine and one.meeting.open(desk.now)):
        return Outcome((Say("meetings/card:closed", seen.line(desk, one)),), seen.card(one))
    if said.reply == "attend" or said.words:
        return _given(desk, one.row.id, said)
    return Outcome(next=(f"meetings/{said.reply}", {"_meeting": one.row.id}))


def _given(desk: Desk, number: int, said: Said) -> Outcome:
    """For each of one's units, with one's own name; the latest stands, and whoever of the unit had answered otherwise hears of it.
    Who comes is reminded, who does not is left alone."""
    one = seen.reach(desk, number, lock=True)
    if one is None or not (one.mine and one.meeting.open(desk.now)):
        return answered(desk, one, said)
    before = [one.units[unit] for unit in one.mine]
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
    other = next((was for was in before if _otherwise(desk, was, said)), None)
    for was in before:
        if _otherwise(desk, was, said):
            telling.answered_otherwise(desk, after, was)
    told = seen.line(desk, after) | {"words": said.words, "how": _how(before, said), "reminded": _reminded(desk, after)}
    told |= {
        "other": {"who": people.name(desk.tx, other.person), "reply": other.reply, "words": "", "before": False}
        if other
        else None
    }
    return Outcome((Say(f"meetings/card:said_{said.reply}", told),), ("go.menu", {}))


def _otherwise(desk: Desk, was: Answer, said: Said) -> bool:
    """Somebody else of the unit had answered, and not this."""
    return was.reply is not None and was.person != desk.person and (was.reply, was.words) != said


def _how(before: list[Answer], said: Said) -> str:
    if all((was.reply, was.words) == said for was in before):
        return "same"
    return "changed" if any(was.reply for was in before) else "new"


def _reminded(desk: Desk, one: Seen) -> bool:
    """Whether the morning of the working day before is still to come."""
    before = desk.plan.calendar.add_workdays(local_day(desk.plan, one.meeting.starts), -1).date
    return before > local_day(desk.plan, desk.now)


# -- in words ------------------------------------------------------------------------------------------------------------


def in_words(desk: Desk, heard: Heard) -> Outcome | None:
    """我去, 派老王去, 去不了，下乡: where a meeting waits for it, or the next one was answered otherwise; of one that was called off
    it is said that it was. None: there is none."""
    words = plain(heard.text) if heard.kind == "said" else ""
    meant = reply_said(words)
    if (meant is None and not undecided(words)) or disclosure.withheld(desk, "duties", "title"):
        return None
    waiting = _waiting(desk)
    if meant is None:
        return _asked(desk, waiting[0]) if waiting else None
    if len(waiting) > 1:
        return Outcome(next=(WHICH.name, {"_said": list(meant)}))
    found = waiting or _called_off(desk)
    return answered(desk, found[0], meant) if found else None


def _waiting(desk: Desk) -> list[Seen]:
    open_ = [one for one in ahead(desk) if one.meeting.open(desk.now)]
    return [one for one in open_ if one.owes(desk.now)] or open_


def _asked(desk: Desk, one: Seen) -> Outcome:
    """Who does not know yet is asked nothing more now."""
    return Outcome((Say("meetings/card:undecided", seen.line(desk, one), telling.replies(one.row.id)),))


def _called_off(desk: Desk) -> list[Seen]:
    rows = meetings.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now)
    return [seen.of_row(desk, row) for row in reversed(rows) if row.status == "cancelled"]


def ahead(desk: Desk) -> list[Seen]:
    """Meetings still to come to which whoever speaks is invited, the next first."""
    rows = meetings.for_person(desk.tx, desk.plan.id, desk.person, desk.seats, desk.now)
    found = [seen.of_row(desk, row) for row in reversed(rows) if row.status == "called"]
    return [one for one in found if one.mine]


# -- which of several ----------------------------------------------------------------------------------------------------


def _doors(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(number, title) for number, title in facts["meetings"].items())


WHICH = Form("meetings/which", (Question("which", chosen, _doors, asks="choice"),), shows="title")


def which_facts(desk: Desk, answers: Answers) -> Facts:
    """Whatever can still be answered, the next first."""
    open_ = [one for one in ahead(desk) if one.meeting.open(desk.now)]
    return {"meetings": {str(one.row.id): _told_apart(desk, one) for one in open_[:12]}}


def _told_apart(desk: Desk, one: Seen) -> str:
    """Two of one name are at different times."""
    return f"{one.meeting.about.title} {one.meeting.starts.astimezone(desk.plan.tz):%m-%d %H:%M}"


def which_done(desk: Desk, answers: Answers) -> Outcome:
    """What was said is kept until then."""
    return answered(desk, seen.reach(desk, int(answers["which"])), _read(answers["_said"]))


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
    Conversation(WHICH, which_done, "staff", which_facts),
    Conversation(DEPUTY, deputised, "staff", facts),
    Conversation(ABSENT, excused, "staff", facts),
)
