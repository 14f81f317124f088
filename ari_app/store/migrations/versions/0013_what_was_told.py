"""what a message tells beside its category: who, how to reach, what is missing"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voicemail", sa.Column("told", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("voicemail", "told")
