"""A notice in one line, for those it is for and for those who sent it, and how far back the lists of both go."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from rules.deadlines import end_of
from rules.notices import Notice

SHOWN = 12
LISTED = timedelta(days=120)
Line = dict[str, Any]


def of(desk: Desk, notice: Notice, row: Row[Any]) -> Line:
    return {
        "title": notice.title,
        "office": notice.office,
        "category": notice.category,
        "want": notice.want,
        "status": row.status,
        "at": matter.stamp(row.sent_at or row.made_at),
        "ended": matter.stamp(row.ended_at),
        "until": end_of(notice.until, desk.plan.tz).isoformat() if notice.until else None,
        "corrects": notice.replaces is not None,
    }
