"""Who did what, append-only and chained: a row changed or removed later breaks every MAC behind it.

Rows are collected in the transaction and chained at its end under the lock of one head row, so concurrent processes form
one chain. A refused move commits its row like any other: refusals are values, not exceptions.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.models import audit, audit_head

START = bytes(32)


def record(tx: Tx, at: datetime, county: str, action: str, subject: str, person: int | None, detail: str = "") -> None:
    """`detail` holds codes and ids, never anybody's words."""
    tx.audits.append(
        {"at": at, "county": county, "person": person, "action": action, "subject": subject, "detail": detail[:200]}
    )


def _link(tx: Tx, before: bytes, row: dict[str, Any]) -> bytes:
    told = (round(row["at"].timestamp() * 1000), row["county"], row["person"], row["action"], row["subject"])
    return tx.keys.mac("audit", before + repr((*told, row["detail"])).encode())


def chain(tx: Tx) -> None:
    """Called by the database at the end of each transaction."""
    if not tx.audits:
        return
    head = tx.peek(select(audit_head.c.chain).with_for_update()).scalar_one_or_none()
    link = head if head is not None else START
    for row in tx.audits:
        link = row["chain"] = _link(tx, link, row)
    tx.connection.execute(insert(audit), tx.audits)
    if head is None:
        tx.connection.execute(insert(audit_head), {"id": 1, "chain": link})
    else:
        tx.connection.execute(update(audit_head).values(chain=link))
    tx.audits = []


def broken_at(tx: Tx) -> int | None:
    """The id of the first row whose MAC does not follow, or None when the chain holds (0: rows were cut off its end)."""
    link = START
    for row in tx.execute(select(audit).order_by(audit.c.id)).mappings():
        link = _link(tx, link, dict(row))
        if link != row["chain"]:
            return int(row["id"])
    head = tx.execute(select(audit_head.c.chain)).scalar_one_or_none()
    return None if head in (None, link) else 0
