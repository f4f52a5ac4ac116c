"""What lies under a tip's own key, and that key: nothing of it is left once the key is destroyed."""

import json
from typing import Any

from sqlalchemy import bindparam, select, update

from storage.database import Tx
from storage.models import handovers, matters, moves, tip_files, tip_keys, tip_messages, tips
from storage.sealed import Keyring, Unsealable, new_key, open_with

# All that lies under a tip's own key, and what each value is bound to beside the tip.
_SEALED = (
    (tips, "sealed_content", ""),
    (tip_messages, "sealed_text", ""),
    (tip_files, "sealed_about", "/file/{}"),
    (handovers, "sealed_copy", ""),
    (moves, "sealed_note", ""),
    (matters, "sealed_content", "/matter/{}"),
)

_KEY = select(tip_keys.c.sealed_key).where(tip_keys.c.tip == bindparam("tip"))


def _key(tx: Tx, tip: int, wanted: Any = _KEY) -> bytes:
    """Raises `Unsealable` when the tip was forgotten."""
    sealed = tx.execute(wanted, {"tip": tip}).scalar_one_or_none()
    if sealed is None:
        raise Unsealable("the key of this tip has been destroyed")
    return tx.keys.open_("tip", sealed, str(tip).encode())


def _seal(keys: Keyring, key: bytes, value: Any, place: str) -> bytes:
    return keys.seal_with(key, json.dumps(value, ensure_ascii=False).encode(), place.encode())


def opened(tx: Tx, tip: int, sealed: bytes, place: str = "", wrapped: bytes | None = None) -> Any:
    """`wrapped`: the tip's key as its row holds it, for whoever has read that along."""
    key = tx.keys.open_("tip", wrapped, str(tip).encode()) if wrapped else _key(tx, tip)
    return json.loads(open_with(key, sealed, f"{tip}{place}".encode()))


def sealed(tx: Tx, tip: int, value: Any, place: str = "") -> bytes:
    """Under the tip's own key, which stays the key until this is committed. `place` binds it to one row of the tip."""
    return _seal(tx.keys, _key(tx, tip, _KEY.with_for_update(read=True)), value, f"{tip}{place}")


def begun(tx: Tx, tip: int, value: Any) -> bytes:
    """A new tip's key is made; this is the first that lies under it."""
    key = new_key()
    tx.add(tip_keys, {"tip": tip, "sealed_key": tx.keys.seal("tip", key, str(tip).encode())})
    return _seal(tx.keys, key, value, str(tip))


def renew(tx: Tx, tip: int) -> None:
    """For what was deleted no key is kept any more, wherever a row as it stood may be left: what stays is sealed anew."""
    old, key = _key(tx, tip, _KEY.with_for_update()), new_key()
    for table, column, place in _SEALED:
        mine = (table.c.id if table is tips else table.c.tip) == tip
        kept = select(table.c.id, table.c[column].label("sealed")).where(mine).order_by(table.c.id).with_for_update()
        for row in tx.execute(kept).all():
            if row.sealed:
                bound = f"{tip}{place.format(row.id)}".encode()
                again = tx.keys.seal_with(key, open_with(old, row.sealed, bound), bound)
                tx.execute(update(table).where(table.c.id == row.id).values({column: again}))
    sealed_key = tx.keys.seal("tip", key, str(tip).encode())
    tx.execute(update(tip_keys).where(tip_keys.c.tip == tip).values(sealed_key=sealed_key))
