"""How far a platform's stream of messages has been taken in. A cursor moves after the commit of what lies before it: one
that is behind costs repetitions, which the inbox's unique key meets; one that were ahead would cost messages."""

from sqlalchemy import select

from storage.database import Tx, now_ms
from storage.models import cursors


def read(tx: Tx, name: str, within_ms: int) -> str | None:
    """None where there is none, or it is older than the platform keeps its numbering."""
    fresh = select(cursors.c.value).where(cursors.c.name == name, cursors.c.at_ms > now_ms() - within_ms)
    return tx.execute(fresh).scalar_one_or_none()


def move(tx: Tx, name: str, value: str) -> None:
    tx.upsert(cursors, {"name": name, "value": value, "at_ms": now_ms()}, ["name"])
