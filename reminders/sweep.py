"""Forgetting: what may not be kept any longer goes, at the start and hourly, a transaction for each noun."""

from collections.abc import Callable
from datetime import datetime

from storage import attachments, chats, people, queue, tips
from storage.database import Tx

# Keys of old messages; patience counters; spent codes; conversations idle too long with their drafts; uploads of nobody.
SWEEPS: tuple[Callable[[datetime, Tx], None], ...] = (
    lambda now, tx: queue.sweep(tx),
    lambda now, tx: tips.sweep(tx),
    lambda now, tx: people.sweep(tx, now),
    lambda now, tx: chats.sweep(tx),
    lambda now, tx: attachments.sweep(tx),
)


def sweep(tx: Tx, now: datetime) -> None:
    """All of them at once."""
    for one in SWEEPS:
        one(now, tx)
