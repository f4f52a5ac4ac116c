"""Who does what only one process may do at a time: a row with a holder and an end, and no leader beyond it.

A holder that dies is followed when its time is up, one that stops says so. Whoever slept through its own time finds the
lease taken; what it did meanwhile must be harmless, as everything behind the inbox's unique key is.
"""

from sqlalchemy import delete, or_, select, update

from storage.database import Tx, now_ms
from storage.models import leases


def take(tx: Tx, name: str, holder: str, ms: int) -> bool:
    """Take it, or keep it for `ms` more. False while somebody else has it."""
    at = now_ms()
    free = or_(leases.c.holder == holder, leases.c.until_ms < at)
    mine = {"holder": holder, "until_ms": at + ms}
    if tx.execute(update(leases).where(leases.c.name == name, free).values(mine)).rowcount:
        return True
    tx.add_unless_known(leases, {"name": name, **mine})
    return bool(tx.execute(select(leases.c.holder).where(leases.c.name == name)).scalar_one() == holder)


def give_up(tx: Tx, name: str, holder: str) -> None:
    """Somebody else may begin at once."""
    tx.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def release(tx: Tx, name: str) -> None:
    """Whoever held it is known to be gone."""
    tx.execute(delete(leases).where(leases.c.name == name))
