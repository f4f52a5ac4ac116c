"""Every table on one page. Plain tables only, so that clustered and domestic PostgreSQL editions work (design §9).

Times of the law (`Instant`) are aware UTC datetimes kept as milliseconds; times of the machine (`*_ms`) are integers that
nobody's lever moves. Columns named `sealed_*` hold ciphertext; what they were sealed under is said beside them. Ids are
made by us, not by the database (time-ordered, random tail), so that rows can be written in batches and
a number gives away no count.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
    literal_column,
)
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


# -- the talk: who writes to us, what came in, what goes out ---------------------------------------------------------

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
    Index("outbox_lane", "lane", "id"),
    Index("outbox_channel", "channel", "bulk", "id"),
    sqlite_autoincrement=True,  # a page knows what it has seen by number: none may come twice
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

# -- doors to a platform: who listens, how far, and what was said ----------------------------------------------------

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
)

# -- people --------------------------------------------------------------------------------------------------------

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

# -- a tip and all that belongs to it ------------------------------------------------------------------------------

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
    Column("filing", Big, index=True),  # what it was handed in with, if not with a tip
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
    Column("ended", String(12)),  # filed | done | proved | not_ours | waived | history
    Column("asked_until", Instant),  # more time is asked for, and not decided
    Column("person", Big),  # who carries it now, where that is not simply who sits there
    Index("duties_due", "look_at"),
    Index("duties_owed", "county", "unit", "rule", "closed_at"),
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

# -- what watches over the rest ------------------------------------------------------------------------------------

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
