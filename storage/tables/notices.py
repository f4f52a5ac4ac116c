"""What offices tell many: one row a notice, and one for each unit and person that it is for."""

from sqlalchemy import Column, Date, Index, LargeBinary, String, Table, UniqueConstraint

from storage.tables.columns import Big, Instant, county, key, metadata

notices = Table(
    "notices",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("want", String(8), nullable=False),  # nothing | read | answer
    Column("until", Date),
    Column("sealed_words", LargeBinary, nullable=False),  # transit
    Index("notices_of_office", "county", "office", "made_at"),
)

# No column for how often or how long somebody read: a receipt is a fact, not a measure.
notice_receipts = Table(
    "notice_receipts",
    metadata,
    key(),
    Column("notice", Big, nullable=False),
    Column("unit", String(48), nullable=False),
    Column("seat", String(24), nullable=False),
    Column("person", Big, nullable=False),
    Column("opened_at", Instant),
    Column("confirmed_at", Instant),
    Column("answered_at", Instant),
    Column("sealed_answer", LargeBinary),  # transit
    UniqueConstraint("notice", "unit", "person"),
    Index("notice_receipts_of_person", "person", "notice"),
)
