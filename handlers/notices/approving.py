"""A second person's word, where the category of a notice asks for it: not who wrote it, but whoever coordinates the same office, or
the head. Approved is what they have seen, and exactly that goes."""

from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.forms import Choice, Say
from handlers.notices.scene import Scene
from rules.notices import Notice, deciders
from rules.terms import SeatRef
from storage import approvals, people
from storage.notices import NOTICE

BLOCK = "reminders:notice_to_approve"


def persons(scene: Scene, office: str, but: int) -> list[int]:
    found = (one for seat in deciders(scene.plan, office) for one in scene.today.hear(*seat))
    return [one for one in dict.fromkeys(found) if one != but]


def names(desk: Desk, office: str, but: int) -> list[str]:
    found = persons(desk, office, but)
    known = people.names(desk.tx, found)
    return [known[one] for one in found if one in known]


def offices(desk: Desk) -> list[str] | None:
    """Of which offices' notices they may decide; None: of all."""
    return None if tuple(desk.plan.head.ref) in desk.seats else list(desk.units("coordinator"))


def may(desk: Desk, row: Row[Any]) -> bool:
    of = offices(desk)
    return row.status == "waiting" and row.made_by != desk.person and (of is None or row.office in of)


def ask(desk: Desk, notice: Notice) -> None:
    """Told once for each version: a changed one is looked at anew. Who has not looked hears once more, by the clock."""
    about = {"title": notice.title, "office": notice.office, "who": people.name(desk.tx, desk.person)}
    say = Say(BLOCK, about, (Choice(f"go.draft.{notice.number}", style="primary"),))
    once = f"{NOTICE}:approve:{notice.number}:{int(desk.now.timestamp())}"
    desk.tell(persons(desk, notice.office, desk.person), say, once, owes=1, calm=False)
    by = SeatRef(notice.office, "coordinator")
    approvals.wait(desk.tx, desk.plan, NOTICE, notice.number, by, desk.person, desk.now)


def tell_author(desk: Desk, row: Row[Any], notice: Notice, decided: str, remarks: str = "") -> None:
    """`decided`: sent | planned | returned, with what is to be changed."""
    about = {"title": notice.title, "decided": decided, "who": people.name(desk.tx, desk.person), "remarks": remarks}
    say = Say("reminders:notice_decided", about, (Choice(f"go.draft.{row.id}", style="primary"),))
    once = f"{NOTICE}:decided:{row.id}:{int(desk.now.timestamp())}"
    desk.tell([row.made_by], say, once, owes=1, calm=False)
