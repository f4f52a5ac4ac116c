"""放弃, where a notice was being changed, corrected or taken back: it is said that nothing of it is another, and how it stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handlers import exhibits, matter
from handlers.desk import Desk, Outcome
from handlers.forms import Answers, Say
from rules.notices import GONE
from storage import notices

SENT, DRAFT = "notices/sent", "notices/draft"


def writing(desk: Desk, answers: Answers) -> Outcome | None:
    """None: it was a new one, and nothing of it is kept."""
    number = answers["_number"] if "_changes" in answers else answers.get("_replaces")
    return _left(desk, number, "unchanged" if "_changes" in answers else "uncorrected")


def recalling(desk: Desk, answers: Answers) -> Outcome | None:
    return _left(desk, answers["_notice"], "not_recalled")


def _left(desk: Desk, number: int | None, block: str) -> Outcome | None:
    row = notices.by_id(desk.tx, number) if number is not None else None
    if row is None:
        return None
    about = {"title": notices.read(desk.tx, row).title, "status": row.status, "at": matter.stamp(row.send_at)}
    return Outcome((Say(f"notices/untouched:{block}", about),), _card(desk, row))


def _card(desk: Desk, row: Row[Any]) -> tuple[str, Answers]:
    if row.status in GONE and row.sent_at is not None:
        return SENT, {"_notice": row.id}
    made_at: datetime = row.made_at
    return DRAFT, {"_notice": row.id, "_seen": made_at.isoformat()} | exhibits.opening(desk)
