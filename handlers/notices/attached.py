"""What hangs on a notice: cleaned copies, for whoever may read it."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from handlers.desk import Desk
from handlers.duties.asking import offices, telling
from handlers.notices import approving, receipts
from storage import attachments, notices
from storage.attachments import Owner


def links(desk: Desk, number: int) -> tuple[dict[str, Any], ...]:
    """As they hang under its card."""
    rows = [row for row in attachments.of_owner(desk.tx, Owner("notice", number)) if row.state == "ready"]
    return tuple(
        {
            "id": row.id,
            "n": n,
            "kind": row.family,
            "which": "clean",
            "ext": attachments.clean_extension(desk.tx, row),
            "named": own_name(desk, row),
        }
        for n, row in enumerate(rows, 1)
    )


LONGEST = 40  # characters of a name
_TELLS_MORE = re.compile(
    r"\d{6,}|%[0-9A-F]{2}"
)  # of somebody, or of when a picture was taken; or is no name as people write it


def own_name(desk: Desk, row: Row[Any]) -> str:
    """What its author calls it, without its ending, where that tells of nobody; else it is known by its number."""
    name = str(attachments.about(desk.tx, row).get("name", ""))
    stem = (name.rpartition(".")[0] or name).strip()
    harmless = 0 < len(stem) <= LONGEST and not _TELLS_MORE.search(stem) and not telling({"title": stem})
    return stem if harmless else ""


def called(desk: Desk, rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    """As their readers see them: by a name, or else a number, and with what ending."""
    return [
        {"n": n, "named": own_name(desk, row), "ext": attachments.clean_extension(desk.tx, row)}
        for n, row in enumerate(rows, 1)
    ]


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
        for one in receipts.of_reader(desk, number)
    )
    return theirs and row.status in notices.STANDS
