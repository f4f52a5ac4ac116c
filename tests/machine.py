"""Machine time for tests: leases, sessions and back-off, which no lever moves."""

from datetime import timedelta

import pytest

from storage import attachments, chats, cursors, database, leases, permits, queue, remotes, said, sending, tips


def pass_time(patch: pytest.MonkeyPatch, **span: float) -> None:
    """From here on it is that much later, for every table's clock. Keys and ids keep their own."""
    before, ahead = queue.now_ms, round(timedelta(**span).total_seconds() * 1000)
    for module in (attachments, chats, cursors, database, leases, permits, queue, remotes, said, sending, tips):
        patch.setattr(module, "now_ms", lambda: before() + ahead)
