"""when a clock was broken gross, and the running clocks in order of their deadline"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sla_clock", sa.Column("gross_breached_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_sla_clock_runs",
        "sla_clock",
        ["due_at"],
        sqlite_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_sla_clock_runs", table_name="sla_clock")
    op.drop_column("sla_clock", "gross_breached_at")
