"""What its author may still correct or take back: a move on which nobody has acted. Reading is not acting."""

from itertools import takewhile
from typing import Any

from sqlalchemy import Row

from handlers import duty, matter
from handlers.desk import Desk
from storage import duties, handovers, tips

# moves whose words may turn out wrong
WORDED = ("asked", "noted", "recalled", "identity_opened", "closed", "returned", "progress", "prolonged", "involved")
LOOKS = ("identity_opened", "file_opened")  # a look on record, whose motive may be worded wrongly too


def correctable(desk: Desk, tip: int, handover: int | None = None) -> matter.Line | None:
    """The last move, while it is this person's own and nobody has acted on it; in a unit, of that hand-over. Reading is
    not acting, nor is what another unit does: words that went out before a look are corrected before its motive."""
    course = [one for one in tips.course(desk.tx, tip) if _bears_on(one, handover)]
    acts = [one for one in course if one["move"] not in LOOKS]
    return _worded(desk, acts) or _worded(desk, course)


def _worded(desk: Desk, course: list[matter.Line]) -> matter.Line | None:
    last, worded = course[-1] if course else None, (*WORDED, *matter.UNIT_ENDS.values())
    return last if last and last["person"] == desk.chat.person and last["move"] in worded else None


def _bears_on(move: matter.Line, handover: int | None) -> bool:
    if move["actor"] == "clock" or move["move"] == "opened":
        return False
    if handover is None:
        return move["handover"] is None or move["move"] in ("handed", "recalled")
    return move["actor"] == "staff" and move["handover"] in (None, handover)


BY_MERGING = ("merged", "merged_here", "recalled", "moved", "taken")  # what one merge may write, in either tip
TOLD = ("added", "exposed")  # by citizens, each to their own tip: true of it merged or not


def undoable(desk: Desk, row: Row[Any]) -> tuple[Row[Any], matter.Line] | None:
    """The tip that this person has just turned away or merged, seen from it or from the one it was merged into, and that
    move: while nobody has acted on either."""
    if row.status == "closed" and row.outcome in ("spam", "outside"):
        last = correctable(desk, row.id)
        return (row, last) if last and last["move"] == "closed" else None
    if row.status == "merged":
        into = tips.by_id(desk.tx, row.merged_into)
        move = _merge_of(desk, row, "merged")
        fresh = into is not None and into.status in tips.OPEN and _merge_of(desk, into, "merged_here", row.number)
        return (row, move) if move and fresh else None
    here = _merge_of(desk, row, "merged_here")
    other = tips.by_number(desk.tx, here["note"]) if here else None
    return undoable(desk, other) if other is not None and other.merged_into == row.id else None


def _merge_of(desk: Desk, row: Row[Any], name: str, number: str | None = None) -> matter.Line | None:
    """The entry of a merge by this person that stands at the end of the course."""
    course = [one for one in tips.course(desk.tx, row.id) if _bears_on(one, None) and one["move"] not in TOLD]
    own = takewhile(lambda one: one["person"] == desk.person and one["move"] in BY_MERGING, reversed(course))
    return next((one for one in own if one["move"] == name and number in (None, one["note"])), None)


def reopen(desk: Desk, row: Row[Any]) -> None:
    """As it stood before the move that ended it: its clocks run on, and units have again what was taken from them."""
    duties.reopen(desk.tx, row.id, row.closed_at, desk.now)
    signed = {one["handover"] for one in tips.course(desk.tx, row.id) if one["move"] == "signed"}
    for one in handovers.of_tip(desk.tx, row.id):
        if one.status == "closed" and one.outcome is None and one.closed_at == row.closed_at:
            values = {"status": "signed" if one.id in signed else "sent", "closed_at": None}
            handovers.change(desk.tx, one.id, ("closed",), **values)
            matter.tell_unit(desk, row, one.unit, "again")
    held = any(one.status in handovers.HELD for one in handovers.of_tip(desk.tx, row.id))
    status = "handed" if held else "taken" if row.taken_by else "received"
    nothing = {"outcome": None, "closed_at": None, "merged_into": None}
    tips.change(desk.tx, row.id, desk.now, status=status, **nothing)
    duty.decision(desk, row)
