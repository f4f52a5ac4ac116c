"""Accounts at a platform that the roster names: whoever writes from one is asked whether they are that person, without a code.

Kept as chats keep an account, by its MAC: what the roster said can be compared, never read back.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from storage.database import Tx, new_id
from storage.models import accounts, chats
from storage.sealed import Unsealable


def expect(tx: Tx, channel: str, account: str, person: int) -> bool:
    """From now on this account, and no other of that channel, is this person's. Whether that is new. Whoever had it before
    has it no longer."""
    if owner(tx, channel, account) == person:
        return False
    theirs = (accounts.c.channel == channel, accounts.c.person == person)
    tx.execute(delete(accounts).where(*theirs))
    tx.execute(delete(accounts).where(accounts.c.channel == channel, accounts.c.peer.in_(_macs(tx, channel, account))))
    tx.add(accounts, {"id": new_id(), "person": person, "channel": channel, "peer": _macs(tx, channel, account)[0]})
    return True


def owner(tx: Tx, channel: str, account: str) -> int | None:
    """Whose it is. Found under an earlier key, it is re-keyed."""
    macs = _macs(tx, channel, account)
    wanted = select(accounts).where(accounts.c.channel == channel, accounts.c.peer.in_(macs))
    row = tx.execute(wanted).first()
    if row is None:
        return None
    if row.peer != macs[0]:
        tx.execute(update(accounts).where(accounts.c.id == row.id).values(peer=macs[0]))
    return int(row.person)


def expected(tx: Tx, chat: int) -> int | None:
    """Whose account it is that writes in this conversation; None where the roster does not know it."""
    row = tx.execute(select(chats.c.channel, chats.c.sealed_address).where(chats.c.id == chat)).first()
    if row is None or row.sealed_address is None:
        return None
    try:
        return owner(tx, row.channel, tx.keys.open_("transit", row.sealed_address).decode())
    except Unsealable:
        return None


def known(tx: Tx, channel: str, persons: Iterable[int]) -> set[int]:
    """Those of them who have an account there."""
    found = select(accounts.c.person).where(accounts.c.channel == channel, accounts.c.person.in_(list(persons)))
    return set(tx.execute(found).scalars())


def forget(tx: Tx, person: int, platform: str = "") -> None:
    """All of theirs, or those at one platform."""
    where: list[ColumnElement[Any]] = [accounts.c.person == person]
    if platform:
        where.append(accounts.c.channel.startswith(f"{platform}:", autoescape=True))
    tx.execute(delete(accounts).where(*where))


def _macs(tx: Tx, channel: str, account: str) -> tuple[bytes, ...]:
    """Platforms give accounts back in small letters: case says nothing."""
    return tx.keys.macs("peer", f"{channel}:{account.casefold()}".encode())
