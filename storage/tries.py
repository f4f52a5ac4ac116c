"""Patience with wrong passwords."""

from sqlalchemy import delete, select

from storage.database import Tx, now_ms
from storage.models import tries

FORGIVEN_MS = 3600 * 1000


def failed(tx: Tx, *subjects: str) -> int:
    """Milliseconds the answer to a wrong password waits: 1 s, doubling to a minute, per tip and per conversation,
    forgiven after a quiet hour. Only wrong answers wait; the right password works at any moment."""
    worst = 0
    for subject in subjects:
        mac, at = tx.keys.mac("secret", b"try:" + subject.encode()), now_ms()
        kept = tx.execute(select(tries).where(tries.c.subject == mac)).first()
        count = kept.failures + 1 if kept and at - kept.at_ms < FORGIVEN_MS else 1
        tx.upsert(tries, {"subject": mac, "failures": count, "at_ms": at}, ["subject"])
        worst = max(worst, count)
    return int(min(60_000, 1000 * 2 ** min(worst - 1, 6)))


def sweep(tx: Tx) -> None:
    tx.execute(delete(tries).where(tries.c.at_ms < now_ms() - FORGIVEN_MS))
