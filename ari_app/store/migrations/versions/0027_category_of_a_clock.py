"""the category that a clock counts with, so that the review queue is put in order without telling clocks again

Open tickets are looked at once more: that writes it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    category = sa.Enum("I", "II", "III", name="category", native_enum=False, length=32)
    op.add_column("sla_clock", sa.Column("category", category, nullable=True))
    op.execute(
        "UPDATE ticket SET next_look_at = reported_at WHERE state NOT IN ('resolved', 'closed')"
        " AND id IN (SELECT ticket_id FROM sla_clock WHERE stopped_at IS NULL)"
    )


def downgrade() -> None:
    op.drop_column("sla_clock", "category")
