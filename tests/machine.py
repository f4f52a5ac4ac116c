"""Machine time for tests: leases, sessions and back-off, which no lever moves."""

from datetime import timedelta

import pytest

from bot import line
from bot.channels.wecom import pull
from storage import (
    access,
    attachments,
    broadcasts,
    chats,
    cursors,
    database,
    delivery,
    figures,
    leases,
    mailbox,
    permits,
    pushes,
    queue,
    remotes,
    said,
    sending,
    tries,
    windows,
)

# fmt: off
CLOCKS = (
    access, attachments, broadcasts, chats, cursors, database, delivery, figures, leases, line, mailbox, permits, pull, pushes,
    queue, remotes, said, sending, tries, windows,
)
# fmt: on


def pass_time(patch: pytest.MonkeyPatch, **span: float) -> None:
    """From here on it is that much later, for every table's clock. Keys and ids keep their own."""
    before, ahead = queue.now_ms, round(timedelta(**span).total_seconds() * 1000)
    for module in CLOCKS:
        patch.setattr(module, "now_ms", lambda: before() + ahead)
