"""What waits, as numbers: nothing about anybody."""

from sqlalchemy import func, select

from storage.database import Tx, now_ms
from storage.models import dead, inbox, outbox


def backlog(tx: Tx) -> tuple[int, int]:
    """(rows waiting, age in milliseconds of the oldest) of the inbox: for /readyz and the metrics."""
    waiting = select(func.count(), func.min(inbox.c.at_ms)).where(~inbox.c.done)
    count, oldest = list(tx.execute(waiting).one())
    return int(count), now_ms() - int(oldest) if oldest else 0


def counted(tx: Tx) -> dict[str, tuple[int, str]]:
    """For the metrics: (value, what it is), by name."""
    waiting, age = backlog(tx)
    queued = int(tx.execute(select(func.count()).select_from(outbox)).scalar_one())
    buried = int(tx.execute(select(func.count()).select_from(dead)).scalar_one())
    return {
        "inbox_waiting": (waiting, "messages taken in and not yet worked off"),
        "inbox_oldest_ms": (age, "age of the oldest of them in milliseconds"),
        "outbox_rows": (queued, "messages to be sent or fetched"),
        "dead_rows": (buried, "messages set aside with their cause"),
    }
