"""Who did what, append-only and chained: a row changed or removed later breaks every MAC behind it.

Rows are collected in the transaction and chained at its end under the lock of one head row, so concurrent processes form
one chain. A refused move commits its row like any other: refusals are values, not exceptions.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.database import Tx
from storage.models import audit, audit_head, milliseconds, refusals

START = bytes(32)


def record(tx: Tx, at: datetime, county: str, action: str, subject: str, person: int | None, detail: str = "") -> None:
    """`detail` holds codes and ids, never anybody's words."""
    tx.audits.append(
        {"at": at, "county": county, "person": person, "action": action, "subject": subject, "detail": detail[:200]}
    )


HOUR = timedelta(hours=1)


def tally(tx: Tx, at: datetime, county: str, action: str, subject: str) -> None:
    """For what anybody at all can make happen, a wrong password: counted, and told in one row an hour for each subject, so
    that nobody fills the disk with it."""
    row = {"county": county, "action": action, "subject": subject, "count": 1, "first_at": at, "last_at": at}
    again = {"count": refusals.c.count + 1, "last_at": at}
    tx.upsert(refusals, row, ["county", "action", "subject"], again)


def settle(tx: Tx, now: datetime) -> None:
    """What has been counted for an hour becomes a row of the chain: how often, from when to when."""
    old = delete(refusals).where(refusals.c.first_at <= now - HOUR).returning(*refusals.c)
    for row in tx.execute(old).all():
        span = "/".join(moment.isoformat(timespec="seconds") for moment in (row.first_at, row.last_at))
        record(tx, now, row.county, row.action, row.subject, None, f"{row.count} {span}")


def _told(before: bytes, row: Mapping[str, Any]) -> bytes:
    return (
        before
        + repr(
            (milliseconds(row["at"]), row["county"], row["person"], row["action"], row["subject"], row["detail"])
        ).encode()
    )


def chain(tx: Tx) -> None:
    """Called by the database at the end of each transaction."""
    if not tx.audits:
        return
    link = _head(tx)
    for row in tx.audits:
        link = row["chain"] = tx.keys.mac("audit", _told(link, row))
    tx.connection.execute(insert(audit), tx.audits)
    tx.connection.execute(update(audit_head).values(chain=link))
    tx.audits = []


def _head(tx: Tx) -> bytes:
    """The chain's end, locked until this transaction is over. Of two who begin the chain at once, one makes its head."""
    wanted = select(audit_head.c.chain).with_for_update()
    head = tx.peek(wanted).scalar_one_or_none()
    if head is None:
        tx.add_unless_known(audit_head, {"id": 1, "chain": START})
        tx.flush()
        head = tx.peek(wanted).scalar_one()
    return bytes(head)


def broken_at(tx: Tx) -> int | None:
    """The id of the first row whose MAC does not follow, or None when the chain holds (0: rows were cut off its end).

    Keys are rotated while the chain grows, so a link may be of any key that still exists.
    """
    link = START
    for row in map(dict, tx.execute(select(audit).order_by(audit.c.id)).mappings()):
        if row["chain"] not in tx.keys.macs("audit", _told(link, row)):
            return int(row["id"])
        link = row["chain"]
    head = tx.execute(select(audit_head.c.chain)).scalar_one_or_none()
    return None if (head or START) == link else 0
