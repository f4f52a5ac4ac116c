"""`column IN (numbers)` with all the numbers in one bound value: the statement's text stays the same however many there are,
so that nothing is expanded, compiled or prepared again.

SQLite reads them with json_each (sqlite.org/json1.html), PostgreSQL with unnest (its manual, 9.19).
"""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Numbers(TypeDecorator[Iterable[int]]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        numbers = list(value or ())
        return numbers if dialect.name == "postgresql" else orjson.dumps(numbers).decode()


class _Given(FunctionElement[int]):
    """The bound numbers as a set of rows."""

    inherit_cache = True
    name = "given"


@compiles(_Given, "sqlite")
def _on_sqlite(element: _Given, compiler: Any, **how: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **how)}))"


@compiles(_Given, "postgresql")
def _on_postgresql(element: _Given, compiler: Any, **how: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **how)}))"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Is the column one of the numbers bound under this name?"""
    return column.op("IN", is_comparison=True)(_Given(bindparam(name, type_=_Numbers())))
