"""Meetings: which kinds a plan has, who calls one and who is invited to it; how one stands, and what a unit has answered. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Literal

from rules.calendar import Calendar
from rules.terms import STRICT, Origin, Text, UnitId

Reply = Literal["attend", "deputy", "absent"]
COMES: frozenset[Reply] = frozenset({"attend", "deputy"})
Status = Literal["called", "held", "cancelled"]


@dataclass(frozen=True)
class Item:
    """One of the things that a plan's meeting is for."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Text
    clause: str | None = None


@dataclass(frozen=True)
class MeetingKind:
    """`by`: whose coordinators call it and lead it, each of them alone (分别担任召集人); `invites`: to whom it goes unless others
    are named; `seats`: which of their people, a key of `rules.notices.SEATS`; `chair`: who leads it in the room; `duty`: what
    each of `by` that owes it has done by holding it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: Text
    by: tuple[str, ...]
    invites: tuple[str, ...]
    origin: Origin
    seats: Literal["liaisons", "leaders", "both"] = "both"
    agenda: tuple[Item, ...] = ()
    duty: str | None = None
    chair: Text | None = None
    clause: str | None = None
    note: str | None = None


# -- how one stands ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What was written of it."""

    title: str
    place: str = ""
    link: str = ""
    agenda: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """In one line, as a push says it: who comes online finds the link there."""
        return " ".join(filter(None, (self.place, self.link)))


@dataclass(frozen=True)
class Meeting:
    """Aware moments in UTC. `changed`: when its time or place was changed last."""

    number: int
    office: UnitId
    kind: str
    starts: datetime
    ends: datetime | None
    about: About
    status: Status = "called"
    revision: int = 0
    changed: datetime | None = None
    held: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether it can still be answered, moved to another time, and called off."""
        return self.status == "called" and now < self.starts

    def when(self, tz: tzinfo) -> dict[str, Any]:
        """As words say it; weekday 0 is Monday, and the hours stand apart, since they are said after it."""
        starts, ends = self.starts.astimezone(tz), self.ends.astimezone(tz) if self.ends else None
        about = {"starts": self.starts.isoformat(), "weekday": starts.weekday(), "begins": f"{starts:%H:%M}"}
        return about | {"ends": f"{ends:%H:%M}" if ends else ""}

    def begun(self, now: datetime) -> bool:
        """Whether it is time to record how it was."""
        return self.status == "called" and now >= self.starts


@dataclass(frozen=True)
class Answer:
    """What one person of a unit has answered for it."""

    unit: UnitId
    person: int
    reply: Reply | None = None
    words: str = ""  # who comes instead, or why nobody does
    at: datetime | None = None

    def of_before(self, meeting: Meeting) -> bool:
        """It was given for the time or place that has been changed since."""
        return self.at is not None and meeting.changed is not None and self.at < meeting.changed


def by_unit(answers: Iterable[Answer]) -> dict[UnitId, Answer]:
    """The answer of a unit is the one that somebody of it gave last; an empty one where nobody has. In the order they come in."""
    found: dict[UnitId, Answer] = {}
    for one in answers:
        before = found.setdefault(one.unit, one)
        if one.at is not None and (before.at is None or one.at >= before.at):
            found[one.unit] = one
    return found


def comes(answer: Answer) -> bool:
    return answer.reply in COMES


# -- when ----------------------------------------------------------------------------------------------------------------

DAYS_TO_ANSWER = 3  # working days, where there are as many


def answer_by(today: date, starts: date, calendar: Calendar) -> date:
    """Within some working days, and before the working day on which it is held; of one held today, today."""
    before = calendar.add_workdays(starts, -1).date
    return max(today, min(calendar.add_workdays(today, DAYS_TO_ANSWER).date, before))


# -- where ---------------------------------------------------------------------------------------------------------------

_LINK = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s，。；、）)】」”\"'<>]+")
_SAFE = re.compile(r"(?i)https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:[/?#]\S*)?")


def where(words: str) -> tuple[str, str] | None:
    """(place, link) of what was written. None: there is a link, and it is no https. A link is only ever shown as text."""
    found = _LINK.findall(words)
    if any(not _SAFE.fullmatch(one) for one in found) or len(found) > 1:
        return None
    place = " ".join(_LINK.sub(" ", words).split()).strip(" ,，;；:：、。")
    return place, found[0] if found else ""


_ONLINE = re.compile(
    r"(?:(?:改|换)?(?:成|为|到)?(?:线上|网上|视频|远程|online)(?:会议|开|参加|链接)?|(?:会议)?(?:链接|网址|link))", re.I
)
_NO_LINK = re.compile(
    r"(?:(?:去掉|删掉|删除|取消|不要|不用)(?:了)?(?:会议|线上|网上)*(?:的)?(?:链接|网址|线上|网上)(?:了|开)?|(?:drop|remove|without|no) (?:the )?link)",
    re.IGNORECASE,
)


def drops_link(words: str) -> bool:
    """去掉链接, 不用线上了."""
    return bool(_NO_LINK.fullmatch("".join(words.split()))) or bool(_NO_LINK.fullmatch(words.strip()))


def moved(about: About, words: str) -> About | None:
    """Of place and link only what was said is another. None: there is a link, and it is no https."""
    if drops_link(words):
        return replace(about, link="")
    found = where(words)
    if found is None:
        return None
    place, link = found
    named = place and not (link and _ONLINE.fullmatch(place))
    return replace(about, place=place if named else about.place, link=link or about.link)
