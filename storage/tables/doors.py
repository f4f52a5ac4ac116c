"""Doors to a platform: who listens, how far, and what was said."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from storage.tables.columns import Big, key, metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(32), nullable=False),  # random, one for each process
    Column("until_ms", BigInteger, nullable=False),
)

permits = Table(
    "permits",
    metadata,
    Column("bot", String(64), primary_key=True),
    Column("next_ms", BigInteger, nullable=False),  # machine time from which the next request may be made
    Column("banned_until_ms", BigInteger, nullable=False),
    Column("day", Integer, nullable=False, default=0),  # of the count beside it
    Column("people", Integer, nullable=False, default=0),  # who were sent something on that day, each message counted
)

said = Table(
    "said",
    metadata,
    key(),
    Column("channel", String(64), nullable=False),
    Column("lane", Big, nullable=False),
    Column("ext_id", String(512), nullable=False),  # by what the platform lets it be changed: a number, a code
    Column("name", String(120)),  # the outbox's `once`: of a push, or of a marked message
    Column("about", Text, nullable=False, default=""),  # to staff, ",tip,tip,": it is taken back with them
    Column("prompt", Integer, nullable=False),
    Column("buttons", Boolean, nullable=False),
    Column("want", String(8), nullable=False, default=""),  # what is still to be done to it: plain | erase
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_ms", BigInteger, nullable=False, default=0),
    Column("at_ms", BigInteger, nullable=False),
    Index("said_in_lane", "lane", "at_ms"),
    Index("said_by_name", "name"),
    Index("said_wanted", "channel", "want", "id"),
)

windows = Table(
    "windows",
    metadata,
    Column("lane", Big, primary_key=True, autoincrement=False),
    Column("heard_ms", BigInteger, nullable=False),  # their latest message, rounded down to the hour: see chats.seen_ms
    Column("used", Integer, nullable=False),  # messages of ours since
    Column("turn", Integer, nullable=False, default=0),  # how often they have written
    Column("sealed_ticket", LargeBinary),  # transit: a message outside the count, while it is good
    Column("ticket_ms", BigInteger, nullable=False, default=0),  # until then
)

access = Table(
    "access",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed_token", LargeBinary, nullable=False),  # secret
    Column("expires_ms", BigInteger, nullable=False),
    Column("refused", String(64), nullable=False, default=""),  # why nobody asks for a new one
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

bots = Table(
    "bots",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("link", String(200), nullable=False),  # where people find it, as `bots` writes it
    Column("told", LargeBinary(32), nullable=False),  # digest of what the platform was told to show of it
    Column("group_link", String(200), nullable=False, server_default=""),  # by which it is added to a group
)
