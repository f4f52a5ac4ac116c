"""When and where somebody hears what waits for the morning: what they chose, and what is held for them until then."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import Big, Instant, county, key, metadata

# A table of its own and not columns of people: few choose, a choice is the county's and not the person's (whoever sits in two
# counties has two mornings), and yesterday's holds until tomorrow's begins. Without a row all is as the county has it.
reminder_choices = Table(
    "reminder_choices",
    metadata,
    county(),
    Column("person", Big, nullable=False),
    Column("since", Date, nullable=False),  # the local day from which it holds
    Column("morning", String(5)),  # 08:10; empty: the county's
    Column("place", String(16), nullable=False),  # a platform, or last; empty: every conversation
    PrimaryKeyConstraint("county", "person", "since"),
)

# One rung of one duty for one person, from the county's morning until theirs. It holds no words: who hears it, and what it
# says, is looked up when it is sent.
mornings = Table(
    "mornings",
    metadata,
    key(),
    county(),
    Column("person", Big, nullable=False),
    Column("at", Instant, nullable=False),
    Column("day", Date, nullable=False),  # whose morning it was
    Column("duty", Big, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("mark", String(40), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("template", String(16), nullable=False),
    Column("first", Boolean, nullable=False),
    Column(
        "beside", Text, nullable=False
    ),  # all whom that rung told; whoever else comes in their place has not heard it
    UniqueConstraint("duty", "person", "rung", "mark"),
    Index("mornings_due", "at", "county"),
)
