"""What an office asks of units beyond the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("office", sa.String(48), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(32)),
        sa.Column("taken_back_at", MOMENT),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("county", "mark"),
    )


def downgrade() -> None:
    op.drop_table("asks")
