"""One meeting: when, where and what for; one's own answer; for whoever leads it who comes, and what is to be done with it now.

What it was before, and how it ended, stays to be read: its minutes, what it decided, who was there.
"""

from collections.abc import Callable
from typing import Any

from handlers import exhibits, matter
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Choice, Facts, Form, Heard, Question, Say, chosen, plain
from handlers.meetings import changing, holding, paper, replying, seen, telling
from handlers.meetings.seen import NAME, Seen
from rules.replies_said import reply_said
from storage import notices
from storage.seated import local_day


def opened(desk: Desk, argument: str) -> Outcome:
    """Opening is reading."""
    one = seen.reach(desk, matter.row_of(argument))
    if one is None:
        return Outcome((Say(seen.GONE),))
    if one.mine:
        notices.mark(desk.tx, one.row.id, desk.person, "opened", desk.now)
    return Outcome(next=(NAME, {"_meeting": one.row.id} | exhibits.opening(desk)))


def facts(desk: Desk, answers: Answers) -> Facts:
    one = seen.reach(desk, answers["_meeting"])
    if one is None:
        return {"said": {"gone": True}, "acts": ()}
    fresh = exhibits.just_opened(desk, answers)
    links = (*seen.links(desk, one), *paper.hung(one)) if fresh and seen.shown_whole(desk) else ()
    return {"said": seen.whole(desk, one), "acts": acts(desk, one), "links": links}


def acts(desk: Desk, one: Seen) -> tuple[str, ...]:
    answers = ("attend", "deputy", "absent") if one.mine and one.meeting.open(desk.now) else ()
    return (*answers, *(_leading(desk, one) if one.leads else ()))


def _leading(desk: Desk, one: Seen) -> tuple[str, ...]:
    if one.meeting.open(desk.now):
        return (*(("urge",) if _to_urge(desk, one) else ()), "change", "call_off")
    if one.meeting.begun(desk.now):
        return ("hold", "call_off")
    return ("minutes",) if one.meeting.status == "held" else ()


def _to_urge(desk: Desk, one: Seen) -> list[str]:
    """Who has not answered; of one that was urged today, nobody."""
    last = one.row.urged_at
    today = last is not None and local_day(desk.plan, last) == local_day(desk.plan, desk.now)
    return [] if today else [unit for unit, answer in one.asked.items() if answer.reply is None]


def _choices(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    said = facts["said"].get("reply")
    style = {"attend": "primary" if said is None else "", "hold": "primary", "call_off": "danger"}
    return (*(Choice(one, style=style.get(one, "")) for one in facts["acts"]), Choice("leave", style="quiet"))


def _act(heard: Heard, facts: Facts) -> Any:
    """Which of them; what is written may answer it, or say another time or place."""
    words = plain(heard.text) if heard.kind == "said" else ""
    if "attend" in facts["acts"] and (meant := reply_said(words)) is not None:
        return list(meant)
    return {"change": words} if "change" in facts["acts"] and changing.meant(words) else chosen(heard)


FORM = Form(
    NAME,
    (Question("act", chosen, _choices, asks="choice", read=_act),),
    about=("_meeting",),
    shows="title",
    short=True,
    way_out={"act": "leave"},
)


def acted(desk: Desk, answers: Answers) -> Outcome:
    number, act = answers["_meeting"], answers["act"]
    if isinstance(act, list):
        return replying.said_of(desk, number, act)
    if isinstance(act, dict):
        return Outcome(next=(changing.NAME, {"_meeting": number, "what": act["change"]}))
    if act in ("attend", "deputy", "absent"):
        return replying.pressed(desk, str(number), act)
    return _LEADS[act](desk, number) if act in _LEADS else Outcome(next=("go.meetings", {}))


def _urged(desk: Desk, number: int) -> Outcome:
    """Of two who urge at once the second urges nobody."""
    one = seen.reach(desk, number, lock=True)
    units = _to_urge(desk, one) if one is not None and one.leads and one.meeting.open(desk.now) else []
    if one is None or not units:
        return Outcome((Say("meetings/card:urged_already"),), (NAME, {"_meeting": number}))
    count = telling.urge(desk, one, units)
    desk.audit("meeting urged", str(number), str(len(units)))
    return Outcome((Say("meetings/card:urged", {"units": units, "people": count}),), seen.card(one))


def _to(form: str) -> Callable[[Desk, int], Outcome]:
    return lambda desk, number: Outcome(next=(form, {"_meeting": number}))


_LEADS: dict[str, Callable[[Desk, int], Outcome]] = {
    "urge": _urged,
    "change": _to(changing.NAME),
    "call_off": _to(changing.CALL_OFF.name),
    "hold": _to(holding.NAME),
    "minutes": _to(holding.MINUTES.name),
}
CONVERSATION = Conversation(FORM, acted, "staff", facts)
