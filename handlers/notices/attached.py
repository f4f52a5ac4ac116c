"""What hangs on a notice: cleaned copies, for whoever may read it."""

from typing import Any

from handlers.desk import Desk
from handlers.duties.asking import offices
from handlers.notices import approving, receipts
from storage import attachments, notices
from storage.attachments import Owner


def links(desk: Desk, number: int) -> tuple[dict[str, Any], ...]:
    """As they hang under its card."""
    rows = [row for row in attachments.of_owner(desk.tx, Owner("notice", number)) if row.state == "ready"]
    return tuple(
        {"id": row.id, "n": n, "kind": row.family, "which": "clean", "ext": attachments.clean_extension(desk.tx, row)}
        for n, row in enumerate(rows, 1)
    )


def numbers(desk: Desk, number: int) -> list[int]:
    return [row.id for row in attachments.of_owner(desk.tx, Owner("notice", number))]


def may_see(desk: Desk, number: int) -> bool:
    """Its office, who is asked to approve it, whoever it is for or sits in their seat, and the leaders of their units; of one that
    was taken back or replaced its office alone."""
    row = notices.by_id(desk.tx, number)
    if row is None or row.county != desk.plan.id:
        return False
    if row.office in offices(desk) or approving.may(desk, row):
        return True
    led = desk.units("leader")
    theirs = any(
        (one.person == desk.person and desk.sits_in(one.unit)) or (one.unit, one.seat) in desk.seats or one.unit in led
        for one in receipts.reached(row, notices.receipts(desk.tx, number))
    )
    return theirs and row.status in notices.STANDS
