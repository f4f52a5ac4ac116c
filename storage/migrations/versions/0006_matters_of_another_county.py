"""A matter that another county of the deployment put here: for which of its parties."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("matters", sa.Column("sender", BIG))
    op.create_index("ix_matters_sender", "matters", ["sender"])


def downgrade() -> None:
    op.drop_index("ix_matters_sender", "matters")
    op.drop_column("matters", "sender")
