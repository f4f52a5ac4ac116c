"""What makes tips alike: a plate, a phone, a link, a parcel, a place. Equal things meet, and nothing can be read back."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select, update

from storage.database import Tx, new_id
from storage.models import tip_marks, tips


def keep(tx: Tx, tip: int, county: str, marks: Iterable[tuple[str, str]]) -> None:
    for kind, value in marks:
        row = {"id": new_id(), "county": county, "tip": tip, "kind": kind}
        tx.add(tip_marks, row | {"mark": _mark(tx, county, kind, value)})


def _mark(tx: Tx, county: str, kind: str, value: str) -> bytes:
    """Equal things meet under the current key: those kept under an older one are re-keyed on touch."""
    current, *older = tx.keys.macs("mark", f"{county}:{kind}:{value}".encode())
    if older:
        tx.execute(update(tip_marks).where(tip_marks.c.mark.in_(older)).values(mark=current))
    return current


def carrying(tx: Tx, county: str, kind: str, value: str) -> list[Row[Any]]:
    """Tips that carry this mark, oldest first. Who may see a row is decided by rules.visibility, row by row."""
    same = (tip_marks.c.county == county, tip_marks.c.kind == kind)
    carry = select(tip_marks.c.tip).where(*same, tip_marks.c.mark == _mark(tx, county, kind, value))
    return list(tx.execute(select(tips).where(tips.c.id.in_(carry)).order_by(tips.c.received_at)).all())
