"""messages that wait are counted without a look at all that were ever left"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_voicemail_state", "voicemail", ["state"])


def downgrade() -> None:
    op.drop_index("ix_voicemail_state", table_name="voicemail")
