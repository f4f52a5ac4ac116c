"""Forgetting: what may not be kept any longer goes, at the start and hourly, a transaction or more for each noun."""

from collections.abc import Callable
from datetime import datetime

from storage import attachments, audit, chats, delivery, groups, people, queue, tries
from storage.database import Tx

# Keys of old messages; patience counters; spent codes; conversations idle too long with their drafts; uploads of nobody; what no
# group was told within a day; counts of refusals, which the audit keeps from then on.
# One that says there is more goes on in the next transaction: nobody who writes waits for all of it.
SWEEPS: tuple[Callable[[datetime, Tx], bool | None], ...] = (
    lambda now, tx: queue.sweep(tx),
    lambda now, tx: delivery.settle(tx),
    lambda now, tx: tries.sweep(tx),
    lambda now, tx: people.sweep(tx, now),
    lambda now, tx: chats.sweep(tx),
    lambda now, tx: attachments.sweep(tx),
    lambda now, tx: groups.sweep(tx, now),
    lambda now, tx: audit.settle(tx, now),
)
