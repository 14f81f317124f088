"""rulings that a report was no calamity are found without a look at all events"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_ruling = sa.text("type = 'not_a_calamity'")
    op.create_index(
        "ix_ticket_event_no_calamity", "ticket_event", ["at"], sqlite_where=is_ruling, postgresql_where=is_ruling
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_event_no_calamity", table_name="ticket_event")
