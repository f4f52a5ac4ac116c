"""Our bots as a platform shows them: where people find one, and what it was last told to say of itself.

How a link brings a code along is the platform's: it is kept with `CODE` in the code's place.
"""

from collections.abc import Iterable

from sqlalchemy import Column, select

from storage.database import Tx
from storage.models import bots

CODE = "{code}"


def keep(tx: Tx, name: str, link: str, told: bytes, group_link: str = "") -> None:
    tx.upsert(bots, {"name": name, "link": link, "told": told, "group_link": group_link}, ["name"])


def told(tx: Tx, name: str) -> tuple[str, bytes]:
    """(link, digest); both empty before the first time."""
    row = tx.execute(select(bots.c.link, bots.c.told).where(bots.c.name == name)).first()
    return (row.link, row.told) if row else ("", b"")


def invitation(tx: Tx, names: Iterable[str], code: str) -> str:
    """A link that brings the code along, to the first of these bots that is known by now; empty where none is."""
    return _link(tx, bots.c.link, names, code)


def into_group(tx: Tx, name: str, code: str) -> str:
    """A link by which this bot is added to a group, where the code is said at once."""
    return _link(tx, bots.c.group_link, [name], code)


def _link(tx: Tx, which: Column[str], names: Iterable[str], code: str) -> str:
    known = select(which).where(bots.c.name.in_(list(names))).order_by(bots.c.name)
    link = tx.execute(known).scalars().first()
    return str(link).replace(CODE, code) if link else ""
