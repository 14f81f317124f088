"""events of a ticket go to a program one after the other"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

IN_LANE = "lane IS NOT NULL AND delivered_at IS NULL AND dead_at IS NULL AND ended_at IS NULL"


def upgrade() -> None:
    op.add_column("telling", sa.Column("lane", sa.Integer(), nullable=True))
    columns = ["person", "lane", "id"]
    where = sa.text(IN_LANE)
    op.create_index("ix_telling_lane", "telling", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_telling_lane", table_name="telling")
    op.drop_column("telling", "lane")
