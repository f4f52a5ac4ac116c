"""A notice in one line, for those it is for and for those who sent it, and how far back the lists of both go."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.forms import Choice
from rules.deadlines import end_of
from rules.notices import Notice

SENT, SHOWN = "notices/sent", 12
LISTED = timedelta(days=120)
Line = dict[str, Any]


OVER = ("recalled", "replaced")


def called(desk: Desk, found: Sequence[tuple[Notice, Row[Any]]]) -> list[str]:
    """As buttons call them: what holds no more says so, and so does a correction that waits; of several alike each has its moment."""
    named = [_named(desk, notice, row) for notice, row in found]
    often = Counter(named)
    moments = ((row.sent_at or row.send_at or row.made_at).astimezone(desk.plan.tz) for _, row in found)
    return [one if often[one] == 1 else f"{one} {at:%m-%d %H:%M}" for one, at in zip(named, moments, strict=True)]


def _named(desk: Desk, notice: Notice, row: Row[Any]) -> str:
    words, chat = desk.setting.words, desk.chat

    def word(key: str) -> str:
        return words.label(Choice(key), SENT, chat.language, chat.county)

    if row.status in OVER:
        return f"{notice.title} · {word(row.status)}"
    waits = notice.replaces is not None and row.sent_at is None
    return f"{notice.title} · {word('correction')}" if waits else notice.title


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
