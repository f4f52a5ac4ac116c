"""The first tables: conversations, queues, people, tips and what belongs to them, duties, audit.

The first migration makes the tables of `storage.models` as they stood at the first release; every later change is a
migration of its own, and `tests/storage/test_migrations.py` holds the two to each other.
"""

from alembic import op

from storage.models import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
