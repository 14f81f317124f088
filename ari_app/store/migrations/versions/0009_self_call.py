"""self calls"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_well", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_self_call_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_call")),
    )
    op.create_index(op.f("ix_self_call_started_at"), "self_call", ["started_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_self_call_started_at"), table_name="self_call")
    op.drop_table("self_call")
