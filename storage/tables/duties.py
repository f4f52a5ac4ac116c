"""Every clock: who owes what by when, and what was handed in for it."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.tables.columns import Big, Instant, county, key, metadata

duties = Table(
    "duties",
    metadata,
    key(),
    county(),
    Column("once", String(80), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("tip", Big, index=True),
    Column("handover", Big),
    Column("unit", String(48), nullable=False),
    Column("seat", String(24), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("ladder", Text, nullable=False),  # the policy as it stood when the duty opened
    Column("step", Integer, nullable=False, default=0),
    Column("look_at", Instant),
    Column("reached", Integer),  # how many people the latest step was told to; 0: nobody hears
    Column("closed_at", Instant),
    Column("extended", Boolean, nullable=False, default=False),
    Column("rule", String(32)),  # what the plan asks (`rules.demands`); empty: a clock of a tip
    Column("period", String(16)),
    Column("provisional", Boolean, nullable=False, server_default=false()),  # the year's calendar is not known yet
    Column("moved", Boolean, nullable=False, server_default=false()),  # counted again, and nobody has been told yet
    Column("ended", String(12)),  # filed | done | proved | not_ours | waived | taken_back | history
    Column("asked_until", Instant),  # more time is asked for, and not decided
    Column("promised", Instant),  # whoever owes it said that it comes then, and is reminded then
    Column("person", Big),  # who carries it now, where that is not simply who sits there
    Index("duties_due", "county", "look_at", "id"),
    Index("duties_owed", "county", "unit", "rule", "closed_at"),
    Index("duties_of_period", "period", "rule"),
)

duty_moves = Table(
    "duty_moves",
    metadata,
    key(),
    county(),
    Column("duty", Big, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("move", String(24), nullable=False),
    Column("person", Big),
    Column("unit", String(48), nullable=False),
    Column("until", Instant),
    Column("sealed_note", LargeBinary),  # transit
)

filings = Table(
    "filings",
    metadata,
    key(),
    county(),
    Column("duty", Big, nullable=False),
    Column("unit", String(48), nullable=False),
    Column("rule", String(32), nullable=False),
    Column("period", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("nil", Boolean, nullable=False),
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),  # transit: the answers
    UniqueConstraint("duty", "revision"),
    Index("filings_of_rule", "county", "rule", "period"),
)

# One for each receiver: they take note, or hand it back, each for itself.
filing_receipts = Table(
    "filing_receipts",
    metadata,
    key(),
    county(),
    Column("filing", Big, nullable=False),
    Column("unit", String(48), nullable=False),
    Column("number", String(24), nullable=False, unique=True),
    Column("status", String(12), nullable=False),  # sent | taken | returned
    Column("by", Big),
    Column("at", Instant, nullable=False),
    Column("sealed_remarks", LargeBinary),  # transit
    UniqueConstraint("filing", "unit"),
    Index("receipts_undecided", "county", "status", "unit"),
)

# The State Council's notices that came after the plan's file was written: the same for every county.
calendar_years = Table(
    "calendar_years",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),  # rules.calendar.Year as JSON
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# What an office asks of units beyond the plan (`rules.asks`): its cases are duties like those of the plan.
asks = Table(
    "asks",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),  # the unit that asks
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("day", Date, nullable=False),  # by when, as it was said
    Column("minutes", Integer, nullable=False),  # what one answer costs a unit
    Column("urgent", Boolean, nullable=False),
    Column("units", Text, nullable=False),  # of whom, one by one, with blanks between them
    Column("sealed_words", LargeBinary, nullable=False),  # transit: title, explanation, why it is urgent
    Column("mark", LargeBinary(32)),  # HMAC of what is asked, of whom and by when; empty once it is taken back
    Column("taken_back_at", Instant),
    Column("revision", Integer, nullable=False),  # one more with each change
    UniqueConstraint("county", "mark"),
)
