"""What one unit puts to others, each unit's part in it, and what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def _key() -> "sa.Column[int]":
    return sa.Column("id", BIG, primary_key=True, autoincrement=False)


def _county() -> "sa.Column[str]":
    return sa.Column("county", sa.String(32), nullable=False)


def upgrade() -> None:
    op.create_table(
        "matters",
        _key(),
        _county(),
        sa.Column("regime", sa.String(32), nullable=False),
        sa.Column("number", sa.String(24), nullable=False, unique=True),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("tip", BIG, index=True),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("urgent", sa.Boolean(), nullable=False),
    )
    op.create_index("matters_open", "matters", ["county", "closed_at"])
    op.create_table(
        "matter_parties",
        _key(),
        _county(),
        sa.Column("matter", BIG, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary()),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("number", sa.String(24), nullable=False, unique=True),
        sa.UniqueConstraint("matter", "role", "unit"),
    )
    op.create_index("matter_parties_of_unit", "matter_parties", ["county", "unit"])
    op.create_table(
        "matter_moves",
        _key(),
        _county(),
        sa.Column("matter", BIG, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("move", sa.String(32), nullable=False),
        sa.Column("party", BIG, nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(48), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("late", sa.String(9), nullable=False),
        sa.Column("sealed_said", sa.LargeBinary()),
        sa.UniqueConstraint("matter", "n"),
    )
    op.create_index("duties_of_period", "duties", ["period", "rule"])
    op.add_column("tip_files", sa.Column("matter", BIG))
    op.create_index("ix_tip_files_matter", "tip_files", ["matter"])


def downgrade() -> None:
    op.drop_index("ix_tip_files_matter", "tip_files")
    op.drop_column("tip_files", "matter")
    op.drop_index("duties_of_period", "duties")
    for table in ("matter_moves", "matter_parties", "matters"):
        op.drop_table(table)
