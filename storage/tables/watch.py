"""What watches over the rest."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from storage.tables.columns import Big, Instant, metadata

tries = Table(
    "tries",
    metadata,
    Column("subject", LargeBinary(32), primary_key=True),  # HMAC of a tip's number or of a conversation
    Column("failures", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("county", String(32), nullable=False),
    Column("person", Big),
    Column("action", String(32), nullable=False),
    Column("subject", String(48), nullable=False),
    Column("detail", String(200), nullable=False, default=""),  # codes and ids, never words of people
    Column("chain", LargeBinary(32), nullable=False),  # HMAC over the row and the chain before it
)

refusals = Table(
    "refusals",
    metadata,
    Column("county", String(32), primary_key=True),
    Column("action", String(32), primary_key=True),
    Column("subject", String(48), primary_key=True),
    Column("count", Integer, nullable=False),  # since `first_at`; after an hour it becomes one row of the audit
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: locked while the chain grows
    Column("chain", LargeBinary(32), nullable=False),
)
