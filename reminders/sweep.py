"""Forgetting: what may not be kept any longer goes, hourly, in small transactions."""

from datetime import datetime

from storage import attachments, chats, people, queue, tips
from storage.database import Tx


def sweep(tx: Tx, now: datetime) -> None:
    """Keys of old messages, spent codes, patience counters; conversations idle too long with their drafts and uploads."""
    queue.sweep(tx)
    tips.sweep(tx)
    people.sweep(tx, now)
    chats.sweep(tx)
    attachments.sweep(tx)
