"""What somebody wrote, as it lies in a row: sealed in its place (`notice:17`), so that in no other row it opens."""

import json
from collections.abc import Mapping
from typing import Any

from storage.database import Tx
from storage.sealed import Unsealable

UNREADABLE = "……"  # for a title whose key is gone: what it is, whoever wrote it can still say


def sealed(tx: Tx, place: str, words: Mapping[str, Any]) -> bytes:
    return tx.keys.seal("transit", json.dumps(dict(words), ensure_ascii=False).encode(), place.encode())


def opened(tx: Tx, place: str, kept: bytes) -> dict[str, Any]:
    """Raises `Unsealable` where its key is gone."""
    return dict(json.loads(tx.keys.open_("transit", kept, place.encode())))


def legible(tx: Tx, place: str, kept: bytes) -> dict[str, Any]:
    """Nothing where its key is gone: one that can't be read stands in nobody else's way."""
    try:
        return opened(tx, place, kept)
    except Unsealable:
        return {}
