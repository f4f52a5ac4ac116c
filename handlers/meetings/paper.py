"""The meeting as an entry for somebody's own calendar. It bears one name all its life, and a number that grows with each change, so
that a calendar takes the later file for the same entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers import matter
from handlers.desk import Desk, Setting
from handlers.meetings import seen
from handlers.meetings.seen import Seen
from storage import chats
from storage.database import Tx

KIND = "calendar"


@dataclass(frozen=True)
class Event:
    """Aware moments in UTC. `about`: what the words of its description need."""

    county: str
    language: str
    uid: str
    revision: int
    stamped: datetime
    starts: datetime
    ends: datetime | None
    title: str
    place: str
    link: str
    office: str
    cancelled: bool
    about: dict[str, Any]


def hung(one: Seen) -> tuple[dict[str, Any], ...]:
    """As it hangs under the card, until the meeting has been held."""
    return ({"id": one.row.id, "kind": KIND, "which": KIND, "n": ""},) if one.meeting.status != "held" else ()


def for_chat(setting: Setting, now: datetime, tx: Tx, chat: int, number: int) -> Event | None:
    """Asked again each time it is taken: whoever is invited, or leads it."""
    talk = chats.load(tx, [chat]).get(chat)
    if talk is None or talk.ended or talk.person is None or talk.county not in setting.plans:
        return None
    desk = Desk(tx, now, setting, talk)
    desk.sit()
    one = seen.reach(desk, number)
    if one is None or not seen.shown_whole(desk) or not hung(one):
        return None
    desk.audit("calendar file made", str(number), str(one.meeting.revision))
    return of(desk, one)


def of(desk: Desk, one: Seen) -> Event:
    meeting, about = one.meeting, one.meeting.about
    office = desk.plan.units.get(meeting.office)
    named = (office.full or office.name).in_(desk.chat.language) if office else meeting.office
    return Event(
        desk.plan.id,
        desk.chat.language,
        f"{meeting.number}@{desk.plan.id}.xiezhi",
        meeting.revision,
        desk.now,
        meeting.starts,
        meeting.ends,
        about.title,
        about.place,
        about.link,
        named,
        meeting.status == "cancelled",
        {
            "agenda": list(about.agenda),
            "office": meeting.office,
            "link": about.link,
            "at": matter.stamp(meeting.starts),
        },
    )
