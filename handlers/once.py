"""One message asks the same of the same words a dozen times. They are read once, and forgotten when it is answered: what people
type is remembered nowhere."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
PIECES = 16  # the words, and what they fall into
_read: list[Any] = []


def once(question: Callable[[str], T]) -> Callable[[str], T]:
    """For what depends on the words alone."""
    kept = lru_cache(PIECES)(question)
    _read.append(kept)
    return kept


def forget() -> None:
    for kept in _read:
        kept.cache_clear()
