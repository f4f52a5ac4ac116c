"""How a meeting was: who came, its minutes, and what it decided. Recorded once, in one commit with the duties that it made and the
plan's own duty that it has done."""

import re
from typing import Any

from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asked_units
from handlers.forms import (
    Answers,
    Choice,
    Facts,
    Form,
    Heard,
    Question,
    Refused,
    Say,
    attached,
    chosen,
    plain,
    text_or_attachment,
)
from handlers.meetings import changing, deciding, fulfilling, seen, telling
from handlers.meetings.changing import ABOUT, leading
from handlers.meetings.seen import Seen
from handlers.spoken import moves_on
from rules import asks
from storage import attachments
from storage import meetings as rows
from storage.attachments import Owner
from storage.seated import local_day

NAME = "meetings/hold"

# -- who came ------------------------------------------------------------------------------------------------------------

_MISSED = re.compile(
    r"(.+?)(?:都)?(?:没有来|没来|没到|未到|缺席|没参加|未参加|请假)了?|(?:没来的?|缺席的?|未到的?)(?:是|有|[:：\s])*(.+)",
    re.DOTALL,
)
_THERE = re.compile(
    r"(.+?)(?:也|都)*(?:来了|到了|参加了|到会了?|来的|came|was there|were there)", re.DOTALL | re.IGNORECASE
)
_ALL = re.compile(
    r"(?:全|都|全都|全部|全体)(?:来|到|参加|到齐)了?|(?:everybody|everyone|all)(?: came| was there)?", re.IGNORECASE
)
ALL = "all_came"


def _came(heard: Heard) -> Any:
    """Pressed it is taken in or out; 烟草局没来 takes it out."""
    words = plain(heard.text) if heard.kind == "said" else ""
    if _ALL.fullmatch(words):
        return ALL
    if found := _MISSED.fullmatch(words):
        return {"said": f"去掉{found[1] or found[2]}"}
    found = _THERE.fullmatch(words)
    return {"said": found[1]} if found else asked_units.named(heard)


def _invited(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return (*(Choice(unit, of="units") for unit in facts["invited"]), Choice(ALL, style="quiet"))


# -- minutes -------------------------------------------------------------------------------------------------------------


def _minutes(heard: Heard) -> Any:
    return Refused("no_content") if moves_on(heard.text) and heard.kind != "file" else text_or_attachment(heard)


_TEXT_OR_FILE: dict[str, Any] = {"optional": True, "many": True, "asks": "file"}
FORM = Form(
    NAME,
    (
        Question("units", _came, _invited, many=True, bounded=True),
        Question("minutes", _minutes, **_TEXT_OR_FILE),
        Question("decisions", chosen, optional=True, many=True, bounded=True, read=deciding.read, takes=deciding.takes),
    ),
    review=True,
    draft=True,
    **ABOUT,
)


def facts(desk: Desk, answers: Answers) -> Facts:
    one = seen.reach(desk, answers["_meeting"])
    if one is None or not one.leads:
        return {"said": {"gone": True}, "invited": ()}
    today, got = local_day(desk.plan, desk.now), answers.get("decisions+") or answers.get("decisions") or []
    earliest = asks.earliest(today, desk.plan.calendar).isoformat()
    told = seen.line(desk, one) | {
        "earliest": earliest,
        "decisions": got,
        "missed": [unit for unit in one.invited if unit not in (answers.get("units") or ())],
        "minutes": "\n".join(text for text in answers.get("minutes") or () if isinstance(text, str)),
        "files": len(attached(answers, "minutes")),
        "duty": one.kind.duty if one.kind else None,
    }
    about = {"plan": desk.plan, "today": today, "office": one.meeting.office, "earliest": earliest}
    return about | {
        "said": told,
        "invited": one.invited,
        "able": deciding.may_be_asked(desk, one),
        "there": deciding.there(desk, one),
    }


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """To begin with, whoever said that they come."""
    one = seen.reach(desk, after["_meeting"])
    if one is None:
        return None
    first = "units" not in after and "_filled" not in after
    again = after.get("*") == "units" and (before or {}).get("*") != "units" and "units+" not in after
    if first or again:
        after["_filled"] = True
        known = after.get("units") or [unit for unit in one.units if one.comes(unit)]
        after["units+"] = [*known, *after.get("units+", ())]
    if ALL in (after.get("units+") or ()):
        after["units+"] = list(one.invited)
    told = asked_units.gathered(desk, after, one.invited, [])
    return Outcome(told) if told else None


# -- done ----------------------------------------------------------------------------------------------------------------


def held(desk: Desk, answers: Answers) -> Outcome:
    """Of two who record it the second is shown what stands there."""
    one = leading(desk, answers, lock=True)
    minutes = "\n".join(text for text in answers.get("minutes") or () if isinstance(text, str))
    able = one is not None and one.meeting.begun(desk.now)
    if one is None or not able or not rows.hold(desk.tx, one.row.id, minutes, desk.now):
        return Outcome((Say("meetings/card:no_longer"),), (seen.NAME, {"_meeting": answers["_meeting"]}))
    rows.attended(desk.tx, one.row.id, one.invited, answers["units"])
    attachments.adopt_for(desk.tx, attached(answers, "minutes"), desk.chat.id, Owner("minutes", one.row.id))
    made = deciding.decide(desk, one, answers.get("decisions") or ())
    done = fulfilling.fulfilled(desk, one)
    telling.over(desk, one)
    after = changing.reread(desk, one)
    _told(desk, after, minutes, answers)
    desk.audit("meeting held", str(one.row.id), f"{len(answers['units'])}/{len(one.invited)} {made}")
    told = seen.line(desk, after) | {"duties": made, "done": done, "rule": one.kind.duty if one.kind else None}
    return Outcome((Say(f"{NAME}:done", told),), seen.card(after))


def _told(desk: Desk, after: Seen, minutes: str, answers: Answers) -> None:
    """There are minutes to be read; what anybody has to do reaches them as a duty."""
    if minutes or attached(answers, "minutes"):
        telling.tell(desk, after, "minuted")


# -- minutes that come later ---------------------------------------------------------------------------------------------

MINUTES = Form("meetings/minutes", (Question("minutes", _minutes, **_TEXT_OR_FILE | {"optional": False}),), **ABOUT)


def minutes_facts(desk: Desk, answers: Answers) -> Facts:
    one = seen.reach(desk, answers["_meeting"])
    return {"said": seen.line(desk, one) if one is not None else {"gone": True}}


def filed(desk: Desk, answers: Answers) -> Outcome:
    """Beside what stands there."""
    one = leading(desk, answers, lock=True)
    if one is None or one.meeting.status != "held":
        return Outcome((Say("meetings/card:no_longer"),), (seen.NAME, {"_meeting": answers["_meeting"]}))
    texts = [text for text in answers["minutes"] if isinstance(text, str)]
    before = rows.told_after(desk.tx, one.row).get("minutes", "")
    rows.minuted(desk.tx, one.row.id, "\n".join(filter(None, (before, *texts))))
    attachments.adopt_for(desk.tx, attached(answers, "minutes"), desk.chat.id, Owner("minutes", one.row.id))
    telling.tell(desk, one, "minuted")
    desk.audit("meeting minuted", str(one.row.id))
    return Outcome((Say("meetings/minutes:done", seen.line(desk, one)),), seen.card(one))


CONVERSATIONS = (
    Conversation(FORM, held, "staff", facts, noticed, changing.void),
    Conversation(MINUTES, filed, "staff", minutes_facts),
)
