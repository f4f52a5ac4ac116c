"""People: where they sit, how they are let in, and who stands in for them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables.columns import Big, Instant, county, key, metadata

people = Table(
    "people",
    metadata,
    key(),
    county(),
    Column("sealed_name", LargeBinary, nullable=False),  # roster
    Column("made_at", Instant, nullable=False),
    Column("left_at", Instant),
)

seatings = Table(
    "seatings",
    metadata,
    key(),
    county(),
    Column("person", Big, ForeignKey("people.id"), nullable=False),
    Column("unit", String(48), nullable=False),
    Column("seat", String(24), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("seatings_by_seat", "county", "unit", "seat"),
    Index("seatings_by_person", "person"),
)

accounts = Table(
    "accounts",
    metadata,
    key(),
    Column("person", Big, ForeignKey("people.id"), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("peer", LargeBinary(32), nullable=False),  # HMAC as in `chats`: who may be let in without a code
    UniqueConstraint("channel", "peer"),
    Index("accounts_of_person", "person"),
)

codes = Table(
    "codes",
    metadata,
    key(),
    county(),
    Column("kind", String(8), nullable=False),  # invite | login
    Column("code", LargeBinary(32), nullable=False, unique=True),  # HMAC; the code itself is shown once
    Column("person", Big, ForeignKey("people.id")),
    Column("unit", String(48)),
    Column("seat", String(24)),
    Column("sealed_name", LargeBinary),
    Column("made_by", Big),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

absences = Table(
    "absences",
    metadata,
    key(),
    county(),
    Column("person", Big, nullable=False, index=True),
    Column("first", Date, nullable=False),  # local days, both included
    Column("last", Date, nullable=False),
    Column("deputy", Big),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("absences_by_day", "county", "last"),
)

# 值班表: who has the duty of a unit on a day; without an entry everybody who holds its seat has it.
shifts = Table(
    "shifts",
    metadata,
    county(),
    Column("unit", String(48), nullable=False),
    Column("day", Date, nullable=False),
    Column("person", Big, nullable=False),
    PrimaryKeyConstraint("county", "unit", "day", "person"),
)

# 换联络员: proposed by whoever holds the seat, decided by a coordinator.
successions = Table(
    "successions",
    metadata,
    key(),
    county(),
    Column("unit", String(48), nullable=False),
    Column("seat", String(24), nullable=False),
    Column("leaves", Big, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),  # roster
    Column("made_at", Instant, nullable=False),
    Column("decided_by", Big),
    Column("decided_at", Instant),
    Column("agreed", Boolean),
    Column("code", LargeBinary(32), index=True),  # HMAC of the invitation by which the successor comes in
)
