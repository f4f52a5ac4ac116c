"""Tips that ended long enough ago, and the destruction of what they held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from storage import matters
from storage.database import Tx
from storage.models import contacts, handovers, moves, tip_files, tip_keys, tip_marks, tip_messages, tips
from storage.tips import OPEN, cut


def ended(tx: Tx, county: str, kind: str, kinds: Sequence[str], before: datetime, limit: int) -> list[Row[Any]]:
    """Tips that ended before then and are not forgotten: those whose outcome or status has a figure of that name, of the
    others those that are closed. Other workers pass over them."""
    name = func.coalesce(tips.c.outcome, tips.c.status)
    fits = or_(name == kind, and_(tips.c.status == kind, name.not_in(list(kinds))))
    old = (tips.c.county == county, tips.c.closed_at <= before, tips.c.forgotten_at.is_(None), fits)
    wanted = select(tips).where(*old, tips.c.status.not_in((*OPEN, "merged"))).order_by(tips.c.closed_at)
    return list(tx.execute(wanted.limit(limit).with_for_update(skip_locked=True)).all())


def forget(tx: Tx, tip: int, at: datetime) -> None:
    """Destroy the key and what lay under it: content, dialogue, notes, copies, attachments; marks and the way back with
    them. So goes what the matters say that were put from it, in other counties too. Number, password, dates, outcome and the
    course stay: who asks is told that it is gone."""
    matters.emptied(tx, matters.carrying(tx, tip))
    alias = tx.execute(select(tips.c.alias).where(tips.c.id == tip)).scalar_one_or_none()
    cut(tx, alias)
    for table in (tip_keys, tip_marks, contacts, tip_messages, tip_files):
        tx.execute(delete(table).where(table.c.tip == tip))
    tx.execute(update(moves).where(moves.c.tip == tip).values(sealed_note=None))
    tx.execute(update(handovers).where(handovers.c.tip == tip).values(sealed_copy=b""))
    tx.execute(update(tips).where(tips.c.id == tip).values(forgotten_at=at, sealed_content=None))
