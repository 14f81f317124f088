"""how far what happens to tickets was told to webhooks"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_place",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feed_place")),
    )


def downgrade() -> None:
    op.drop_table("feed_place")
