"""What an office tells many units, and who has read it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("office", sa.String(48), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("want", sa.String(8), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
    )
    op.create_index("notices_of_office", "notices", ["county", "office", "made_at"])
    op.create_table(
        "notice_receipts",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("notice", BIG, nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("seat", sa.String(24), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("opened_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("sealed_answer", sa.LargeBinary()),
        sa.UniqueConstraint("notice", "unit", "person"),
    )
    op.create_index("notice_receipts_of_person", "notice_receipts", ["person", "notice"])


def downgrade() -> None:
    op.drop_table("notice_receipts")
    op.drop_table("notices")
