"""Rows of which everything is read many times. By a Row's names a reading takes nine times what it takes by a named tuple's, and
of each duty that is due there are some forty."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row

_named: Any = namedtuple


def often(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The same, by the same names."""
    return list(map(_made(rows[0]._fields), rows)) if rows else []


@cache
def _made(names: tuple[str, ...]) -> Callable[[Row[Any]], Row[Any]]:
    return _named("Often", names)._make  # type: ignore[no-any-return]
