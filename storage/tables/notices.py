"""What offices tell many: one row a notice, and one for each unit and person that it is for; meetings; what citizens may read."""

from sqlalchemy import Boolean, Column, Date, Index, LargeBinary, String, Table, Text, UniqueConstraint

from storage.tables.columns import Big, Instant, county, key, metadata

notices = Table(
    "notices",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("want", String(8), nullable=False),  # nothing | read | answer | attend
    Column("until", Date),
    Column("sealed_words", LargeBinary, nullable=False),  # transit
    Column("category", String(24), nullable=False, server_default="notice"),  # a key of the plan's
    Column("audience", Text, nullable=False, server_default="{}"),  # as it was said; it is settled when it goes
    Column("status", String(12), nullable=False, server_default="sent"),  # see rules.notices
    Column("send_at", Instant),  # not before; empty: as soon as it may
    Column("sent_at", Instant),
    Column("approved_by", Big),
    Column("approved_at", Instant),
    Column("ended_at", Instant),  # cancelled, recalled or replaced
    Column("replaces", Big),  # the notice that it corrects
    Index("notices_of_office", "county", "office", "made_at"),
    Index("notices_of_status", "status", "send_at"),
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
    Column("delivered_at", Instant),  # in one of their conversations, first
    Column("reply", String(8)),  # to a meeting: attend | deputy | absent
    UniqueConstraint("notice", "unit", "person"),
    Index("notice_receipts_of_person", "person", "notice"),
)

# An audience that an office has saved under a name.
audiences = Table(
    "audiences",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),
    Column("name", String(40), nullable=False),
    Column("content", Text, nullable=False),  # as in notices.audience
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("county", "office", "name"),
)

# The invitation is the notice of the same number; who comes stands in its receipts.
meetings = Table(
    "meetings",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),
    Column("rule", String(32)),  # what of the plan's it fulfils (`rules.demands`), if anything
    Column("kind", String(24), nullable=False),  # a key of the plan's meetings
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("status", String(12), nullable=False),  # called | held | cancelled
    Column("held_at", Instant),
    Column(
        "revision", Big, nullable=False, server_default="0"
    ),  # one more with each change of time or place: of the .ics
    Column("sealed_about", LargeBinary, nullable=False),  # transit: title, place, link, agenda
    Column("sealed_minutes", LargeBinary),  # transit
    Column("changed_at", Instant),  # its time or place: what was answered before was for another one
    Column("urged_at", Instant),  # who has not answered, last
    Index("meetings_of_county", "county", "starts_at"),
)

meeting_people = Table(
    "meeting_people",
    metadata,
    key(),
    Column("meeting", Big, nullable=False),
    Column("unit", String(48), nullable=False),
    Column("came", Boolean, nullable=False),
    UniqueConstraint("meeting", "unit"),
)

decisions = Table(
    "decisions",
    metadata,
    key(),
    Column("meeting", Big, nullable=False, index=True),
    Column("unit", String(48), nullable=False),  # who owes it
    Column("by", Date, nullable=False),
    Column("ask", Big),  # the demand that it became (`asks`)
    Column("sealed_words", LargeBinary, nullable=False),  # transit
)

# What citizens may read, once somebody else has approved it. Withdrawn it stays for the record.
bulletins = Table(
    "bulletins",
    metadata,
    key(),
    county(),
    Column("office", String(48), nullable=False),
    Column("category", String(24), nullable=False),  # a key of the plan's
    Column("status", String(12), nullable=False),  # see rules.bulletins
    Column("made_by", Big, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("gate", Text, nullable=False),  # what was asked before it went public, and the answers
    Column("decided_by", Big),
    Column("decided_at", Instant),
    Column("published_at", Instant),
    Column("until", Date),  # a warning that ends
    Column("ended_at", Instant),
    Column("replaces", Big, index=True),
    Column("sealed_words", LargeBinary, nullable=False),  # transit: title, text, law, authors, remarks
    Column("revision", Big, nullable=False, server_default="0"),  # one more each time it is written anew
    Index("bulletins_of_county", "county", "status", "published_at"),
)

# A group of an office's on a platform: it is told that something is there, and never what.
groups = Table(
    "groups",
    metadata,
    key(),
    county(),
    Column("office", String(48)),  # whose; empty: every office's, one of the configuration
    Column("channel", String(64), nullable=False),
    Column("lane", Big),  # the conversation of the outbox by which it is told; empty until its code was said there
    Column("made_by", Big),  # empty: the configuration
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("code", LargeBinary(32), unique=True),  # HMAC, as in `codes`; empty once it was said
    Column("expires_at", Instant),  # the code's
    Index("groups_of_county", "county", "office"),
)
