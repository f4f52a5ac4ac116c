"""How a notice ends that was sent: what took its place, and the clocks that asked for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select

from rules.notices import GONE
from storage import duties as clocks
from storage import notices as rows
from storage import said
from storage.database import Tx
from storage.models import duties, notice_receipts, notices, outbox

AT_ONCE = 500  # names in one statement


def successor(tx: Tx, number: int) -> Row[Any] | None:
    """The correction that has gone in its place."""
    after = (notices.c.replaces == number, notices.c.status.in_(sorted(GONE)))
    return tx.execute(select(notices).where(*after).order_by(notices.c.id.desc()).limit(1)).first()


def open_clocks(tx: Tx, number: int) -> list[Row[Any]]:
    """Of everybody of whom it still wants something."""
    return _clocks(tx, number, duties.c.closed_at.is_(None))


def _clocks(tx: Tx, number: int, *which: ColumnElement[bool]) -> list[Row[Any]]:
    persons = tx.execute(
        select(notice_receipts.c.person).where(notice_receipts.c.notice == number).distinct()
    ).scalars()
    names = [rows.clock(number, one) for one in persons]
    found: list[Row[Any]] = []
    for n in range(0, len(names), AT_ONCE):
        theirs = duties.c.once.in_(names[n : n + AT_ONCE])
        found += tx.execute(select(duties).where(theirs, *which).order_by(duties.c.id)).all()
    return found


def end_clocks(tx: Tx, found: Iterable[Row[Any]], at: datetime, how: str) -> None:
    """Nobody of these is asked again."""
    for one in found:
        clocks.end(tx, one, at, how)


def take_out(tx: Tx, number: int) -> None:
    """What asked anybody once more for it, their leader or its office, leaves every chat, and so does its card where it was opened:
    both go on naming what holds no longer. What just leaves goes when it is known to be out. A morning's message that names
    other things as well stays."""
    for clock in _clocks(tx, number, duties.c.step > 0):
        name = clocks.pushed(None, clock.id)
        tx.execute(delete(outbox).where(outbox.c.once.startswith(name, autoescape=True)))
        said.erase_named(tx, name)
    said.erase_of(tx, number)
