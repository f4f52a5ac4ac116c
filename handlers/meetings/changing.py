"""Another time or place, and calling a meeting off: everybody who is invited is told at once. What has been answered stays, marked as
given for the time before."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.forms import Answers, Facts, Form, Heard, Question, Refused, Say, Steer
from handlers.meetings import seen, telling, times
from handlers.meetings.seen import Seen
from rules import meetings, spoken_moments
from rules.meetings import Meeting
from rules.spoken_moments import Hours
from storage import meetings as rows

NAME = "meetings/change"
ABOUT: dict[str, Any] = {"about": ("_meeting",), "home": seen.NAME}
_LEAD = re.compile(
    r"^(?:会议|开会|会)?(?:的)?(?:时间|地点|会议室)?(?:和地点|、地点)?(?:改为|改到|改在|改成|改|换成|换到|换|推迟到|提前到|延期到|在|到|是|为|[:：，, ])+"
)
_MEANT = re.compile(
    r"(?:把|将)?(?:会议|开会|会)?(?:的)?(?:时间|地点|会议室)?(?:改为|改到|改在|改成|换成|换到|推迟到|提前到|延期到|推迟|提前)\s*.{2,}|(?:move (?:it )?to|change (?:it )?to)\s+.{2,}",
    re.DOTALL | re.IGNORECASE,
)


def meant(words: str) -> bool:
    return bool(_MEANT.fullmatch(words))


def _what(heard: Heard, facts: Facts) -> Any:
    """`when`, `where`: what is to be another. A new day keeps the hours, new hours keep the day."""
    text = wording.written(200, 2)(heard)
    if isinstance(text, Refused):
        return text
    found = spoken_moments.said(text, facts["today"], facts["calendar"])
    if found.amiss:
        return times.refused(found)
    named = found.day is not None or found.hours is not None
    place = _LEAD.sub("", found.rest if named else text).strip(" ，,。；;：:、")
    if meetings.drops_link(text):
        return {"when": None, "where": text}
    if meetings.where(place) is None:
        return Refused("only_https")
    when = _another(facts["meeting"], found, facts) if named else None
    if isinstance(when, Refused):
        return when
    return {"when": when, "where": place} if when or place else Refused("want_change")


def _another(meeting: Meeting, found: spoken_moments.Said, facts: Facts) -> Any:
    zone = facts["local"].tzinfo
    starts, ends = meeting.starts.astimezone(zone), meeting.ends.astimezone(zone) if meeting.ends else None
    before = Hours(starts.time(), ends.time() if ends else None)
    hours = spoken_moments.by_day(found.hours) if found.hours else before
    day = found.day or starts.date()
    begins = datetime.combine(day, hours.begins, zone)
    return f"{day.isoformat()}T{hours}" if begins > facts["local"] else Refused("when_past")


def _more(words: str, asked: str, answers: Answers) -> Steer | None:
    """At the last look: 改到下周一9点. What was said before and is not said again stays."""
    again = not asked and isinstance(answers.get("what"), dict) and (meant(words) or len(words) > 1)
    return Steer(sets={"_before": answers["what"], "what": words}, said="") if again else None


FORM = Form(
    NAME, (Question("what", lambda heard: Refused("want_text"), read=_what),), review=True, steered=_more, **ABOUT
)


def facts(desk: Desk, answers: Answers) -> Facts:
    one = seen.reach(desk, answers["_meeting"])
    if one is None:
        return {"said": {"gone": True}}
    told = seen.line(desk, one) | {"place": one.meeting.about.place, "link": one.meeting.about.link}
    said = answers.get("what")
    new = _new(desk, one.meeting, said) if isinstance(said, dict) else None
    told["new"] = _shown(desk, new) if new is not None else None
    told["people"] = len({answer.person for answer in one.answers if answer.person != desk.person})
    return times.facts(desk) | {"meeting": one.meeting, "said": told}


def _new(desk: Desk, meeting: Meeting, said: dict[str, Any]) -> Meeting:
    found = times.span(desk, {"when": said["when"]}) if said["when"] else None
    starts, ends = found or (meeting.starts, meeting.ends)
    about = meetings.moved(meeting.about, said["where"]) if said["where"] else None
    return replace(meeting, starts=starts, ends=ends, about=about or meeting.about)


def _shown(desk: Desk, new: Meeting) -> dict[str, Any]:
    return times.told(desk, new.starts, new.ends) | {"place": new.about.place, "link": new.about.link}


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """Said with the card open, or at the last look, it is read as if it had been written here."""
    if not isinstance(after.get("what"), str):
        return None
    words, said = after.pop("what"), after.pop("_before", None)
    value = _what(Heard("said", words), facts(desk, after))
    if isinstance(value, Refused):
        after |= {"what": said} if said else {}
        return Outcome((Say(f"common:why_{value.why}", value.data),))
    after["what"] = {**(said or {}), **{name: one for name, one in value.items() if one}} if said else value
    return None


def leading(desk: Desk, answers: Answers, *, lock: bool = False) -> Seen | None:
    one = seen.reach(desk, answers["_meeting"], lock=lock)
    return one if one is not None and one.leads else None


def void(desk: Desk, answers: Answers) -> str | None:
    one = leading(desk, answers)
    return None if one is not None and one.meeting.status == "called" else "meetings/card:no_longer"


def changed(desk: Desk, answers: Answers) -> Outcome:
    one = leading(desk, answers, lock=True)
    new = _new(desk, one.meeting, answers["what"]) if one is not None else None
    if one is None or new is None or not one.meeting.open(desk.now) or new.starts <= desk.now:
        return Outcome((Say("meetings/card:no_longer"),), (seen.NAME, {"_meeting": answers["_meeting"]}))
    if new == one.meeting:
        return Outcome((Say(f"{NAME}:same"),), seen.card(one))
    rows.change(desk.tx, one.meeting, new.starts, new.ends, new.about, desk.now)
    after = reread(desk, one)
    telling.forget(desk, one)
    telling.remind(desk, after)
    telling.tell_changed(desk, after)
    desk.audit("meeting changed", str(one.row.id), str(after.meeting.revision))
    return Outcome((Say(f"{NAME}:done", seen.line(desk, after)),), seen.card(after))


def reread(desk: Desk, one: Seen) -> Seen:
    row = rows.by_id(desk.tx, one.row.id)
    assert row is not None
    return seen.of_row(desk, row)


# -- called off ----------------------------------------------------------------------------------------------------------

_WHY = re.compile(
    r"(?:把)?(?:取消)?(?:的)?(?:原因|理由)(?:是|改为|改成|改|[:：\s])+(.{2,})|(?:because|reason:?)\s+(.{2,})", re.DOTALL
)


def _because(words: str, asked: str, answers: Answers) -> Steer | None:
    """At the last look: 原因：停电, or another sentence in its place."""
    found = _WHY.fullmatch(words)
    return Steer(opens="why", rest=found[1] or found[2]) if found and not asked else _REWRITTEN(words, asked, answers)


_REWRITTEN = wording.rewritten("why")
CALL_OFF = Form(
    "meetings/call_off", (Question("why", wording.written(200, 2)),), review=True, steered=_because, **ABOUT
)


def called_off(desk: Desk, answers: Answers) -> Outcome:
    one = leading(desk, answers, lock=True)
    if one is None or not rows.call_off(desk.tx, one.row.id, answers["why"], desk.now):
        return Outcome((Say("meetings/card:no_longer"),), (seen.NAME, {"_meeting": answers["_meeting"]}))
    after = reread(desk, one)
    telling.over(desk, one)
    telling.tell(desk, after, "cancelled", why=answers["why"])
    desk.audit("meeting called off", str(one.row.id))
    return Outcome((Say("meetings/call_off:done", seen.line(desk, after)),), seen.card(after))


CONVERSATIONS = (
    Conversation(FORM, changed, "staff", facts, noticed, void),
    Conversation(CALL_OFF, called_off, "staff", facts, void=void),
)
