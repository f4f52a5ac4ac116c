"""What the rows of the outbox say. What is said to many stands in one place (`broadcasts`): it is opened once, however many rows
point there, and said in the language that each conversation has when it goes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, or_, select

from storage.among import among
from storage.database import Tx
from storage.models import broadcasts, chats
from storage.queue import opened
from storage.sealed import Unsealable

HELD = ("paused", "cancelled", "recalled")  # what is said to many and does not go on

_HELD = select(broadcasts.c.id).where(broadcasts.c.status.in_(HELD))
_MANY = select(broadcasts.c.id, broadcasts.c.sealed_message).where(among(broadcasts.c.id, "numbers"))
_LANGUAGES = select(chats.c.id, chats.c.language).where(among(chats.c.id, "lanes"))


def goes(box: Any) -> ColumnElement[bool]:
    """`box`: the outbox, or an alias. Not what is held: it is not due, and in nobody's way. One row of `broadcasts` decides, for
    every process and at once."""
    return or_(box.c.broadcast.is_(None), box.c.broadcast.not_in(_HELD))


def of_rows(tx: Tx, rows: Sequence[Row[Any]]) -> dict[int, Any]:
    """By the row's number; None where it can't be opened. Those of a broadcast share one mapping for each language."""
    many = {row.broadcast for row in rows if row.broadcast is not None}
    if not many:
        return {row.id: opened(tx, row.sealed_payload) for row in rows}
    words = {number: one and one["message"] for number, one in words_of(tx, many).items()}
    lanes = [row.lane for row in rows if row.broadcast is not None]
    spoken = {row.id: row.language for row in tx.execute(_LANGUAGES, {"lanes": lanes})}
    kept: dict[tuple[int, str], Any] = {}

    def shared(number: int, language: str) -> Any:
        message = words.get(number)
        if message is None:
            return None
        return kept.setdefault((number, language), {**message, "language": language})

    return {
        row.id: opened(tx, row.sealed_payload)
        if row.broadcast is None
        else shared(row.broadcast, spoken.get(row.lane, "zh"))
        for row in rows
    }


def words_of(tx: Tx, numbers: Iterable[int]) -> dict[int, Any]:
    """What is said to many: the message and how its pushes' names begin; None where it can't be opened."""
    rows = tx.execute(_MANY, {"numbers": list(numbers)})
    return {row.id: _opened(tx, row.id, row.sealed_message) for row in rows}


def sealed(tx: Tx, number: int, words: dict[str, Any]) -> bytes:
    return tx.keys.seal("transit", orjson.dumps(words), _place(number))


def _opened(tx: Tx, number: int, kept: bytes) -> Any:
    try:
        return orjson.loads(tx.keys.open_("transit", kept, _place(number)))
    except Unsealable:
        return None


def _place(number: int) -> bytes:
    return f"broadcast:{number}".encode()
