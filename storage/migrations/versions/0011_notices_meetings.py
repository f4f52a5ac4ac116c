"""The life of a notice, what goes to many as one, meetings, what citizens may read; files that belong to anything."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def upgrade() -> None:
    _files()
    _notices()
    _broadcasts()
    _meetings()
    _bulletins()
    _groups()


def _key() -> sa.Column[int]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=False)


def _county() -> sa.Column[str]:
    return sa.Column("county", sa.String(32), nullable=False)


def _files() -> None:
    op.add_column("tip_files", sa.Column("owner_kind", sa.String(8)))
    op.add_column("tip_files", sa.Column("owner", BIG))
    for kind in ("filing", "matter"):
        op.execute(f"UPDATE tip_files SET owner_kind = '{kind}', owner = {kind} WHERE {kind} IS NOT NULL")
        op.drop_index(f"ix_tip_files_{kind}", "tip_files")
        op.drop_column("tip_files", kind)
    op.create_index("files_of_owner", "tip_files", ["owner", "owner_kind"])


def _notices() -> None:
    for column in (
        sa.Column("category", sa.String(24), nullable=False, server_default="notice"),
        sa.Column("audience", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("status", sa.String(12), nullable=False, server_default="sent"),
        sa.Column("send_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("approved_by", BIG),
        sa.Column("approved_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("replaces", BIG),
    ):
        op.add_column("notices", column)
    op.execute("UPDATE notices SET sent_at = made_at")
    op.create_index("notices_of_status", "notices", ["status", "send_at"])
    op.add_column("notice_receipts", sa.Column("delivered_at", MOMENT))
    op.add_column("notice_receipts", sa.Column("reply", sa.String(8)))
    op.create_table(
        "audiences",
        _key(),
        _county(),
        sa.Column("office", sa.String(48), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.UniqueConstraint("county", "office", "name"),
    )


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        _key(),
        _county(),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=False),
        sa.Column("upto", BIG),
    )
    op.create_index("broadcasts_status", "broadcasts", ["status"])
    op.add_column("outbox", sa.Column("broadcast", BIG))
    op.create_index(
        "outbox_broadcast",
        "outbox",
        ["broadcast"],
        sqlite_where=sa.text("broadcast IS NOT NULL"),
        postgresql_where=sa.text("broadcast IS NOT NULL"),
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        _key(),
        _county(),
        sa.Column("office", sa.String(48), nullable=False),
        sa.Column("rule", sa.String(32)),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("held_at", MOMENT),
        sa.Column("revision", BIG, nullable=False, server_default="0"),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_minutes", sa.LargeBinary()),
        sa.Column("changed_at", MOMENT),
        sa.Column("urged_at", MOMENT),
    )
    op.create_index("meetings_of_county", "meetings", ["county", "starts_at"])
    op.create_table(
        "meeting_people",
        _key(),
        sa.Column("meeting", BIG, nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("meeting", "unit"),
    )
    op.create_table(
        "decisions",
        _key(),
        sa.Column("meeting", BIG, nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("by", sa.Date(), nullable=False),
        sa.Column("ask", BIG),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_decisions_meeting", "decisions", ["meeting"])


def _bulletins() -> None:
    op.create_table(
        "bulletins",
        _key(),
        _county(),
        sa.Column("office", sa.String(48), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("decided_by", BIG),
        sa.Column("decided_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.Column("until", sa.Date()),
        sa.Column("ended_at", MOMENT),
        sa.Column("replaces", BIG),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("revision", BIG, nullable=False, server_default="0"),
    )
    op.create_index("bulletins_of_county", "bulletins", ["county", "status", "published_at"])
    op.create_index("ix_bulletins_replaces", "bulletins", ["replaces"])


def _groups() -> None:
    op.create_table(
        "groups",
        _key(),
        _county(),
        sa.Column("office", sa.String(48)),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("lane", BIG),
        sa.Column("made_by", BIG),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("code", sa.LargeBinary(32), unique=True),
        sa.Column("expires_at", MOMENT),
    )
    op.create_index("groups_of_county", "groups", ["county", "office"])
    op.add_column("chats", sa.Column("is_group", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("bots", sa.Column("group_link", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("groups", "bulletins", "decisions", "meeting_people", "meetings", "broadcasts", "audiences"):
        op.drop_table(table)
    op.drop_column("bots", "group_link")
    op.drop_column("chats", "is_group")
    op.drop_index("outbox_broadcast", "outbox")
    op.drop_column("outbox", "broadcast")
    for column in ("delivered_at", "reply"):
        op.drop_column("notice_receipts", column)
    op.drop_index("notices_of_status", "notices")
    for column in (
        "category", "audience", "status", "send_at", "sent_at", "approved_by", "approved_at", "ended_at", "replaces"
    ):  # fmt: skip
        op.drop_column("notices", column)
    op.drop_index("files_of_owner", "tip_files")
    for kind in ("filing", "matter"):
        op.add_column("tip_files", sa.Column(kind, BIG))
        op.execute(f"UPDATE tip_files SET {kind} = owner WHERE owner_kind = '{kind}'")
        op.create_index(f"ix_tip_files_{kind}", "tip_files", [kind])
    op.drop_column("tip_files", "owner")
    op.drop_column("tip_files", "owner_kind")
