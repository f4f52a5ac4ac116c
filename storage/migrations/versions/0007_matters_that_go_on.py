"""A matter that goes on as another: from which; one whose ground is gone: since when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()  # milliseconds since 1970


def upgrade() -> None:
    op.add_column("matters", sa.Column("parent", BIG))
    op.add_column("matters", sa.Column("pulled_at", MOMENT))
    op.create_index("ix_matters_parent", "matters", ["parent"])


def downgrade() -> None:
    op.drop_index("ix_matters_parent", "matters")
    op.drop_column("matters", "pulled_at")
    op.drop_column("matters", "parent")
