"""The first tables: conversations, queues, people, tips and what belongs to them, duties, audit.

Written out, and never changed once it has run anywhere: what `storage.models` says later is no part of it. Every later
change is a migration of its own; `tests/storage/test_migrations.py` holds the sum of them to the models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970
WAITING = ~sa.column("done", sa.Boolean())
NEW = sa.text("state = 'new'")


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT),
    )
    op.create_table(
        "chats",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32)),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("peer", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary()),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("rests_ms", sa.BigInteger(), nullable=False),
        sa.Column("person", BIG, sa.ForeignKey("people.id")),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary()),
        sa.Column("prompt", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.UniqueConstraint("channel", "peer"),
    )
    op.create_index("chats_of_person", "chats", ["person"])
    op.create_table(
        "inbox",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("ext_id", sa.String(120), nullable=False),
        sa.Column("lane", BIG, nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary()),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("channel", "ext_id"),
    )
    op.create_index("inbox_waiting", "inbox", ["lane", "id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index("inbox_oldest", "inbox", ["id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_table(
        "outbox",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("lane", BIG, nullable=False),
        sa.Column("once", sa.String(120), unique=True),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.Column("bundle", BIG),
        sa.Column("turn", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_channel", "outbox", ["channel", "bulk", "id"])
    op.create_index("outbox_lane", "outbox", ["lane", "id"])
    op.create_table(
        "dead",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("box", sa.String(8), nullable=False),
        sa.Column("lane", BIG, nullable=False, index=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("cause", sa.String(200), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary()),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "windows",
        sa.Column("lane", BIG, primary_key=True, autoincrement=False),
        sa.Column("heard_ms", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("sealed_ticket", sa.LargeBinary()),
        sa.Column("ticket_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "access",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.String(64), nullable=False),
    )
    op.create_table(
        "permits",
        sa.Column("bot", sa.String(64), primary_key=True),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("banned_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
    )
    op.create_table(
        "said",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("lane", BIG, nullable=False),
        sa.Column("ext_id", sa.String(512), nullable=False),
        sa.Column("name", sa.String(120)),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Integer(), nullable=False),
        sa.Column("buttons", sa.Boolean(), nullable=False),
        sa.Column("want", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("said_by_name", "said", ["name"])
    op.create_index("said_in_lane", "said", ["lane", "at_ms"])
    op.create_index("said_wanted", "said", ["channel", "want", "id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "bots",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("told", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "seatings",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("person", BIG, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("seat", sa.String(24), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
    )
    op.create_index("seatings_by_person", "seatings", ["person"])
    op.create_index("seatings_by_seat", "seatings", ["county", "unit", "seat"])
    op.create_table(
        "accounts",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("person", BIG, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("peer", sa.LargeBinary(32), nullable=False),
        sa.UniqueConstraint("channel", "peer"),
    )
    op.create_index("accounts_of_person", "accounts", ["person"])
    op.create_table(
        "codes",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("code", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("person", BIG, sa.ForeignKey("people.id")),
        sa.Column("unit", sa.String(48)),
        sa.Column("seat", sa.String(24)),
        sa.Column("sealed_name", sa.LargeBinary()),
        sa.Column("made_by", BIG),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_table(
        "tips",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
        sa.Column("alias", sa.LargeBinary(16)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("route", sa.String(8), nullable=False),
        sa.Column("intake", sa.String(48), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("goods", sa.String(32)),
        sa.Column("kind", sa.String(32)),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("reward", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("taken_by", BIG),
        sa.Column("outcome", sa.String(16)),
        sa.Column("merged_into", BIG),
        sa.Column("withdrawal", sa.String(5)),
        sa.Column("closed_at", MOMENT),
        sa.Column("forgotten_at", MOMENT),
        sa.Column("sealed_content", sa.LargeBinary()),
    )
    op.create_index("tips_open", "tips", ["county", "status"])
    op.create_table(
        "tip_keys",
        sa.Column("tip", BIG, primary_key=True, autoincrement=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "tip_units",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("tip", BIG, nullable=False, index=True),
        sa.Column("unit", sa.String(48), nullable=False),
    )
    op.create_table(
        "tip_marks",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("tip", BIG, nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("marks_meet", "tip_marks", ["county", "mark"])
    op.create_table(
        "returns",
        sa.Column("alias", sa.LargeBinary(16), primary_key=True),
        sa.Column("sealed_chat", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "contacts",
        sa.Column("tip", BIG, primary_key=True, autoincrement=False),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "tip_messages",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("tip", BIG, nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("person", BIG),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", MOMENT),
    )
    op.create_table(
        "tip_files",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("tip", BIG, index=True),
        sa.Column("lane", BIG),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("family", sa.String(12), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(24)),
        sa.Column("opened_at", MOMENT),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("files_new", "tip_files", ["made_ms"], postgresql_where=NEW, sqlite_where=NEW)
    op.create_table(
        "handovers",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("tip", BIG, nullable=False, index=True),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("sealed_copy", sa.LargeBinary(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index("handovers_of_unit", "handovers", ["county", "unit", "status"])
    op.create_table(
        "moves",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("tip", BIG, nullable=False, index=True),
        sa.Column("handover", BIG),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(8), nullable=False),
        sa.Column("person", BIG),
        sa.Column("unit", sa.String(48)),
        sa.Column("move", sa.String(24), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary()),
        sa.Column("corrects", BIG),
        sa.Column("late", sa.String(9), nullable=False),
    )
    op.create_table(
        "duties",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("once", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("tip", BIG, index=True),
        sa.Column("handover", BIG),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("seat", sa.String(24), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("look_at", MOMENT),
        sa.Column("reached", sa.Integer()),
        sa.Column("closed_at", MOMENT),
        sa.Column("extended", sa.Boolean(), nullable=False),
    )
    op.create_index("duties_due", "duties", ["look_at"])
    op.create_table(
        "tries",
        sa.Column("subject", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("person", BIG),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(48), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("chain", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("county", sa.String(32), primary_key=True),
        sa.Column("action", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(48), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("chain", sa.LargeBinary(32), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "audit_head",
        "refusals",
        "audit",
        "tries",
        "duties",
        "moves",
        "handovers",
        "tip_files",
        "tip_messages",
        "contacts",
        "returns",
        "tip_marks",
        "tip_units",
        "tip_keys",
        "tips",
        "codes",
        "accounts",
        "seatings",
        "bots",
        "cursors",
        "leases",
        "said",
        "windows",
        "access",
        "permits",
        "dead",
        "outbox",
        "inbox",
        "chats",
        "people",
    ):
        op.drop_table(table)
