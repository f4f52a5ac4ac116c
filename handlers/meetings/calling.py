"""开会: whoever convenes says what kind, when and where; the plan gives the agenda and who is invited, and both can be changed before
it goes. The invitation goes as a notice of the same number, in one commit with the meeting.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from handlers.coordinators import wording
from handlers.desk import Conversation, Desk, Outcome
from handlers.duties import asked_units
from handlers.duties.asking import offices, read_by
from handlers.forms import (
    Answers,
    Choice,
    Facts,
    Form,
    Heard,
    Question,
    Refused,
    Say,
    Steer,
    attached,
    attachment,
    chosen,
)
from handlers.meetings import agenda, first_words, seen, telling, times
from handlers.notices import audience, going, whom
from handlers.notices.audience import Reach
from rules import meetings
from rules.deadlines import end_of
from rules.meetings import About, Meeting, MeetingKind
from rules.notices import SEATS, Notice, Whom, may_be_told
from rules.unit_sets import members
from storage import attachments, people
from storage import meetings as rows
from storage.attachments import Owner
from storage.database import new_id
from storage.seated import local_day

NAME, CATEGORY = "meetings/call", "meeting"
TITLE = 40  # characters


def opened(desk: Desk, argument: str) -> Outcome:
    """`argument`: what was said with the word: 联席会议 下周三下午三点 三楼会议室."""
    able = kinds(desk)
    if not able:
        return Outcome((Say(f"{NAME}:not_yours"),))
    return Outcome(next=(NAME, first_words.begun(desk, able, argument)))


def kinds(desk: Desk) -> dict[str, MeetingKind]:
    own = set(offices(desk))
    return {key: one for key, one in desk.plan.meetings.items() if own & set(members(desk.plan, one.by))}


def void(desk: Desk, answers: Answers) -> str | None:
    return None if kinds(desk) else f"{NAME}:not_yours"


# -- the form ------------------------------------------------------------------------------------------------------------


def _kinds(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(key, of="meetings") for key in facts["kinds"])


def _where(heard: Heard, facts: Facts) -> Any:
    text = wording.written(200, 2)(heard)
    return text if isinstance(text, Refused) or meetings.where(text) is not None else Refused("only_https")


_TIME = re.compile(
    r"(?:时间|改时间|改到|改在|改成|改为|推迟到|提前到|time|move it to)\s*[:：]?\s*(.+)", re.DOTALL | re.IGNORECASE
)
_MOVED = re.compile(
    r"(?:时间|改时间|改到|改在|改成|改为|推迟到|提前到)\s*[:：]?\s*((?:今天|明天|后天|(?:下+|本|这)?个?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}[月日号点:：]|[上下中]午|晚上).*)",
    re.DOTALL,
)
_PLACE = re.compile(
    r"(?:地点|改地点|会议室|place)\s*(?:改为|改成|改到|改在|换成|是)?\s*[:：]?\s*(.+)", re.DOTALL | re.IGNORECASE
)
_MORE = re.compile(r"(?:再)?(?:加上|增加|添加|也请|加|add)\s*(.+)", re.DOTALL | re.IGNORECASE)


def _steered(words: str, asked: str, answers: Answers) -> Steer | None:
    """At the last look: 去掉烟草局, 只请公安局, 加上海关, 改到周四下午三点, 地点：三楼. Where the place is asked, a time is no place."""
    if asked == "where" and (moved := _MOVED.fullmatch(words)) is not None:
        return Steer(opens="when", rest=moved[1], said="common:noted")
    if asked or "units" not in answers:
        return None
    if asked_units.OUT.match(words) or asked_units.ONLY.match(words):
        return Steer(opens="units", rest=words)
    for name, pattern in (("units", _MORE), ("where", _PLACE), ("when", _TIME)):
        if (found := pattern.fullmatch(words)) is not None:
            return Steer(opens=name, rest=found[1])
    return None


FORM = Form(
    NAME,
    (
        Question("kind", chosen, _kinds, lambda a, f: len(f["kinds"]) > 1, asks="choice"),
        Question(
            "office",
            chosen,
            lambda a, f: tuple(Choice(one, of="units") for one in f["offices"]),
            lambda a, f: len(f["offices"]) > 1,
            asks="choice",
        ),
        Question(
            "title", wording.written(TITLE, 2), optional=True, insists=lambda a, f: () if f["items"] else ("no_agenda",)
        ),
        Question("when", chosen, read=times.when),
        Question("at", chosen, when=times.no_hours, read=times.hours),
        Question("where", chosen, read=_where),
        Question(
            "agenda",
            chosen,
            agenda.offered,
            optional=True,
            many=True,
            bounded=True,
            read=agenda.read,
            takes=agenda.takes,
            insists=lambda a, f: ("plan",) if f["items"] else (),
        ),
        Question("units", asked_units.named, whom.offered, many=True, bounded=True),
        Question("by", chosen, lambda a, f: f["days"], optional=True, read=read_by),
        Question("document", attachment, many=True, optional=True, asks="file"),
    ),
    review=True,
    brief=lambda answers: True,
    steered=_steered,
)
# -- facts ---------------------------------------------------------------------------------------------------------------


def kind_of(desk: Desk, answers: Answers) -> MeetingKind | None:
    able = kinds(desk)
    return next(iter(able.values()), None) if len(able) == 1 else able.get(str(answers.get("kind")))


def _offices(desk: Desk, kind: MeetingKind | None) -> list[str]:
    """In whose name: those of one's own that may call it."""
    return [one for one in offices(desk) if kind is not None and one in members(desk.plan, kind.by)]


def _office(desk: Desk, kind: MeetingKind, answers: Answers) -> str:
    own = _offices(desk, kind)
    return str(answers["office"]) if answers.get("office") in own else own[0]


def able_units(desk: Desk) -> tuple[str, ...]:
    """Of one's own unit too, people are invited."""
    return may_be_told(desk.plan)


def facts(desk: Desk, answers: Answers) -> Facts:
    kind, able = kind_of(desk, answers), able_units(desk)
    language = desk.chat.language
    told = answers.get("units+") or answers.get("units") or ()
    starts = times.starts(desk, answers)
    return times.facts(desk) | {
        "day": str(answers.get("when", ""))[:10],
        "kinds": tuple(kinds(desk)),
        "offices": _offices(desk, kind),
        "items": tuple(one.name.in_(language) for one in kind.agenda) if kind else (),
        "units": able,
        "sets": asked_units.sets(desk, able),
        "saved": {},
        "people": _people(desk, told),
        "days": _days(desk, starts),
        "said": {
            "kind": kind.id if kind else None,
            "got": whom.named(desk, answers.get("units+", [])),
            "items": agenda.items_of(desk, kind, answers.get("agenda+") or ()),
            **(times.told(desk, *span) if (span := times.span(desk, answers)) else {}),
            **(_reached(desk, kind, answers) if kind and starts and answers.get("units") else {}),
        },
    }


def _people(desk: Desk, said: Iterable[Any]) -> dict[str, str]:
    """Who was named beside the units."""
    numbers = {one: int(one.removeprefix(whom.PERSON)) for one in said if str(one).startswith(whom.PERSON)}
    named = people.names(desk.tx, list(numbers.values()))
    return {one: named.get(number, "") for one, number in numbers.items()}


def _days(desk: Desk, starts: datetime | None) -> tuple[Choice, ...]:
    """Of the next working days those that lie before it."""
    today, calendar = local_day(desk.plan, desk.now), desk.plan.calendar
    last = local_day(desk.plan, starts) if starts else None
    near = (n for n in (1, 2, 3, 5) if last is None or calendar.add_workdays(today, n).date <= last)
    return tuple(Choice(f"workdays_{n}") for n in near)


def _reached(desk: Desk, kind: MeetingKind, answers: Answers) -> dict[str, Any]:
    """How many it reaches, where nobody sits, and who is told beside them."""
    about, by = _about(desk, kind, answers), _until(desk, answers)
    reach = _reach(desk, kind, answers)
    return {
        "title": about.title,
        "place": about.place,
        "link": about.link,
        "agenda": list(about.agenda),
        "chair": kind.chair.in_(desk.chat.language) if kind.chair else "",
        "files": len(attached(answers)),
        "whom": whom.named(desk, answers["units"]),
        "seats": kind.seats,
        "people": len(reach.persons),
        "empty": list(reach.empty),
        "leaderless": list(reach.leaderless),
        "deaf": list(dict.fromkeys(one.unit for one in reach.deaf)),
        "blocked": list(dict.fromkeys(one.unit for one in reach.blocked)),
        "convenors": _others(desk, kind, answers),
        "until": end_of(by, desk.plan.tz).isoformat() if by else None,
    }


def _about(desk: Desk, kind: MeetingKind, answers: Answers) -> About:
    place, link = meetings.where(str(answers.get("where", ""))) or ("", "")
    title = answers.get("title") or kind.name.in_(desk.chat.language)
    return About(title, place, link, tuple(agenda.items_of(desk, kind, answers.get("agenda") or ())))


def _until(desk: Desk, answers: Answers) -> date | None:
    """As it was said; else within some working days."""
    if answers.get("by"):
        return date.fromisoformat(answers["by"])
    starts = times.starts(desk, answers)
    today = local_day(desk.plan, desk.now)
    return meetings.answer_by(today, local_day(desk.plan, starts), desk.plan.calendar) if starts else None


# -- to whom -------------------------------------------------------------------------------------------------------------


def _whom(desk: Desk, kind: MeetingKind, answers: Answers) -> Whom:
    """And whoever coordinates another office that leads it as well (分别担任召集人), and whoever chairs it (YX-3.5b)."""
    said = whom.read(answers, able_units(desk))
    others = (who for unit in _others(desk, kind, answers) for who in desk.today.news(unit, "coordinator"))
    return Whom(said.units, SEATS[kind.seats], tuple(dict.fromkeys((*said.persons, *others, *seen.chairs(desk, kind)))))


def _others(desk: Desk, kind: MeetingKind, answers: Answers) -> list[str]:
    mine = _office(desk, kind, answers)
    return [unit for unit in members(desk.plan, kind.by) if unit != mine and desk.plan.seat_exists(unit, "coordinator")]


def _reach(desk: Desk, kind: MeetingKind, answers: Answers) -> Reach:
    return audience.of(desk, _whom(desk, kind, answers), desk.person)


def noticed(desk: Desk, before: Answers | None, after: Answers) -> Outcome | None:
    """What the plan gives stands there to be changed; what was said becomes units."""
    after.setdefault("_number", new_id())
    kind = kind_of(desk, after)
    if kind is not None and after.get("_of") != kind.id:
        after["_of"] = kind.id
        for name in ("agenda", "units"):
            after.pop(name, None)
        after["agenda+"] = [f"{agenda.PLANS}{n}" for n, _ in enumerate(kind.agenda)]
        able = able_units(desk)
        invited = after.pop("_invited", None)
        asked = [one for one in members(desk.plan, kind.invites) if one in able]
        after["units+"] = [{"said": invited}] if invited else asked
    if "T" in str(after.get("when", "")):
        after.pop("at", None)
    told = whom.gathered(desk, before, after, able_units(desk), [])
    return Outcome(tuple(told)) if told else None


# -- done ----------------------------------------------------------------------------------------------------------------


def called(desk: Desk, answers: Answers) -> Outcome:
    """The meeting, its invitation, a receipt and a clock for each who is invited, and the pushes, in one commit."""
    kind, span = kind_of(desk, answers), times.span(desk, answers)
    if kind is None:
        return Outcome((Say(f"{NAME}:not_yours"),))
    until = _until(desk, answers)
    late = span is None or span[0] <= desk.now or until is None or until < local_day(desk.plan, desk.now)
    reach = _reach(desk, kind, answers)
    if late or not reach.readers:
        lost = ("when", "at", "by") if late else ("units",)
        why = "meanwhile" if late else "nobody"
        return Outcome((Say(f"{NAME}:{why}"),), (NAME, {k: v for k, v in answers.items() if k not in lost}))
    assert span is not None
    number, office, about = answers["_number"], _office(desk, kind, answers), _about(desk, kind, answers)
    notice = Notice(number, office, about.title, "", "attend", until, category=CATEGORY)
    if not rows.make(desk.tx, desk.plan.id, Meeting(number, office, kind.id, *span, about), kind.duty):
        return Outcome((Say(f"{NAME}:already", {"title": about.title}),), ("go.meetings", {}))
    going.make(desk, notice, _whom(desk, kind, answers), desk.person)
    attachments.adopt_for(desk.tx, attached(answers), desk.chat.id, Owner("meeting", number))
    going.go(desk, number)
    if (row := rows.by_id(desk.tx, number)) is not None:
        telling.remind(desk, seen.of_row(desk, row))  # who calls or chairs it comes without saying so
    desk.audit("meeting called", str(number), f"{office} {kind.id} {len(reach.persons)}")
    told = {"title": about.title, "people": len(reach.persons), "empty": list(reach.empty)} | times.told(desk, *span)
    return Outcome((Say(f"{NAME}:done", told, (Choice(f"go.meeting.{number}"), Choice("go.menu", style="quiet"))),))


CONVERSATION = Conversation(FORM, called, "staff", facts, noticed, void)
