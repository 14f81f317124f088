"""calls to engineers, who makes a call back, the language of a contact"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PURPOSE = sa.Enum("duty", "urgent", name="purpose", native_enum=False, length=32)
WAITING = sa.text("taken_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "engineer_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("is_taken_up", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_engineer_call_engineer_id_engineer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_engineer_call_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engineer_call")),
    )
    op.create_index(op.f("ix_engineer_call_engineer_id"), "engineer_call", ["engineer_id"])
    op.create_index(op.f("ix_engineer_call_ticket_id"), "engineer_call", ["ticket_id"])
    op.create_index("ix_engineer_call_waiting", "engineer_call", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.add_column("call_back", sa.Column("taken_by", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("phone_number", sa.Column("language", sa.String(length=8), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("phone_number", "language")
    op.drop_column("call_back", "taken_by")
    op.drop_table("engineer_call")
