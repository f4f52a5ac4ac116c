"""When and where somebody hears what waits for the morning."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def upgrade() -> None:
    op.create_table(
        "reminder_choices",
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("morning", sa.String(5)),
        sa.Column("place", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("county", "person", "since"),
    )
    op.create_table(
        "mornings",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("county", sa.String(32), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("duty", BIG, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("template", sa.String(16), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.UniqueConstraint("duty", "person", "rung", "mark"),
    )
    op.create_index("mornings_due", "mornings", ["at", "county"])


def downgrade() -> None:
    op.drop_table("mornings")
    op.drop_table("reminder_choices")
