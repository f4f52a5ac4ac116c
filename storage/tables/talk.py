"""The talk: who writes to us, what came in, what goes out."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    event,
    false,
)

from storage.tables.columns import Big, county, key, metadata

chats = Table(
    "chats",
    metadata,
    key(),
    Column("county", String(32)),  # empty until a person of a deployment with several counties has chosen
    Column("channel", String(64), nullable=False),
    Column("peer", LargeBinary(32), nullable=False),  # HMAC of channel, bot and account; never the account
    Column("sealed_address", LargeBinary),  # transit: the raw peer, where the channel needs it to write back
    Column("lost", Boolean, nullable=False, default=False),  # nothing can be sent there: blocked, deactivated
    Column("rests_ms", BigInteger, nullable=False, default=0),  # silent for long, kept for an answer that is awaited
    Column("person", Big, ForeignKey("people.id")),  # a bound member of staff; empty for a citizen, always
    Column("language", String(8), nullable=False),
    Column("sealed_state", LargeBinary),  # transit: open conversation and answers so far
    Column("prompt", Integer, nullable=False, default=0),
    Column("made_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column(
        "is_group", Boolean, nullable=False, server_default=false()
    ),  # told that something is there; nobody is heard
    UniqueConstraint("channel", "peer"),
    Index("chats_of_person", "person"),
)

inbox = Table(
    "inbox",
    metadata,
    Column(
        "id", Big, primary_key=True, autoincrement=True
    ),  # the database's: the order of arrival is the order of work
    Column("channel", String(64), nullable=False),
    Column("ext_id", String(120), nullable=False),  # unique: the same message has one effect, for 7 days
    Column("lane", Big, nullable=False),  # the chat: one message of it at a time, in order
    Column("sealed_payload", LargeBinary),  # transit; blanked in the commit of its effects
    Column("done", Boolean, nullable=False, default=False),
    Column(
        "remote", Boolean, nullable=False, default=False
    ),  # a file still at the platform: fetched before it is worked
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_ms", BigInteger, nullable=False, default=0),  # machine time until which a worker holds it
    Column("at_ms", BigInteger, nullable=False),
    UniqueConstraint("channel", "ext_id"),
)
# Both hold only what waits: a claim costs the same after a quiet day and after a week's messages.
_WAITING = (Index("inbox_waiting", inbox.c.lane, inbox.c.id), Index("inbox_oldest", inbox.c.id))


@event.listens_for(inbox, "before_create")
def _only_waiting(table: Table, connection: Connection, **_: Any) -> None:
    """Partial indexes. Said when tables are made: naming both databases above would load both of them at every start."""
    for index in _WAITING:
        index.dialect_options[connection.dialect.name]["where"] = ~inbox.c.done


outbox = Table(
    "outbox",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("channel", String(64), nullable=False),
    Column("lane", Big, nullable=False),
    Column("once", String(120), unique=True),  # e.g. duty, step, person, chat: the same push is never made twice
    Column(
        "sealed_payload", LargeBinary, nullable=False
    ),  # transit: template blocks and their data, rendered when sent
    Column(
        "handed", Boolean, nullable=False, default=False
    ),  # a pull channel has given it out; a later `after` removes it
    Column("bulk", Boolean, nullable=False, default=False),  # a push that is not urgent: all else goes ahead of it
    Column("stale", Boolean, nullable=False, default=False),  # what it offers is over: said without buttons
    Column("at_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lapses", Integer, nullable=False, default=0),  # begun, and nobody learnt what became of it
    Column("parts", Integer, nullable=False, default=0),  # of a long message: how many of its pieces have gone out
    Column("claimed_ms", BigInteger, nullable=False, default=0),
    Column("bundle", Big),  # the row with which it is said in one message, once that was begun
    Column("turn", Integer, nullable=False, default=0),  # theirs, when it was accepted: see windows
    Column("calm", Boolean, nullable=False, server_default=false()),  # at rest it waits for the morning
    Column("broadcast", Big),  # what it says is said to many, and stands there
    Index("outbox_lane", "lane", "id"),
    Index("outbox_channel", "channel", "bulk", "id"),
    Index("outbox_due", "channel", "due_ms", "id"),  # for whoever watches: is anything long past
    sqlite_autoincrement=True,  # a page knows what it has seen by number: none may come twice
)

_OF_MANY = Index("outbox_broadcast", outbox.c.broadcast)


@event.listens_for(outbox, "before_create")
def _only_of_many(table: Table, connection: Connection, **_: Any) -> None:
    _OF_MANY.dialect_options[connection.dialect.name]["where"] = outbox.c.broadcast.is_not(None)


# What is said to many in the same words: once here, and a row of the outbox for each conversation.
broadcasts = Table(
    "broadcasts",
    metadata,
    key(),
    county(),
    Column("status", String(12), nullable=False),  # running | paused | cancelled | recalled
    Column("made_ms", BigInteger, nullable=False),
    Column("sealed_message", LargeBinary, nullable=False),  # transit: template block and its data, rendered when sent
    Column("upto", Big),  # the last person of whom it is done; empty: of everybody
    Index("broadcasts_status", "status"),
)

dead = Table(
    "dead",
    metadata,
    key(),
    Column("box", String(8), nullable=False),
    Column("lane", Big, nullable=False, index=True),
    Column("channel", String(64), nullable=False),
    Column("cause", String(200), nullable=False),  # the kind of fault and where, never the words of anybody
    Column("sealed_payload", LargeBinary),
    Column("at_ms", BigInteger, nullable=False),
)
