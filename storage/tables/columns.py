"""What every table's columns are made of.

Times of the law (`Instant`) are aware UTC datetimes kept as milliseconds; times of the machine (`*_ms`) are integers that
nobody's lever moves. Columns named `sealed_*` hold ciphertext; what they were sealed under is said beside them. Ids are
made by us, not by the database (time-ordered, random tail), so that rows can be written in batches and
a number gives away no count.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, TypeDecorator
from sqlalchemy.engine.interfaces import Dialect

metadata = MetaData()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Big = BigInteger().with_variant(Integer, "sqlite")


def milliseconds(moment: datetime) -> int:
    """Since 1970, rounded down: a moment that has come stays one that has come when it is read again."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as milliseconds since 1970, equal on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def key() -> Column[int]:
    return Column("id", Big, primary_key=True, autoincrement=False)


def county() -> Column[str]:
    return Column("county", String(32), nullable=False)
