"""places of work that customers call crucial"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crucial_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_crucial_place_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crucial_place")),
        sa.UniqueConstraint("customer_id", "place", name=op.f("uq_crucial_place_customer_id_place")),
    )


def downgrade() -> None:
    op.drop_table("crucial_place")
