"""A tip and all that belongs to it."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    event,
    literal_column,
)

from storage.tables.columns import Big, Instant, county, key, metadata

tips = Table(
    "tips",
    metadata,
    key(),
    county(),
    Column("number", String(16), nullable=False, unique=True),
    Column("secret", LargeBinary(32), nullable=False),  # HMAC of the password
    Column("alias", LargeBinary(16)),  # random; the only thing a tip knows of its author's conversation
    Column("status", String(16), nullable=False),
    Column("route", String(8), nullable=False),  # open | sealed
    Column("intake", String(48), nullable=False),  # the unit that takes it in
    Column("urgent", Boolean, nullable=False),
    Column("goods", String(32)),
    Column("kind", String(32)),  # of violation; goods and kind stay empty on the sealed route
    Column("source", String(8), nullable=False),  # citizen | oral
    Column("reward", Boolean, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("notify", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("taken_by", Big),
    Column("outcome", String(16)),
    Column("merged_into", Big),
    Column("withdrawal", String(5)),  # by its author: noted (units have it) | done (what was told is deleted)
    Column("closed_at", Instant),
    Column("forgotten_at", Instant),  # the key, and all that it sealed, is destroyed
    Column("sealed_content", LargeBinary),  # the tip's own key
    Index("tips_open", "county", "status"),
)

tip_keys = Table(
    "tip_keys",
    metadata,
    Column("tip", Big, primary_key=True, autoincrement=False),
    Column("sealed_key", LargeBinary, nullable=False),  # tip: deleting this row is forgetting the tip
)

tip_units = Table(
    "tip_units",
    metadata,
    key(),
    Column("tip", Big, nullable=False, index=True),
    Column("unit", String(48), nullable=False),  # said to be involved: excluded with everyone seated there
)

tip_marks = Table(
    "tip_marks",
    metadata,
    key(),
    county(),
    Column("tip", Big, nullable=False, index=True),
    Column("kind", String(8), nullable=False),  # plate | phone | link | parcel | place | week
    Column("mark", LargeBinary(32), nullable=False),  # HMAC: equal things meet, nothing can be read back
    Index("marks_meet", "county", "mark"),
)

returns = Table(
    "returns",
    metadata,
    Column("alias", LargeBinary(16), primary_key=True),
    Column("sealed_chat", LargeBinary, nullable=False),  # address: STOP deletes this row, and the way back is gone
)

contacts = Table(
    "contacts",
    metadata,
    Column("tip", Big, primary_key=True, autoincrement=False),
    Column("sealed_contact", LargeBinary, nullable=False),  # contact: opened by intake only, with a motive on record
)

tip_messages = Table(
    "tip_messages",
    metadata,
    key(),
    Column("tip", Big, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("author", String(8), nullable=False),  # citizen | office
    Column("person", Big),
    Column("sealed_text", LargeBinary, nullable=False),  # the tip's own key
    Column("seen_at", Instant),
)

tip_files = Table(
    "tip_files",
    metadata,
    key(),
    county(),
    Column("tip", Big, index=True),  # empty while the tip is not submitted
    Column("lane", Big),  # the conversation it came in by, until submission
    Column("state", String(12), nullable=False),  # new | ready | withheld | refused
    Column("family", String(12), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),  # SHA-256 of the original: evidence
    Column("sealed_about", LargeBinary, nullable=False),  # transit: store names, keys, the person's file name
    Column("reason", String(24)),
    Column("opened_at", Instant),
    Column("made_ms", BigInteger, nullable=False),
    Column("claimed_ms", BigInteger, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column(
        "owner_kind", String(8)
    ),  # filing | matter | notice | minutes: what it was handed in with, if not with a tip
    Column("owner", Big),
    Index("files_of_owner", "owner", "owner_kind"),
)
_NEW = Index("files_new", tip_files.c.made_ms)  # looked at every two seconds, and nearly always empty


@event.listens_for(tip_files, "before_create")
def _only_new(table: Table, connection: Connection, **_: Any) -> None:
    _NEW.dialect_options[connection.dialect.name]["where"] = literal_column("state = 'new'")


handovers = Table(
    "handovers",
    metadata,
    key(),
    county(),
    Column("tip", Big, nullable=False, index=True),
    Column("unit", String(48), nullable=False),
    Column("status", String(12), nullable=False),  # sent | signed | returned | closed | recalled
    Column("sealed_copy", LargeBinary, nullable=False),  # the tip's own key: the redacted text and chosen attachments
    Column("final", Boolean, nullable=False, default=False),  # handed over again after a return: the word stands
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("outcome", String(16)),
    Column("closed_at", Instant),
    Index("handovers_of_unit", "county", "unit", "status"),
)

moves = Table(
    "moves",
    metadata,
    key(),
    Column("tip", Big, nullable=False, index=True),
    Column("handover", Big),
    Column("at", Instant, nullable=False),
    Column("actor", String(8), nullable=False),  # citizen | staff | clock
    Column("person", Big),
    Column("unit", String(48)),
    Column("move", String(24), nullable=False),
    Column("sealed_note", LargeBinary),  # the tip's own key
    Column("corrects", Big),
    Column("late", String(9), nullable=False, default=""),  # late | suggested: past a date that is only a proposal
)
