"""A notice that is being written: its answers become what is kept, and what is kept becomes answers again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.duties.asking import offices
from handlers.forms import Answers, attached
from handlers.notices import approving, audience, whom
from handlers.notices import attached as attached_files
from rules.days_left import Written, left_over
from rules.deadlines import end_of
from rules.notices import Category, Notice, Whom, may_be_told
from rules.sending_times import at_night
from storage import attachments, notices
from storage.attachments import Owner
from storage.seated import local_day

COMPOSE, NOW = "notices/compose", "now"


@dataclass(frozen=True)
class Draft:
    notice: Notice
    whom: Whom
    send_at: datetime | None


def office(desk: Desk, answers: Answers) -> str:
    own = offices(desk)
    return str(answers["office"]) if answers.get("office") in own else own[0] if own else ""


def able(desk: Desk, answers: Answers) -> tuple[str, ...]:
    own = office(desk, answers)
    return may_be_told(desk.plan, own) if own else ()


def category(desk: Desk, answers: Answers) -> Category:
    known = desk.plan.notice_categories
    return known.get(str(answers.get("category"))) or next(iter(known.values()))


def may_be(desk: Desk, answers: Answers) -> str | None:
    """The category of which its title may say it is: 关于…的通报."""
    title = str(answers.get("title") or "")
    return next((one.id for one in desk.plan.notice_categories.values() if one.may_be(title)), None)


def send_at(answers: Answers) -> datetime | None:
    """None: as soon as it may."""
    at = answers.get("at")
    return datetime.fromisoformat(at) if at and at != NOW else None


def read(desk: Desk, answers: Answers) -> Draft:
    """From whole answers."""
    until = date.fromisoformat(answers["by"]) if answers.get("by") and answers["want"] == "answer" else None
    told = (answers["title"], answers.get("words") or "", answers["want"], until)
    notice = Notice(
        answers["_number"],
        office(desk, answers),
        *told,
        category=category(desk, answers).id,
        replaces=answers.get("_replaces"),
    )
    return Draft(notice, whom.read(answers, able(desk, answers)), send_at(answers))


def answers_of(desk: Desk, row: Row[Any]) -> Answers:
    """As if it had just been written: to be changed, or corrected by another."""
    notice = notices.read(desk.tx, row)
    said: Answers = {"office": notice.office, "title": notice.title, "words": notice.words or None}
    said |= {"want": notice.want, "category": notice.category} | whom.filled(notices.whom(row))
    said |= {"by": notice.until.isoformat()} if notice.until else {}
    said |= {"_replaces": notice.replaces} if notice.replaces is not None else {}
    files = attachments.of_owner(desk.tx, Owner("notice", row.id))
    said |= {"document": [{"id": one.id, "family": one.family} for one in files]} if files else {}
    return said | ({"at": row.send_at.astimezone(desk.plan.tz).isoformat()} if row.send_at else {})


# -- as it is shown ------------------------------------------------------------------------------------------------------


def line(desk: Desk, draft: Draft, files: Iterable[int], author: int | None = None) -> dict[str, Any]:
    """What the last look and the card of one that waits tell of it. `author`: who wrote it, where it is another's."""
    notice, at = draft.notice, draft.send_at
    by = author if author is not None else desk.person
    reach = audience.of(desk, draft.whom, by)
    kind = desk.plan.notice_categories.get(notice.category)
    return {
        "title": notice.title,
        "words": notice.words,
        "whom": whom.named(desk, whom.filled(draft.whom)["units"]),
        "seats": whom.key_of(draft.whom.seats) if draft.whom.units else None,
        "people": len(reach.persons),
        "empty": list(reach.empty),
        "leaderless": list(reach.leaderless),
        "deaf": list(dict.fromkeys(one.unit for one in reach.deaf)),
        "blocked": list(dict.fromkeys(one.unit for one in reach.blocked)),
        "want": notice.want,
        "by": matter.stamp(end_of(notice.until, desk.plan.tz)) if notice.until else None,
        "category": kind.name.in_(desk.chat.language) if kind and kind.id != "notice" else None,
        "at": matter.stamp(at),
        "at_rest": at is not None and at_night(at, desk.plan),
        **_files(desk, files),
        "approval": bool(kind and kind.approval),
        "approvers": approving.names(desk, notice.office, by) if kind and kind.approval else [],
        "replaces": notice.replaces is not None,
        "left_over": _left_over(desk, notice),
    }


def _left_over(desk: Desk, notice: Notice) -> list[str]:
    """Days that the one which it corrects, or what it was before, named, and that it names no more but here."""
    row = notices.by_id(desk.tx, notice.replaces or notice.number)
    if row is None:
        return []
    was, then, today = notices.read(desk.tx, row), local_day(desk.plan, row.made_at), local_day(desk.plan, desk.now)
    texts = ((was.title, notice.title), (was.words, notice.words))
    before = Written([(old, then) for old, _ in texts], was.until)
    after = Written([(new, then if new == old else today) for old, new in texts], notice.until)
    return left_over(before, after, desk.plan.calendar)


def _files(desk: Desk, numbers: Iterable[int]) -> dict[str, Any]:
    """`held`: those that can't be cleaned, and are not shown to anybody; `called`: the others, as readers see them."""
    rows = [row for one in numbers if (row := attachments.by_id(desk.tx, one)) is not None]
    held = {row.id for row in rows if row.state in ("withheld", "refused")}
    called = attached_files.called(desk, [row for row in rows if row.id not in held])
    return {"files": len(rows), "held": len(held), "called": called}


def keep_files(desk: Desk, number: int, answers: Answers) -> None:
    """What was sent with it is its own; what it had and has no more goes; what a corrected one had is copied."""
    owner, wanted = Owner("notice", number), attached(answers)
    attachments.adopt_for(desk.tx, wanted, desk.chat.id, owner)
    gone = [one.id for one in attachments.of_owner(desk.tx, owner) if one.id not in wanted]
    attachments.drop(desk.tx, owner, gone)
    if (before := answers.get("_replaces")) is not None:
        theirs = [one.id for one in attachments.of_owner(desk.tx, Owner("notice", before)) if one.id in wanted]
        attachments.copied(desk.tx, theirs, desk.plan.id, owner, named=True)
