"""What a member of staff was told, and may hear no more: a seat of theirs has ended, and others are left."""

from collections.abc import Callable

from sqlalchemy import select

from storage import chats, messages, queue, said
from storage.database import Tx
from storage.models import outbox
from storage.queue import Message


def take_back(tx: Tx, chat: int, keeps: Callable[[Message], bool]) -> None:
    """What told of tips leaves this chat, and what still waits goes unless `keeps` says so. The conversation is held:
    whoever answers there in this moment has done so by then, and who comes later sees the seats that are left."""
    if chat not in tx.held:
        chats.hold(tx, [chat])
    said.erase_told(tx, chat)
    rows = tx.execute(select(outbox).where(outbox.c.lane == chat).order_by(outbox.c.id)).all()
    for row, message in zip(rows, messages.of_rows(tx, rows).values(), strict=True):
        if message is None or ((message.get("about") or message.get("matters")) and not keeps(message)):
            queue.sent(tx, [row.id])
