"""What one's own office has sent: whose it is, and how far it is with everybody together."""

from typing import Any

from sqlalchemy import Row

from handlers import matter
from handlers.desk import Desk
from handlers.duties.asking import offices
from handlers.notices import lines, receipts
from handlers.notices.lines import Line
from rules.notices import GONE, Notice
from storage import broadcasts, notices


def ours(desk: Desk, number: int | None) -> Row[Any] | None:
    """Sent by an office of whoever speaks. An invitation is its meeting's."""
    row = notices.by_id(desk.tx, number) if number is not None else None
    if row is None or row.county != desk.plan.id or row.want == "attend":
        return None
    return row if row.office in offices(desk) else None


def has_gone(row: Row[Any]) -> bool:
    """Somebody may have it; one that was given up before it went is a draft still."""
    return row.status in GONE and (row.status == "sent" or row.sent_at is not None)


def reach(desk: Desk, number: int | None) -> Row[Any] | None:
    """None, and on record, for whoever is of another office."""
    row = ours(desk, number)
    if row is None:
        matter.refused(desk, str(number), "notice sent")
    return row


def line(desk: Desk, notice: Notice, row: Row[Any], found: list[Row[Any]]) -> Line:
    """Counted by unit: one that anybody read for has read it. `out`: None where it was not kept who has it; `goes`: at what time, of
    one that waits for it."""
    has, going = len({one.person for one in found if receipts.has_it(one)}), broadcasts.progress(desk.tx, row.id)
    return lines.of(desk, notice, row) | {
        "went": has_gone(row),
        "goes": matter.stamp(row.send_at),
        "sending": going.status,
        "waiting": going.waiting,
        "units": len({one.unit for one in found}),
        "given": len(receipts.given(found, notice.want)),
        "people": len({one.person for one in found}),
        "out": has if broadcasts.counted(desk.tx, row.id) else None,
        "stays": broadcasts.left_with(desk.tx, row.id) if row.status in lines.OVER else 0,
    }
