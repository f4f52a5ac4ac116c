"""What an office has still to take note of is found without walking through all receipts."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("receipts_undecided", "filing_receipts", ["county", "status", "unit"])


def downgrade() -> None:
    op.drop_index("receipts_undecided", "filing_receipts")
