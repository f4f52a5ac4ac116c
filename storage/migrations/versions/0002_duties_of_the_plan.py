"""Duties of the plan: what opens by itself, what was answered, what was handed in, and people's absences and shifts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970
OF_DUTIES = ("rule", "period", "provisional", "moved", "ended", "asked_until", "promised", "person")


def _key() -> "sa.Column[int]":
    return sa.Column("id", BIG, primary_key=True, autoincrement=False)


def _county() -> "sa.Column[str]":
    return sa.Column("county", sa.String(32), nullable=False)


def upgrade() -> None:
    op.add_column("duties", sa.Column("rule", sa.String(32)))
    op.add_column("duties", sa.Column("period", sa.String(16)))
    op.add_column("duties", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("duties", sa.Column("moved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("duties", sa.Column("ended", sa.String(12)))
    op.add_column("duties", sa.Column("asked_until", MOMENT))
    op.add_column("duties", sa.Column("promised", MOMENT))
    op.add_column("duties", sa.Column("person", BIG))
    op.drop_index("duties_due", "duties")
    op.create_index("duties_due", "duties", ["county", "look_at", "id"])
    op.create_index("duties_owed", "duties", ["county", "unit", "rule", "closed_at"])
    op.create_index("outbox_due", "outbox", ["channel", "due_ms", "id"])
    op.add_column("tip_files", sa.Column("filing", BIG))
    op.create_index("ix_tip_files_filing", "tip_files", ["filing"])
    op.create_table(
        "duty_moves",
        _key(),
        _county(),
        sa.Column("duty", BIG, nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("move", sa.String(24), nullable=False),
        sa.Column("person", BIG),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("sealed_note", sa.LargeBinary()),
    )
    op.create_table(
        "filings",
        _key(),
        _county(),
        sa.Column("duty", BIG, nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("nil", sa.Boolean(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("duty", "revision"),
    )
    op.create_index("filings_of_rule", "filings", ["county", "rule", "period"])
    op.create_table(
        "filing_receipts",
        _key(),
        _county(),
        sa.Column("filing", BIG, nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("number", sa.String(24), nullable=False, unique=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("by", BIG),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed_remarks", sa.LargeBinary()),
        sa.UniqueConstraint("filing", "unit"),
    )
    op.create_table(
        "absences",
        _key(),
        _county(),
        sa.Column("person", BIG, nullable=False, index=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("deputy", BIG),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
    )
    op.create_index("absences_by_day", "absences", ["county", "last"])
    op.create_table(
        "shifts",
        _county(),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.PrimaryKeyConstraint("county", "unit", "day", "person"),
    )
    op.create_table(
        "successions",
        _key(),
        _county(),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("seat", sa.String(24), nullable=False),
        sa.Column("leaves", BIG, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG),
        sa.Column("decided_at", MOMENT),
        sa.Column("agreed", sa.Boolean()),
        sa.Column("code", sa.LargeBinary(32), index=True),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("calendar_years", "successions", "shifts", "absences", "filing_receipts", "filings", "duty_moves"):
        op.drop_table(table)
    op.drop_index("ix_tip_files_filing", "tip_files")
    op.drop_column("tip_files", "filing")
    op.drop_index("outbox_due", "outbox")
    op.drop_index("duties_owed", "duties")
    op.drop_index("duties_due", "duties")
    op.create_index("duties_due", "duties", ["look_at"])
    for column in reversed(OF_DUTIES):
        op.drop_column("duties", column)
