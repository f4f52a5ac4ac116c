"""What one unit puts to others (事项): the matter, each unit's part in it, and what was done."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.columns import Big, Instant, county, key, metadata

matters = Table(
    "matters",
    metadata,
    key(),
    county(),
    Column("regime", String(32), nullable=False),
    Column("number", String(24), nullable=False, unique=True),
    Column("unit", String(48), nullable=False),  # that began it
    Column("person", Big, nullable=False),
    Column("tip", Big, index=True),  # from whose edited copy it was begun
    Column("sealed_content", LargeBinary, nullable=False),  # transit: a title line and what the form asked
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),  # nothing is awaited of anybody
    Column("urgent", Boolean, nullable=False),
    Column("sender", Big, index=True),  # the party of another county's matter for which this one was put here
    Column("parent", Big, index=True),  # the matter that goes on as this one
    Column("pulled_at", Instant),  # the tip it began with was withdrawn, or its copy taken back: nobody reads it
    Index("matters_open", "county", "closed_at"),
)

# One unit's part. What is outside and in no list is named freely: `unit` is then the group it is of, a colon and a digest.
matter_parties = Table(
    "matter_parties",
    metadata,
    key(),
    county(),
    Column("matter", Big, nullable=False),
    Column("role", String(32), nullable=False),
    Column("unit", String(48), nullable=False),
    Column("sealed_label", LargeBinary),  # transit: what it is called
    Column("stage", String(32), nullable=False),
    Column("times", Integer, nullable=False),  # how often it entered a stage: each entering has a clock of its own
    Column("entered_at", Instant, nullable=False),
    Column("number", String(24), nullable=False, unique=True),  # its receipt
    UniqueConstraint("matter", "role", "unit"),
    Index("matter_parties_of_unit", "county", "unit"),
)

# Append-only. `n` counts the moves of one matter: of two that are made at once one has to look again.
matter_moves = Table(
    "matter_moves",
    metadata,
    key(),
    county(),
    Column("matter", Big, nullable=False),
    Column("n", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("move", String(32), nullable=False),  # of its regime; empty: it was begun
    Column("party", Big, nullable=False),  # who was moved
    Column("stage", String(32), nullable=False),  # where it stands since
    Column("unit", String(48), nullable=False),  # who moved it
    Column("person", Big, nullable=False),
    Column("until", Instant),
    Column("recorded", Boolean, nullable=False),  # from a letter, by whoever sent it
    Column("late", String(9), nullable=False),  # late | suggested: past a date that is only a proposal
    Column("sealed_said", LargeBinary),  # transit: reason, note, reference, form
    UniqueConstraint("matter", "n"),
)
